"""Whatever comes, from whomever, to every address: an answer in words, never a failure of ours."""

from __future__ import annotations

import io
import json
import random
from itertools import product
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from sqlalchemy import delete, select

from forms.labels import LABELS
from portal import access
from portal.models import Street, Subscriber
from portal.transactions import transaction
from portal.workflow import WORKFLOWS
from tests.faults.conftest import login_of
from tests.support import people
from tests.support.visitor import Visitor, signed_in

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.routing import Rule

TEXTS = {
    "NUL": "а\x00б",
    "lone surrogate": "\ud800",
    "direction": "\u202eмигает\u2066 свет",
    "bytes that are no text": b"\xff\xfe\xc3\x28",
    "blanks": " \u00a0\u200b\u3164 ",
    "line breaks": "a\r\nBcc: x@example.org\r\n\r\nb",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "template": "{{ 7*7 }}${7*7}<%= 7*7 %>",
    "quote": "' OR 1=1; --",
    "wildcards": "%_\\",
    "300 kB": "a" * 300_000,
    "emoji": "👩‍👩‍👧‍👦" * 50,
    "zalgo": "а" + "\u0301" * 2000,
    "huge number": "9" * 30,
    "endless number": "1" * 6000,
    "negative": "-1",
    "other digits": "١٢٣",
    "not a number": "sNaN",
    "exponent": "1e400",
    "date": "9999-99-99",
    "path": "../../../../etc/passwd",
    "json": '{"a": {"b": []}}',
    "token": "0" * 32,
    "empty": "",
}
SENT = {
    name: quote(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"), safe="")
    for name, text in TEXTS.items()
}
QUERY = ("number", "page", "next", "search", "sort", "id", "preset")
NUMBERS = ["0", "-1", "99999999999999999999", "2147483648", "1" * 5000, "1.5", "x", "%00", "١", "1,2"]
FIELDS = sorted(
    {*LABELS, "token", "remove_upload", "next", "seen", "move", "show", "scheme", "size", "colours", "code", "id"}
    | {"page", "sort", "desc", "search", "preset", "action", "rowid", "password", "secret", "confirm"}
    | {f"{m.code}-{name}" for w in WORKFLOWS.values() for m in w.moves for name in ("note", "until", "document")}
)


class Hostile(Visitor):
    """Somebody who sends anything, to the pages that let him in: the others are shut (tests/access)."""

    prefix = "/"

    def routes(self, method: str) -> list[Rule]:
        """List the addresses that this visitor comes through to."""
        ends = {"auth.sign_out", "staff.sign_out"}
        rules = [r for r in self.app.url_map.iter_rules() if method in (r.methods or set()) and r.endpoint not in ends]
        return sorted(filter(self._opens, rules), key=lambda rule: rule.rule)

    def _opens(self, rule: Rule) -> bool:
        whom = access.audience_of(self.app, rule.endpoint)
        if whom is None or rule.endpoint == "static":
            return False
        is_panel = rule.rule.startswith("/admin")
        return whom.everyone if self.prefix == "/" else is_panel == (self.prefix == "/admin")


@pytest.fixture(params=["a guest", "a subscriber", "an administrator"])
def hostile(app: Flask, unlimited: None, request: pytest.FixtureRequest) -> Hostile:
    """Somebody who sends anything; there is an appeal to do it to."""
    with app.app_context():
        author, admin = people.subscriber().login, people.staff("admin").login
        people.appeal(people.subscriber())
        with transaction() as session:  # a short directory of streets makes thousands of pages in little time
            session.execute(delete(Street).where(Street.id.not_in(select(Subscriber.street_id))))
    visitor = Hostile(app)
    if request.param == "a subscriber":
        visitor.client, visitor.prefix = signed_in(app, author).client, "/cabinet"
    if request.param == "an administrator":
        visitor.client, visitor.prefix = signed_in(app, admin, "/admin/login").client, "/admin"
    return visitor


def filled(rule: Rule, value: str) -> str:
    """Put a value into every part of an address that varies."""
    path = rule.rule
    while "<" in path:
        head, _, rest = path.partition("<")
        path = head + value + rest.partition(">")[2]
    return path


def usual(rule: Rule) -> str:
    kinds = {"token": "0" * 32, "slot": "document", "kind": "notices", "what": "give", "code": "clarify"}
    path = rule.rule
    for name in rule.arguments:
        start, end = path.rindex("<", 0, path.index(f"{name}>")), path.index(f"{name}>") + len(name) + 1
        path = path[:start] + kinds.get(name, "1") + path[end:]
    return path


def token(visitor: Visitor) -> str:
    page = visitor.client.get("/accessibility").get_data(as_text=True)
    return page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]


def answered(visitor: Visitor, method: str, path: str, **how: object) -> None:
    answer = visitor.client.open(path, method=method, buffered=True, **how)
    stream = answer.request.environ["wsgi.input"]
    stream.close()
    assert answer.status_code < 500, f"{method} {path[:200]}"
    assert b"alert(1)</script>" not in answer.data


def test_any_text_in_any_field_of_any_form_is_answered(hostile: Hostile) -> None:
    for rule in hostile.routes("POST"):
        csrf = token(hostile)
        for sent in SENT.values():
            fields = FIELDS if len(sent) < 1000 else ["text", "login", "password", "email"]
            body = "&".join(f"{field}={sent}" for field in fields) + f"&csrf_token={csrf}"
            answered(hostile, "POST", usual(rule), data=body, content_type="application/x-www-form-urlencoded")


