"""«Отключения» in the staff panel: the form with its preview, publishing, calling off, lists from tables and texts."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from portal.extensions import db
from portal.models import Outage
from portal.services import outage_desk, outages
from tests.support import people, power

if TYPE_CHECKING:
    from flask import Flask

    from tests.support.page import Page
    from tests.support.visitor import Visitor

KNOWN = "ул. 20-летия Октября, д. 1–25 (нечёт.), 30, 32/1"
ANSWERS = {"Начало": "2026-12-01T09:00", "Конец": "2026-12-01T17:00", "Причина": "плановый ремонт", "Адреса": KNOWN}
HEAD = ["Начало", "Конец", "Вид отключения", "Причина", "Адреса"]
ROW = ["01.12.2026 9:00", "01.12.2026 17:00", "Плановое", "плановый ремонт", KNOWN]


def count(app: Flask, **state: str) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Outage).filter_by(**state)) or 0


def csv_of(*rows: list[str], encoding: str = "cp1251") -> bytes:
    lines = [";".join(f'"{cell}"' if ";" in cell else cell for cell in row) for row in (HEAD, *rows)]
    return "\r\n".join(lines).encode(encoding)


def xlsx_of(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in (HEAD, *rows):
        book.worksheets[0].append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def take_in(clerk: Visitor, status: int = 200, **answers: Any) -> Page:
    page = clerk.open("/admin/outages/import")
    filled = {"Причина": "аварийный ремонт"}
    filled |= {"Таблица CSV или XLSX": answers["file"]} if "file" in answers else {}
    filled |= {"Или текст объявления": answers["text"]} if "text" in answers else {}
    return clerk.press(page, "Проверить", filled, status)


def test_an_outage_is_written_down_looked_at_published_moved_and_called_off(app: Flask, clerk: Visitor) -> None:
    page = clerk.press(clerk.open("/admin/outages/new"), "Сохранить черновик", ANSWERS)
    assert "Черновик сохранён" in page.words()
    assert "Понято: 1" in page.words()
    assert count(app, state="published") == 0
    page = clerk.press(page, "Да, опубликовать")
    assert "опубликовано" in page.words()
    assert count(app, state="published", version=1) == 1
    page = clerk.press(page, "Сохранить и сообщить об изменении", {"Конец": "2026-12-01T19:00"})
    assert count(app, state="published", version=2) == 1
    assert clerk.press(page, "Да, отменить").words().count("Введите причину") == 1
    page = clerk.press(page, "Да, отменить", {"Почему": "Работы перенесли"})
    assert "Работы перенесли" in page.words()
    assert count(app, state="cancelled", version=3) == 1
    for words in ("Добавить", "Опубликовать", "Изменить", "Отменить"):
        assert words in page.words()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"Конец": "2026-12-01T08:00"}, "Конец", "он должен быть позже начала"),
        ({"Конец": "2026-12-01T09:02"}, "Конец", "Отключение длится 2 мин. Проверьте время или отметьте «Всё верно"),
        ({"Конец": "2028-01-05T09:00"}, "Конец", "длится 400 дней, а можно не больше 92"),
        ({"Конец": "завтра"}, "Конец", "Введите конец: дату и время, например"),
        ({"Начало": "2026-02-30T09:00"}, "Начало", "нет в календаре"),
        ({"Причина": "-Выберите причину-"}, "Причина", "Выберите причину"),
        ({"Адреса": ""}, "Адреса", "Введите адреса"),
        ({"Адреса": "ул. Мира, 5; " * 2000}, "Адреса", "20"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    app: Flask, clerk: Visitor, changes: dict[str, str], field: str, sentence: str
) -> None:
    filled = ANSWERS | changes
    page = clerk.press(clerk.open("/admin/outages/new"), "Сохранить черновик", filled, 422)
    assert sentence in page.errors()[field]
    assert page.form("Сохранить черновик").typed("Адреса").strip() == filled["Адреса"].strip()
    assert count(app) == 0


def test_an_odd_length_is_taken_at_the_clerks_word(app: Flask, clerk: Visitor) -> None:
    short = ANSWERS | {"Конец": "2026-12-01T09:02"}
    page = clerk.press(clerk.open("/admin/outages/new"), "Сохранить черновик", short, 422)
    clerk.press(page, "Сохранить черновик", {"Всё верно, так и есть": True})
    assert count(app) == 1


def test_two_megabytes_of_addresses_are_refused_in_words_and_kept(app: Flask, clerk: Visitor) -> None:
    long = ANSWERS | {"Адреса": "ж" * 1_000_000}
    page = clerk.press(clerk.open("/admin/outages/new"), "Сохранить черновик", long, 422)
    assert "Сократите адреса до 20000 знаков: сейчас 1000000" in page.errors()["Адреса"]
    assert len(page.form("Сохранить черновик").typed("Адреса").strip()) == 1_000_000
    assert "Текст слишком длинный" in clerk.press(page, "Проверить адреса", long).words()
    assert count(app) == 0


def test_the_preview_shows_what_was_understood_beside_what_was_not(clerk: Visitor) -> None:
    text = f"{KNOWN}; ул. Небывалая, 7; с. Дальнее; возле ларька; ул. Мира, 9-1"
    page = clerk.press(clerk.open("/admin/outages/new"), "Проверить адреса", {"Адреса": text})
    for words in (
        "Понято: 2",
        "Нет в справочнике улиц: 2",
        "другой населённый пункт",
        "Не разобрали: 1",
        "«возле ларька»",
        "написано наоборот",
    ):
        assert words in page.words()
    token = page.form("Проверить адреса").values["csrf_token"][0]
    part = clerk.client.post("/admin/outages/preview", data={"csrf_token": token, "text": "<script>alert(1)</script>"})
    assert part.status_code == 200
    assert "<script>" not in part.get_data(as_text=True)


@pytest.mark.parametrize("who", ["engineer", "clerk"])
def test_operators_and_engineers_work_with_outages(app: Flask, request: pytest.FixtureRequest, who: str) -> None:
    visitor: Visitor = request.getfixturevalue(who)
    visitor.press(visitor.open("/admin/outages/new"), "Сохранить черновик", ANSWERS)
    assert count(app) == 1


def test_the_list_has_its_parts(app: Flask, clerk: Visitor) -> None:
    with app.app_context():
        street = people.subscriber().street_id or 0
        for days in (-3, 3):
            power.published(street, begins_at=power.wall(days), ends_at=power.wall(days, 17))
        power.draft("ул. Мира, 1")
    for part, shown in (("now", 0), ("future", 1), ("past", 1), ("drafts", 1)):
        page = clerk.open(f"/admin/outages/?preset={part}")
        rows = page.table()[1:] if shown else []
        assert len(rows) == shown, part
        assert shown or "Отключений здесь нет" in page.words()


@pytest.mark.parametrize(
    "table",
    [
        ("a.csv", csv_of(ROW, ROW)),
        ("a.csv", csv_of(ROW, ROW, encoding="utf-8-sig")),
        ("a.xlsx", xlsx_of(ROW, ROW)),
    ],
    ids=["csv cp1251", "csv utf-8", "xlsx"],
)
def test_a_table_becomes_drafts_that_are_published_when_confirmed(
    app: Flask, clerk: Visitor, table: tuple[str, bytes]
) -> None:
    page = take_in(clerk, file=table)
    assert page.heading() == "Проверка списка отключений"
    assert "В списке 2 отключения" in page.words()
    assert count(app, state="draft") == 2
    page = clerk.press(page, "Да, опубликовать")
    assert "Опубликовано: 2 отключения" in page.words()
    assert count(app, state="published") == 2


def test_the_text_of_an_announcement_becomes_drafts(app: Flask, clerk: Visitor) -> None:
    text = (
        "25 декабря 2026 г.\nс 9.00 до 16.30:\n- ул. 20-летия Октября, д. № 59-78;\n- ул. 9 Января, 5.\n"
        "с 22:00 до 2:00: ул. 20-летия Октября, 5\n26.12.2026 с 8:00 до 10:00\nул. Небывалая, 1"
    )
    page = take_in(clerk, text=text)
    assert "В списке 3 отключения, ждут публикации: 3, из них со знакомыми улицами: 2" in page.words()
    rows = page.table()[1:]
    assert [row[1:3] for row in rows] == [
        ["25.12.2026, 09:00", "25.12.2026, 16:30"],
        ["25.12.2026, 22:00", "26.12.2026, 02:00"],
        ["26.12.2026, 08:00", "26.12.2026, 10:00"],
    ]
    assert "ул. Небывалая, д. 1" in rows[2][5]
    clerk.press(page, "Да, удалить")
    assert count(app) == 0


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({}, "Приложите таблицу или вставьте текст объявления"),
        ({"file": ("a.csv", b"a;b;c\r\n1;2;3\r\n")}, "Не нашли столбцы: Начало, Конец, Адреса"),
        (
            {"file": ("a.csv", csv_of(ROW, ["01.12.2026 9:00", "01.12.2026 8:00", *ROW[2:]]))},
            "Строка 3: Проверьте конец",
        ),
        ({"file": ("a.csv", csv_of(["=cmd|'/c calc'!A1", *ROW[1:]]))}, "Строка 2: Введите начало"),
        ({"file": ("a.xlsx", xlsx_of(['=HYPERLINK("x")', *ROW[1:]]))}, "Строка 2: Введите начало"),
        (
            {"file": ("a.csv", csv_of([*ROW[:2], "Какое-то", *ROW[3:]]))},
            "Строка 2: вид отключения бывает Плановое или Аварийное",
        ),
        ({"file": ("a.csv", csv_of([*ROW[:3], "бобры", ROW[4]]))}, "Строка 2: причины «бобры» нет в справочнике"),
        ({"file": ("a.csv", csv_of(*[ROW] * 10_000))}, "может быть не больше 5000 строк"),
        ({"file": ("a.csv", b"\x00\x01\x02")}, "Внутри не таблица. Сохраните таблицу как CSV или XLSX"),
        ({"file": ("a.xlsx", b"PK\x03\x04 broken")}, ""),
        ({"file": ("a.csv", b"x" * 11_000_000)}, "Файл больше 10 МБ"),
        ({"text": "ул. Мира, 5"}, "не нашли дату над этим текстом"),
        ({"text": "25.12.2026\nул. Мира, 5"}, "не нашли часы над этим текстом"),
    ],
)
def test_a_list_with_a_mistake_is_refused_as_a_whole(
    app: Flask, clerk: Visitor, answers: dict[str, Any], sentence: str
) -> None:
    page = take_in(clerk, 422, **answers)
    assert sentence in page.words()
    assert count(app) == 0


def test_formulas_among_addresses_are_text(app: Flask, clerk: Visitor) -> None:
    page = take_in(clerk, file=("a.csv", csv_of([*ROW[:4], "=cmd|'/c calc'!A1"])))
    assert "cmd" in page.table()[1][5]
    assert "Да, опубликовать" not in page.text, "nothing in it is a street"
    assert count(app, state="published") == 0


def test_what_is_published_is_what_people_see(app: Flask, clerk: Visitor) -> None:
    page = clerk.press(clerk.open("/admin/outages/new"), "Сохранить черновик", ANSWERS)
    clerk.press(page, "Да, опубликовать")
    with app.app_context():
        street = db.session.scalars(select(Outage)).one().addresses[0].street_id
        found = outages.between(street, "7", power.wall(-2000).date(), power.wall(2000).date())
        assert [outage.kind_label for outage in found] == ["Плановое"]


def test_nobody_publishes_what_a_colleague_has_just_rewritten(app: Flask, clerk: Visitor) -> None:
    page = clerk.press(clerk.open("/admin/outages/new"), "Сохранить черновик", ANSWERS)
    with app.app_context():
        made = db.session.scalars(select(Outage)).one().id
        outage_desk.save(power.said("ул. Мира, 5"), people.actor(), made)
    assert "уже изменил другой сотрудник" in clerk.press(page, "Да, опубликовать", status=409).words()
    assert count(app, state="draft") == 1
    clerk.press(clerk.open(f"/admin/outages/{made}"), "Да, опубликовать")
    assert count(app, state="published") == 1


def test_a_text_without_a_time_takes_the_clerks(app: Flask, clerk: Visitor) -> None:
    text = "Без света: ул. Мира, 5, ул. 20-летия Октября (частично)\n3 декабря\nпер. Здоровья, 7"
    times = {"Начало": "2026-12-01T22:00", "Конец": "2026-12-02T01:00"}
    opened = clerk.open("/admin/outages/import")
    halved = clerk.press(opened, "Проверить", {"Начало": "2026-12-01T22:00", "Или текст объявления": text}, 422)
    assert halved.errors()["Конец"] == "Введите конец или оставьте пустыми оба поля"
    upside = clerk.press(opened, "Проверить", {"Начало": times["Конец"], "Конец": times["Начало"]}, 422)
    assert "он должен быть позже начала" in upside.errors()["Конец"]
    nameless = clerk.press(opened, "Проверить", times | {"Или текст объявления": text}, 422)
    assert "Выберите причину: в строке 1 она не названа" in nameless.words()
    page = clerk.press(opened, "Проверить", times | {"Причина": "аварийный ремонт", "Или текст объявления": text})
    rows = page.table()[1:]
    assert [row[1:3] for row in rows] == [
        ["01.12.2026, 22:00", "02.12.2026, 01:00"],
        ["03.12.2026, 22:00", "04.12.2026, 01:00"],
    ]
    assert rows[0][4:6] == ["Мира ул., д. 5; 20-летия Октября ул. (полностью)", "Без света"]
    assert count(app) == 2


def test_a_table_may_name_its_reasons_and_leave_the_time_to_the_clerk(clerk: Visitor) -> None:
    lines = f"Причина;Адреса\r\nаварийный ремонт;{KNOWN.replace(';', ',')}\r\n".encode("cp1251")
    opened = clerk.open("/admin/outages/import")
    times = {"Начало": "2026-12-01T22:00", "Конец": "2026-12-01T22:02"}
    page = clerk.press(opened, "Проверить", times | {"Таблица CSV или XLSX": ("a.csv", lines)})
    (row,) = page.table()[1:]
    assert row[1:3] == ["01.12.2026, 22:00", "01.12.2026, 22:02 Отключение длится 2 мин"]
    assert row[4] == "20-летия Октября ул., д. 1–25 (нечёт.), 30, 32/1"


def test_a_long_list_is_looked_through_page_by_page(app: Flask, clerk: Visitor) -> None:
    with app.app_context():
        batch = people.token()
        outage_desk.take_in([power.said("ул. 20-летия Октября, 5")] * 101, batch, people.actor())
    page = clerk.open(f"/admin/outages/list/{batch}")
    assert len(page.table()[1:]) == 100
    assert len(clerk.open(page.link("Дальше")).table()[1:]) == 1
