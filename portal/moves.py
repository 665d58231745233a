"""Filing a case and moving it on: status, number, documents, journal and letter in one transaction."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from forms.inputs import COMING_DAYS, FILES, PAST_DAYS
from forms.labels import LABELS, accusative
from forms.papers import PAPERS
from portal import case_letters, clock, deadlines, formats, journal, papers, registers, storage, verdicts
from portal.extensions import db
from portal.journal import Actor
from portal.models import Case, Connection, Document, JournalEntry, Staff, StaffRole, Subscriber, SupplyPoint, Upload
from portal.refusals import FieldRefusal, Refusal
from portal.transactions import transaction
from portal.workflow import WORKFLOWS, By, Move, Workflow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from forms.answers import MoveAnswers

FILED = "filed"
SENT_BY_OTHERS = "Эту страницу уже отправили под другим именем. Откройте её заново и отправьте ещё раз."
OUTGOING = "outgoing"
SLOTS = FILES | PAPERS.keys()
LETTER = "letter_file"
TAKEN_ACCOUNT = "Этот лицевой счёт уже присвоен другому объекту: проверьте номер"


@dataclass(frozen=True)
class _Naming:
    """What files are called as documents: those of a paper or of a known input by it, any other by `title`.

    `facts` has the number and the date that came with a file: act_number and act_date are those of act_file.
    """

    title: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def title_of(self, slot: str) -> str:
        """Give the title of a file that came in a slot."""
        if slot in PAPERS:
            return PAPERS[slot].label
        return LABELS[slot] if slot in FILES - {"document", "documents", LETTER} else self.title

    def number_of(self, slot: str) -> str | None:
        """Give the number of a file, None where none came with it."""
        return self.facts.get(f"{slot.removesuffix('_file')}_number")

    def day_of(self, slot: str) -> date:
        """Give the date of a file: today where none came with it."""
        return self.facts.get(f"{slot.removesuffix('_file')}_date") or clock.today()


def workflow_of(case: Case) -> Workflow:
    """Give the table that the case follows."""
    return WORKFLOWS[case.kind]


def offered(case: Case, by: By) -> list[Move]:
    """List the moves somebody may make now, those that are spent or too late left out."""
    return [
        move
        for move in workflow_of(case).allowed(case.status, by)
        if not (move.once and _was_made(case, move)) and not _is_too_late(case, move) and _holds(case, move)
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

    The same token makes one move, however often it is sent.

    Raises:
        Refusal: it may not be made (any more); says who did what and when.
        FieldRefusal: an input is missing or can't be.

    """
    written: list[str] = []
    try:
        with transaction() as session:
            lock(session, case)
            done = next((entry for entry in case.entries if inputs.token and entry.form_token == inputs.token), None)
            if done is not None:
                return done
            move = _permitted(case, code, actor, seen)
            uploads = _kept(session, inputs.token, actor)
            _demand(case, move, inputs, uploads)
            return _Making(session, case, move, actor, inputs, uploads, written).apply()
    except BaseException as error:
        for key in written:
            storage.current().delete(key)
        if isinstance(error, IntegrityError) and inputs.facts.get("account_number"):
            raise FieldRefusal("account_number", TAKEN_ACCOUNT) from None
        raise


def preview(case: Case, move: Move, actor: Actor, inputs: MoveAnswers) -> case_letters.Preview | None:
    """Show the letter a move would send, without making the move; None where it sends none."""
    if move.letter is None:
        return None
    shown = JournalEntry(note=inputs.note, data=_facts(inputs), actor=actor.name)
    coming = deadlines.due(db.session(), case.term(move.starts[0]), clock.today()) if move.starts else case.due_on
    with db.session.no_autoflush:
        due_on, case.due_on = case.due_on, inputs.facts.get("until") or coming
        status, case.status = case.status, move.target or case.status
        try:
            letter = case_letters.write(move.letter, case, shown, case.subscriber, _remarks(inputs))
        finally:
            case.due_on, case.status = due_on, status
    return case_letters.Preview(letter.recipient, letter.subject, letter.text)


