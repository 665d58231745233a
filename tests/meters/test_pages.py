"""Figs 19-23 page by page, for their owner and for nobody else."""

from __future__ import annotations

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import func, select

from portal.extensions import db
from portal.models import JournalEntry, Meter, Reading, Subscriber
from portal.services import meters, personal_data
from tests.support import people
from tests.support.visitor import Visitor, signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

HEADS = [
    "Лицевой счет", "Наименование объекта", "Адрес объекта", "Номер счетчика", "Дата снятия показаний",
    "Текущие показания", "Предыдущие показания", "#",
]  # fmt: skip
METER = {
    "Описание местонахождения ПУ": "на опоре у дома",
    "Номер лицевого счета": "123456",
    "Заводской номер": "123456ТЭ",
}
VALUE, DAY = "Показания (в кВт·ч)", "Дата съема показаний"
REPLACED = "Счётчик заменили, или он прошёл через ноль"
SURE = "Показания верны, расход и правда такой"


@pytest.fixture(autouse=True)
def _in_the_days() -> Iterator[None]:
    """Live in the days of readings."""
    with time_machine.travel("2026-11-24 09:00 +0300", tick=True):
        yield


@pytest.fixture
def login(app: Flask) -> str:
    """Somebody with one meter: id 1, readings of September and October."""
    with app.app_context():
        person = people.subscriber()
        meter = people.meter(person, "123456ТЭ")
        people.reading_of_then(meter, 12000, date(2026, 9, 24))
        people.reading_of_then(meter, 12300, date(2026, 10, 24))
        return person.login


@pytest.fixture
def owner(app: Flask, login: str) -> Visitor:
    """The same, signed in."""
    return signed_in(app, login)


def count(app: Flask, model: type[Meter | Reading]) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_somebody_without_meters_is_told_how_to_begin(resident: Visitor) -> None:
    page = resident.open("/meters")
    assert page.heading() == "Подача информации по показаниям приборов учёта"
    assert page.table() == [HEADS]
    assert "добавьте счётчик" in page.words()
    assert resident.open(page.link("Новый счетчик")).heading() == "Новый счетчик"


def test_a_meter_is_added_and_stands_in_the_list_of_the_manual(resident: Visitor) -> None:
    page = resident.press(resident.open("/meters/new"), "Сохранить", METER)
    assert "Счетчик зарегистрирован в системе!" in page.words()
    heads, row = page.table()
    assert heads == HEADS
    assert (row[0], row[1], row[3]) == ("123456", "на опоре у дома", "123456ТЭ")
    assert row[4:7] == ["–", "–", "–"]
    assert row[7] == "не передано Добавить показания"


def test_a_reading_is_given_and_stands_in_the_list(owner: Visitor) -> None:
    form = owner.open(owner.open("/meters").link("Добавить показания"))
    assert form.heading() == "Показания счетчика"
    assert form.form("Сохранить").typed(DAY) == "2026-11-24"
    page = owner.press(form, "Сохранить", {VALUE: "12 568"})
    assert "Ваши показания сохранены успешно!" in page.words()
    assert page.table()[1][4:] == ["24.11.2026", "12 568", "12 300", "передано Добавить показания"]


@pytest.mark.parametrize(
    ("answers", "label", "sentence"),
    [
        ({VALUE: "12,5"}, VALUE, "целым числом"),
        ({VALUE: "1000000000000"}, VALUE, "не больше 9 цифр"),
        ({VALUE: ""}, VALUE, "Введите показания"),
        ({VALUE: "12400", DAY: "2026-11-25"}, DAY, "25.11.2026 ещё не наступило"),
        ({VALUE: "12400", DAY: "2026-10-24"}, DAY, "За 24.10.2026 показания уже переданы"),
        ({VALUE: "12400", DAY: "2026-10-01"}, DAY, "позже предыдущих показаний от 24.10.2026"),
        ({VALUE: "12400", DAY: "вчера"}, DAY, "день, месяц и год"),
        ({VALUE: "12000"}, REPLACED, "предыдущие больше, 12 300 от 24.10.2026"),
        ({VALUE: "15000"}, SURE, "расход 2 700 кВт·ч втрое больше обычного"),
    ],
)
def test_what_can_not_be_right_is_said_beside_its_field_and_stays_typed(
    owner: Visitor, app: Flask, answers: dict[str, str], label: str, sentence: str
) -> None:
    page = owner.press(owner.open("/meters/1/readings/new"), "Сохранить", answers, status=422)
    assert sentence in page.errors()[label]
    assert page.form("Сохранить").typed(VALUE) == answers[VALUE]
    assert count(app, Reading) == 2