def test_any_text_in_any_address_is_answered(hostile: Hostile) -> None:
    # The panel has many addresses and one way of reading them: tests/staff looks at its lists one by one.
    texts = list(SENT.items())[:: 3 if hostile.prefix == "/admin" else 1]
    for rule in hostile.routes("GET"):
        for name, sent in texts:
            query = "&".join(f"{field}={sent[:4000]}" for field in QUERY)
            answered(hostile, "GET", f"{usual(rule)}?{query}")
            if rule.arguments and name not in {"line breaks", "empty"}:
                answered(hostile, "GET", filled(rule, sent[:500].rpartition("%")[0] or sent[:500]))


def test_any_number_in_any_address_is_answered(hostile: Hostile) -> None:
    for method in ("GET", "POST"):
        csrf = {"csrf_token": token(hostile)}
        for rule in hostile.routes(method):
            for number in NUMBERS:
                data = csrf if method == "POST" else None
                if rule.arguments:
                    answered(hostile, method, filled(rule, number), data=data)
                answered(
                    hostile, method, usual(rule), query_string=f"page={number}&number={number}&id={number}", data=data
                )


def test_repeated_fields_and_files_where_text_belongs_are_answered(hostile: Hostile) -> None:
    for rule in hostile.routes("POST"):
        csrf = token(hostile)
        repeated = {field: ["1", "два", ""] for field in FIELDS} | {"csrf_token": csrf}
        answered(hostile, "POST", usual(rule), data=repeated)
        files = {field: [(io.BytesIO(people.PDF), "Схема.pdf"), (io.BytesIO(b""), "")] for field in FIELDS[:60]}
        answered(hostile, "POST", usual(rule), data=files | {"csrf_token": csrf, "file": "не файл", "text": "x"})
        answered(hostile, "POST", usual(rule), query_string={"csrf_token": csrf}, data={})


NAMES = [
    "\x00.pdf",
    "../../x.pdf",
    "\ud800.pdf",
    "a" * 5000 + ".pdf",
    "CON",
    ".",
    "",
    "x\r\nSet-Cookie: a=b.pdf",
    "\u202efdp.exe",
]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_of_a_file_is_answered(app: Flask, unlimited: None, name: str) -> None:
    visitor = signed_in(app, login_of(app))
    csrf = token(visitor)
    safe = name.encode("utf-8", "surrogatepass").decode("latin-1")
    for field, path in (("file", f"/uploads/{'0' * 32}/document"), ("document", "/appeals/new")):
        head = f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{csrf}\r\n--x\r\n'
        part = f'Content-Disposition: form-data; name="{field}"; filename="{safe}"\r\nContent-Type: application/pdf\r\n\r\n'
        body = head.encode() + part.encode("latin-1") + people.PDF + b"\r\n--x--\r\n"
        answered(visitor, "POST", path, data=body, content_type="multipart/form-data; boundary=x")


BODIES = {
    "json": ("application/json", json.dumps({"login": ["a"], "text": {"b": 1}}).encode()),
    "broken json": ("application/json", b"{"),
    "xml": ("text/xml", b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
    "no boundary": ("multipart/form-data", b"--x\r\n"),
    "cut short": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb'),
    "no name": ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nb\r\n--x--\r\n"),
    "many parts": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n' * 2000 + b"--x--\r\n",
    ),
    "odd charset": ("application/x-www-form-urlencoded; charset=utf-7", b"login=%2BADw-script"),
    "noise": ("application/octet-stream", random.Random(7).randbytes(5000)),
    "three megabytes": ("application/x-www-form-urlencoded", b"text=" + b"a" * 3 * 1024 * 1024),
    "no type": ("", b"login=a"),
}


def test_any_body_is_answered(hostile: Hostile) -> None:
    for rule, (kind, body) in product(hostile.routes("POST"), BODIES.values()):
        answered(hostile, "POST", usual(rule), data=body, content_type=kind, headers={"X-CSRFToken": token(hostile)})


HEADERS = [
    {"Accept": "text/html;q=x, */*;q=nan"},
    {"Accept-Language": "x" * 5000},
    {"Accept-Encoding": "br;q=x, \x7f"},
    {"Cookie": "cabinet=\xff; remember=; =; ;;; a=b=c"},
    {"Range": "bytes=0-99999999999999999999"},
    {"If-None-Match": '"' * 500},
    {"If-Modified-Since": "yesterday"},
    {"Content-Length": "0"},
    {"User-Agent": "\xff\xfe" + "x" * 10_000},
    {"Referer": "http://["},
    {"X-CSRFToken": "\xff"},
    {"X-Requested-With": "XMLHttpRequest"},
    {"Authorization": "Basic ====="},
]


@pytest.mark.parametrize("headers", HEADERS, ids=lambda headers: next(iter(headers)))
def test_any_header_is_answered(app: Flask, unlimited: None, headers: dict[str, str]) -> None:
    visitor = signed_in(app, login_of(app))
    for path in ("/", "/login", "/appeals/new", "/nowhere", "/static/favicon.svg", "/admin/login", "/healthz"):
        answered(visitor, "GET", path, headers=headers)
    answered(Visitor(app), "POST", "/login", headers=headers, data={"login": "a", "password": "b"})
