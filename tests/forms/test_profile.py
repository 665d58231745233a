"""Figs. 7-8: what «Мои данные» shows, takes, and asks for again."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from forms.answers import ProfileAnswers
from forms.profile import ProfileForm

TODAY = dt.date(2026, 11, 24)
LATER = "Понадобится для заявки на технологическое присоединение"


@dataclass
class Stored:
    """What the company holds of a subscriber."""

    kind: str = "fl"
    email: str = "ivanov@example.org"
    full_name: str | None = "Иванов Иван Иванович"
    organisation_short: str | None = None
    organisation_full: str | None = None
    head_name: str | None = None
    in_city: bool = True
    street_id: int | None = 7
    house: str | None = "12"
    flat: str | None = None
    address: str | None = None
    postcode: str = "394000"
    phone: str = "+79000000001"
    snils: str | None = "11223344595"
    ogrn: str | None = None
    inn: str | None = None
    passport: str | None = None
    registry_number: str | None = None
    registry_date: dt.date | None = None
    token: str = "0123456789abcdef0123456789abcdef"
    password: str = "hash"


ORGANISATION: dict[str, Any] = {
    "full_name": None,
    "snils": None,
    "organisation_short": "ООО «Ромашка»",
    "organisation_full": "Общество с ограниченной ответственностью «Ромашка»",
    "head_name": "Ёлкина Алёна",
}
PERSON = Stored()
FIRM = Stored(kind="ul", ogrn="1143668000024", inn="3662000015", **ORGANISATION)
TRADER = Stored(kind="ip", ogrn="304360000000011", inn="366200001200", **ORGANISATION)
STORED = {"fl": PERSON, "ul": FIRM, "ip": TRADER}
RECORD = {"registry_number": "2143668000023", "registry_date": "07.03.2014"}


def changed(owner: Stored, **changes: Any) -> Stored:
    return Stored(**(vars(owner) | changes))


def settled(form: Any, owner: Stored) -> Any:
    form.today = lambda: TODAY
    form.settle(owner, "Воронежа", "394", [(7, "Звёздная ул."), (8, "Лесная ул.")])
    return form


def profile(sent: Any, owner: Stored, **changes: Any) -> Any:
    """Open the page of `owner`, change some fields and send it."""
    typed = {name: value for name, value in vars(owner).items() if name not in {"kind", "token", "password"}}
    typed |= {"in_city": "yes" if owner.in_city else "no"} | changes
    return settled(sent(ProfileForm, obj=owner, **typed), owner)


def shown(opened: Any, owner: Stored) -> Any:
    return settled(opened(ProfileForm, obj=owner), owner)


def errors(form: Any) -> dict[str, list[str]]:
    assert not form.validate()
    return dict(form.errors)


def answers(form: Any) -> ProfileAnswers:
    assert form.validate(), form.errors
    said = form.answers()
    assert isinstance(said, ProfileAnswers)
    return said


# What the page shows


def test_the_page_opens_with_what_is_stored(opened: Any) -> None:
    form = shown(opened, changed(PERSON, passport="2011000001"))
    assert 'value="Иванов Иван Иванович"' in form.full_name()
    assert 'value="2011000001"' in form.passport()
    assert '<option selected value="7">' in form.street_id()
    assert [option.checked for option in form.in_city] == [True, False]
    elsewhere = shown(opened, changed(PERSON, in_city=False, street_id=None, address="Липецк, Лесная ул., д. 1"))
    assert [option.checked for option in elsewhere.in_city] == [False, True]
    assert 'value="2014-03-07"' in shown(opened, changed(FIRM, registry_date=dt.date(2014, 3, 7))).registry_date()


def test_no_secret_of_the_record_reaches_the_page(opened: Any) -> None:
    form = shown(opened, PERSON)
    assert form.token.data != PERSON.token
    assert "hash" not in form.password()


def test_login_and_kind_cannot_be_changed(opened: Any) -> None:
    form = shown(opened, PERSON)
    assert not {"login", "kind", "password_again"} & set(form._fields)


@pytest.mark.parametrize(
    ("kind", "there", "absent"),
    [
        ("fl", {"full_name", "snils", "passport"}, {"ogrn", "inn", "registry_number", "registry_date", "head_name"}),
        ("ul", {"ogrn", "inn", "registry_number", "registry_date", "head_name"}, {"full_name", "snils", "passport"}),
        ("ip", {"ogrn", "inn", "registry_number", "registry_date", "head_name"}, {"full_name", "snils", "passport"}),
    ],
)
def test_the_kind_decides_which_fields_there_are(opened: Any, kind: str, there: set[str], absent: set[str]) -> None:
    form = shown(opened, STORED[kind])
    fields = {field.short_name for field in form if form.applies(field)}
    assert there <= fields
    assert not absent & fields


def test_numbers_are_named_as_the_kind_calls_them(opened: Any) -> None:
    firm, trader = shown(opened, FIRM), shown(opened, TRADER)
    assert firm.registry_number.label.text.endswith("реестре юридических лиц (ЕГРЮЛ)")
    assert trader.registry_number.label.text == (
        "Номер записи в едином государственном реестре индивидуальных предпринимателей (ЕГРИП)"
    )
    assert (firm.ogrn.label.text, firm.ogrn.description, firm.inn.description) == ("ОГРН", "13 цифр", "10 цифр")
    assert (trader.ogrn.label.text, trader.ogrn.description, trader.inn.description) == (
        "ОГРНИП",
        "15 цифр",
        "12 цифр",
    )


# What it takes


def test_a_persons_profile_becomes_a_frozen_record(sent: Any) -> None:
    form = profile(sent, PERSON, phone="8 900 000-00-02", flat=" 5 ", passport="20 11 № 000001")
    assert answers(form) == ProfileAnswers(
        email="ivanov@example.org",
        full_name="Иванов Иван Иванович",
        organisation_short=None,
        organisation_full=None,
        head_name=None,
        in_city=True,
        street_id=7,
        house="12",
        flat="5",
        address=None,
        postcode="394000",
        phone="+79000000002",
        snils="11223344595",
        ogrn=None,
        inn=None,
        token=form.token.data,
        passport="2011000001",
        registry_number=None,
        registry_date=None,
        password=None,
    )


def test_identifiers_and_the_password_stay_out_of_logs(sent: Any) -> None:
    form = profile(sent, PERSON, passport="2011000001", email="other@example.org", password="тихий омут 42")
    said = repr(answers(form))
    for secret in ("2011000001", "11223344595", "+79000000001", "тихий омут 42"):
        assert secret not in said


def test_a_firm_and_a_trader_add_their_record(sent: Any) -> None:
    said = answers(profile(sent, FIRM, **RECORD))
    assert (said.registry_number, said.registry_date) == ("2143668000023", dt.date(2014, 3, 7))
    assert answers(profile(sent, TRADER, registry_number="4 1436 6000 000011")).registry_number == "414366000000011"


def test_a_move_to_another_town(sent: Any) -> None:
    said = answers(profile(sent, PERSON, in_city="no", address="Липецк, Лесная ул., д. 1", postcode="398000"))
    assert (said.in_city, said.street_id, said.house, said.address) == (False, None, None, "Липецк, Лесная ул., д. 1")


def test_what_belongs_to_another_kind_is_neither_judged_nor_answered(sent: Any) -> None:
    said = answers(profile(sent, PERSON, kind="ul", login="admin", ogrn="rubbish", registry_date="3026-01-01"))
    assert (said.ogrn, said.registry_date, said.full_name) == (None, None, "Иванов Иван Иванович")
    assert not hasattr(said, "kind")
    assert not hasattr(said, "login")


def test_a_postcode_of_another_region_is_a_warning(sent: Any) -> None:
    form = profile(sent, PERSON, postcode="101000")
    assert answers(form).postcode == "101000"
    assert set(form.warnings) == {"postcode"}


# Passport and record: asked for later, never taken back


@pytest.mark.parametrize(
    ("kind", "name"), [("fl", "passport"), ("ul", "registry_number"), ("ul", "registry_date"), ("ip", "registry_date")]
)
def test_what_was_never_given_may_wait_and_shows_no_star(opened: Any, sent: Any, kind: str, name: str) -> None:
    field = shown(opened, STORED[kind])[name]
    assert (field.required, field.description) == (False, LATER)
    assert getattr(answers(profile(sent, STORED[kind], **{name: " "})), name) is None
    assert getattr(answers(profile(sent, STORED[kind], **{name: None})), name) is None


@pytest.mark.parametrize(
    ("kind", "name", "stored", "sentence"),
    [
        ("fl", "passport", "2011000001", "Введите серию и номер паспорта: 4 и 6 цифр, например 2011 000001"),
        ("ul", "registry_number", "2143668000023", "Введите номер записи: 13 цифр, например 2143668000023"),
        ("ip", "registry_number", "414366000000011", "Введите номер записи: 15 цифр, например 414366000000011"),
        ("ul", "registry_date", dt.date(2014, 3, 7), "Введите дату записи: день, месяц и год, например 07.03.2014"),
    ],
)
def test_what_was_given_once_is_starred_and_cannot_be_emptied(
    opened: Any, sent: Any, kind: str, name: str, stored: Any, sentence: str
) -> None:
    owner = changed(STORED[kind], **{name: stored})
    assert shown(opened, owner)[name].required
    assert errors(profile(sent, owner, **{name: ""})) == {name: [sentence]}
    assert getattr(answers(profile(sent, owner)), name) == stored


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("01.01.1970", "Введите дату записи, например 07.03.2014: 01.01.1970 стоит там, где её не заполнили"),
        ("07.03.1070", "Проверьте дату записи: она может быть от 01.07.2002 до 24.11.2026"),
        ("3026-03-07", "Проверьте дату записи: она может быть от 01.07.2002 до 24.11.2026"),
        ("2026-11-25", "Проверьте дату записи: она может быть от 01.07.2002 до 24.11.2026"),
    ],
)
def test_a_record_of_an_impossible_day_is_refused_in_words(sent: Any, typed: str, sentence: str) -> None:
    assert errors(profile(sent, FIRM, registry_date=typed)) == {"registry_date": [sentence]}


def test_without_a_word_from_the_view_today_is_the_servers(sent: Any) -> None:
    form = sent(ProfileForm, registry_date=str(dt.date.max))
    form.kind_code = "ul"
    assert dt.date.today().strftime("%d.%m.%Y") in errors(form)["registry_date"][0]  # noqa: DTZ011  the default itself


# Another e-mail


def test_another_address_asks_for_the_password(sent: Any) -> None:
    form = profile(sent, PERSON, email="other@example.org")
    assert errors(form) == {"password": ["Введите пароль, чтобы сменить почту"]}
    assert form.password.required


def test_another_address_with_the_password_is_taken(sent: Any) -> None:
    said = answers(profile(sent, PERSON, email=" Other@Example.org", password=" тихий омут 42 "))
    assert (said.email, said.password) == ("other@example.org", " тихий омут 42 ")


@pytest.mark.parametrize("typed", ["ivanov@example.org", " Ivanov@Example.ORG "])
@pytest.mark.parametrize("password", [None, "", "filled in by the browser", "\0", "x" * 300_000])
def test_the_same_address_asks_for_nothing(sent: Any, typed: str, password: str | None) -> None:
    form = profile(sent, PERSON, email=typed, password=password)
    assert answers(form).password is None
    assert not form.password.required


def test_the_page_shows_no_star_at_the_password(opened: Any) -> None:
    assert not shown(opened, PERSON).password.required


def test_a_wrong_address_has_one_sentence(sent: Any) -> None:
    assert errors(profile(sent, PERSON, email="ivanov@")) == {
        "email": ["Введите e-mail латинскими буквами, со знаком @, например ivanov@example.org"]
    }


def test_a_form_that_knows_no_owner_asks_for_the_password(paper: Flask) -> None:
    with paper.test_request_context(method="POST", data={"email": "ivanov@example.org"}):
        assert "password" in errors(ProfileForm())


# Bad input, field by field

IDENTIFIERS = ["passport", "snils", "ogrn", "inn", "registry_number", "registry_date", "phone", "postcode"]
LINES = ["organisation_short", "organisation_full", "house", "flat", "address"]
NAMES = ["full_name", "head_name", "email"]
WORSE = ["x" * 300_000, "12\0", "\u202e12345678901", "112\u200f233", "😀", "12 🏠"]
WORST = [
    "sNaN",
    "1e5",
    "١١٢٢٣٣٤٤٥٩٥",
    "１１２２３３",
    "{{7*7}}",
    "' OR 1=1 --",
    "2О11 ООООО1",
    "07.03.1070",
    "3026-03-07",
]
BAD = [
    ("inn", "1111111111"),
    ("ogrn", "1111111111111"),
    ("registry_number", "1111111111111"),
    ("snils", "112-233-445 96"),
    ("passport", "2011 000000"),
    ("postcode", "794000"),
    ("phone", "8 (111) 111-11-11"),
    ("full_name", "Ивaнов Иван"),
    ("head_name", "Иванов"),
    ("email", "ivаnov@example.org"),
    ("registry_date", "31.02.2014"),
    *((name, typed) for name in IDENTIFIERS + LINES + NAMES for typed in WORSE),
    *((name, typed) for name in IDENTIFIERS + NAMES for typed in WORST),
]


@pytest.mark.parametrize(("name", "typed"), BAD, ids=lambda value: ascii(value[:14]))
def test_bad_input_is_refused_beside_its_field_alone(sent: Any, name: str, typed: str) -> None:
    owner = PERSON if name in {"passport", "snils", "full_name"} else FIRM
    changes = {"in_city": "no", "address": "Липецк"} if name == "address" else {}
    found = errors(profile(sent, owner, **(changes | {name: typed})))
    assert list(found) == [name]
    assert found[name][0].startswith(("Введите ", "Проверьте ", "Сократите "))