@pytest.mark.parametrize(("value", "tick", "odd"), [("5", REPLACED, "less"), ("15000", SURE, "much")])
def test_a_doubt_is_answered_by_a_tick_and_flagged_for_staff(
    owner: Visitor, app: Flask, value: str, tick: str, odd: str
) -> None:
    page = owner.press(owner.open("/meters/1/readings/new"), "Сохранить", {VALUE: value}, status=422)
    page = owner.press(page, "Сохранить", {tick: True})
    assert "Ваши показания сохранены успешно!" in page.words()
    with app.app_context():
        assert db.session.scalar(select(Reading.odd).where(Reading.value == int(value))) == odd


def test_a_form_sent_twice_and_two_windows_make_one_reading(owner: Visitor, app: Flask) -> None:
    one, other = owner.open("/meters/1/readings/new"), owner.open("/meters/1/readings/new")
    for _ in range(2):
        page = owner.press(one, "Сохранить", {VALUE: "12500"})
        assert "Ваши показания сохранены успешно!" in page.words()
    page = owner.press(other, "Сохранить", {VALUE: "12501"}, status=422)
    assert "показания уже переданы" in page.errors()[DAY]
    assert "Исправить показания от 24.11.2026" in page.words()
    assert count(app, Reading) == 3


def test_many_windows_at_once_make_one_reading(owner: Visitor, app: Flask) -> None:
    sent = [owner.open("/meters/1/readings/new").form("Сохранить").fill({VALUE: "12500"}) for _ in range(6)]

    def send(place: int) -> int:
        twin = Visitor(app)
        twin.client._cookies = owner.client._cookies.copy()
        return twin.client.post(sent[place].action, data=sent[place].data("Сохранить")).status_code

    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(send, range(6)))
    assert sorted(codes).count(302) == 1
    assert set(codes) <= {302, 422, 200}
    assert count(app, Reading) == 3


def test_a_meter_form_sent_twice_and_the_same_meter_again_make_one(resident: Visitor, app: Flask) -> None:
    form = resident.open("/meters/new")
    for _ in range(2):
        resident.press(form, "Сохранить", METER)
    page = resident.press(
        resident.open("/meters/new"), "Сохранить", METER | {"Заводской номер": "123456tэ"}, status=422
    )
    assert "Счётчик 123456ТЭ уже есть" in page.errors()["Заводской номер"]
    assert count(app, Meter) == 1


def test_the_last_reading_is_corrected_with_a_reason_and_the_first_stays(owner: Visitor, app: Flask) -> None:
    owner.press(owner.open("/meters/1/readings/new"), "Сохранить", {VALUE: "12500"})
    page = owner.open(owner.open("/meters/1").link("Исправить"))
    page = owner.press(page, "Сохранить", {VALUE: "12 510", "Почему исправляете": "Ошиблась цифрой"})
    words = page.words()
    assert "Исправление: Ошиблась цифрой" in words
    assert "12 500" in words
    assert "12 510" in words
    with app.app_context():
        first, second = db.session.scalars(select(Reading).order_by(Reading.id.desc()).limit(2)).all()[::-1]
        assert (first.value, second.value, second.corrects_id) == (12500, 12510, first.id)
        assert second.month == date(2026, 11, 1)
        assert db.session.scalars(select(JournalEntry.note).where(JournalEntry.event == "reading.correct")).all() == [
            "Ошиблась цифрой"
        ]
        assert meters.state_of(db.session.get_one(Subscriber, 1)).difference == 210  # type: ignore[union-attr]


