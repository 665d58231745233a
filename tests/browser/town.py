"""Who lives in the installation: people whose pages are empty, full and long, and who serves them."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from forms.choices import ApplicantKind, OutageKind
from portal import clock
from portal.extensions import db
from portal.models import ReadingFile
from portal.services import connections, drafts, exchange, outage_desk, outages, reading_files, uploads
from portal.workflow import APPEAL, CONNECTION, SERVICE
from tests.support import papers, people, power, stories

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from portal.models import Subscriber
    from tests.browser.house import House
    from tests.browser.person import Person

GUEST, NEWCOMER, RESIDENT, FIRM, CLERK, ADMIN = "guest", "newcomer", "resident", "firm", "operator", "admin"
STAFF = (CLERK, ADMIN)
# As long as the form lets it be, with a word that no line can hold.
LONG = ("Счётчик " + "очень" * 30 + " шумит по ночам. " + "Прошу проверить. " * 60)[:1000]
LONG_NAME = "Схема расположения энергопринимающих устройств с подписями и печатями, лист первый из двух.pdf"
MORE_THAN_A_PAGE = 21
# One white point, in the smallest PNG there is.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe0def46b8"
    "0000000049454e44ae426082"
)


def _archive() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr(LONG_NAME, people.PDF)
    return packed.getvalue()


PAPERS = (("Фото.png", PNG, "image/png"), ("Всё вместе.zip", _archive(), "application/zip"))
LONG_FIRM: dict[str, Any] = {
    "kind": ApplicantKind.ul,
    "full_name": None,
    "snils": None,
    "organisation_short": "ООО «Общество с очень длинным наименованием, которое не помещается в одну строку»",
    "organisation_full": "Общество с ограниченной ответственностью «Очень длинное наименование»",
    "head_name": "Образцова Анна-Мария Константиновна",
    "ogrn": "1143668000024",
    "inn": "3662000015",
}


@dataclass
class Town:
    """Logins by part, numbers of cases by status, and the cookies of whoever has signed in once."""

    house: House
    logins: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int | str] = field(default_factory=dict)
    _cookies: dict[str, Any] = field(default_factory=dict)

    def settle(self) -> None:
        """Make everybody and everything."""
        with self.house.inside():
            clerk = people.staff(CLERK)
            self.logins = {CLERK: clerk.login, ADMIN: people.staff(ADMIN).login}
            self.logins[NEWCOMER] = people.subscriber().login
            firm = people.subscriber(**LONG_FIRM)
            self.logins[FIRM] = firm.login
            resident = people.subscriber()
            self.logins[RESIDENT] = resident.login
            self.numbers["first"] = people.appeal(resident).number
            for _ in range(MORE_THAN_A_PAGE - 1):
                people.appeal(resident)
            people.kept(resident, token := people.token(), LONG_NAME)
            self.numbers["long"] = people.appeal(resident, LONG, token).number
            self.numbers |= self._meters(resident)
            street = resident.street_id or 0
            outages.subscribe(resident, street, "12")
            for kind, days in ((OutageKind.planned, -9), (OutageKind.emergency, 0), (OutageKind.planned, 3)):
                power.published(street, kind=kind, begins_at=power.wall(days), ends_at=power.wall(days, 17))
            self.numbers["outage_draft"] = power.draft(f"{LONG_NAME}; ул. Небывалая, 7; ул. Мира, 9-1").id
            self.numbers["outage_list"] = people.token()
            listed = [power.said(f"{LONG_NAME}; ул. 20-летия Октября, 7"), power.said("ул. Небывалая, 7")]
            outage_desk.take_in(listed, str(self.numbers["outage_list"]), people.actor())
            self.numbers["unread"] = papers.placed(resident, clerk, title=LONG_NAME).id
            for name, owner in (("to_sign", resident), ("of_firm", firm)):
                document = papers.placed(owner, clerk, wants_signature=True)
                exchange.read(owner, document, people.HERE)
                self.numbers[name] = document.id
            for status in APPEAL.statuses:
                self.numbers[status.code] = stories.appeal_in(status.code, resident, clerk).number
            for status in SERVICE.statuses:
                self.numbers[f"service_{status.code}"] = stories.service_in(status.code, resident, clerk).number
            self._connect(resident)
            self._begin(resident)

    def _connect(self, resident: Subscriber) -> None:
        """Bring applications for connection into every status, numbered `tp_<status>`; papers of some as `paper_<what>`."""
        engineer = people.staff("engineer")
        for status in CONNECTION.statuses:
            case = stories.connection_in(status.code, resident, engineer)
            self.numbers |= {"year": case.year, f"tp_{status.code}": case.number, f"tp_card_{status.code}": case.id}
        half_sent = stories.connection_in("documents_missing", resident, engineer)
        token = people.token()
        for name, content, kind in PAPERS:
            uploads.keep(resident, token, "documents", io.BytesIO(content), name, kind)
        stories.make(half_sent, "add_documents", resident, token=token)
        self.numbers["tp_half_sent"] = half_sent.number
        self.numbers |= {f"paper_{one.name[-3:]}": one.id for one in half_sent.documents}

    def _begin(self, resident: Subscriber) -> None:
        """Begin an application and leave it half filled in."""
        self.numbers["draft"] = token = people.token()
        drafts.save(
            resident, connections.FORM, token, {"service": ["person_15"], "power_requested": ["12"], "house": ["5"]}
        )
        people.kept(resident, token, LONG_NAME, slot="plan")
        people.kept(resident, token, LONG_NAME, slot="garages")

    def _meters(self, resident: Subscriber) -> dict[str, int]:
        """Give the resident two meters, one with two years of readings, and files that were taken and refused."""
        meter, fresh = people.meter(resident, place=LONG_NAME), people.meter(resident)
        reading = people.two_years(meter)
        taken = people.readings_file(resident, f"{fresh.serial};{700};{clock.today():%d.%m.%Y};\n")
        refused = people.readings_file(resident, f"{fresh.serial};12,5;вчера;\nнет такого;1;01.11.2026;\n")
        while not (db.session.get_one(ReadingFile, refused.id, populate_existing=True).is_finished):
            reading_files.work()
        numbers = {
            "meter": meter,
            "fresh_meter": fresh,
            "reading": reading,
            "taken_file": taken,
            "refused_file": refused,
        }
        return {name: row.id for name, row in numbers.items()}

    def enter(self, browser: Browser, who: str, **options: Any) -> Person:
        """Open a browser in which somebody is signed in; the door is passed once, its cookies are kept."""
        from tests.browser.person import Person

        if who != GUEST and who not in self._cookies:
            first = Person(browser, self.house)
            first.sign_in(self.logins[who], "/admin/login" if who in STAFF else "/login")
            if who == ADMIN:
                first.fill({"Код из приложения": people.code()})
                first.press("Войти")
            first.page.wait_for_url(re.compile(r"/(admin/)?$"))
            self._cookies[who] = first.context.storage_state()
            assert first.leave() == []
        return Person(browser, self.house, storage_state=self._cookies.get(who), **options)
