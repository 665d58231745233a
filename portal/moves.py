"""Filing a case and moving it on: status, number, documents, journal and letter in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import clock, deadlines, formats, journal, letters, registers
from portal.extensions import db
from portal.journal import Actor
from portal.models import Case, Document, JournalEntry, Staff, StaffRole, Subscriber, Upload
from portal.refusals import FieldRefusal, Refusal
from portal.transactions import transaction
from portal.workflow import STOP, WORKFLOWS, By, Move, Workflow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from forms.answers import MoveAnswers

FILED = "filed"
SENT_BY_OTHERS = "Эту страницу уже отправили под другим именем. Откройте её заново и отправьте ещё раз."
OUTGOING = "outgoing"
FILE_SLOTS = ("document", "letter_file")


@dataclass(frozen=True)
class _Paper:
    """What a file is called as a document."""

    title: str
    number: str | None = None
    dated: date | None = None


def workflow_of(case: Case) -> Workflow:
    """Give the table that the case follows."""
    return WORKFLOWS[case.kind]


def offered(case: Case, by: By) -> list[Move]:
    """List the moves somebody may make now, those that are spent or too late left out."""
    return [
        move
        for move in workflow_of(case).allowed(case.status, by)
        if not (move.once and _was_made(case, move)) and not _is_too_late(case, move)
    ]


def file(subscriber: Subscriber, token: str, build: Callable[[], Case], clerk: Staff | None = None) -> Case:
    """Register a case, perhaps by the hand of a clerk who has it on paper.

    The same `token` gives the same case, however often and however fast it is sent.
    """
    filed = _filed(subscriber, token)
    if filed is not None:
        return filed
    try:
        with transaction() as session:
            case = build()
            _register(session, case, subscriber, token, Actor.of(clerk or subscriber))
    except IntegrityError:
        # Two copies of one form at the same moment: the other one was first, and its number is the answer.
        filed = _filed(subscriber, token)
        if filed is None and db.session.scalar(select(Case.id).where(Case.form_token == token)):
            raise Refusal(SENT_BY_OTHERS) from None
        if filed is None:
            raise
        return filed
    else:
        return case


def make(case: Case, code: str, actor: Actor, inputs: MoveAnswers, seen: int | None = None) -> JournalEntry:
    """Make a move; `seen` is the version of the case that the page showed, where the page knows it.

    Raises:
        Refusal: it may not be made (any more); says who did what and when.
        FieldRefusal: an input is missing or can't be.

    """
    with transaction() as session:
        # The table itself: PostgreSQL locks no row through the outer join that the model brings along.
        row = Case.__table__.c
        session.execute(select(row.id).where(row.id == case.id).with_for_update())
        session.refresh(case)
        move = _permitted(case, code, actor, seen)
        uploads = _kept(session, inputs.token, actor)
        _demand(move, inputs, uploads)
        return _apply(session, case, move, actor, inputs, uploads)


def preview(case: Case, move: Move, actor: Actor, inputs: MoveAnswers) -> letters.Preview | None:
    """Show the letter a move would send, without making the move; None where it sends none."""
    if move.letter is None:
        return None
    shown = JournalEntry(note=inputs.note, data=_facts(inputs), actor=actor.name)
    with db.session.no_autoflush:
        due_on, case.due_on = case.due_on, inputs.until or case.due_on
        try:
            letter = letters.write(move.letter, case, shown)
        finally:
            case.due_on = due_on
    return letters.Preview(letter.recipient, letter.subject, letter.text)


def _filed(subscriber: Subscriber, token: str) -> Case | None:
    found = db.session.scalar(select(Case).where(Case.form_token == token))
    return found if found is not None and found.subscriber_id == subscriber.id else None


def _register(session: Session, case: Case, subscriber: Subscriber, token: str, actor: Actor) -> None:
    workflow = workflow_of(case)
    today = clock.today()
    case.journal = workflow.journal
    case.year = today.year if workflow.yearly else 0
    case.number = registers.next_number(session, case.journal, case.year)
    case.subscriber, case.subscriber_id = subscriber, subscriber.id
    case.applicant = subscriber.frozen()
    case.form_token = token
    case.status = workflow.start.code
    case.registered_at = clock.now()
    case.due_on = deadlines.due(session, workflow.clock, today)
    session.add(case)
    session.flush()
    entry = journal.record(session, actor, FILED, case=case, to_status=case.status)
    _attach(session, case, entry, _kept(session, token, actor), _Paper(workflow.document))
    letters.send(session, workflow.letter, case, entry)


def _permitted(case: Case, code: str, actor: Actor, seen: int | None) -> Move:
    workflow = workflow_of(case)
    move = workflow.move(code)
    by = By.staff if actor.is_staff else By.applicant
    if move is None or move.by is not by:
        raise Refusal("Такого действия нет.")
    if actor.staff and actor.staff.role not in {StaffRole.admin, *workflow.roles}:
        raise Refusal("Для этого действия нужна другая роль.")
    if seen not in {None, case.version} or move not in offered(case, by):
        raise Refusal(_what_happened(case))
    return move


def _what_happened(case: Case) -> str:
    """Say to whoever came second who was first."""
    last = case.entries[-1]
    status = workflow_of(case).status(case.status).label
    who_when = f"{last.actor}, {formats.moment(last.at)}"
    return f"{case.title}: пока страница была открыта, всё изменилось. {who_when}: «{status}»."


def _was_made(case: Case, move: Move) -> bool:
    return any(entry.event == move.code for entry in case.entries)


def _is_too_late(case: Case, move: Move) -> bool:
    if move.within is None:
        return False
    entered = next(entry for entry in reversed(case.entries) if entry.to_status == case.status)
    return clock.today() > deadlines.due(db.session(), move.within, clock.local(entered.at).date())


def _demand(move: Move, inputs: MoveAnswers, uploads: Sequence[Upload]) -> None:
    """Hold the move to its needs, whatever form it came through."""
    slots = {upload.slot for upload in uploads}
    for names in move.demands:
        if not any(name in slots or getattr(inputs, name, None) for name in names):
            raise FieldRefusal(names[0], NEEDED[names])


NEEDED = {
    ("note",): "Напишите текст",
    ("note", "letter_file"): "Напишите текст ответа или приложите письмо",
    ("until",): "Введите дату",
    ("addressee",): "Напишите, кому передано обращение",
}


def _facts(inputs: MoveAnswers) -> dict[str, str]:
    given = {"letter_number": inputs.letter_number, "addressee": inputs.addressee}
    days = {"letter_date": inputs.letter_date, "until": inputs.until}
    return {name: value for name, value in given.items() if value} | {
        name: day.isoformat() for name, day in days.items() if day
    }


def _apply(
    session: Session, case: Case, move: Move, actor: Actor, inputs: MoveAnswers, uploads: Sequence[Upload]
) -> JournalEntry:
    _set_clock(session, case, move, inputs)
    facts = _facts(inputs)
    if any(upload.slot == "letter_file" for upload in uploads) and "letter_number" not in facts:
        facts["letter_number"] = str(registers.next_number(session, OUTGOING, clock.today().year))
    entry = journal.record(session, actor, move.code, case=case, to_status=move.target, note=inputs.note, data=facts)
    case.status = move.target
    case.version += 1
    if actor.staff and case.responsible_id is None:
        case.responsible_id = actor.staff.id
    _attach(session, case, entry, uploads, _Paper(move.document, facts.get("letter_number"), inputs.letter_date))
    session.flush()
    session.expire(case, ["entries", "documents", "responsible"])
    if move.letter:
        letters.send(session, move.letter, case, entry)
    return entry


def _set_clock(session: Session, case: Case, move: Move, inputs: MoveAnswers) -> None:
    if move.clock:
        case.due_on = None if move.clock == STOP else deadlines.due(session, move.clock, clock.today())
    if move.extends and inputs.until and case.due_on:
        last = deadlines.due(session, move.extends, case.due_on)
        if not case.due_on < inputs.until <= last:
            raise FieldRefusal(
                "until", f"Введите дату позже {formats.date(case.due_on)} и не позже {formats.date(last)}"
            )
        case.due_on = inputs.until


def _kept(session: Session, token: str, actor: Actor) -> Sequence[Upload]:
    """Files kept under the page's token by the same person: somebody else's token brings nothing."""
    if not token:
        return []
    mine = Upload.staff_id == actor.staff.id if actor.staff else Upload.subscriber_id == actor.subscriber_id
    found = select(Upload).where(Upload.token == token, Upload.slot.in_(FILE_SLOTS), mine).order_by(Upload.id)
    return session.scalars(found.with_for_update()).all()


def _attach(session: Session, case: Case, entry: JournalEntry, uploads: Sequence[Upload], paper: _Paper) -> None:
    """Turn kept files into documents of the case; the bytes stay where they are."""
    for upload in uploads:
        session.delete(upload)
        session.flush()
        session.add(
            Document(
                case_id=case.id,
                entry_id=entry.id,
                from_company=entry.staff_id is not None and entry.event != FILED,
                title=paper.title,
                number=paper.number,
                dated=paper.dated or clock.today(),
                created_at=clock.now(),
                **upload.bytes_of(),
            )
        )
