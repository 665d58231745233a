"""Taking a list away: what it shows, whole, as CSV and XLSX; no formula, nothing secret, and the journal knows who."""

from __future__ import annotations

import csv
import io
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from admin import exporting
from portal import exports
from portal.extensions import db
from portal.models import JournalEntry, Street, Subscriber
from portal.transactions import transaction
from tests.staff.test_screens import screens
from tests.support import crowd, people, stories

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.support.visitor import Visitor

ALL = "/admin/appeals/?preset=all"
HEADS = ["Срок", "Рег. номер", "Дата подачи", "Заявитель", "Тема", "Статус", "Ответственный"]


def sent(visitor: Visitor, path: str, button: str) -> TestResponse:
    page = visitor.open(visitor.open(path).link("Выгрузить"))
    response = visitor.send(page, button)
    assert response.status_code == 200
    return response


def as_csv(visitor: Visitor, path: str) -> list[list[str]]:
    whole = sent(visitor, path, "Скачать CSV").get_data()
    assert whole.startswith(b"\xef\xbb\xbf"), "Excel reads it as Russian by its mark"
    return list(csv.reader(io.StringIO(whole.decode("utf-8-sig")), delimiter=";"))


def as_xlsx(visitor: Visitor, path: str) -> list[list[Any]]:
    response = sent(visitor, path, "Скачать XLSX")
    whole = response.get_data()
    assert response.content_length == len(whole), "browsers show how much is left"
    cells = list(load_workbook(io.BytesIO(whole)).active.iter_rows())
    assert not [cell.coordinate for row in cells for cell in row if cell.data_type == "f"]
    return [[cell.value for cell in row] for row in cells]


@pytest.fixture
def appeals(app: Flask) -> None:
    """Two appeals of ordinary people, one of somebody whose name is a formula."""
    with app.app_context():
        author, clerk = people.subscriber(), people.staff()
        people.appeal(author)
        stories.appeal_in("answered", author, clerk)
        people.appeal(
            people.subscriber(organisation_short="=cmd|' /C calc'!A0", kind=_firm(), full_name=None, snils=None)
        )


def _firm() -> Any:
    from forms.choices import ApplicantKind

    return ApplicantKind.ul


@pytest.mark.usefixtures("appeals")
def test_a_list_goes_whole_in_both_ways_with_russian_dates_and_no_formulas(clerk: Visitor, app: Flask) -> None:
    table, book = as_csv(clerk, ALL), as_xlsx(clerk, ALL)
    assert table[0] == book[0] == HEADS
    assert {row[1]: row[3] for row in table[1:]} == {
        "1": "Образцов П.И.", "2": "Образцов П.И.", "3": "'=cmd|' /C calc'!A0",
    }  # fmt: skip
    assert [[cell or "" for cell in row] for row in book[1:]] == [[str(cell) for cell in row] for row in table[1:]]
    with app.app_context():
        due = db.session.scalar(select(stories.Connection.__mro__[1].due_on).filter_by(number=1))
    assert next(row[0] for row in table[1:] if row[1] == "1") == f"{due:%d.%m.%Y}"
    assert next(row[0] for row in table[1:] if row[1] == "2") == "", "no term, no dash"


@pytest.mark.usefixtures("appeals")
def test_it_holds_what_the_filter_shows_and_says_so_before(clerk: Visitor) -> None:
    page = clerk.open(clerk.open(f"{ALL}&flt0_status=answered").link("Выгрузить"))
    assert "СтатусОтвет направлен Строк1" in page.words()
    assert [row[1] for row in as_csv(clerk, f"{ALL}&flt0_status=answered")[1:]] == ["2"]
    assert [row[1] for row in as_csv(clerk, f"{ALL}&search=Образцов&sort=1&desc=1")[1:]] == ["2", "1"]
    assert [row[1] for row in as_csv(clerk, f"{ALL}&search=Небывалов")[1:]] == []


