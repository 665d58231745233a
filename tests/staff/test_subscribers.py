"""«Абоненты»: everything of one subscriber on one page, as far as the role may look."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.models import Draft, Letter, Meter, OutageSubscription, SupplyPoint
from portal.transactions import transaction
from tests.support import people
from tests.support.page import words
from tests.support.visitor import signed_in

if TYPE_CHECKING:
    from flask import Flask

    from tests.support.page import Page
    from tests.support.visitor import Visitor


@pytest.fixture
def owner(app: Flask) -> int:
    """A subscriber with something of everything; gives the id."""
    with app.app_context():
        author, other = people.subscriber(), people.subscriber()
        people.appeal(author, "Мигает свет")
        people.connection(author)
        people.reading(people.meter(author, "СЧ-1"), 340)
        people.meter(author, "СЧ-2")
        people.meter(other, "ЧУЖОЙ-9")
        with transaction() as session:
            street = author.street_id
            assert street
            session.add(
                SupplyPoint(
                    account_number="777001", subscriber_id=author.id, street_id=street, house="1", address="Дом 1"
                )
            )
            session.add(OutageSubscription(subscriber_id=author.id, street_id=street, number=17, suffix=""))
            session.add(
                Draft(subscriber_id=author.id, form="connection", token=people.token(), typed={"house": ["ТАЙНА"]})
            )
        login = author.login
    signed_in(app, login)
    with app.app_context():
        return author.id


def part(page: Page, code: str) -> str:
    return words(next(one for one in page.root.iter("section") if one.get("aria-labelledby") == code))


def test_everything_of_a_subscriber_stands_on_one_page_but_drafts(clerk: Visitor, owner: int) -> None:
    page = clerk.open(f"/admin/subscribers/{owner}")
    assert "Обращение № 1 Регистрация" in part(page, "cases")
    meters = part(page, "meters")
    assert re.search(r"СЧ-1 [а-я]+: передано", meters)
    assert re.search(r"340 кВт·ч \d\d\.\d\d\.\d{4}", meters)
    assert re.search(r"СЧ-2 [а-я]+: не передано", meters)
    assert "показаний нет" in meters
    assert "ЧУЖОЙ" not in page.words()
    assert "Обращение № 1 зарегистрировано" in part(page, "letters")
    assert "Лицевой счёт 777001Дом 1" in part(page, "points")
    assert "д. 17" in part(page, "outages")
    assert "редакция 1" in part(page, "consents")
    assert "не дано" in part(page, "consents")
    assert "открыт сейчас" in part(page, "sign-ins")
    assert "ТАЙНА" not in page.text


def test_each_part_leads_to_all_of_it_and_of_nobody_else(clerk: Visitor, owner: int, app: Flask) -> None:
    with app.app_context():
        people.appeal(people.subscriber(), "Чужое")
    page = clerk.open(f"/admin/subscribers/{owner}")
    meters = clerk.open(page.link("Все"))
    assert [row[0] for row in meters.table()[1:]] == ["СЧ-2", "СЧ-1"]
    assert "Абонент: все" in meters.words(), "the way out of the narrowed list"
    appeals = clerk.open(page.link("Все обращения"))
    assert len(appeals.table()) == 2
    for path in ("letters", "exchange", "services"):
        found = clerk.open(f"/admin/{path}/?preset=all&flt0_subscriber_id={owner}")
        assert "Чужое" not in found.words()
    for hostile in ("x", "9" * 30, "-1", "0", "١"):
        assert len(clerk.open(f"/admin/meters/?flt0_subscriber_id={hostile}").table()) == 4


def test_a_role_sees_of_it_what_it_works_with(clerk: Visitor, admin: Visitor, owner: int, app: Flask) -> None:
    with app.app_context():
        letters = db.session.scalars(select(Letter.subject).where(Letter.name == "connection_registered")).all()
    assert letters
    path = f"/admin/subscribers/{owner}"
    assert letters[0] in admin.open(path).words()
    assert letters[0] not in clerk.open(path).words()
    assert "Все заявки на присоединение" in admin.open(path).words()
    assert "Все заявки на присоединение" not in clerk.open(path).words()
    assert "Схема" not in part(clerk.open(path), "documents")


def test_long_parts_are_cut_and_cost_no_more(clerk: Visitor, owner: int, app: Flask) -> None:
    with app.app_context():
        author = db.session.get_one(Meter, 1).subscriber
        for _ in range(12):
            people.meter(author)
    page = clerk.open(f"/admin/subscribers/{owner}")
    assert "Здесь последние 6." in part(page, "meters")
    assert "СЧ-1" not in part(page, "meters")


def test_whole_numbers_are_shown_to_administrators_and_the_journal_knows(
    admin: Visitor, clerk: Visitor, owner: int
) -> None:
    path = f"/admin/subscribers/{owner}"
    assert "Показать номера целиком" not in clerk.open(path).words()
    masked = admin.open(path)
    assert "•" in masked.words() or "*" in masked.words()
    admin.press(masked, "Да, показать")
    assert "Открыть данные целиком" in admin.open("/admin/journal/").words()