def test_what_was_corrected_or_is_of_an_old_month_is_corrected_by_staff_alone(owner: Visitor, app: Flask) -> None:
    assert "Исправить" not in [word for word in owner.open("/meters/1").words().split() if word == "Исправить"]
    page = owner.open("/meters/1/readings/2/correct")
    assert page.heading() == "Счётчик 123456ТЭ"
    assert "Исправить можно только последние показания" in page.words()
    assert count(app, Reading) == 2


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-10", "Показания ждём с 23 по 25 ноября. Переданные сегодня войдут в следующий расчёт, за ноябрь."),
        ("2026-11-23", "Идёт приём показаний за ноябрь: по 25 ноября включительно."),
        ("2026-11-26", "Дни приёма прошли, но 26 ноября показания ещё войдут в расчёт за ноябрь."),
        ("2026-11-27", "Показания ждём с 23 по 25 декабря. Переданные сегодня войдут в следующий расчёт, за декабрь."),
    ],
)
def test_the_page_says_what_a_reading_given_today_counts_for(app: Flask, login: str, moment: str, words: str) -> None:
    with time_machine.travel(f"{moment} 09:00 +0300"):
        owner = signed_in(app, login)
        assert words in owner.open("/meters").words()
        assert words in owner.open("/meters/1/readings/new").words()


def test_a_reading_after_the_days_of_grace_counts_for_the_next_month(app: Flask, login: str) -> None:
    with time_machine.travel("2026-11-27 09:00 +0300"):
        owner = signed_in(app, login)
        owner.press(owner.open("/meters/1/readings/new"), "Сохранить", {VALUE: "12500", DAY: "2026-11-25"})
    with app.app_context():
        assert db.session.scalar(select(Reading.month).where(Reading.value == 12500)) == date(2026, 12, 1)


def test_the_days_are_settings(make_app: object) -> None:
    app = make_app(READING_FIRST_DAY="1", READING_LAST_DAY="3", READING_GRACE_DAY="5")  # type: ignore[operator]
    with app.app_context():
        login = people.subscriber().login
        people.meter(db.session.scalars(select(Subscriber)).one())
    assert "Показания ждём с 1 по 3 декабря" in signed_in(app, login).open("/meters").words()


def test_a_meter_shows_two_years_as_a_picture_with_a_sentence_and_a_table(app: Flask) -> None:
    with app.app_context():
        person = people.subscriber()
        people.two_years(people.meter(person))
        login = person.login
    page = signed_in(app, login).open("/meters/1")
    pictures = [item for item in page.root.iter() if item.get("role") == "img"]
    assert len(pictures) == 1
    assert "ноябрь 2026 – 260" in (pictures[0].get("aria-label") or "")
    bars = [item.get("class") for item in pictures[0].iter() if (item.get("class") or "").startswith("bar-")]
    assert bars.count("bar-was") == 12
    assert bars.count("bar-now bar-last") == 1
    assert page.table()[0] == ["Месяц", "Расход, кВт·ч", "Годом раньше, кВт·ч"]
    assert page.table()[1] == ["ноябрь 2026", "260", "210"]
    assert len(page.table()) == 13


def test_the_history_is_downloaded_and_no_program_runs_what_it_says(owner: Visitor) -> None:
    owner.press(owner.open("/meters/1/readings/new"), "Сохранить", {VALUE: "12500"})
    page = owner.open(owner.open("/meters/1").link("Исправить"))
    owner.press(page, "Сохранить", {VALUE: "12510", "Почему исправляете": "=cmd()"})
    answer = owner.client.get("/meters/1/readings.csv")
    text = answer.get_data().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[0] == ["Дата снятия показаний", "Показания, кВт·ч", "Расход, кВт·ч", "Кто передал", "Примечание"]
    assert rows[1] == ["24.11.2026", "12510", "210", "Абонент", "Исправление: =cmd()"]
    assert rows[-1][:3] == ["24.09.2026", "12000", ""]


def test_a_meter_is_described_better_retired_and_brought_back(owner: Visitor) -> None:
    page = owner.press(owner.open("/meters/1/edit"), "Сохранить", {"Описание местонахождения ПУ": "в сарае"})
    assert "в сарае" in page.words()
    page = owner.press(page, "Снять")
    assert "123456ТЭ" not in page.words()
    page = owner.open("/meters/1")
    assert owner.send(owner.open("/meters/1/readings/new"), "Сохранить", {VALUE: "12500"}).status_code == 200
    page = owner.press(page, "Вернуть в список")
    assert "Счётчик снова в списке" in page.words()
    assert "123456ТЭ" in owner.open("/meters").words()