@pytest.mark.usefixtures("appeals")
def test_the_journal_knows_who_took_which_part_and_no_name_that_was_searched(clerk: Visitor, app: Flask) -> None:
    as_csv(clerk, f"{ALL}&flt0_status=answered&search=Образцов")
    with app.app_context():
        entry = db.session.scalars(select(JournalEntry).where(JournalEntry.event == "list.export")).one()
        assert entry.staff_id
        assert (entry.subject, entry.data) == (
            "appeals",
            {"kind": "CSV", "rows": 1, "part": "Все", "filter": "Статус: Ответ направлен; поиск по словам"},
        )


def test_looking_at_the_page_writes_nothing_and_a_kind_that_is_none_is_not_found(clerk: Visitor, app: Flask) -> None:
    page = clerk.open("/admin/streets/export/")
    form = page.form("Скачать CSV")
    assert clerk.client.post(form.action, data=form.data("Скачать CSV") | {"kind": "exe"}).status_code == 404
    with app.app_context():
        assert not db.session.scalars(select(JournalEntry).where(JournalEntry.event == "list.export")).all()


def test_a_list_too_long_for_a_workbook_goes_as_csv_alone(clerk: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "XLSX_MOST", 3)
    page = clerk.open("/admin/streets/export/")
    assert "В XLSX помещается не больше 3 строк" in page.words()
    assert "Скачать XLSX" not in page.text
    form = page.form("Скачать CSV")
    assert clerk.client.post(form.action, data=form.data("Скачать CSV") | {"kind": "xlsx"}).status_code == 404


def test_every_list_that_can_be_taken_holds_what_it_shows_and_nothing_secret(admin: Visitor, app: Flask) -> None:
    with app.app_context():
        crowd.town()
        subscriber = db.session.scalars(select(Subscriber)).first()
        assert subscriber is not None
        secrets = (subscriber.snils, subscriber.password_hash)
    for screen in (one for one in screens(app) if one.can_export):
        heads, *rows = as_csv(admin, f"{screen.url}/?preset=all")
        assert heads == [label for _, label in screen._list_columns], screen.name
        shown = admin.open(f"{screen.url}/?preset=all")
        if list(shown.root.iter("table")):
            assert len(rows) >= len(shown.table()) - 1 > 0, screen.name
        assert not any(secret in cell for secret in secrets for row in rows for cell in row), screen.name
        assert not any("<" in cell for row in rows for cell in row), f"{screen.name}: markup is no text"


def test_a_secret_column_stays_even_where_a_list_shows_it(
    admin: Visitor, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        people.subscriber()
    screen = next(one for one in screens(app) if one.endpoint == "staff_subscribers")
    monkeypatch.setattr(
        screen, "_list_columns", [*screen._list_columns, ("snils", "СНИЛС"), ("password_hash", "Пароль")]
    )
    assert not {"СНИЛС", "Пароль"} & set(as_csv(admin, "/admin/subscribers/")[0])


def test_memory_stays_flat_however_long_the_list_is(admin: Visitor, app: Flask) -> None:
    """Read as it comes: twenty times the rows take no more memory."""

    def peak() -> int:
        tracemalloc.start()
        form = admin.open("/admin/streets/export/").form("Скачать CSV")
        response = admin.client.post(form.action, data=form.data("Скачать CSV"), buffered=False)
        total = sum(piece.count(b"\n") for piece in response.response)
        response.close()
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert total == count + 1
        return found

    with app.app_context(), transaction() as session:
        session.execute(Street.__table__.delete().where(~Street.id.in_([1])))
        _streets(session, 2 * exports.PORTION)
        count = 2 * exports.PORTION + 1
    few = peak()
    with app.app_context(), transaction() as session:
        _streets(session, 18 * exports.PORTION)
        count += 18 * exports.PORTION
    assert peak() < 1.5 * few


def _streets(session: Any, many: int) -> None:
    rows = [{"name": f"{many} {n}", "type": "ул.", "display": f"{many}-{n} ул.", "district": ""} for n in range(many)]
    session.execute(Street.__table__.insert(), rows)


def test_what_is_masked_is_the_same_that_the_search_holds_secret() -> None:
    assert all(
        exporting.NEVER.search(name) for name in ("snils", "passport", "inn", "ogrn", "totp_secret", "password_hash")
    )
