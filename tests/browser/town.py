"""Who lives in the installation: people whose pages are empty, full and long, and who serves them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from forms.choices import ApplicantKind
from portal.workflow import APPEAL
from portal.services import exchange
from tests.support import papers, people, stories

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.house import House
    from tests.browser.person import Person

GUEST, NEWCOMER, RESIDENT, FIRM, CLERK, ADMIN = "guest", "newcomer", "resident", "firm", "operator", "admin"
STAFF = (CLERK, ADMIN)
# As long as the form lets it be, with a word that no line can hold.
LONG = ("Счётчик " + "очень" * 30 + " шумит по ночам. " + "Прошу проверить. " * 60)[:1000]
LONG_NAME = "Схема расположения энергопринимающих устройств с подписями и печатями, лист первый из двух.pdf"
MORE_THAN_A_PAGE = 21
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
    """Logins by part, numbers of appeals by status, and the cookies of whoever has signed in once."""

    house: House
    logins: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
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
            self.numbers["unread"] = papers.placed(resident, clerk, title=LONG_NAME).id
            for name, owner in (("to_sign", resident), ("of_firm", firm)):
                document = papers.placed(owner, clerk, wants_signature=True)
                exchange.read(owner, document, people.HERE)
                self.numbers[name] = document.id
            for status in APPEAL.statuses:
                self.numbers[status.code] = stories.appeal_in(status.code, resident, clerk).number

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
