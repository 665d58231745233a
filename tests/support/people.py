"""Invented people and firms with right check digits, and what they write."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

import pyotp
from sqlalchemy import select, update

from forms.answers import (
    AppealAnswers,
    ConnectionAnswers,
    ExtraServiceAnswers,
    MeterAnswers,
    OfficeAccountAnswers,
    ReadingAnswers,
    RegistrationAnswers,
)
from forms.choices import ApplicantKind, ConnectionService, ConsentKind
from forms.readings import later
from forms.tables import TableKind
from portal import clock, demo
from portal.extensions import db
from portal.journal import Actor
from portal.models import Staff, VoltageClass
from portal.origin import Origin
from portal.services import (
    accounts,
    appeals,
    connections,
    extra_services,
    meters,
    reading_files,
    readings,
    streets,
    uploads,
)
from portal.transactions import transaction

if TYPE_CHECKING:
    from datetime import date

    from portal.models import Case, Meter, Reading, ReadingFile, Subscriber, Upload

TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "тихий омут 42"
HERE = Origin("127.0.0.1", "test")
# One that opens: where a browser can't read a document it says so in a dialog, which takes the focus from the page.
PDF = demo.paper()
_numbers = count(1)

# What a person types into fig. 4, by the labels of the page.
REGISTRATION: dict[str, Any] = {
    "Вид заявителя": "Физическое лицо",
    "Имя пользователя (login)": "obraztsov",
    "E-mail": "obraztsov@example.org",
    "Пароль": PASSWORD,
    "Подтвердите пароль": PASSWORD,
    "ФИО": "Образцов Пётр Ильич",
    "Улица": "20-летия Октября ул.",
    "Номер дома": "12",
    "Номер квартиры": "7",
    "Почтовый индекс": "394006",
    "Телефон": "8 900 000-00-01",
    "СНИЛС": "112-233-445 95",
    **{kind.label: True for kind in ConsentKind.at_registration() if kind is not ConsentKind.notices},
}


def token() -> str:
    """Make the token of a fresh page."""
    return f"{next(_numbers):032x}"


def subscriber(**changes: Any) -> Subscriber:
    """Register somebody; `changes` to the answers of fig. 4."""
    return accounts.register(RegistrationAnswers(**(_answers() | changes)), HERE)


def _answers() -> dict[str, Any]:
    number = next(_numbers)
    return {
        "kind": ApplicantKind.fl,
        "login": f"person_{number}",
        "email": f"person{number}@example.org",
        "password": PASSWORD,
        "full_name": "Образцов Пётр Ильич",
        "organisation_short": None,
        "organisation_full": None,
        "head_name": None,
        "in_city": True,
        "street_id": streets.choices()[0][0],
        "house": "12",
        "flat": "7",
        "address": None,
        "postcode": "394006",
        "phone": "+79000000001",
        "snils": "11223344595",
        "ogrn": None,
        "inn": None,
        "token": token(),
        "consents": tuple(ConsentKind),
    }


def staff(role: str = "operator", login: str | None = None) -> Staff:
    """Employ somebody with a lasting password."""
    login = login or f"{role}_{next(_numbers)}"
    made = accounts.add_staff(login, f"{login}@example.org", role, PASSWORD, must_change=False)
    if made.needs_second_factor:
        with transaction():
            made.totp_secret, made.totp_since = TOTP_SECRET, clock.now()
    return made


def forget_codes(login: str) -> None:
    """Let a code work that was used a moment ago: a test signs in more often than a person."""
    with transaction() as session:
        session.execute(update(Staff).where(Staff.login == login).values(totp_step=0))


def code() -> str:
    """What an administrator's app shows now."""
    return pyotp.TOTP(TOTP_SECRET).at(clock.now())


def actor(role: str = "operator") -> Actor:
    """Somebody of staff who does something."""
    return Actor.of(staff(role))


