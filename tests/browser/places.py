"""Every page in its states: empty, with errors, after a success, long. A new page is one line here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from portal.workflow import CONNECTION
from tests.browser.town import ADMIN, CLERK, FIRM, GUEST, LONG, NEWCOMER, RESIDENT
from tests.support import people

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.person import Person

LONG_LINE = "длинноеслово" * 12
# The pictures that have no bar in the colour of their first series, or of the second where the first has nothing.
DRAWN = """() => [...document.querySelectorAll("[data-plot]")].filter(figure => {
    const { width, height } = figure.querySelector("canvas") ?? { width: 0 };
    if (!width) return true;
    const { data } = figure.querySelector("canvas").getContext("2d").getImageData(0, 0, width, height);
    const seen = new Set();
    for (let place = 0; place < data.length; place += 4) if (data[place + 3] === 255) seen.add(data.slice(place, place + 3).join());
    return seen.size < 3;
}).map(figure => figure.dataset.plot)"""


@dataclass(frozen=True)
class Place:
    """A page in one state. `path` may name an appeal: «/appeals/{answered}»; `act` brings the page into its state."""

    name: str
    who: str
    path: str
    act: Callable[[Person], None] = lambda _: None
    has_errors: bool = False
    expected: frozenset[str] = frozenset()

    @property
    def widths(self) -> tuple[int, ...]:
        """Screens it is looked at on, the widest first; staff work at desks, and a telephone alone has the menu."""
        if self.path.startswith("/admin"):
            return (1280, 390, 320)
        return (390, 320) if self.act is open_menu else (1280, 390, 320)


def sent(button: str, answers: dict[str, Any] | None = None) -> dict[str, Any]:
    """Send a form that is not right, and see what is wrong with it."""

    def act(person: Person) -> None:
        person.fill(answers or {})
        person.press(button)
        person.page.get_by_role("alert").wait_for()

    return {"act": act, "has_errors": True}


def sent_folded(fold: str, button: str = "") -> dict[str, Any]:
    """Open what is folded away, and send its form empty; its button says the same unless named."""

    def act(person: Person) -> None:
        person.page.locator("summary", has_text=fold).click()
        person.press(button or fold)
        person.page.get_by_role("alert").wait_for()

    return {"act": act, "has_errors": True}


def done(button: str, answers: dict[str, Any], sees: str) -> dict[str, Any]:
    """Send a form that is right."""

    def act(person: Person) -> None:
        person.fill(answers)
        person.press(button)
        person.sees(sees)

    return {"act": act}


def mark_all(person: Person) -> None:
    """Mark every row of a queue at a press."""
    person.page.get_by_label("Отметить все записи на странице").check()


def ask_whom(person: Person) -> None:
    """Mark the page, and be asked to whom it goes."""
    mark_all(person)
    person.page.locator("summary", has_text="Назначить").click()


def remind_everybody(person: Person) -> None:
    """Remind also those of whom nothing is waited for."""
    mark_all(person)
    person.page.locator("summary", has_text="Напомнить").click()
    person.press("Да, напомнить")
    person.sees("Сделано не всё")


def open_menu(person: Person) -> None:
    """Open the menu that narrow screens have."""
    person.page.locator(".burger").evaluate("menu => { menu.open = true; }")


def open_streets(person: Person) -> None:
    """Type what many streets begin with, and walk to the second."""
    person.field("Улица").fill("окт")
    person.field("Улица").press("ArrowDown")


def open_dialog(person: Person) -> None:
    """Open the dialog of fig. 9."""
    person.follow("Сменить пароль")
    person.page.get_by_role("dialog").wait_for()


def see_pictures(person: Person) -> None:
    """Wait until each table that has something to show has its picture, with a colour in it and a name."""
    expect(person.page.locator("[data-plot] canvas[role=img][aria-label]").first).to_be_attached()
    assert person.page.evaluate(DRAWN) == []


def open_readiness(person: Person) -> None:
    """Open the dialog of fig. 16."""
    person.follow("Сообщить о готовности")
    person.page.get_by_role("dialog").wait_for()


def withdraw_without_reason(person: Person) -> None:
    """Press the button that is folded away at the end."""
    person.page.get_by_text("Отозвать заявку").first.click()
    person.press("Отозвать заявку")
    person.page.get_by_role("alert").wait_for()


def overtaken(button: str) -> dict[str, Any]:
    """Save a form that was opened before a colleague changed its row."""

    def act(person: Person) -> None:
        person.page.locator("input[name=seen]").evaluate("seen => { seen.value = 0; }")
        person.press(button)
        person.sees("Что изменилось, пока вы писали")

    return absent(409) | {"act": act}


def absent(status: int) -> dict[str, Any]:
    """Expect a page that says what is wrong with the address."""
    return {"expected": frozenset({f"the server responded with a status of {status}"})}


FIRM_FROM_AFAR = {
    "Вид заявителя": "Юридическое лицо",
    "Я из Воронежа": "Нет",
    "Полное наименование организации": LONG_LINE,
    "ОГРН": "123",
    "ИНН": "7707083894",
}
TP = "/connections/{year}"
DIRECTORIES = (
    "topics", "service-topics", "outage-reasons", "object-types", "suppliers", "load-kinds", "voltage-classes",
    "activities", "terms", "days-off",
)  # fmt: skip
APPEAL = {"Тема обращения": "Жалоба", "Текст обращения (не более 1000 символов)": "Мигает свет"}
TOO_LONG = {"Текст обращения (не более 1000 символов)": LONG + "!" * 5}
PROFILE_ERRORS = {"ФИО": "", "Серия и номер паспорта": "12", "СНИЛС": "1", "Телефон": "", "E-mail": "нет"}
LESS = {"Показания (в кВт·ч)": "1"}
NOBODY = {"Логин или e-mail": "nobody"}

PLACES = (
    Place("sign-in", GUEST, "/login"),
    Place("sign-in-errors", GUEST, "/login", **sent("Войти", {"Логин": "nobody", "Пароль": people.PASSWORD})),
    Place("sign-in-empty", GUEST, "/login", **sent("Войти")),
    Place("registration", GUEST, "/register"),
    Place("registration-errors", GUEST, "/register", **sent("Отправить", {"Почтовый индекс": "101000"})),
    Place("registration-firm-errors", GUEST, "/register", **sent("Отправить", FIRM_FROM_AFAR)),
    Place("registration-streets", GUEST, "/register", open_streets),
    Place("forgot", GUEST, "/password/forgot"),
    Place("forgot-errors", GUEST, "/password/forgot", **sent("Отправить")),
    Place("forgot-asked", GUEST, "/password/forgot", **done("Отправить", NOBODY, "временный пароль")),
    Place("help", GUEST, "/help"),
    Place("privacy", GUEST, "/privacy"),
    Place("consent", GUEST, "/consents/personal_data"),
    Place("consent-voluntary", GUEST, "/consents/voluntary"),
    Place("consent-open-channels", GUEST, "/consents/open_channels"),
    Place("consent-notices", GUEST, "/consents/notices"),
    Place("accessibility", GUEST, "/accessibility"),
    Place("accessibility-changed", GUEST, "/accessibility", **done("Сохранить", {}, "Вид страниц изменён")),
    Place("not-found-guest", GUEST, "/nothing-here", **absent(404)),
    Place("home-first", NEWCOMER, "/"),
    Place("appeals-empty", NEWCOMER, "/appeals"),
    Place("meters-empty", NEWCOMER, "/meters"),
    Place("meter-new", NEWCOMER, "/meters/new"),
    Place("meter-errors", NEWCOMER, "/meters/new", **sent("Сохранить", {"Заводской номер": "№"})),
    Place("meters", RESIDENT, "/meters"),
    Place("meters-missing", RESIDENT, "/meters?part=missing"),
    Place("meter", RESIDENT, "/meters/{meter}"),
    Place("meter-without-readings", RESIDENT, "/meters/{fresh_meter}"),
    Place("meter-edit", RESIDENT, "/meters/{meter}/edit"),
    Place("meter-edit-errors", RESIDENT, "/meters/{meter}/edit", **sent("Сохранить", {"Адрес объекта": ""})),
    Place("reading", RESIDENT, "/meters/{meter}/readings/new"),
    Place("reading-errors", RESIDENT, "/meters/{meter}/readings/new", **sent("Сохранить", LESS)),
    Place("reading-correct", RESIDENT, "/meters/{meter}/readings/{reading}/correct"),
    Place("readings-file", RESIDENT, "/meters/files/new"),
    Place("readings-file-errors", RESIDENT, "/meters/files/new", **sent("Отправить")),
    Place("readings-file-refused", RESIDENT, "/meters/files/{refused_file}"),
    Place("readings-file-taken", RESIDENT, "/meters/files/{taken_file}"),
    Place("appeals-search-nothing", NEWCOMER, "/appeals?number=999"),
    Place("not-found", NEWCOMER, "/appeals/999999", **absent(404)),
    Place("help-inside", NEWCOMER, "/help"),
    Place("appeal", NEWCOMER, "/appeals/new"),
    Place("appeal-errors", NEWCOMER, "/appeals/new", **sent("Сохранить", TOO_LONG)),
    Place("appeal-done", FIRM, "/appeals/new", **done("Сохранить", APPEAL, "Заявка успешно сохранена")),
    Place("home", RESIDENT, "/"),
    Place("home-menu", RESIDENT, "/", open_menu),
    Place("appeals", RESIDENT, "/appeals"),
    Place("appeals-last", RESIDENT, "/appeals?page=2"),
    Place("appeals-search", RESIDENT, "/appeals?number={first}"),
    Place("appeals-search-errors", RESIDENT, "/appeals?number=abc", has_errors=True),
    Place("appeal-registered", RESIDENT, "/appeals/{registered}"),
    Place("appeal-long", RESIDENT, "/appeals/{long}"),
    Place("appeal-clarification", RESIDENT, "/appeals/{clarification}"),
    Place("appeal-clarification-errors", RESIDENT, "/appeals/{clarification}", **sent("Ответить на вопрос")),
    Place("appeal-extended", RESIDENT, "/appeals/{extended}"),
    Place("appeal-redirected", RESIDENT, "/appeals/{redirected}"),
    Place("appeal-answered", RESIDENT, "/appeals/{answered}"),
    Place("appeal-closed", RESIDENT, "/appeals/{closed}"),
    Place("appeal-withdrawn", RESIDENT, "/appeals/{withdrawn}"),
    Place("new-service", NEWCOMER, "/services/new"),
    Place("new-service-errors", NEWCOMER, "/services/new", **sent("Сохранить", {"Номер дома": LONG_LINE})),
    *(
        Place(f"service-{code}", RESIDENT, f"/services/{{service_{code}}}")
        for code in ("registered", "clarification", "agreeing", "visit", "worked")
    ),
    Place("service-errors", RESIDENT, "/services/{service_clarification}", **sent("Ответить на вопрос")),
    Place("new-connection", NEWCOMER, "/connections/new"),
    Place("new-connection-drafts", RESIDENT, "/connections/new"),
    Place("new-connection-errors", FIRM, "/connections/new", **sent("Сохранить", {"Номер дома": LONG_LINE})),
    Place("draft", RESIDENT, "/connections/drafts/{draft}"),
    Place("draft-summary", RESIDENT, "/connections/drafts/{draft}/summary"),
    Place("draft-delete", RESIDENT, "/connections/drafts/{draft}/delete"),
    Place("connections-empty", NEWCOMER, "/connections"),
    Place("connections-search-nothing", NEWCOMER, "/connections?number=999"),
    Place("connections", RESIDENT, "/connections"),
    Place("connections-search-errors", RESIDENT, "/connections?number=abc", has_errors=True),
    *(Place(f"connection-{one.code}", RESIDENT, f"{TP}/{{tp_{one.code}}}") for one in CONNECTION.statuses),
    Place("connection-half-sent", RESIDENT, f"{TP}/{{tp_half_sent}}"),
    Place("connection-withdraw-errors", RESIDENT, f"{TP}/{{tp_registered}}", withdraw_without_reason, has_errors=True),
    Place("missing-documents", RESIDENT, f"{TP}/{{tp_half_sent}}/documents"),
    Place("missing-documents-errors", RESIDENT, f"{TP}/{{tp_documents_missing}}/documents", **sent("Сохранить")),
    Place("missing-documents-shut", RESIDENT, f"{TP}/{{tp_preparing}}/documents"),
    Place("missing-documents-complete", RESIDENT, f"{TP}/{{tp_half_sent}}/complete"),
    Place("missing-documents-nothing", RESIDENT, f"{TP}/{{tp_documents_missing}}/complete"),
    Place("ready", RESIDENT, f"{TP}/{{tp_works}}/ready"),
    Place("ready-errors", RESIDENT, f"{TP}/{{tp_works}}/ready", **sent("Сообщить о готовности")),
    Place("ready-dialog", RESIDENT, f"{TP}/{{tp_works}}", open_readiness),
    Place("document-pdf", RESIDENT, "/documents/{paper_pdf}/view"),
    Place("document-png", RESIDENT, "/documents/{paper_png}/view"),
    Place("document-zip", RESIDENT, "/documents/{paper_zip}/view"),
    Place("outages-guest", GUEST, "/outages"),
    Place("outages-errors", GUEST, "/outages?street_id=&house=", has_errors=True),
    Place("outages-none", NEWCOMER, "/outages?street_id=1&house=1&since=2020-01-01&until=2020-12-31"),
    Place("outages", RESIDENT, "/outages"),
    Place("documents-empty", NEWCOMER, "/documents"),
    Place("documents", RESIDENT, "/documents"),
    Place("documents-nothing", RESIDENT, "/documents?words=zzz"),
    Place("documents-errors", RESIDENT, f"/documents?words={LONG_LINE}", has_errors=True),
    Place("document-to-read", RESIDENT, "/documents/{unread}/card"),
    Place("document-to-sign", RESIDENT, "/documents/{to_sign}/card"),
    Place("document-refuse-errors", FIRM, "/documents/{of_firm}/card", **sent_folded("Отказаться от подписи")),
    Place("notifications", RESIDENT, "/notifications"),
    Place("profile", RESIDENT, "/profile"),
    Place("profile-firm", FIRM, "/profile"),
    Place("profile-errors", RESIDENT, "/profile", **sent("Сохранить", PROFILE_ERRORS)),
    Place("profile-dialog", RESIDENT, "/profile", open_dialog),
    Place("password", RESIDENT, "/profile/password"),
    Place("password-errors", RESIDENT, "/profile/password", **sent("Сохранить")),
    Place("devices", RESIDENT, "/profile/devices"),
    Place("consents", RESIDENT, "/profile/consents"),
    Place("delete", RESIDENT, "/profile/delete"),
    Place("delete-errors", RESIDENT, "/profile/delete", **sent("Отправить запрос")),
    Place("staff-sign-in", GUEST, "/admin/login"),
    Place("staff-sign-in-errors", GUEST, "/admin/login", **sent("Войти")),
    Place("staff-summary", CLERK, "/admin/"),
    Place("staff-figures", ADMIN, "/admin/figures/", see_pictures),
    Place("staff-disclosure", ADMIN, "/admin/disclosure/"),
    Place(
        "staff-disclosure-errors",
        ADMIN,
        "/admin/disclosure/",
        **sent("Скачать XLSX", {"С даты": "", "По дату": ""}),
    ),
    Place("staff-queue", CLERK, "/admin/appeals/"),
    Place("staff-queue-marked", CLERK, "/admin/appeals/?preset=open", ask_whom),
    Place("staff-queue-refused", CLERK, "/admin/services/?preset=open", remind_everybody),
    Place("staff-queue-unsaved", CLERK, "/admin/appeals/?preset=all", **sent_folded("Сохранить набор", "Сохранить")),
    Place("staff-export", CLERK, "/admin/appeals/export/?preset=all"),
    Place("staff-search", CLERK, "/admin/search/?q=образцов"),
    Place("staff-search-near", CLERK, "/admin/search/?q=обрасцов"),
    Place("staff-search-nothing", CLERK, "/admin/search/?q=щщщщщщ"),
    Place("staff-password", CLERK, "/admin/password"),
    Place("staff-password-errors", CLERK, "/admin/password", **sent("Сохранить")),
    Place("staff-card", CLERK, "/admin/appeals/{long}"),
    Place("staff-services", CLERK, "/admin/services/?preset=all"),
    Place("staff-service", CLERK, "/admin/services/{service_checking}?preset=all"),
    Place("staff-connections", ADMIN, "/admin/connections/?preset=all"),
    *(
        Place(f"staff-connection-{code}", ADMIN, f"/admin/connections/{{tp_card_{code}}}?preset=all")
        for code in ("checking", "documents_missing", "preparing", "works")
    ),
    Place("staff-second-factor", CLERK, "/admin/second-factor"),
    Place("staff-meters", CLERK, "/admin/meters/"),
    Place("staff-meter", CLERK, "/admin/meters/{meter}"),
    Place("staff-meter-errors", CLERK, "/admin/meters/{meter}", **sent("Сохранить", LESS)),
    Place("staff-reading", CLERK, "/admin/meters/{meter}/readings/{reading}"),
    Place("staff-readings", CLERK, "/admin/readings/?preset=all"),
    Place("staff-subscribers", CLERK, "/admin/subscribers/"),
    Place("staff-subscriber", ADMIN, "/admin/subscribers/{subscriber}"),
    Place("staff-paper-appeal", CLERK, "/admin/subscribers/{subscriber}/appeal"),
    Place("staff-paper-appeal-errors", CLERK, "/admin/subscribers/{subscriber}/appeal", **sent("Зарегистрировать")),
    Place("staff-new-subscriber", CLERK, "/admin/subscribers/new"),
    Place("staff-new-subscriber-errors", CLERK, "/admin/subscribers/new", **sent("Создать кабинет")),
    Place("staff-outages", CLERK, "/admin/outages/?preset=past"),
    Place("staff-new-outage", CLERK, "/admin/outages/new"),
    Place("staff-new-outage-errors", CLERK, "/admin/outages/new", **sent("Сохранить черновик")),
    Place("staff-outage", CLERK, "/admin/outages/{outage_draft}"),
    Place("staff-outage-list", CLERK, "/admin/outages/import"),
    Place("staff-outage-batch", CLERK, "/admin/outages/list/{batch}"),
    Place("staff-letters", CLERK, "/admin/letters/"),
    Place("staff-letter", CLERK, "/admin/letters/details/?id=1"),
    Place("staff-exchange", CLERK, "/admin/exchange/?preset=all"),
    Place("staff-document", CLERK, "/admin/exchange/{to_sign}"),
    Place("staff-find-subscriber", CLERK, "/admin/exchange/place?who=person"),
    Place("staff-place-document", CLERK, "/admin/exchange/place/1"),
    Place("staff-colleagues", ADMIN, "/admin/colleagues/"),
    Place("staff-colleague", ADMIN, "/admin/colleagues/{colleague}"),
    Place("staff-new-colleague", ADMIN, "/admin/colleagues/new"),
    Place("staff-new-colleague-errors", ADMIN, "/admin/colleagues/new", **sent("Добавить")),
    Place("staff-streets", ADMIN, "/admin/streets/"),
    Place("staff-street", ADMIN, "/admin/streets/new/"),
    Place("staff-street-errors", ADMIN, "/admin/streets/new/", **sent("Сохранить")),
    Place("staff-street-overtaken", ADMIN, "/admin/streets/edit/?id=1", **overtaken("Сохранить")),
    *(Place(f"staff-{path}", ADMIN, f"/admin/{path}/") for path in DIRECTORIES),
    Place("staff-term", ADMIN, "/admin/terms/edit/?id=1"),
    Place("staff-consents", ADMIN, "/admin/consents/"),
    Place("staff-consent", ADMIN, "/admin/consents/details/?id=1"),
    Place("staff-consent-next", ADMIN, "/admin/consents/notices/next"),
    Place("staff-consent-next-errors", ADMIN, "/admin/consents/notices/next", **sent("Показать", {"Текст": ""})),
    Place("staff-texts", ADMIN, "/admin/letter-texts/"),
    Place("staff-text", ADMIN, "/admin/letter-texts/documents_missing"),
    Place("staff-text-errors", ADMIN, "/admin/letter-texts/documents_missing", **sent("Сохранить", {"Тема": ""})),
    Place("staff-journal", ADMIN, "/admin/journal/"),
    Place("staff-journal-of", ADMIN, "/admin/journal/?subject=streets:1"),
    Place("staff-journal-errors", ADMIN, f"/admin/journal/?words={LONG_LINE}", has_errors=True),
    Place("staff-settings", ADMIN, "/admin/settings/"),
)
