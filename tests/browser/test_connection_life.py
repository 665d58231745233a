"""An application's life as its owner walks it: 13.1 -> 13.2 -> 16; the company's side is moved from behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect
from sqlalchemy import select

from forms.answers import VerdictAnswer
from portal.extensions import db
from portal.models import Connection, Staff, Subscriber
from tests.browser.person import both_ways
from tests.support import people, stories

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.house import House
    from tests.browser.person import Person

PLAN, RIGHT = (
    "План расположения энергопринимающих устройств",
    "Копия документа, подтверждающего право собственности или иное",
)
SEND, SAVE, CLOSE, READY = (
    "Направить недостающие сведения/документы", "Сохранить", "Завершить загрузку", "Сообщить о готовности",
)  # fmt: skip
MISSING = (
    VerdictAnswer("plan", accepted=False, remark="Не видно привязки к улице"),
    VerdictAnswer("ownership", accepted=False, remark="Нужна выписка не старше месяца"),
)
LATE = "пока страница была открыта, всё изменилось"


class Application:
    """The application of whoever is at the browser, and what the company does about it."""

    def __init__(self, house: House, case: Connection, engineer: Staff) -> None:
        self.house, self.login, self.engineer = house, case.subscriber.login, engineer.login
        self.number, self.path = case.number, f"/connections/{case.year}/{case.number}"

    @classmethod
    def checked(cls, house: House) -> Application:
        """File one, and let an engineer take it."""
        with house.inside():
            author, engineer = people.subscriber(), people.staff("engineer")
            return cls(house, stories.connection_in("checking", author, engineer), engineer)

    @classmethod
    def latest(cls, house: House) -> Application:
        """Take up what somebody has just filed."""
        with house.inside():
            case = db.session.scalars(select(Connection).order_by(Connection.id.desc())).first()
            assert case is not None
            return cls(house, case, people.staff("engineer"))

    def moves(self, *codes: str, **changes: object) -> None:
        """Make moves of the company."""
        with self.house.inside():
            author = select(Subscriber.id).where(Subscriber.login == self.login).scalar_subquery()
            case = db.session.scalars(select(Connection).where(Connection.subscriber_id == author)).one()
            engineer = db.session.scalars(select(Staff).where(Staff.login == self.engineer)).one()
            for code in codes:
                stories.make(case, code, engineer, **changes)

    def opened(self, person: Person) -> Person:
        """Sign its owner in."""
        person.sign_in(self.login)
        person.is_at("Здравствуйте, Пётр Ильич")
        return person


def put(folder: Path, name: str) -> Path:
    """Put a file on somebody's disk."""
    path = folder / name
    path.write_bytes(people.PDF + name.encode())
    return path


@both_ways
def test_missing_documents_are_sent_and_readiness_is_reported(
    visit: Callable[..., Person], house: House, tmp_path: Path, how: dict[str, bool]
) -> None:
    has_script = not how
    application = Application.checked(house)
    application.moves("request_documents", verdicts=MISSING)
    person = application.opened(visit(**how))

    # 13.1: the first page and the list both lead to what is waited for
    person.sees("Дошлите документы: заявка №")
    person.sees("осталось")
    person.menu("Информация по заявкам на технологическое присоединение")
    person.page.get_by_role("row", name=f"{application.number} ").get_by_role("link", name=SEND).click()

    # 13.2: document by document, any number of times
    person.sees("Нужна выписка не старше месяца")
    person.fill({PLAN: put(tmp_path, "План.pdf")})
    if has_script:
        person.sees("загружен")
    person.press(SAVE)
    person.sees("Файл добавлен в заявку")
    person.sees("Вы уже прислали")
    expect(person.button(SAVE)).to_have_class("btn btn-primary")
    person.fill({RIGHT: put(tmp_path, "Выписка.pdf")})
    if has_script:
        person.sees("загружен")
    person.press(CLOSE)  # takes along what is chosen, and asks first
    person.sees("После завершения добавить файлы будет нельзя")
    person.sees("Выписка.pdf")
    person.press(CLOSE)
    person.sees("Документы переданы на проверку")
    person.sees("Сейчас ход за нами")

    application.moves("accept_documents", "issue_terms", "conclude")

    # 16: a dialog where there is a script, a page where there is none
    person.open(application.path)
    person.follow(READY)
    place = person.page.get_by_role("dialog" if has_script else "main")
    expect(place).to_contain_text("Подтвердите, что вы выполнили технические условия № ТУ-17")
    person.fill({"Технические условия выполнены": True})
    place.get_by_role("button", name=READY).click()
    person.sees("Мы получили сообщение о готовности")
    person.sees("Проверим, выполнены ли технические условия")

    application.moves("inspect", "make_act", "finish")
    person.open(application.path)
    person.sees("Лицевой счёт №")
    person.sees("Присоединение завершено")


@both_ways
def test_what_another_tab_has_closed_meanwhile_is_told_and_nothing_typed_is_lost(
    visit: Callable[..., Person], house: House, tmp_path: Path, how: dict[str, bool]
) -> None:
    application = Application.checked(house)
    application.moves("request_documents", verdicts=MISSING)
    person = application.opened(visit(**how))
    person.expected.add("the server responded with a status of 409")
    person.open(f"{application.path}/documents")
    person.fill({PLAN: put(tmp_path, "План.pdf"), "Текст обращения (не более 1000 символов)": "Вот план"})
    if not how:
        person.sees("загружен")

    slow, quick = person.page, person.context.new_page()
    person.page = quick
    person.open(f"{application.path}/documents")
    person.fill({"Текст обращения (не более 1000 символов)": "Остального нет"})
    person.press(CLOSE)
    person.press(CLOSE)
    person.sees("Документы переданы на проверку")

    person.page = slow
    person.press(SAVE)
    person.sees(LATE)
    person.sees("Это не отправлено")
    person.sees("Вот план")
    person.sees("План.pdf")


def test_a_paper_is_read_in_the_page(visit: Callable[..., Person], house: House) -> None:
    application = Application.checked(house)
    application.moves("request_documents", verdicts=MISSING)
    person = application.opened(visit())
    person.open(application.path)
    row = person.page.get_by_role("row", name="Уведомление о нестаче документов")
    row.get_by_role("link", name="Просмотреть").click()
    person.is_at("Уведомление о нестаче документов")
    frame = person.page.locator("iframe")
    expect(frame).to_have_attribute("title", "Уведомление о нестаче документов")
    assert frame.element_handle().content_frame() is not None