def office_account(login: str) -> Subscriber:
    """Open an account for a visitor of «Единое окно»."""
    known = {name: value for name, value in _answers().items() if name not in {"password", "consents"}}
    said = known | {"login": login, "email": f"{login}@example.org", "consents": (ConsentKind.personal_data,)}
    return accounts.open_at_office(OfficeAccountAnswers(**said), staff(), HERE)


def appeal(author: Subscriber, text: str = "Прошу проверить напряжение в сети", form_token: str | None = None) -> Case:
    """File an appeal."""
    answers = AppealAnswers(topic_id=appeals.topics()[0].id, text=text, token=form_token or token())
    return appeals.submit(author, answers)


def extra_service(author: Subscriber, form_token: str | None = None, **changes: Any) -> Case:
    """Ask for an extra service."""
    said: dict[str, Any] = {
        "token": form_token or token(),
        "service_topic_id": extra_services.topics()[0].id,
        "street_id": streets.choices()[0][0],
        "house": "5",
        "flat": None,
        "text": "Прошу снять показания",
    }
    return extra_services.submit(author, ExtraServiceAnswers(**(said | changes)))


def connection(author: Subscriber, form_token: str | None = None, **changes: Any) -> Case:
    """File an application for connection with the documents that everybody brings."""
    made = form_token or token()
    slots = ["plan", "ownership"] + ([] if author.is_person else ["extract"])
    for slot in slots:
        kept(author, made, f"{slot}.pdf", slot=slot)
    said: dict[str, Any] = {
        "token": made,
        "service": ConnectionService.person_15 if author.is_person else ConnectionService.firm_150,
        "circumstances": (),
        "street_id": streets.choices()[0][0],
        "house": "5",
        "office": None,
        "flat": None,
        "power_requested": Decimal("12.5"),
        "power_previous": Decimal(0),
        "voltage_id": db.session.scalar(select(VoltageClass.id).where(VoltageClass.name == "0.4 кВ")),
        "supplier_id": None,
        "sheet": ({"title": "Заявитель", "facts": [["ФИО", author.name]]},),
        "typed": {"house": ["5"], "service": ["person_15"]},
    }
    return connections.submit(author, ConnectionAnswers(**(said | changes)), HERE)


def meter(owner: Subscriber, serial: str | None = None, place: str = "на опоре у дома") -> Meter:
    """Add a meter."""
    said = MeterAnswers(place=place, account_number="123456", serial=serial or f"{next(_numbers)}ТЭ", token=token())
    return meters.register(owner, said)


def reading(of: Meter, value: int = 340, day: date | None = None, **changes: Any) -> Reading:
    """Give a reading of a meter as its owner, today unless said."""
    said = {"reading": value, "taken_on": day or clock.today(), "token": token()} | changes
    return readings.add(of, ReadingAnswers(**said), of.subscriber)


def reading_of_then(of: Meter, value: int, day: date) -> Reading:
    """Give a reading on its own day."""
    with clock.shifted(timedelta(days=(day - clock.today()).days)):
        return reading(of, value, day)


def two_years(of: Meter) -> Reading:
    """Give a reading on the 24th of each of the last 25 months and today; gives the last."""
    this = clock.today().replace(day=1)
    days = [later(this, -back).replace(day=24) for back in range(25, 0, -1)]
    for number, day in enumerate(days):
        reading_of_then(of, 1000 + number * 200 + number % 5 * 10, day)
    return reading(of, 6100)


def readings_file(owner: Subscriber, rows: str, encoding: str = "utf-8") -> ReadingFile:
    """Send a CSV file of readings; `rows` come under the heads."""
    content = (";".join(reading_files.COLUMNS) + "\n" + rows).encode(encoding)
    return reading_files.keep(owner, token(), "показания.csv", TableKind.csv, io.BytesIO(content))


def kept(
    account: Subscriber | Staff, form_token: str, name: str = "Схема.pdf", content: bytes = PDF, slot: str = "document"
) -> Upload:
    """Keep a file under a form's token, as its page does."""
    return uploads.keep(account, form_token, slot, io.BytesIO(content), name, "application/pdf")
