"""The table of an application for connection: every pair of status and move, what each demands, starts and sends."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from sqlalchemy import select

from forms.answers import VerdictAnswer
from portal import clock, moves, verdicts
from portal.extensions import db
from portal.models import Connection, Document, Letter, SupplyPoint
from portal.refusals import FieldRefusal, Refusal
from portal.workflow import CONNECTION, By
from tests.support import people, stories

pytestmark = pytest.mark.usefixtures("inside")

BEFORE_CONTRACT = {"cancel", "withdraw"}
ALLOWED = {
    "registered": {"take", "request_documents", "accept_documents"} | BEFORE_CONTRACT,
    "checking": {"request_documents", "accept_documents"} | BEFORE_CONTRACT,
    "documents_missing": {"add_documents"} | BEFORE_CONTRACT,  # «Завершить загрузку» waits for something to hand over
    "preparing": {"issue_terms"} | BEFORE_CONTRACT,
    "terms_issued": {"conclude"} | BEFORE_CONTRACT,
    "works": {"report_ready", "connect_directly"},
    "ready": {"find_remarks", "inspect"},
    "works_remarks": {"report_ready"},
    "connecting": {"make_act"},
    "act": {"finish"},
    "done": set(),
    "cancelled": set(),
}
TARGETS = {
    "take": "checking", "request_documents": "documents_missing", "accept_documents": "preparing",
    "add_documents": None, "complete_documents": "checking", "issue_terms": "terms_issued", "conclude": "works",
    "report_ready": "ready", "find_remarks": "works_remarks", "inspect": "connecting",
    "connect_directly": "connecting", "make_act": "act", "finish": "done", "cancel": "cancelled",
    "withdraw": "cancelled",
}  # fmt: skip
DEMANDS = [
    ("checking", "request_documents", {"verdicts": ()}, "verdicts"),
    ("checking", "request_documents", {"verdicts": (VerdictAnswer("plan", accepted=True),)}, "verdicts"),
    ("checking", "request_documents", {"verdicts": (VerdictAnswer("plan", accepted=False),)}, "verdicts"),
    ("checking", "accept_documents", {"verdicts": (VerdictAnswer("plan", accepted=False, remark="Нет"),)}, "verdicts"),
    ("checking", "cancel", {"note": None}, "note"),
    ("checking", "withdraw", {"note": ""}, "note"),
    ("preparing", "issue_terms", {"terms_number": None}, "terms_number"),
    ("preparing", "issue_terms", {"terms_date": None}, "terms_date"),
    ("preparing", "issue_terms", {"terms_date": date(2026, 1, 1)}, "terms_date"),
    ("preparing", "issue_terms", {"terms_date": date(2099, 1, 1)}, "terms_date"),
    ("preparing", "issue_terms", {"invoice_sum": None}, "invoice_sum"),
    ("terms_issued", "conclude", {"paid_on": None}, "paid_on"),
    ("terms_issued", "conclude", {"contract_number": None}, "contract_number"),
    ("works", "report_ready", {"conditions_met": False}, "conditions_met"),
    ("works", "report_ready", {"wished_on": date(2026, 1, 1)}, "wished_on"),
    ("ready", "find_remarks", {"note": None}, "note"),
    ("ready", "inspect", {"inspected_on": None}, "inspected_on"),
    ("connecting", "make_act", {"act_number": None}, "act_number"),
    ("act", "finish", {"account_number": None}, "account_number"),
]


def running(case: Connection) -> dict[str, date]:
    return {one.code: one.due_on for one in case.clocks if one.runs}


def letters_of(case: Connection) -> list[str]:
    return list(db.session.scalars(select(Letter.name).where(Letter.case_id == case.id).order_by(Letter.id)))


@pytest.mark.sqlite_only
@pytest.mark.parametrize("status", list(ALLOWED))
def test_each_status_allows_its_moves_and_refuses_all_others(status: str) -> None:
    author, engineer = people.subscriber(), people.staff("engineer")
    for move in CONNECTION.moves:
        case = stories.connection_in(status, author, engineer)
        number, before, who = case.number, case.version, engineer if move.by is By.staff else author
        if move.code in ALLOWED[status]:
            entry = stories.make(case, move.code, who)
            assert (case.status, case.version) == (TARGETS[move.code] or status, before + 1), move.code
            assert (entry.to_status, case.entries[-1].id) == (TARGETS[move.code], entry.id)
        else:
            with pytest.raises(Refusal):
                stories.make(case, move.code, who)
            assert (case.status, case.version) == (status, before), move.code
        assert case.number == number


@pytest.mark.parametrize("status", list(ALLOWED))
def test_what_a_page_offers_is_what_may_be_done(status: str) -> None:
    case = stories.connection_in(status, people.subscriber(), people.staff("engineer"))
    assert {move.code for by in By for move in moves.offered(case, by)} == ALLOWED[status]


@pytest.mark.parametrize(("status", "code", "change", "field"), DEMANDS)
def test_a_move_demands_what_it_needs_and_stores_nothing_half_done(
    status: str, code: str, change: dict[str, object], field: str
) -> None:
    author, engineer = people.subscriber(), people.staff("engineer")
    case = stories.connection_in(status, author, engineer)
    entries, letters = len(case.entries), letters_of(case)
    move = CONNECTION.move(code)
    assert move is not None
    with pytest.raises(FieldRefusal) as refused:
        stories.make(case, code, engineer if move.by is By.staff else author, **change)
    assert refused.value.field == field
    db.session.expire_all()
    assert (case.status, len(case.entries), letters_of(case)) == (status, entries, letters)


@pytest.mark.parametrize(("code", "slot"), [("issue_terms", "terms_file"), ("make_act", "act_file")])
def test_a_move_that_needs_files_does_not_go_without_them(
    code: str, slot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engineer = people.staff("engineer")
    case = stories.connection_in(
        {"issue_terms": "preparing", "make_act": "connecting"}[code], people.subscriber(), engineer
    )
    monkeypatch.setattr(stories, "FILES", {})
    with pytest.raises(FieldRefusal) as refused:
        stories.make(case, code, engineer)
    assert refused.value.field == slot


def test_only_engineers_and_administrators_move_applications() -> None:
    case = people.connection(people.subscriber())
    with pytest.raises(Refusal, match="нужна другая роль"):
        stories.make(case, "take", people.staff("operator"))
    stories.make(case, "take", people.staff("admin"))
    assert case.responsible is not None


def test_missing_documents_go_round_until_nothing_is_missing() -> None:
    author, engineer = people.subscriber(), people.staff("engineer")
    case = stories.connection_in("documents_missing", author, engineer)
    with pytest.raises(Refusal, match="Сначала приложите файл или напишите"):
        stories.make(case, "complete_documents", author)
    token = people.token()
    people.kept(author, token, "Новый план.pdf", slot="plan")
    stories.make(case, "add_documents", author, token=token)
    folder = {one.paper.code: one for one in verdicts.folders(case)}["plan"]
    assert ([one.name for one in folder.documents], folder.state) == (["Новый план.pdf", "plan.pdf"], "new")
    stories.make(case, "complete_documents", author)
    stories.make(case, "request_documents", engineer)
    with pytest.raises(Refusal, match="Сначала приложите"):
        stories.make(case, "complete_documents", author)
    stories.make(case, "add_documents", author)
    stories.make(case, "complete_documents", author)
    stories.make(case, "accept_documents", engineer)
    assert {one.state for one in verdicts.folders(case) if one.documents} == {"accepted"}
    notices = [one for one in case.documents if one.title == "Уведомление о нестаче документов"]
    assert [(one.name, one.number) for one in notices] == [("Ответ 1.pdf", "1"), ("Ответ 2.pdf", "2")]
    assert letters_of(case).count("documents_missing") == 2


def test_a_letter_of_ones_own_takes_the_place_of_the_notice_that_is_made() -> None:
    engineer = people.staff("engineer")
    case = stories.connection_in("checking", people.subscriber(), engineer)
    token = people.token()
    people.kept(engineer, token, "Письмо 1095.pdf", slot="letter_file")
    stories.make(case, "request_documents", engineer, token=token, letter_number="1095")
    letters = [(one.name, one.number) for one in case.documents if one.from_company]
    assert letters == [("Письмо 1095.pdf", "1095")]


def test_clocks_of_both_sides_start_pause_and_stop() -> None:
    with time_machine.travel("2026-03-02 12:00 +0300", tick=False) as now:
        author, engineer = people.subscriber(), people.staff("engineer")
        case = stories.connection_in("checking", author, engineer)
        assert running(case) == {"missing_notice": date(2026, 3, 5), "offer": date(2026, 3, 17)}  # 9 March is a day off
        assert case.due_on == date(2026, 3, 5)
        stories.make(case, "request_documents", engineer)
        assert running(case) == {"missing_supply": date(2026, 3, 31)}
        assert (case.due_on, case.due_side) == (date(2026, 3, 31), By.applicant)
        now.move_to("2026-03-10 12:00 +0300")
        stories.make(case, "add_documents", author)
        stories.make(case, "complete_documents", author)
        assert running(case) == {"missing_notice": date(2026, 3, 13), "offer": date(2026, 3, 24)}
        for code in ("accept_documents", "issue_terms"):
            stories.make(case, code, engineer)
        assert running(case) == {"pay": date(2026, 3, 17)}
        stories.make(case, "conclude", engineer)
        assert running(case) == {"works": date(2026, 9, 10)}
        stories.make(case, "report_ready", author)
        assert running(case)["inspection"] == date(2026, 3, 20)
        stories.make(case, "find_remarks", engineer)
        assert set(running(case)) == {"works"}


def test_terms_of_temporary_connections_and_of_public_buyers_are_their_own() -> None:
    engineer = people.staff("engineer")
    firm = people.connection(people.subscriber())
    firm.service = "temporary"
    db.session.commit()
    stories.brought(firm, "preparing", people.subscriber(), engineer)
    stories.make(firm, "issue_terms", engineer, public_buyer=True)
    assert [one.term for one in firm.clocks if one.runs] == ["pay_public"]
    stories.make(firm, "conclude", engineer)
    assert [one.term for one in firm.clocks if one.runs] == ["works_temporary"]


def test_above_low_voltage_nothing_is_connected_before_the_applicant_reports() -> None:
    engineer = people.staff("engineer")
    case = stories.connection_in("works", people.subscriber(), engineer)
    case.voltage_kv = Decimal(10)
    db.session.commit()
    with pytest.raises(Refusal, match="выше 0,4 кВ"):
        stories.make(case, "connect_directly", engineer)


def test_the_account_number_is_given_once_and_makes_the_object_known() -> None:
    author, engineer = people.subscriber(), people.staff("engineer")
    first = stories.connection_in("act", author, engineer)
    second = stories.connection_in("act", author, engineer)
    stories.make(first, "finish", engineer, account_number="36100001")
    with pytest.raises(FieldRefusal, match="уже присвоен"):
        stories.make(second, "finish", engineer, account_number="36100001")
    db.session.expire_all()
    assert (second.status, second.account_number) == ("act", None)
    point = db.session.scalars(select(SupplyPoint)).one()
    assert (point.account_number, point.subscriber_id, point.house) == ("36100001", author.id, "5")
    assert running(first) == {}


def test_the_same_form_sent_twice_is_one_move() -> None:
    engineer = people.staff("engineer")
    case = stories.connection_in("registered", people.subscriber(), engineer)
    token = people.token()
    assert stories.make(case, "take", engineer, token=token).id == stories.make(case, "take", engineer, token=token).id
    assert (case.status, case.version) == ("checking", 2)


def test_an_application_without_a_demanded_document_is_not_filed() -> None:
    author = people.subscriber()
    with pytest.raises(FieldRefusal) as refused:
        people.connection(author, circumstances=("shared_ownership",))
    assert (refused.value.field, refused.value.sentence) == ("consent", "Приложите согласие собственников")
    assert db.session.scalar(select(Connection.id)) is None
    assert people.connection(author).number == 1  # nothing was lost of the journal


def test_what_a_move_attaches_is_called_by_what_it_is() -> None:
    case = stories.connection_in("act", people.subscriber(), people.staff("engineer"))
    titles = [one.title for one in case.documents if one.from_company]
    assert titles == ["Технические условия", "Условия договора", "Счёт", "Акт"]
    assert db.session.scalar(select(Document.kind).where(Document.name == "plan.pdf")) == "plan"


def test_numbers_begin_anew_each_year() -> None:
    author = people.subscriber()
    with time_machine.travel("2026-12-31 23:00 +0300", tick=False) as now:
        last = people.connection(author)
        now.shift(timedelta(hours=2))
        first = people.connection(author)
    assert [(one.year, one.number) for one in (last, first)] == [(2026, 1), (2027, 1)]


@pytest.mark.parametrize("move", CONNECTION.moves, ids=lambda move: move.code)
def test_a_move_sends_the_letters_that_it_promises(move: object) -> None:
    assert isinstance(move, type(CONNECTION.moves[0]))
    author, engineer = people.subscriber(), people.staff("engineer")
    source = next(status for status in move.sources if move.code in ALLOWED[status] or status == "documents_missing")
    case = stories.connection_in(source, author, engineer)
    if move.code == "complete_documents":
        stories.make(case, "add_documents", author)
    before = letters_of(case)
    stories.make(case, move.code, engineer if move.by is By.staff else author)
    promised = [name for name in (move.letter, move.tells) if name]
    assert letters_of(case)[len(before) :] == promised
    told = select(Letter.recipient).where(Letter.case_id == case.id, Letter.name == move.tells)
    if move.tells:
        assert db.session.scalars(told).all() == [engineer.email]


def test_the_clocks_of_an_application_that_is_closed_have_ended() -> None:
    author, engineer = people.subscriber(), people.staff("engineer")
    for status in ("done", "cancelled"):
        case = stories.connection_in(status, author, engineer)
        assert {one.ended_on for one in case.clocks} == {clock.today()}
        assert case.due_on is None