def lock(session: Session, case: Case) -> None:
    """Lock a case and read it anew, as it is in the running transaction."""
    # The table itself: PostgreSQL locks no row through the outer join that the model brings along.
    row = Case.__table__.c
    session.execute(select(row.id).where(row.id == case.id).with_for_update())
    session.refresh(case)
    session.expire(case, ["entries", "documents", "clocks"])


def _remarks(inputs: MoveAnswers) -> list[tuple[str, str]]:
    return [(PAPERS[said.kind].label, said.remark or "") for said in inputs.verdicts if not said.accepted]


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
    deadlines.turn(session, case, workflow.starts)
    deadlines.settle(case)
    session.add(case)
    session.flush()
    entry = journal.record(session, actor, FILED, case=case, to_status=case.status)
    uploads = _kept(session, token, actor)
    case.check_papers({upload.slot for upload in uploads})
    _attach(session, case, entry, uploads, _Naming(workflow.document))
    case_letters.send(session, workflow.letter, case, entry)


def _permitted(case: Case, code: str, actor: Actor, seen: int | None) -> Move:
    workflow = workflow_of(case)
    move = workflow.move(code)
    by = By.staff if actor.is_staff else By.applicant
    if move is None or move.by is not by:
        raise Refusal("Такого действия нет.")
    if actor.staff and actor.staff.role not in {StaffRole.admin, *workflow.roles}:
        raise Refusal("Для этого действия нужна другая роль.")
    if move.otherwise and case.status in move.sources and not _holds(case, move):
        raise Refusal(move.otherwise)
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


def _holds(case: Case, move: Move) -> bool:
    return move.when is None or bool(getattr(case, move.when))


def _demand(case: Case, move: Move, inputs: MoveAnswers, uploads: Sequence[Upload]) -> None:
    """Hold the move to its needs, whatever form it came through."""
    slots = {upload.slot for upload in uploads}
    for names in move.demands:
        given = [name for name in names if name in slots or _given(inputs, name)]
        if not given:
            raise FieldRefusal(names[0], _please(names))
    filed_on, today = clock.local(case.registered_at).date(), clock.today()
    for name, day in inputs.facts.items():
        if name in PAST_DAYS and day and not filed_on <= day <= today:
            raise FieldRefusal(name, f"Введите дату не раньше {formats.date(filed_on)} и не позже сегодняшней")
        if name in COMING_DAYS and day and day < today:
            raise FieldRefusal(name, "Введите дату не раньше сегодняшней")


def _given(inputs: MoveAnswers, name: str) -> bool:
    return bool(inputs.note if name == "note" else inputs.facts.get(name))


def _please(names: tuple[str, ...]) -> str:
    """Say what is missing; the first two are worded by hand, the rest by the vocabulary."""
    by_hand = {("note",): "Напишите текст", ("note", "letter_file"): "Напишите текст ответа или приложите письмо"}
    name = names[0]
    return by_hand.get(names) or f"{'Приложите' if name in SLOTS else 'Введите'} {accusative(name)}"


def _facts(inputs: MoveAnswers) -> dict[str, Any]:
    """Give the facts as the journal keeps them: days as ISO text, numbers as text; what was left blank is left out."""
    given = {name: value for name, value in inputs.facts.items() if value not in (None, "") and value is not False}
    return {name: value if isinstance(value, bool) else str(value) for name, value in given.items()}


