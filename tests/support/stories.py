"""How a case comes into each of its statuses: the shortest way, move by move."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from forms.answers import MoveAnswers, VerdictAnswer
from portal import clock, moves
from portal.journal import Actor
from portal.models import Connection, ExtraService
from tests.support import people

if TYPE_CHECKING:
    from portal.models import Case, JournalEntry, Staff, Subscriber

WAYS: dict[str, dict[str, tuple[str, ...]]] = {"appeal": {
    "registered": (),
    "in_work": ("take",),
    "clarification": ("take", "ask"),
    "extended": ("take", "extend"),
    "redirected": ("redirect",),
    "answered": ("take", "answer"),
    "closed": ("take", "answer", "close"),
    "withdrawn": ("withdraw",),
}, "connection": {
    "registered": (),
    "checking": ("take",),
    "documents_missing": ("take", "request_documents"),
    "preparing": ("take", "accept_documents"),
    "terms_issued": ("take", "accept_documents", "issue_terms"),
    "works": ("take", "accept_documents", "issue_terms", "conclude"),
    "ready": ("take", "accept_documents", "issue_terms", "conclude", "report_ready"),
    "works_remarks": ("take", "accept_documents", "issue_terms", "conclude", "report_ready", "find_remarks"),
    "connecting": ("take", "accept_documents", "issue_terms", "conclude", "report_ready", "inspect"),
    "act": ("take", "accept_documents", "issue_terms", "conclude", "report_ready", "inspect", "make_act"),
    "done": ("take", "accept_documents", "issue_terms", "conclude", "report_ready", "inspect", "make_act", "finish"),
    "cancelled": ("cancel",),
}, "service": {
    "registered": (),
    "checking": ("take",),
    "clarification": ("take", "ask"),
    "agreeing": ("take", "offer"),
    "unpaid": ("take", "offer", "agree_to_pay"),
    "visit": ("take", "appoint"),
    "worked": ("take", "appoint", "do"),
    "closed": ("take", "appoint", "do", "close"),
    "refused": ("refuse",),
    "withdrawn": ("withdraw",),
}}  # fmt: skip
QUESTION = "В какой квартире мигает свет?"
ANSWER = "Бригада проверила линию и подтянула контакт"
REMARK = "Не видно привязки к улице"
REASON = "Запросили схему в другой организации"


def inputs_of(case: Case, code: str) -> dict[str, Any]:
    """What a move is usually given."""
    visit = {"visit_on": clock.today() + timedelta(days=3), "visit_window": "10:00–13:00", "crew_phone": "+74732000055"}
    given = {
        "ask": {"note": QUESTION},
        "answer": {"note": ANSWER},
        "extend": {"note": REASON, "until": (case.due_on or case.registered_at.date()) + timedelta(days=5)},
        "redirect": {"addressee": "Управа Центрального района"},
        "clarify": {"note": "Квартира 7, по вечерам"},
        "disagree": {"note": "Никто не приезжал"},
        "request_documents": {"verdicts": (VerdictAnswer("plan", accepted=False, remark=REMARK),)},
        "add_documents": {"note": "Прошу приобщить план"},
        "issue_terms": {"terms_number": "ТУ-17", "terms_date": clock.today(), "invoice_number": "С-17",
                        "invoice_sum": Decimal("12345.60")},
        "conclude": {"paid_on": clock.today(), "paid_sum": Decimal("12345.60"), "contract_number": "Д-17",
                     "contract_date": clock.today()},
        "report_ready": {"conditions_met": True},
        "find_remarks": {"note": "Нет заземления щита"},
        "inspect": {"inspected_on": clock.today()},
        "make_act": {"energised_on": clock.today(), "act_number": "А-17", "act_date": clock.today()},
        "finish": {"account_number": f"36{case.id:08}"},
        "cancel": {"note": "Срок истёк"},
        "offer": visit | {"cost": Decimal(1500)},
        "appoint": visit | {"visit_on": clock.today()},
        "mark_paid": {"paid_on": clock.today(), "paid_sum": Decimal(1500)},
        "reschedule": visit | {"note": "Бригада на аварии"},
        "do": {"act_number": "А-5", "act_date": clock.today(), "meter_reading": 10500},
        "refuse": {"note": "Счётчик не наш"},
        "ask_other_day": {"note": "Лучше после шести"},
    }  # fmt: skip
    if code == "withdraw" and case.kind == "connection":
        return {"note": "Передумали"}
    return dict(given.get(code, {}))


FILES = {"do": ("act_file",), "issue_terms": ("terms_file", "contract_file", "invoice_file"), "make_act": ("act_file",)}


def make(case: Case, code: str, who: Staff | Subscriber, seen: int | None = None, **changes: Any) -> JournalEntry:
    """Make one move the usual way, with changes and with the files it needs."""
    given = answers(case, code, **changes)
    for slot in FILES.get(code, ()):
        people.kept(who, given.token, slot=slot)
    return moves.make(case, code, Actor.of(who), given, seen)


def answers(case: Case, code: str, **changes: Any) -> MoveAnswers:
    """What a move is usually given, with changes, as its form would give it."""
    said = {"token": people.token()} | inputs_of(case, code) | changes
    own = {name: said.pop(name) for name in ("token", "note", "verdicts") if name in said}
    return MoveAnswers(**own, facts=said)


def appeal_in(status: str, author: Subscriber, clerk: Staff, text: str = "Прошу проверить напряжение в сети") -> Case:
    """File an appeal and bring it into a status."""
    return brought(people.appeal(author, text), status, author, clerk)


def service_in(status: str, author: Subscriber, clerk: Staff, **changes: Any) -> ExtraService:
    """Ask for an extra service and bring it into a status."""
    case = brought(people.extra_service(author, **changes), status, author, clerk)
    assert isinstance(case, ExtraService)
    return case


def connection_in(status: str, author: Subscriber, engineer: Staff, **changes: Any) -> Connection:
    """File an application and bring it into a status."""
    case = brought(people.connection(author, **changes), status, author, engineer)
    assert isinstance(case, Connection)
    return case


def brought(case: Case, status: str, author: Subscriber, clerk: Staff) -> Case:
    """Bring a case that was just filed into a status."""
    for code in WAYS[case.kind][status]:
        move = moves.workflow_of(case).move(code)
        assert move is not None
        make(case, code, clerk if move.by == "staff" else author)
    assert case.status == status
    return case
