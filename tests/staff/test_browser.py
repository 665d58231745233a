"""A clerk's hands on the panel, in a real browser: the policy refuses nothing, and axe finds nothing."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from werkzeug.serving import make_server

from tests.browser.house import wait_for
from tests.support import people, stories

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [
    pytest.mark.browser,
    # Flask-Compress leaves a static file that it has streamed to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
CARD = "/admin/appeals/1"
# The rest of the screens is looked at with the cabinet's own pages.
SCREENS = ("/admin/appeals/?preset=all&search=ничего", CARD, "/admin/appeals/2")


@dataclass
class Desk:
    """A browser of somebody signed in, and what its console complained about."""

    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    app.config["TRUSTED_HOSTS"] = None
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def sit(app: Flask, address: str, browser: Browser) -> Iterator[Callable[..., Desk]]:
    """Let a member of staff sit down: `sit("admin", javascript=False, width=390)`."""
    desks: list[Desk] = []

    def sit_down(role: str = "operator", *, javascript: bool = True, width: int = 1280, scheme: Any = "light") -> Desk:
        with app.app_context():
            login = people.staff(role).login
        context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            java_script_enabled=javascript,
        )
        desk = Desk(context, context.new_page())
        desks.append(desk)
        desk.page.on("console", lambda said: desk.complaints.append(said.text) if said.type == "error" else None)
        desk.page.on("pageerror", lambda error: desk.complaints.append(str(error)))
        desk.page.goto("/admin/login")
        desk.page.fill("#login", login)
        desk.page.fill("#password", people.PASSWORD)
        desk.page.press("#password", "Enter")
        desk.page.wait_for_selector("h1:text-is('Сводка'), h1:text-is('Второй шаг входа')")
        if desk.page.inner_text("h1") == "Второй шаг входа":
            with app.app_context():
                people.forget_codes(login)
            desk.page.fill("text=Код из приложения", people.code())
            desk.page.keyboard.press("Enter")
            desk.page.wait_for_selector("h1:text-is('Сводка')")
        return desk

    yield sit_down
    for desk in desks:
        desk.context.close()


@pytest.fixture(autouse=True)
def _appeals(app: Flask) -> None:
    with app.app_context():
        author = people.subscriber()
        people.kept(author, token := people.token())
        people.appeal(author, "Мигает свет в подъезде. " * 12, token)
        stories.appeal_in("in_work", author, people.staff())
        people.appeal(author, "Третье")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_every_screen_is_clean(sit: Callable[..., Desk], width: int, scheme: str) -> None:
    desk = sit("admin", width=width, scheme=scheme)
    for path in SCREENS:
        desk.page.goto(path)
        found = Axe().run(desk.page).response["violations"]
        assert not found, f"{path}: {[(rule['id'], [node['html'] for node in rule['nodes']]) for rule in found]}"
        assert desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
            f"{path}: wider than the screen"
        )
    assert desk.complaints == []


@pytest.mark.parametrize("path", [CARD, "/admin/appeals/2"])
def test_the_button_is_in_sight_for_every_step(sit: Callable[..., Desk], path: str) -> None:
    page = sit().page
    page.goto(path)
    for step in page.locator(".moves input").all():
        step.check()
        buttons = page.locator(".step-go .btn-primary:visible")
        assert buttons.count() == 1
        box = buttons.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 800


def test_a_letter_is_shown_while_its_words_are_typed(sit: Callable[..., Desk]) -> None:
    desk = sit("admin")
    desk.page.goto("/admin/letter-texts/appeal_registered")
    desk.page.fill("text=Тема", "Ждите ответа на № {номер}")
    desk.page.wait_for_selector(".letter >> text=Ждите ответа на № 7874")
    desk.page.fill("text=Тема", "Ждите ответа на № {нет такого}")
    desk.page.wait_for_selector(".letter >> text=поля «нет такого» в этом письме нет")
    assert desk.complaints == []


def test_an_answer_takes_typing_and_one_press(sit: Callable[..., Desk]) -> None:
    desk = sit()
    page = desk.page
    page.goto(CARD)
    page.check("text=Запросить уточнения")
    page.fill("text=Что нужно уточнить", "В какой квартире?")
    page.wait_for_selector(".letter:visible >> text=Обращение № 1: нужны уточнения")
    page.check("label:text-is('Ответить')")
    page.fill("text=Текст ответа", "Починили")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("h1:has-text('Обращение № 3')")
    assert "Обращение № 1: ответ направлен. Перед вами следующее дело." in page.inner_text("main")
    assert desk.complaints == []


def test_a_slash_leads_to_the_search_unless_something_is_being_typed(sit: Callable[..., Desk]) -> None:
    desk = sit()
    page = desk.page
    page.keyboard.press("/")
    page.keyboard.type("мигает/")
    assert page.input_value("#find") == "мигает/"
    page.fill("#find", "образцов")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:text-is('Поиск: «образцов»')")
    page.click("section:has(h2:text-is('Обращения')) >> text=№ 1/")
    page.wait_for_selector("h1:has-text('Обращение № 1')")
    assert desk.complaints == []


def test_a_file_goes_at_once_and_comes_into_the_case(sit: Callable[..., Desk]) -> None:
    page = sit().page
    page.goto(CARD)
    page.check("label:text-is('Ответить')")
    page.click("text=Письмо с номером >> visible=true")
    paper = {"name": "Ответ.pdf", "mimeType": "application/pdf", "buffer": people.PDF}
    page.set_input_files("#answer-letter_file", paper)  # type: ignore[arg-type]
    page.wait_for_selector("text=загружен >> visible=true")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/appeals/3?*")
    assert "Обращение № 3" in page.inner_text("h1")
    page.goto(CARD)
    assert "Ответ.pdf" in page.inner_text("main")
    assert "Номер письма: 1" in page.inner_text("main")


def test_a_document_that_can_not_be_read_gives_the_focus_back(sit: Callable[..., Desk], app: Flask) -> None:
    with app.app_context():
        author = people.subscriber()
        people.kept(author, token := people.token(), content=b"%PDF-1.4\nno page\n%%EOF\n")
        number = people.appeal(author, "Файл не открывается", token).number
    page = sit().page
    page.add_init_script("addEventListener('blur', () => (window.isTaken = true))")
    page.goto(f"/admin/appeals/{number}")
    page.check("label:text-is('Ответить')")
    page.click("text=Текст ответа >> visible=true")
    # The policy of the page lets nothing be waited for inside it.
    wait_for(lambda: page.evaluate("window.isTaken"), "the dialog in which the browser says so")
    wait_for(lambda: page.evaluate("document.activeElement.id === 'answer-note'"), "the focus")
    page.keyboard.type("Не открылось")
    assert page.input_value("#answer-note") == "Не открылось"


def test_everything_works_without_scripts_by_keyboard(sit: Callable[..., Desk]) -> None:
    page = sit(javascript=False).page
    page.goto(CARD)
    page.focus("#step-take")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "ask-note"
    page.keyboard.type("В какой квартире?")
    page.click("text=Показать письмо >> visible=true")
    assert "Обращение № 1: нужны уточнения" in page.inner_text("main")
    page.click("text=Запросить уточнения и отправить письмо >> visible=true")
    assert "Обращение № 1: запрошены уточнения. Перед вами следующее дело." in page.inner_text("main")


def test_deleting_asks_with_and_without_scripts(sit: Callable[..., Desk]) -> None:
    for javascript in (True, False):
        page = sit("admin", javascript=javascript).page
        page.goto("/admin/streets/?search=Сентября")
        page.click("text=17 Сентября ул.")
        assert not page.is_visible("text=Да, удалить")
        page.click("summary:has-text('Удалить')")
        assert page.is_visible("text=Вернуть её будет нельзя")
