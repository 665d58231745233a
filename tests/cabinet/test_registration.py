"""Figs 3–5: the page of registration, for each kind of applicant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from forms.choices import ApplicantKind, ConsentKind
from portal.extensions import db
from portal.models import Consent, Subscriber
from tests.support import people
from tests.support.people import REGISTRATION
from tests.support.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.support.page import Page

ORGANISATION = {
    name: value for name, value in REGISTRATION.items() if name not in {"ФИО", "СНИЛС"}
} | {
    "Короткое наименование организации": "ООО «Ромашка»",
    "Полное наименование организации": "Общество с ограниченной ответственностью «Ромашка»",
    "ФИО руководителя": "Ёлкина Алёна Юрьевна",
}  # fmt: skip
FIRM = ORGANISATION | {"Вид заявителя": "Юридическое лицо", "ОГРН": "1143668000024", "ИНН": "3662000015"}
TRADER = ORGANISATION | {
    "Вид заявителя": "Индивидуальный предприниматель", "ОГРН": "304360000000011", "ИНН": "366200001200",
}  # fmt: skip
LABELS = {
    "Вид заявителя", "Имя пользователя (login)", "E-mail", "Пароль", "Подтвердите пароль", "ФИО",
    "Короткое наименование организации", "Полное наименование организации", "ФИО руководителя", "Я из Воронежа",
    "Улица", "Номер дома", "Номер квартиры", "Домашний адрес", "Почтовый индекс", "Телефон", "СНИЛС", "ОГРН", "ИНН",
}  # fmt: skip


def send(visitor: Visitor, answers: dict[str, Any], status: int = 200) -> Page:
    return visitor.press(visitor.open("/register"), "Отправить", answers, status)


def registered(app: Flask) -> list[Subscriber]:
    with app.app_context():
        return list(db.session.scalars(select(Subscriber).order_by(Subscriber.id)))


def test_the_page_has_the_fields_of_the_manual(visitor: Visitor) -> None:
    form = visitor.open("/register").form("Отправить")
    for label in LABELS | {kind.label for kind in ConsentKind.at_registration()}:
        form._labelled(label)
    assert form.options("Вид заявителя") == [kind.label for kind in ApplicantKind]
    assert form.typed("Вид заявителя") == "fl"
    assert form.options("Улица")[:1] == ["-Выберите улицу-"]
    assert len(form.options("Улица")) == 1096


@pytest.mark.parametrize(
    ("answers", "kind", "greeting"),
    [
        (REGISTRATION, "fl", "Пётр Ильич"),
        (FIRM, "ul", "ООО «Ромашка»"),
        (TRADER, "ip", "ООО «Ромашка»"),
    ],
)
def test_each_kind_of_applicant_lands_in_the_cabinet(
    app: Flask, visitor: Visitor, answers: dict[str, Any], kind: str, greeting: str
) -> None:
    home = send(visitor, answers)
    assert home.path == "/"
    assert home.heading() == f"Здравствуйте, {greeting}"
    assert "Вы зарегистрированы" in home.words()
    (person,) = registered(app)
    assert (person.kind, person.login, person.email, person.phone) == (
        kind, "obraztsov", "obraztsov@example.org", "+79000000001",
    )  # fmt: skip
    assert person.snils == ("11223344595" if kind == "fl" else None)
    assert person.inn == answers.get("ИНН")
    assert person.head_name == answers.get("ФИО руководителя")


def test_what_does_not_belong_to_the_kind_is_neither_asked_nor_kept(app: Flask, visitor: Visitor) -> None:
    send(visitor, REGISTRATION | {"ИНН": "не число", "ОГРН": "1", "Домашний адрес": "Липецк", "ФИО руководителя": "Я"})
    (person,) = registered(app)
    assert (person.inn, person.ogrn, person.address, person.head_name) == (None, None, None, None)
    assert person.house == "12"


def test_somebody_from_elsewhere_writes_the_whole_address(app: Flask, visitor: Visitor) -> None:
    answers = REGISTRATION | {
        "Я из Воронежа": "Нет",
        "Домашний адрес": "Липецк, Лесная ул., д. 1",
        "Почтовый индекс": "398000",
    }
    form = send(visitor, answers)
    assert form.path == "/"
    (person,) = registered(app)
    assert (person.address, person.street_id, person.house) == ("Липецк, Лесная ул., д. 1", None, None)
    assert "398000, Липецк, Лесная ул., д. 1" in visitor.open("/appeals/new").words()


def test_somebody_from_elsewhere_without_an_address_is_asked_for_it(visitor: Visitor) -> None:
    page = send(visitor, REGISTRATION | {"Я из Воронежа": "Нет"}, status=422)
    assert page.errors() == {"Домашний адрес": "Введите домашний адрес"}


def test_an_empty_form_is_answered_field_by_field(app: Flask, visitor: Visitor) -> None:
    page = send(visitor, {}, status=422)
    required = {label for label in REGISTRATION if label not in {"Вид заявителя", "Номер квартиры"}}
    assert set(page.errors()) == required
    assert "Регистрация не закончена: исправьте" in page.words()
    assert registered(app) == []


def test_beside_an_error_everything_stays_as_it_was_typed_but_the_passwords(app: Flask, visitor: Visitor) -> None:
    typed = REGISTRATION | {"СНИЛС": "112-233-445 96", "Телефон": "8 900 000-00-01"}
    page = send(visitor, typed, status=422)
    assert set(page.errors()) == {"СНИЛС"}
    form = page.form("Отправить")
    for label, value in typed.items():
        if isinstance(value, str) and label not in {"Вид заявителя", "Улица", "Пароль", "Подтвердите пароль"}:
            assert form.typed(label) == value, label
    assert form.typed("Пароль") == form.typed("Подтвердите пароль") == ""
    assert people.PASSWORD not in page.text
    for kind in ConsentKind.at_registration():
        assert bool(form.typed(kind.label)) == (kind is not ConsentKind.notices)
    again = {"СНИЛС": "112-233-445 95", "Пароль": people.PASSWORD, "Подтвердите пароль": people.PASSWORD}
    assert visitor.press(page, "Отправить", again).path == "/"
    assert len(registered(app)) == 1


WRONG = [
    ({"ФИО": "Пётр"}, "ФИО"),
    ({"E-mail": "почта"}, "E-mail"),
    ({"Имя пользователя (login)": "Образцов"}, "Имя пользователя (login)"),
    ({"Пароль": "1234567", "Подтвердите пароль": "1234567"}, "Пароль"),
    ({"Подтвердите пароль": "другой пароль"}, "Подтвердите пароль"),
    ({"Телефон": "123"}, "Телефон"),
    ({"Почтовый индекс": "39400"}, "Почтовый индекс"),
    ({"Улица": "-Выберите улицу-"}, "Улица"),
    ({"Номер дома": "9" * 26}, "Номер дома"),
    ({ConsentKind.personal_data.label: False}, ConsentKind.personal_data.label),
    ({ConsentKind.voluntary.label: False}, ConsentKind.voluntary.label),
]


@pytest.mark.parametrize(("change", "label"), WRONG)
def test_a_wrong_answer_is_told_beside_its_field(
    app: Flask, visitor: Visitor, change: dict[str, Any], label: str
) -> None:
    page = send(visitor, REGISTRATION | change, status=422)
    assert set(page.errors()) == {label}
    assert page.errors()[label] in page.words(), "the summary says it in the same words"
    assert registered(app) == []


def test_a_login_or_address_that_is_taken_is_told_beside_its_field(app: Flask, visitor: Visitor) -> None:
    with app.app_context():
        people.subscriber(login="Obraztsov", email="taken@example.org")
    page = send(visitor, REGISTRATION, status=422)
    assert page.errors() == {"Имя пользователя (login)": "Придумайте другое имя: «obraztsov» уже занято"}
    page = send(visitor, REGISTRATION | {"Имя пользователя (login)": "other", "E-mail": "Taken@Example.org"}, 422)
    assert set(page.errors()) == {"E-mail"}


def test_a_postcode_of_another_region_gets_advice_and_no_refusal(app: Flask, visitor: Visitor) -> None:
    page = send(visitor, REGISTRATION | {"Почтовый индекс": "101000", "ФИО": ""}, status=422)
    assert set(page.errors()) == {"ФИО"}
    assert "Проверьте индекс: в городе они начинаются с 394. Если он верен, оставьте как есть" in page.words()
    send(visitor, REGISTRATION | {"Почтовый индекс": "101000"})
    assert [person.postcode for person in registered(app)] == ["101000"]


def test_a_form_sent_twice_makes_one_account_and_both_answers_are_the_cabinet(app: Flask, visitor: Visitor) -> None:
    page, twin = visitor.open("/register"), Visitor(app)
    cookie = visitor.client.get_cookie("cabinet")
    assert cookie is not None
    twin.client.set_cookie("cabinet", cookie.value)
    for copy in (visitor, twin):
        assert copy.press(page, "Отправить", REGISTRATION).heading() == "Здравствуйте, Пётр Ильич"
    assert len(registered(app)) == 1


def test_a_consent_is_a_document_of_its_own_and_none_is_ticked_beforehand(app: Flask, visitor: Visitor) -> None:
    page = visitor.open("/register")
    for kind in ConsentKind.at_registration():
        assert page.form("Отправить").typed(kind.label) == ""
    linked = [a.get("href") or "" for a in page.root.iter("a") if (a.get("href") or "").startswith("/consents/")]
    assert sorted(linked) == sorted(f"/consents/{kind.code}" for kind in ConsentKind.at_registration())
    send(visitor, REGISTRATION)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Consent)) == 3


def test_registrations_from_one_address_are_limited(app: Flask) -> None:
    visitor = Visitor(app)
    page = visitor.open("/register")
    codes = [visitor.send(page, "Отправить", {}).status_code for _ in range(31)]
    assert set(codes) == {422, 429}
    assert codes[-1] == 429
    assert codes.index(429) >= 10, "somebody who mistypes a few times gets through"


def test_passwords_made_of_the_words_of_the_place_are_refused_wherever_the_place_is(
    make_app: Callable[..., Flask],
) -> None:
    guest = Visitor(make_app(ORGANISATION_WORDS="липецк, lipetsk"))
    for password, is_refused in (("липецк84629175", True), ("вгэс84629175", False)):
        typed = people.REGISTRATION | {"Пароль": password, "Подтвердите пароль": "другой", "СНИЛС": ""}
        page = guest.press(guest.open("/register"), "Отправить", typed, 422)
        assert ("Пароль" in page.errors()) is is_refused