@dataclass(frozen=True)
class _Making:
    """One move being made, in its transaction; `written` collects the keys of files that it stores."""

    session: Session
    case: Case
    move: Move
    actor: Actor
    inputs: MoveAnswers
    uploads: Sequence[Upload]
    written: list[str]

    def apply(self) -> JournalEntry:
        """Change the case, write the journal, documents and letters."""
        session, case, move = self.session, self.case, self.move
        facts = self._numbered()
        entry = journal.record(
            session, self.actor, move.code, case=case, to_status=move.target, note=self.inputs.note, data=facts,
            token=self.inputs.token,
        )  # fmt: skip
        self._change()
        if isinstance(case, Connection) and move.verdicts:
            verdicts.judge(session, case, move, entry, self.inputs.verdicts)
            session.flush()
        self._attach(entry, facts)
        session.flush()
        session.expire(case, ["entries", "documents", "responsible"])
        case.arrive(session, entry)
        self._tell(entry)
        return entry

    def _numbered(self) -> dict[str, Any]:
        facts = _facts(self.inputs)
        is_letter = self.move.paper or any(upload.slot == LETTER for upload in self.uploads)
        if is_letter and "letter_number" not in facts:
            facts["letter_number"] = str(registers.next_number(self.session, OUTGOING, clock.today().year))
        return facts

    def _change(self) -> None:
        case, move = self.case, self.move
        case.status = move.target or case.status
        case.version += 1
        if self.actor.staff and case.responsible_id is None:
            case.responsible = self.actor.staff
        for name in case.facts:
            if self.inputs.facts.get(name):
                setattr(case, name, self.inputs.facts[name])
        number = self.inputs.facts.get("account_number")
        if number and self.session.scalar(select(SupplyPoint.id).where(SupplyPoint.account_number == number)):
            raise FieldRefusal("account_number", TAKEN_ACCOUNT)
        self._set_clocks()

    def _set_clocks(self) -> None:
        case, move, until = self.case, self.move, self.inputs.facts.get("until")
        deadlines.turn(self.session, case, move.starts, move.pauses, move.stops)
        if move.extends and until:
            running = next(one for one in case.clocks if one.runs)
            last = deadlines.due(self.session, move.extends, running.due_on)
            if not running.due_on < until <= last:
                raise FieldRefusal(
                    "until", f"Введите дату позже {formats.date(running.due_on)} и не позже {formats.date(last)}"
                )
            running.due_on = until
        deadlines.settle(case)

    def _attach(self, entry: JournalEntry, facts: dict[str, Any]) -> None:
        naming = _Naming(self.move.document, {**self.inputs.facts, "letter_number": facts.get("letter_number")})
        _attach(self.session, self.case, entry, self.uploads, naming)
        if self.move.paper and not any(upload.slot == LETTER for upload in self.uploads):
            self._write_paper(entry, naming)

    def _write_paper(self, entry: JournalEntry, naming: _Naming) -> None:
        content = papers.LETTERS[self.move.paper or ""](self.case, entry)
        blob = storage.current().save(io.BytesIO(content))
        self.written.append(blob.key)
        number = naming.number_of(LETTER)
        self.session.add(
            Document(
                case_id=self.case.id, entry_id=entry.id, from_company=True, title=naming.title, number=number,
                dated=naming.day_of(LETTER), created_at=clock.now(), key=blob.key, size=blob.size,
                sha256=blob.sha256, name=f"Ответ {number}.pdf", media_type="application/pdf",
            )
        )  # fmt: skip

    def _tell(self, entry: JournalEntry) -> None:
        session, case, move = self.session, self.case, self.move
        if move.letter:
            found = verdicts.remarks(session, entry) if move.verdicts else []
            case_letters.send(session, move.letter, case, entry, [(one.label, one.remark or "") for one in found])
        if move.tells:
            case_letters.tell_staff(session, move.tells, case, entry)


def _kept(session: Session, token: str, actor: Actor) -> Sequence[Upload]:
    """Files kept under the page's token by the same person: somebody else's token brings nothing."""
    if not token:
        return []
    mine = Upload.staff_id == actor.staff.id if actor.staff else Upload.subscriber_id == actor.subscriber_id
    found = select(Upload).where(Upload.token == token, Upload.slot.in_(SLOTS), mine).order_by(Upload.id)
    return session.scalars(found.with_for_update()).all()


def _attach(session: Session, case: Case, entry: JournalEntry, uploads: Sequence[Upload], naming: _Naming) -> None:
    """Turn kept files into documents of the case; the bytes stay where they are."""
    for upload in uploads:
        session.delete(upload)
        session.flush()
        session.add(
            Document(
                case_id=case.id,
                entry_id=entry.id,
                from_company=entry.staff_id is not None and entry.event != FILED,
                kind=upload.slot if upload.slot in PAPERS else None,
                title=naming.title_of(upload.slot),
                number=naming.number_of(upload.slot),
                dated=naming.day_of(upload.slot),
                created_at=clock.now(),
                **upload.bytes_of(),
            )
        )
