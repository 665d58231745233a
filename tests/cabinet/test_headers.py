"""What every answer carries, whatever it is: who may do what with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import people
from tests.support.visitor import Visitor, signed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from werkzeug.test import TestResponse

ADDRESSES = [
    ("GET", "/"),
    ("GET", "/login"),
    ("POST", "/login"),
    ("GET", "/help"),
    ("GET", "/nowhere"),
    ("GET", "/logout"),
    ("GET", "/appeals"),
    ("POST", "/appeals/new"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/admin/"),
    ("GET", "/admin/login"),
    ("GET", "/admin/nowhere"),
    ("GET", "/static/nothing.css"),
    ("GET", "/static/../app.py"),
    ("OPTIONS", "/login"),
]
every_answer = pytest.mark.parametrize(("method", "path"), ADDRESSES)
PUBLIC = "https://lk.example.org"


def asked(app: Flask, method: str, path: str, **how: object) -> TestResponse:
    return app.test_client().open(path, method=method, buffered=True, **how)


@every_answer
def test_every_answer_says_what_a_browser_may_do(app: Flask, method: str, path: str) -> None:
    headers = asked(app, method, path).headers
    policy = dict(rule.partition(" ")[::2] for rule in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "*" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Request-ID"]
    assert "Strict-Transport-Security" not in headers
    assert headers["Cache-Control"] == "no-store"


def test_a_file_of_ours_carries_its_kind_and_no_more(app: Flask) -> None:
    headers = asked(app, "GET", "/static/cab.css?v=1").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in headers["Cache-Control"]
    assert not {"Content-Security-Policy", "Permissions-Policy", "Referrer-Policy"} & set(headers.keys())


@every_answer
def test_over_https_every_answer_asks_for_https_from_now_on(
    make_app: Callable[..., Flask], method: str, path: str
) -> None:
    answer = asked(make_app(PUBLIC_URL=PUBLIC), method, path, base_url=PUBLIC)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@every_answer
def test_no_other_site_may_read_an_answer(app: Flask, method: str, path: str) -> None:
    answer = asked(app, method, path, headers={"Origin": "https://evil.example"})
    assert not [name for name in answer.headers.keys() if name.lower().startswith("access-control-")]  # noqa: SIM118


def test_signed_in_pages_depend_on_the_cookie_and_are_kept_by_nobody(resident: Visitor) -> None:
    for path in ("/", "/appeals", "/appeals/new"):
        headers = resident.client.get(path).headers
        assert "Cookie" in headers["Vary"]
        assert headers["Cache-Control"] == "no-store"
        assert headers["Content-Type"] == "text/html; charset=utf-8"


def test_over_https_cookies_are_bound_to_this_host(make_app: Callable[..., Flask]) -> None:
    app = make_app(PUBLIC_URL=PUBLIC)
    with app.app_context():
        login = people.subscriber().login
    client = app.test_client()
    page = client.get("/login", base_url=PUBLIC).get_data(as_text=True)
    token = page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    form = {"csrf_token": token, "login": login, "password": people.PASSWORD, "remember": "y"}
    answer = client.post("/login", data=form, base_url=PUBLIC, headers={"Referer": f"{PUBLIC}/login"})
    cookies = {line.partition("=")[0]: set(line.split("; ")[1:]) for line in answer.headers.getlist("Set-Cookie")}
    assert set(cookies) == {"__Host-cabinet", "__Host-remember"}
    for marks in cookies.values():
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= marks
        assert not [mark for mark in marks if mark.startswith("Domain")]
    assert client.get("/appeals", base_url=PUBLIC).status_code == 200


def test_a_form_sent_from_another_site_is_refused_over_https(make_app: Callable[..., Flask]) -> None:
    client = make_app(PUBLIC_URL=PUBLIC).test_client()
    page = client.get("/login", base_url=PUBLIC).get_data(as_text=True)
    token = page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    form = {"csrf_token": token, "login": "a", "password": "b"}
    answer = client.post("/login", data=form, base_url=PUBLIC, headers={"Referer": "https://evil.example/"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost:8000@evil.example", "a b", "", "é"]
)
def test_a_bent_host_is_refused_in_words(app: Flask, host: str) -> None:
    answer = app.test_client().get("/login", environ_overrides={"HTTP_HOST": host})
    assert answer.status_code == 400
    assert "Запрос не понят" in answer.get_data(as_text=True)
    assert "evil" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8000"])
def test_this_machine_is_always_answered(app: Flask, host: str) -> None:
    assert app.test_client().get("/login", headers={"Host": host}).status_code == 200


def test_what_a_stranger_says_of_proxies_counts_for_nothing(app: Flask) -> None:
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    answer = app.test_client().get("/appeals", headers=headers)
    assert answer.headers["Location"] == "/login?next=/appeals"
    assert "Strict-Transport-Security" not in answer.headers
    client = app.test_client()
    page = client.get("/login").get_data(as_text=True)
    token = page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    codes = [
        client.post(
            "/login",
            data={"csrf_token": token, "login": "a", "password": "b"},
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
        ).status_code
        for number in range(11)
    ]
    assert codes[-1] == 429, "a made-up address must not renew the limit"


def test_a_trusted_proxy_says_who_comes(make_app: Callable[..., Flask]) -> None:
    from sqlalchemy import select

    from portal.extensions import db
    from portal.models import SignIn

    app = make_app(PUBLIC_URL=PUBLIC, TRUSTED_PROXIES="1")
    with app.app_context():
        login = people.subscriber().login
    client = app.test_client()
    proxy = {
        "X-Forwarded-For": "198.51.100.1, 203.0.113.9", "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "lk.example.org", "X-Forwarded-Port": "443", "Referer": f"{PUBLIC}/login",
    }  # fmt: skip
    page = client.get("/login", headers=proxy, base_url=PUBLIC).get_data(as_text=True)
    token = page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    form = {"csrf_token": token, "login": login, "password": people.PASSWORD}
    assert client.post("/login", data=form, headers=proxy, base_url=PUBLIC).status_code == 302
    with app.app_context():
        assert db.session.scalars(select(SignIn.ip_address)).all() == ["203.0.113.9"]


def test_static_files_are_kept_for_ever_by_their_content(resident: Visitor) -> None:
    page = resident.open("/")
    links = [e.get("href") or e.get("src") or "" for e in page.root.iter() if e.tag in {"link", "script", "use"}]
    ours = {link.partition("#")[0] for link in links if link.startswith("/static/")}
    assert len(ours) >= 4
    for link in ours:
        answer = resident.client.get(link, buffered=True)
        assert answer.status_code == 200, link
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable", link
        assert "Set-Cookie" not in answer.headers


def test_no_page_asks_anything_of_another_site(app: Flask, resident: Visitor) -> None:
    for visitor, path in (
        (resident, "/"),
        (resident, "/appeals/new"),
        (Visitor(app), "/login"),
        (Visitor(app), "/register"),
    ):
        page = visitor.open(path)
        asked_for = [
            e.get("src") or e.get("href") or "" for e in page.root.iter() if e.tag in {"link", "script", "img"}
        ]
        assert all(address.startswith(("/", "data:")) for address in asked_for), asked_for


def test_a_session_cookie_holds_no_personal_data(app: Flask) -> None:
    import base64
    import zlib

    with app.app_context():
        login = people.subscriber().login
    visitor = signed_in(app, login)
    visitor.open("/appeals/new")
    cookie = visitor.client.get_cookie("cabinet")
    assert cookie is not None
    raw = cookie.value.lstrip(".").split(".")[0]
    content = base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4))
    if cookie.value.startswith("."):
        content = zlib.decompress(content)
    text = content.decode()
    for secret in (login, "Образцов", "example.org", "9000000001", "11223344595"):
        assert secret not in text
