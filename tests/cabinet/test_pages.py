"""Pages that say something: help, personal data, consents, sections to come, and how pages look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forms.accessibility import VIEW_CHOICES
from forms.choices import ConsentKind
from portal.menu import MENU, SECTIONS
from tests.support.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.support.page import Page


def looks(page: Page) -> dict[str, str]:
    """How a page says that it looks."""
    return {name.removeprefix("data-"): value for name, value in page.root.items() if name.startswith("data-")}


USUAL = {name: choices[0][0] for name, choices in VIEW_CHOICES.items()}
HEADINGS = {"/help": "Инструкция по работе в кабинете", "/privacy": "Обработка персональных данных"}


@pytest.mark.parametrize("path", list(HEADINGS))
def test_a_page_for_everybody_opens_for_guests_and_for_subscribers(
    visitor: Visitor, resident: Visitor, path: str
) -> None:
    for who in (visitor, resident):
        page = who.open(path)
        assert page.heading() == HEADINGS[path]


@pytest.mark.parametrize("kind", [kind.code for kind in ConsentKind])
def test_each_consent_is_a_document_with_its_version(visitor: Visitor, kind: str) -> None:
    page = visitor.open(f"/consents/{kind}")
    assert "Редакция 1" in page.words()
    assert len(page.words()) > 200


@pytest.mark.parametrize("kind", ["passport", "..", "%00", "Voluntary"])
def test_a_consent_that_nobody_wrote_is_not_found(visitor: Visitor, kind: str) -> None:
    assert visitor.client.get(f"/consents/{kind}").status_code == 404


def test_the_menu_holds_the_items_of_the_manual_in_its_order(resident: Visitor) -> None:
    page = resident.open("/")
    (menu,) = [nav for nav in page.root.iter("nav") if nav.get("aria-label") == "Разделы кабинета"]
    shown = "".join(menu.itertext())
    labels = [item.label for _, items in MENU for item in items]
    places = [shown.index(label) for label in labels]
    assert places == sorted(places)
    assert {
        "Обращение",
        "Заявка на технологическое присоединение",
        "Заявка на дополнительную услугу",
        "Информация по обращениям",
        "Информация по заявкам на технологическое присоединение",
        "Статистика отключений",
        "Направить показания прибора учёта",
        "Электронный документооборот",
    } <= set(labels)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.endpoint)
def test_a_section_is_marked_as_the_one_being_shown(app: Flask, resident: Visitor, section: object) -> None:
    assert isinstance(section, type(SECTIONS[0]))
    with app.test_request_context():
        href = section.href
    page = resident.open(href)
    current = [a.get("href") for a in page.root.iter("a") if a.get("aria-current") == "page"]
    assert current in ([href], [])
    if section in [item for _, items in MENU for item in items]:
        assert current == [href]


def test_pages_look_as_usual_until_somebody_asks_otherwise(visitor: Visitor) -> None:
    assert looks(visitor.open("/login")) == USUAL


def test_the_view_is_chosen_by_a_plain_form_and_stays(visitor: Visitor) -> None:
    page = visitor.open("/accessibility")
    answers = {"Размер шрифта": "Очень крупный, 200 %", "Цвета": "Белым по чёрному", "Изображения": "Скрывать"}
    page = visitor.press(page, "Сохранить", answers)
    assert "Вид страниц изменён" in page.words()
    chosen = USUAL | {"size": "200", "colours": "wb", "images": "hide"}
    assert looks(page) == chosen
    assert looks(visitor.open("/login")) == chosen
    assert looks(visitor.open("/nowhere", status=404)) == chosen
    assert looks(visitor.press(visitor.open("/accessibility"), "Обычная версия")) == USUAL


def test_the_scheme_is_changed_at_the_foot_of_each_page_and_one_stays_on_it(resident: Visitor) -> None:
    page = resident.press(resident.open("/help"), "тёмное")
    assert (page.path, looks(page)) == ("/help", USUAL | {"scheme": "dark"})


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"])
def test_changing_the_view_leads_to_no_other_site(visitor: Visitor, path: str) -> None:
    data = visitor.open("/accessibility").form("Сохранить").data("Сохранить")
    answer = visitor.client.post("/accessibility", data=data | {"next": path})
    assert answer.headers["Location"] == "/accessibility"


GARBAGE = [
    "garbage", "size=1000&scheme=<script>", "=", "&&&", "size", "size=", "scheme=dark&scheme=light",
    "a" * 4000, "size=150;x", "ё=ё", "%00", "size=150&size[]=2", '"><script>',
]  # fmt: skip


@pytest.mark.parametrize("cookie", GARBAGE)
def test_a_garbled_cookie_gives_the_usual_view(visitor: Visitor, cookie: str) -> None:
    visitor.client.set_cookie("view", cookie)
    for path in ("/login", "/accessibility"):
        page = visitor.open(path)
        assert set(looks(page)) == set(USUAL)
        assert all(value in dict(VIEW_CHOICES[name]) for name, value in looks(page).items())
        assert "<script>" not in page.text


def test_the_cookie_of_the_view_is_of_this_site_alone_and_lasts_a_year(make_app: Callable[..., Flask]) -> None:
    visitor = Visitor(make_app(PUBLIC_URL="https://lk.example.org"))
    page = visitor.client.get("/accessibility", base_url="https://lk.example.org")
    token = page.get_data(as_text=True).split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    answer = visitor.client.post(
        "/accessibility",
        data={"csrf_token": token, "size": "150"},
        base_url="https://lk.example.org",
        headers={"Referer": "https://lk.example.org/accessibility"},
    )
    (line,) = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("view=")]
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"} <= set(line.split("; "))
