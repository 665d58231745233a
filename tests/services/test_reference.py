"""Reference data and registers: what is loaded once, and numbers that count on."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from portal import registers
from portal.extensions import db
from portal.models import AppealTopic, Counter, NonWorkingDay, Street, Term
from portal.services import reference, streets
from portal.transactions import transaction
from tests.support import people

pytestmark = pytest.mark.usefixtures("inside")


def test_loading_again_adds_nothing() -> None:
    assert set(reference.load().values()) == {0}
    assert db.session.scalar(select(func.count()).select_from(Street)) == 1095
    assert db.session.scalar(select(func.count()).select_from(AppealTopic).where(AppealTopic.is_active)) == 5


def test_what_staff_changed_stays_and_what_they_deleted_comes_back() -> None:
    with transaction() as session:
        session.execute(update(Term).where(Term.code == "appeal_answer").values(amount=15, is_checked=True))
        session.execute(update(AppealTopic).where(AppealTopic.name == "Жалоба").values(is_active=False, position=99))
        session.delete(session.scalars(select(NonWorkingDay).limit(1)).one())
    assert {table: count for table, count in reference.load().items() if count} == {"nonworking_days": 1}
    db.session.expire_all()
    term = db.session.scalars(select(Term).where(Term.code == "appeal_answer")).one()
    topic = db.session.scalars(select(AppealTopic).where(AppealTopic.name == "Жалоба")).one()
    assert (term.amount, term.is_checked, topic.is_active, topic.position) == (15, True, False, 99)


def test_streets_stand_in_russian_order_and_those_put_away_are_not_offered() -> None:
    shown = [display for _, display in streets.choices()]
    assert shown == sorted(shown, key=lambda street: street.lower().replace("ё", "е"))
    assert "20-летия Октября ул." in shown
    with transaction() as session:
        session.execute(update(Street).where(Street.display == "20-летия Октября ул.").values(is_active=False))
    assert "20-летия Октября ул." not in [display for _, display in streets.choices()]


def next_number(journal: str, year: int = 0) -> int:
    with transaction() as session:
        return registers.next_number(session, journal, year)


def test_journals_and_years_count_apart() -> None:
    assert [next_number("a"), next_number("a"), next_number("b"), next_number("a", 2026), next_number("a")] == [
        1, 2, 1, 1, 3,
    ]  # fmt: skip


def test_a_number_whose_transaction_failed_is_given_to_the_next_one() -> None:
    with pytest.raises(RuntimeError), transaction() as session:
        assert registers.next_number(session, "a") == 1
        raise RuntimeError
    assert next_number("a") == 1


def test_a_journal_kept_on_paper_counts_on_from_its_last_number() -> None:
    with transaction() as session:
        registers.continue_from(session, "requests", 7873)
    assert people.appeal(people.subscriber()).number == 7874


def test_a_journal_never_counts_backwards() -> None:
    for _ in range(3):
        next_number("requests")
    with pytest.raises(ValueError, match="already at 3"), transaction() as session:
        registers.continue_from(session, "requests", 2)
    with transaction() as session:
        registers.continue_from(session, "requests", 3)
    assert next_number("requests") == 4
    assert db.session.get_one(Counter, ("requests", 0)).journal == "requests"
