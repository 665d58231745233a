"""Long lists: whatever a clerk asks of one, it costs as much over many rows as over few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from sqlalchemy import event

from admin import base, looking, parts
from admin.base import Screen
from portal.extensions import db
from tests.support import crowd, people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.support.visitor import Visitor

FEW, MANY = 300, 1500
STEPS = 100
LONG_LISTS = {
    "staff_appeals", "staff_services", "staff_connections", "staff_exchange", "staff_subscribers", "staff_meters",
    "staff_readings", "staff_letters", "staff_journal",
}  # fmt: skip

# Columns of the table of one kind, which no index holds together with the order of all cases: among those that are not
# finished they cost little, through all of them as much as there are.
OF_ONE_KIND = {"topic_id", "service", "visit_on"}


class Work:
    """What a page costs SQLite, in steps of its machine: the same each time, on every computer."""

    def __init__(self) -> None:
        self.steps = 0
        event.listen(db.engine, "checkout", lambda connection, *_: connection.set_progress_handler(self.step, STEPS))
        db.engine.dispose()

    def step(self) -> int:
        """Count."""
        self.steps += STEPS
        return 0

    def of(self, visitor: Visitor, path: str) -> int:
        """Count the steps of a page."""
        self.steps = 0
        visitor.open(path)
        return self.steps


def addresses(app: Flask) -> Iterator[str]:
    """Each part of each long list, each choice of its drop-downs, each heading, a search and a later page."""
    (panel,) = app.extensions["admin"]
    screens: list[Any] = [view for view in panel._views if isinstance(view, Screen) and view.endpoint in LONG_LISTS]
    assert len(screens) == len(LONG_LISTS)
    for screen in screens:
        with app.test_request_context():
            path = f"{screen.url}/?preset="
            yield from (path + preset.code for preset in screen.presets)
            for flt in screen._filters or ():
                part = "open" if flt.column.key in OF_ONE_KIND else "all"
                yield from (f"{path}{part}&flt0_{flt.column.key}={value}" for value, _ in list(flt.choices())[:4])
            for place, (name, _) in enumerate(screen._list_columns):
                if screen.is_sortable(name):
                    part = "open" if name in OF_ONE_KIND else "all"
                    yield from (f"{path}{part}&sort={place}{end}" for end in ("", "&desc=1"))
            yield f"{path}all&search=Звездочётов"
            yield f"{path}all&search=77"
            yield f"{path}all&page=3"


@pytest.mark.sqlite_only
def test_a_list_costs_the_same_over_many_rows_as_over_few(
    admin: Visitor, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "MOST_COUNTED", 50)
    monkeypatch.setattr(looking, "LATEST", 100)
    with app.app_context():
        crowd.town()
        crowd.grow(FEW)
        work = Work()
    paths = list(addresses(app))
    few = {path: work.of(admin, path) for path in paths}
    with app.app_context():
        crowd.grow(MANY)
    many = {path: work.of(admin, path) for path in paths}
    dear = [f"{path}: {few[path]} → {many[path]}" for path in paths if many[path] > 1.5 * few[path] + 1000]
    assert not dear, "no index for:\n" + "\n".join(dear)


def test_a_counter_stops_and_says_that_there_are_more(
    admin: Visitor, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        author = people.subscriber()
        for _ in range(3):
            people.appeal(author)
    assert "Все 3" in admin.open("/admin/appeals/").words()
    monkeypatch.setattr(parts, "MOST_COUNTED", 2)
    assert "Все 2+" in admin.open("/admin/appeals/").words()


def test_pages_follow_one_another_uncounted_and_not_for_ever(admin: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    first = admin.open("/admin/suppliers/")
    assert "Дальше" not in first.words(), "all of it is here"
    first = admin.open("/admin/streets/")
    second = admin.open(first.link("Дальше"))
    assert (len(first.table()), len(second.table())) == (21, 21)
    assert not {row[0] for row in first.table()[1:]} & {row[0] for row in second.table()[1:]}
    assert admin.open(second.link("Назад")).table() == first.table()
    monkeypatch.setattr(base, "LAST_PAGE", 1)
    monkeypatch.setattr(Screen, "last_page", 1)
    end = admin.open("/admin/streets/?page=99")
    assert end.table() == second.table()
    assert "Дальше список не листается: сузьте его" in end.words()


def test_what_the_index_knows_is_found_however_old_it_is(
    admin: Visitor, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        old = people.subscriber(full_name="Старожилов Пётр Ильич")
        people.appeal(old, "Мигает фонарь")
        for _ in range(2):
            people.appeal(people.subscriber(), "Новое")
    path = "/admin/appeals/?preset=all&search="
    assert len(admin.open(path + quote("фонарь")).table()) == 2
    assert "среди последних" not in admin.open(path + quote("фонарь")).words()
    monkeypatch.setattr(looking, "LATEST", 2)
    assert len(admin.open(path + quote("Старожил")).table()) == 2, "by name in the whole table"
    beyond = admin.open(path + quote("фонарь")).words()
    assert "Ничего не нашли" in beyond, "by other words among the latest"
    assert "по другим словам — среди последних" in beyond
