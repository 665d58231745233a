"""Searching from the header: by what rows are found, for whom, and that the index never lags behind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import delete, event, select, update

from portal.extensions import db
from portal.models import Meter, SearchSlip, SearchText, SearchWord, Street, Subscriber
from portal.search import finding, keeping, words
from portal.search.kinds import BY_MODEL, KINDS
from portal.transactions import transaction
from tests.support import papers, people
from tests.support.page import words as said

if TYPE_CHECKING:
    from flask import Flask

    from portal.models import Case
    from tests.support.page import Page
    from tests.support.visitor import Visitor

NAME = "Селивёрстова Пелагея Юльевна"
PHONE = "+74732112233"
LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
KEPT = [kind.code for kind in BY_MODEL.values()]


def found(text: str, *kinds: str) -> list[tuple[str, int]]:
    return [(one.kind, one.id) for one in finding.find(db.session(), text, kinds or KEPT, 10)]


def somebody(**changes: object) -> Subscriber:
    """Somebody with a name that nobody else has, among others."""
    people.subscriber(full_name="Бобров Никита Львович", phone="+79000000077")
    return people.subscriber(**({"full_name": NAME, "phone": PHONE} | changes))


def slipped(word: str) -> st.SearchStrategy[str]:
    """Make a word with one slip in its first letters: one less, one more, another one, two that changed places."""
    place, letter = st.integers(0, min(len(word), 5) - 1), st.sampled_from(LETTERS)
    return st.one_of(
        place.map(lambda at: word[:at] + word[at + 1 :]),
        st.builds(lambda at, other: word[:at] + other + word[at:], place, letter),
        st.builds(lambda at, other: word[:at] + other + word[at + 1 :], place, letter),
        place.map(lambda at: word[:at] + word[at : at + 2][::-1] + word[at + 2 :]),
    )


# --- words ---


@given(st.text(LETTERS, min_size=4, max_size=12).flatmap(lambda word: st.tuples(st.just(word), slipped(word))))
@example(("иванов", "ивнов"))
@example(("иванов", "иваноф"))
def test_a_word_and_one_with_a_slip_in_it_always_meet(pair: tuple[str, str]) -> None:
    (word,), (typed,) = map(words.typed, pair)
    assert words.slips(word) & words.slips(typed)
    beginning = words.near(typed, word)
    assert beginning is not None
    assert word.startswith(beginning)
    assert abs(len(beginning) - len(typed)) <= 1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ИВАНОВ ёлкин", ["иванов", "елкин"]),
        ("№ 465/2026", ["465", "2026"]),
        ("8 (900) 000-00-01", ["89000000001"]),
        ("112-233-445 95", ["11223344595"]),
        ("ул. Мира, д. 12-34", ["мира", "12", "34"]),
        ("200-00-01", ["2000001"]),
        ("Ivan.P_1@Example.org", ["ivan.p_1@example.org"]),
        ("ул.", ["ул"]),
        ("  %_\\ ", []),
    ],
)
def test_what_is_typed_is_cut_into_words(typed: str, meant: list[str]) -> None:
    assert words.typed(typed) == [word for text in meant for word in words.typed(text)]
    assert len(words.typed(typed)) == len(meant)


def test_the_other_layout_is_understood_both_ways() -> None:
    assert [words.swapped(text) for text in ("bdfyjd", "F,hfvjd", "зукыщт_1")] == ["иванов", "абрамов", "person_1"]


# --- finding ---


@pytest.mark.usefixtures("inside")
def test_a_subscriber_is_found_by_whatever_a_clerk_may_know_of_him() -> None:
    person = somebody(email="lukoshko@example.org", house="12а", flat="77")
    here = ("subscriber", person.id)
    street = db.session.get_one(Street, person.street_id)
    for text in (
        "селиверстова", "СЕЛИВЁРСТОВА ПЕЛ", "пелагея селивер", "Селиверстова П.Ю.", "ctkbdthcnjdf",
        f"{street.display} 12а кв. 77", "8 473 211-22-33", "+7(473)2112233", "211-22-33", "2233", "lukoshko",
        "lukoshko@exam", person.login, "селиверстова 2233",
    ):  # fmt: skip
        assert found(text, "subscriber") == [here], text
    for text in ("селивестова", "силиверстова", "сеилверстова", "ыеливерстова", "селиверстофа пелогея", "ctkbdtcnjdf"):
        assert found(text, "subscriber") == [here], text
    for text in ("бобров пелагея", "селиверстова 12", "223", "%", "_", "лукошкин", ""):
        assert here not in found(text, "subscriber"), text


@pytest.mark.usefixtures("inside")
def test_whole_words_come_before_beginnings_and_exact_before_similar_ones() -> None:
    names = ("Ветров Лев Ильич", "Ветровская Нина Львовна", "Петров Лев Ильич", "Ветров Ян Ильич")
    people_of = {name: people.subscriber(full_name=name).id for name in names}
    order = [key for _, key in found("ветров")]
    assert order == [people_of[name] for name in (names[3], names[0], names[1])]
    near = finding.find(db.session(), "ветров лев", KEPT, 10)
    assert [(one.id, one.is_near) for one in near] == [(people_of[names[0]], False), (people_of[names[2]], True)]


@pytest.mark.usefixtures("inside")
def test_cases_meters_and_documents_are_found_by_their_numbers() -> None:
    person = somebody()
    appeal, service, connection = people.appeal(person), people.extra_service(person), people.connection(person)
    meter = people.meter(person, serial="АВ-00123ТЕ")
    for case in (appeal, service, connection):
        assert (case.kind, case.id) in found(f"№ {case.number}"), case.kind
        assert found(f"{case.number}/{case.registered_at.year} селив", case.kind) == [(case.kind, case.id)]
    for serial in ("АВ-00123ТЕ", "ab 00123te", "ab-00123", "АВ-00123те"):
        assert found(serial, "meter") == [("meter", meter.id)], serial
    assert ("meter", meter.id) in found(meter.account_number)
    with transaction():
        connection.terms_number, connection.account_number = "ТУ-4411", "36009911"
        connection.documents[0].title, connection.documents[0].number = "Договор", "17-Д"
    assert found("ту-4411") == found("3600991") == [("connection", connection.id)]
    assert found("договор 17-д") == [("document", connection.documents[0].id)]


@pytest.mark.usefixtures("inside")
def test_however_frequent_the_words_are_no_more_rows_are_read_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "MOST_READ", 3)
    monkeypatch.setattr(finding, "FREQUENT", 4)
    everybody = [people.subscriber(full_name="Иванов Иван Иванович").id for _ in range(6)]
    assert {key for _, key in found("иван ива", "subscriber")} < set(everybody)
    rare = people.subscriber(full_name="Иванов Елисей Иванович").id
    assert found("иван елисей", "subscriber") == [("subscriber", rare)]


# --- keeping ---


def whole_index() -> list[set[tuple[object, ...]]]:
    tables = (SearchText.__table__, SearchWord.__table__, SearchSlip.__table__)
    return [{tuple(row) for row in db.session.execute(select(*table.c))} for table in tables]


@pytest.mark.usefixtures("inside")
def test_the_index_follows_a_row_in_its_own_transaction() -> None:
    person = somebody()
    with pytest.raises(ZeroDivisionError), transaction():
        person.full_name = "Другая Фамилия"
        db.session.flush()
        assert found("другая фамилия", "subscriber")
        raise ZeroDivisionError
    assert not found("другая фамилия", "subscriber")
    with transaction() as session:
        session.get_one(Subscriber, person.id).full_name = "Ещё Однако"
    assert found("однако", "subscriber")
    assert not found("селиверстова", "subscriber")
    meter = people.meter(person, serial="777888999")
    with transaction() as session:
        session.delete(session.get_one(Meter, meter.id))
    assert not found("777888999")
    assert not db.session.scalars(select(SearchText).where(SearchText.kind == "meter")).all()


@pytest.mark.usefixtures("inside")
def test_a_street_with_another_name_leads_to_everybody_on_it() -> None:
    person = people.subscriber()
    service = people.extra_service(person)
    with transaction() as session:
        session.get_one(Street, person.street_id).display = "Небывалая ул."
    assert found("небывалая") == [("subscriber", person.id), ("service", service.id)]


@pytest.mark.usefixtures("inside")
def test_the_index_made_anew_is_the_one_that_was_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "LOT", 2)
    for name in ("Первая Анна Ильинична", "Второй Пётр Ильич", "Третья Нина Львовна"):
        people.appeal(people.subscriber(full_name=name))
    kept, told = whole_index(), list[str]()
    with transaction() as session:
        session.execute(delete(SearchText).where(SearchText.subject_id > 1))
        session.execute(delete(SearchWord))
        session.execute(delete(SearchSlip))
        session.add(SearchText(kind="subscriber", subject_id=999, text=" nobody "))
    keeping.rebuild(told.append)
    assert whole_index() == kept
    assert "subscriber: 3 of 3" in told
    keeping.rebuild(told.append)
    assert whole_index() == kept


@pytest.mark.usefixtures("inside")
def test_what_came_before_the_index_is_added_once() -> None:
    person, told = somebody(), list[str]()
    kept = whole_index()
    with transaction() as session:
        session.execute(delete(SearchText))
        session.execute(delete(SearchWord))
    keeping.complete(told.append)
    assert whole_index() == kept
    assert ("subscriber", person.id) in found("селиверстова")
    told.clear()
    keeping.complete(told.append)
    assert told == []


@pytest.mark.usefixtures("inside")
def test_no_identifier_of_a_person_is_copied_into_the_index() -> None:
    somebody(snils="11223344595")
    with transaction() as session:
        session.execute(update(Subscriber).values(passport="2011000001", inn="366100000001"))
    keeping.rebuild(lambda _: None)
    text = " ".join(db.session.scalars(select(SearchText.text)))
    assert not re.search("11223344595|2011000001|366100000001", text)
    assert not {column.key for kind in KINDS.values() for fact in kind.facts for column in fact.columns} & {
        "snils", "passport", "inn", "ogrn", "registry_number",
    }  # fmt: skip


# --- the page ---

BOX = "Найти. Номер, ФИО, адрес, телефон, счётчик, документ"


def headings(page: Page) -> list[str]:
    return [said(element) for element in page.root.iter("h2")]


@pytest.fixture
def case(app: Flask) -> Case:
    """An application for connection of somebody who has written an appeal too."""
    with app.app_context():
        person = somebody(snils="11223344595")
        people.appeal(person)
        papers.placed(person, people.staff(), "Справка", case_id=people.appeal(person).id)
        people.meter(person, serial="12345ТЭ")
        return people.connection(person)


@pytest.mark.usefixtures("case")
def test_the_box_of_every_page_leads_to_the_card(clerk: Visitor) -> None:
    for start in ("/admin/", "/admin/streets/", "/admin/password"):
        page = clerk.press(clerk.open(start), "Найти", {BOX: "селивестова 2233"})
        assert page.heading() == "Поиск: «селивестова 2233»"
    assert headings(page) == ["Абоненты", "Обращения"]
    assert {"похоже", "+7 (473) 211-22-33"} <= {
        said(element) for element in page.root.iter() if element.tag in {"span", "mark"}
    }
    assert clerk.open(page.link(NAME)).heading() == NAME
    page = clerk.open("/admin/search/?q=12345тэ")
    assert clerk.open(page.link("12345ТЭ")).heading().endswith("12345ТЭ")
    assert "Ничего не нашли" in clerk.open("/admin/search/?q=щукин").words()
    assert "Введите вверху" in clerk.open("/admin/search/").words()


def test_everybody_finds_what_his_role_opens_and_nothing_else(
    case: Case, clerk: Visitor, engineer: Visitor, admin: Visitor, resident: Visitor
) -> None:
    everything = {"Абоненты", "Обращения", "Приборы учёта", "Заявки на присоединение", "Документооборот", "Сотрудники"}
    pages = [
        [visitor.open(f"/admin/search/?q={q}") for q in ("селиверстова", "справка", "12345тэ", "operator")]
        for visitor in (clerk, engineer, admin)
    ]
    shown = [{name for page in found_pages for name in headings(page)} for found_pages in pages]
    assert shown[0] == everything - {"Заявки на присоединение", "Сотрудники"}
    assert shown[1] == {"Заявки на присоединение"}
    assert shown[2] == everything
    card = pages[1][0].link(f"№ {case.number}/{case.registered_at.year}")
    assert f"Заявка № {case.number}" in engineer.open(card).heading()
    assert "Абоненты" not in engineer.open("/admin/search/?q=селиверстова&kind=subscriber").text
    assert resident.client.get("/admin/search/?q=селиверстова").status_code == 403


@pytest.mark.usefixtures("case")
def test_numbers_of_papers_are_found_whole_by_those_who_may_see_them_and_shown_masked(
    app: Flask, clerk: Visitor, admin: Visitor
) -> None:
    with app.app_context(), transaction() as session:
        session.execute(update(Subscriber).where(Subscriber.full_name == NAME).values(inn="366100000001"))
    for text in ("11223344595", "112-233-445 95"):
        assert NAME not in clerk.open(f"/admin/search/?q={text}").words()
        page = admin.open(f"/admin/search/?q={text}")
        assert "СНИЛС 11********5" in page.words()
        assert clerk.open(page.link(NAME))
        assert "11223344595" not in page.words().replace(text, "")
    assert "ИНН 36*********1" in clerk.open("/admin/search/?q=366100000001").words()
    assert NAME not in clerk.open("/admin/search/?q=36610000000").words()


def test_the_number_that_was_typed_stands_first(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        first = people.appeal(people.subscriber())
        for _ in range(6):
            people.appeal(people.subscriber(house=str(first.number)))
    page = admin.open(f"/admin/search/?q={first.number}")
    titles = [said(link) for link in page.root.iter("a") if said(link).startswith("№")]
    assert headings(page)[0] == "Обращения"
    assert titles[0] == f"№ {first.number}/{first.registered_at.year}"
    more = admin.open(page.link("Обращения: показать больше"))
    assert headings(more) == ["Обращения"]
    assert len([link for link in more.root.iter("a") if said(link).startswith("№")]) == 7
    assert admin.open(more.link("← Всё найденное")).path == page.path


def test_a_search_asks_few_statements_however_much_there_is(app: Flask, admin: Visitor) -> None:
    counts = []
    for _ in range(2):
        with app.app_context():
            for _ in range(5):
                person = people.subscriber(full_name=NAME)
                people.appeal(person)
                people.extra_service(person)
        asked: list[str] = []

        def hear(_c: object, _cursor: object, statement: str, *_: object, heard: list[str] = asked) -> None:
            heard.append(statement)

        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", hear)
            admin.open("/admin/search/?q=селивёрстова пелагея")
            event.remove(db.engine, "before_cursor_execute", hear)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 10


@pytest.mark.parametrize(
    "q", ["%00'%22%25_", "9" * 100, "а " * 50, "%F0%9F%92%A1", "*", "(" * 50, "-" * 100, "1-1-1-1-1", "٣٤٥"]
)
def test_hostile_words_find_nothing_and_break_nothing(admin: Visitor, q: str) -> None:
    admin.open(f"/admin/search/?q={q}&kind=nothing")
    assert "Ничего не нашли" in admin.open(f"/admin/search/?q={q}").words() or q.startswith(("а", "%00"))
