"""Accounts: who may have one, what is written down when it is made, and who is let in."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import delete, func, select, update

from forms.answers import RegistrationAnswers
from forms.choices import ApplicantKind, ConsentKind
from portal import clock, passwords
from portal.extensions import db
from portal.models import Consent, ConsentText, JournalEntry, SignIn, Staff, StaffRole, Subscriber
from portal.origin import Origin
from portal.refusals import FieldRefusal
from portal.services import accounts, consents, sign_ins
from portal.transactions import transaction
from tests.support import people

if TYPE_CHECKING:
    from flask import Flask

pytestmark = pytest.mark.usefixtures("inside")


def how_many(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("login", ["ivanov", "IVANOV", "iVaNoV"])
def test_a_login_is_given_once_in_whatever_case(login: str) -> None:
    people.subscriber(login="Ivanov")
    with pytest.raises(FieldRefusal, match="Придумайте другое имя") as refusal:
        people.subscriber(login=login)
    assert refusal.value.field == "login"
    assert how_many(Subscriber) == 1


def test_an_address_is_given_once() -> None:
    people.subscriber(email="one@example.org")
    with pytest.raises(FieldRefusal, match="Эта почта уже зарегистрирована") as refusal:
        people.subscriber(email="one@example.org")
    assert refusal.value.field == "email"
    assert how_many(Subscriber) == 1


def test_a_street_that_is_not_in_the_directory_is_refused() -> None:
    with pytest.raises(FieldRefusal, match="Выберите улицу") as refusal:
        people.subscriber(street_id=2_000_000)
    assert refusal.value.field == "street_id"


def test_consents_are_kept_with_version_text_time_and_address() -> None:
    text = consents.texts()["personal_data"]
    with time_machine.travel("2026-11-24 12:00 +0000", tick=False):
        person = people.subscriber(consents=(ConsentKind.personal_data, ConsentKind.voluntary))
        now = clock.now()
    given = {row.kind: row for row in db.session.scalars(select(Consent).where(Consent.subscriber_id == person.id))}
    assert set(given) == {"personal_data", "voluntary"}
    proof = given["personal_data"]
    assert (proof.version, proof.given_at, proof.ip_address) == (text.version, now, "127.0.0.1")
    assert proof.text_hash == hashlib.sha256(f"{text.title}\n{text.text}".encode()).hexdigest()


def test_a_consent_is_given_to_the_latest_wording() -> None:
    with transaction() as session:
        session.add(ConsentText(kind="personal_data", version=7, title="О данных", text="Новая редакция"))
    person = people.subscriber()
    versions = select(Consent.version).where(Consent.subscriber_id == person.id, Consent.kind == "personal_data")
    assert db.session.scalars(versions).all() == [7]


def test_the_journal_knows_who_registered_and_keeps_no_secret() -> None:
    person = people.subscriber()
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.event == "registered")).one()
    assert (entry.subject, entry.actor) == (f"subscribers:{person.id}", "Образцов П.И.")
    assert people.PASSWORD not in person.password_hash
    assert person.password_hash.startswith("$argon2id$")


def test_passwords_are_hashed_at_no_less_than_the_recommended_cost() -> None:
    assert passwords._DUMMY.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_same_form_sent_twice_makes_one_account() -> None:
    form = {"token": people.token(), "login": "twice", "email": "twice@example.org"}
    assert people.subscriber(**form) == people.subscriber(**form)
    assert how_many(Subscriber) == 1
    assert how_many(Consent) == len(ConsentKind)


def test_a_page_that_was_used_before_registers_somebody_else_as_somebody_else() -> None:
    """One computer, one family: «Назад» in the browser brings back the page with its token."""
    page = people.token()
    husband = people.subscriber(token=page)
    wife = people.subscriber(token=page, full_name="Образцова Анна Петровна")
    stranger = people.subscriber(token=page, password="другой пароль 7")
    assert len({husband.id, wife.id, stranger.id}) == 3
    assert wife.full_name == "Образцова Анна Петровна"


def test_forms_with_one_address_sent_at_one_moment_make_one_account(app: Flask) -> None:
    def register(number: int) -> str:
        with app.app_context():
            try:
                people.subscriber(login=f"racer{number}", email="race@example.org")
            except FieldRefusal as refusal:
                return refusal.field
            return "registered"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(register, range(16)))
    assert sorted(outcomes) == ["email"] * 15 + ["registered"]
    assert how_many(Subscriber) == 1


def test_copies_of_one_form_sent_at_one_moment_make_one_account_and_all_hear_of_it(app: Flask) -> None:
    form = {"token": people.token(), "login": "copies", "email": "copies@example.org"}

    def register(_: int) -> int:
        with app.app_context():
            return people.subscriber(**form).id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(register, range(16)))) == 1
    assert how_many(Subscriber) == 1


def test_a_firm_is_known_by_its_short_name_and_a_person_by_surname_and_initials() -> None:
    firm = people.subscriber(
        kind=ApplicantKind.ul,
        full_name=None,
        organisation_short="ООО «Ромашка»",
        in_city=False,
        street_id=None,
        house=None,
        flat=None,
        address="Липецк, Лесная ул., д. 1",
        postcode="398000",
    )
    assert (firm.name, firm.short_name, firm.postal_address) == (
        "ООО «Ромашка»", "ООО «Ромашка»", "398000, Липецк, Лесная ул., д. 1",
    )  # fmt: skip
    person = people.subscriber()
    assert (person.short_name, person.first_names) == ("Образцов П.И.", "Пётр Ильич")
    assert person.postal_address.startswith("394006, Воронеж, ")
    assert person.postal_address.endswith(", д. 12, кв. 7")


@pytest.mark.parametrize("typed", ["Ivanov", "ivanov", " IVANOV ", "ivanov@example.org", "Ivanov@Example.ORG"])
def test_one_is_let_in_by_login_or_address_in_any_case(typed: str) -> None:
    person = people.subscriber(login="Ivanov", email="ivanov@example.org")
    assert sign_ins.find_subscriber(typed, people.PASSWORD, people.HERE) is person


def test_a_wrong_password_an_unknown_name_and_a_blocked_account_open_nothing() -> None:
    person = people.subscriber(login="ivanov")
    assert sign_ins.find_subscriber("ivanov", people.PASSWORD.upper(), people.HERE) is None
    assert sign_ins.find_subscriber("ivanov", "", people.HERE) is None
    assert sign_ins.find_subscriber("petrov", people.PASSWORD, people.HERE) is None
    with transaction():
        person.blocked_at = clock.now()
    assert sign_ins.find_subscriber("ivanov", people.PASSWORD, people.HERE) is None


def test_staff_and_subscribers_are_let_in_by_different_doors() -> None:
    people.subscriber(login="both")
    clerk = people.staff(login="clerk")
    assert sign_ins.find_staff("both", people.PASSWORD, people.HERE) is None
    assert sign_ins.find_subscriber("clerk", people.PASSWORD, people.HERE) is None
    assert sign_ins.find_staff("CLERK", people.PASSWORD, people.HERE) is clerk


def test_a_sign_in_lasts_until_it_is_ended_or_thirty_days_old_and_its_token_is_not_kept() -> None:
    person = people.subscriber()
    with time_machine.travel("2026-03-02 12:00 +0000") as now:
        sign_ins.begin(person, people.HERE, remember=True)
        token = person.token
        kept = db.session.scalars(select(SignIn)).one()
        assert token not in kept.token_hash
        assert sign_ins.signed_in(token) is person
        assert sign_ins.signed_in(token[:-1]) is None
        now.shift(timedelta(days=30, seconds=1))
        assert sign_ins.signed_in(token) is None
    sign_ins.begin(person, people.HERE, remember=True)
    sign_ins.end(person)
    assert sign_ins.signed_in(person.token) is None


def test_blocking_an_account_ends_its_sign_ins_at_once() -> None:
    person = people.subscriber()
    sign_ins.begin(person, people.HERE, remember=True)
    with transaction() as session:
        session.execute(update(Subscriber).values(blocked_at=clock.now()))
    db.session.expire_all()
    assert sign_ins.signed_in(person.token) is None


def test_a_browser_may_call_itself_anything() -> None:
    person = people.subscriber()
    sign_ins.begin(person, Origin("::1", "x" * 100_000), remember=False)
    assert db.session.scalars(select(SignIn)).one().user_agent == "x" * 300


def test_a_login_of_staff_is_given_once_and_a_role_is_one_of_three() -> None:
    people.staff(login="Clerk")
    before = how_many(Staff)
    with pytest.raises(FieldRefusal, match="уже занят"):
        people.staff(login="clerk")
    with pytest.raises(FieldRefusal, match="admin, engineer, operator"):
        people.staff("owner")
    assert how_many(Staff) == before
    assert {role.value for role in StaffRole} == {"admin", "engineer", "operator"}


def test_the_first_administrator_is_made_once_and_has_to_change_the_password() -> None:
    with transaction() as session:
        session.execute(delete(Staff))
    password = accounts.first_admin()
    assert password
    admin = sign_ins.find_staff("admin", password, people.HERE)
    assert admin is not None
    assert (admin.role, admin.must_change_password) == ("admin", True)
    assert accounts.first_admin() is None


def test_secrets_stay_out_of_what_is_printed() -> None:
    answers = RegistrationAnswers(
        kind=ApplicantKind.fl, login="a", email="b", password="тайна", full_name="c", organisation_short=None,
        organisation_full=None, head_name=None, in_city=True, street_id=1, house="1", flat=None, address=None,
        postcode="394000", phone="+79000000001", snils="11223344595", ogrn=None, inn=None, token="t",
    )  # fmt: skip
    assert not {"тайна", "11223344595", "+79000000001"} & set(repr(answers).replace("'", " ").split())