def test_a_firm_holds_two_thousand_meters_page_by_page_and_finds_each(app: Flask) -> None:
    with app.app_context():
        firm = people.subscriber()
        rows = [
            {"subscriber_id": firm.id, "place": f"ввод {number}", "account_number": "778001", "object_address": "склад",
             "serial": f"НЗ-{number:06}", "serial_key": f"HЗ{number:06}", "form_token": f"{number:032}"}
            for number in range(2000)
        ]  # fmt: skip
        db.session.execute(Meter.__table__.insert(), rows)
        db.session.commit()
        login = firm.login
    visitor = signed_in(app, login)
    page = visitor.open("/meters")
    assert "Страница 1 из 100" in page.words()
    assert len(page.table()) == 21
    assert "ввод 20" in visitor.open(page.link("Дальше")).words()
    found = visitor.open("/meters?q=001234")
    assert [row[1] for row in found.table()[1:]] == ["ввод 1234"]
    assert "Такого счётчика здесь нет" in visitor.open("/meters?q=нигде").words()
    assert visitor.client.get("/meters?page=99999999999999999999&part=%00&q=%00").status_code in {200, 404}


def test_somebody_elses_meter_is_not_there(owner: Visitor, app: Flask) -> None:
    with app.app_context():
        login = people.subscriber().login
    stranger = signed_in(app, login)
    for path in ("", "/edit", "/readings/new", "/readings/1/correct", "/readings.csv"):
        assert stranger.client.get(f"/meters/1{path}").status_code == 404


def test_what_is_kept_of_meters_comes_with_ones_own_data(owner: Visitor, app: Flask) -> None:
    with app.app_context():
        everything = personal_data._everything(db.session.get_one(Subscriber, 1), [])
    assert [row["value"] for row in everything["meters"][0]["readings"]] == [12000, 12300]


def test_reminders_are_switched_off_and_on(owner: Visitor) -> None:
    page = owner.press(owner.open("/meters"), "Не напоминать")
    assert "Напоминания о показаниях отключены" in page.words()
    assert "В дни приёма пришлём письмо" in owner.press(page, "Напоминать").words()


def test_the_first_page_can_show_a_meter_that_waits(owner: Visitor, app: Flask) -> None:
    with app.app_context():
        state = meters.state_of(db.session.get_one(Subscriber, 1))
        assert state is not None
        assert (state.last.value if state.last else None, state.difference) == (12300, 300)
        assert (state.total, state.missing, state.is_due, len(state.bars)) == (1, 1, True, 6)
        with app.test_request_context():
            card = app.jinja_env.get_template("meters/parts.html").module.home_card(state)  # type: ignore[attr-defined]
        assert "Прибор учёта 123456ТЭ" in card
        assert "Добавить показания" in card
        assert meters.state_of(people.subscriber()) is None


def test_a_picture_of_the_meter_comes_with_its_reading_and_is_nobody_elses(app: Flask, owner: Visitor) -> None:
    page = owner.open("/meters/1/readings/new")
    sent = owner.press(page, "Сохранить", {VALUE: "12", "Фото счётчика": ("Фото.pdf", people.PDF)}, 422)
    assert "Фото.pdf" in sent.words()  # what is wrong with the value loses no file
    owner.press(sent, "Сохранить", {VALUE: "12400"})
    with app.app_context():
        reading = db.session.scalars(select(Reading).order_by(Reading.id.desc())).first()
        assert reading is not None
        address, stranger = f"/meters/readings/{reading.id}/photo", people.subscriber().login
        engineer, operator = people.staff("engineer").login, people.staff("operator").login
    assert "Фото" in owner.open("/meters/1").words()
    assert owner.client.get(address).data == people.PDF
    for login, door, status in (
        (stranger, "/login", 404),
        (engineer, "/admin/login", 404),
        (operator, "/admin/login", 200),
    ):
        assert signed_in(app, login, door).client.get(address).status_code == status
