"""Somebody who visits pages: presses buttons, follows links, and notices when a page is not what a page must be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support import people
from tests.support.page import Page

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

FOUND = 302
SECOND_STEP = "/admin/code"


class Visitor:
    """One browser with its own cookies."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()

    def open(self, path: str, status: int = 200) -> Page:
        """Open a page, following redirects of this site."""
        return self._page(path, self.client.get(path, follow_redirects=True), status)

    def press(self, page: Page, button: str, answers: dict[str, Any] | None = None, status: int = 200) -> Page:
        """Fill in the form that has the button, and press it."""
        form = page.form(button).fill(answers or {})
        return self._page(form.action, self.send(page, button, answers, follow_redirects=True), status)

    def send(self, page: Page, button: str, answers: dict[str, Any] | None = None, **how: Any) -> TestResponse:
        """Send the form without reading the answer as a page."""
        form = page.form(button).fill(answers or {})
        if (form.element.get("method") or "get").lower() != "post":
            return self.client.get(form.action, query_string=form.data(button), **how)
        answer = self.client.post(form.action, data=form.data(button), content_type="multipart/form-data", **how)
        for request in (answer.request, *(earlier.request for earlier in answer.history)):
            request.environ["wsgi.input"].close()  # the client leaves large bodies open
        return answer

    def _page(self, path: str, response: TestResponse, status: int) -> Page:
        assert response.status_code == status, (
            f"{path}: {response.status_code}\n{response.get_data(as_text=True)[:3000]}"
        )
        return Page(response.request.path, response)


def signed_in(app: Flask, login: str, door: str = "/login") -> Visitor:
    """Sign somebody in by the page; where that leads to is not opened, but for the second step."""
    visitor = Visitor(app)
    answer = visitor.send(visitor.open(door), "Войти", {"Логин": login, "Пароль": people.PASSWORD})
    assert answer.status_code == FOUND, answer.get_data(as_text=True)[:3000]
    if answer.location.startswith(SECOND_STEP):
        with app.app_context():
            people.forget_codes(login)
        visitor.press(visitor.open(answer.location), "Войти", {"Код из приложения": people.code()})
    return visitor
