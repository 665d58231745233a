"""Every route as every audience: who comes in, who is shown the door, and that a refusal changes nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal import access, clock
from portal.database import Base
from portal.extensions import db
from portal.models import Document, SignIn, Staff, Subscriber
from portal.services import accounts, connections, drafts, outages, sign_ins
from portal.transactions import transaction
from tests.support import people, power, stories
from tests.support.visitor import Visitor, signed_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from werkzeug.routing import Rule
    from werkzeug.test import TestResponse

OWNER, OTHER = "the owner", "another subscriber"
GUEST, BLOCKED, UNFINISHED = "a guest", "a blocked subscriber", "staff with a one-time password"
HALFWAY = "a subscriber with a temporary password"
STAFF = {"operator", "engineer", "admin"}
EVERYBODY = {GUEST, OWNER, OTHER, BLOCKED, HALFWAY, UNFINISHED, *STAFF}


@dataclass(frozen=True)
class Line:
    """Who comes in. Where something belongs to somebody, it is not found by those in `misses`."""

    enters: frozenset[str]
    misses: frozenset[str] = frozenset()


OPEN = Line(frozenset(EVERYBODY))
SUBSCRIBERS = Line(frozenset({OWNER, OTHER}))
OWN = Line(frozenset({OWNER}), frozenset({OTHER}))
PAPER = Line(frozenset({OWNER, "operator", "admin"}), frozenset({OTHER, "engineer"}))
KEPT = Line(frozenset({OWNER}), frozenset({OTHER, *STAFF}))
INSIDE = Line(frozenset({OWNER, OTHER, *STAFF}))
PANEL = Line(frozenset(STAFF))
NOBODY = Line(frozenset())
NO_PHOTO = Line(frozenset(), frozenset({OWNER, OTHER, *STAFF}))  # the reading has none
SECRET = Line(frozenset(), frozenset(EVERYBODY))  # opens by what a letter says, to whoever has it

LINES: dict[str, Line] = {
    "static": OPEN,
    "auth.sign_in": OPEN,
    "auth.sign_out": OPEN,
    "auth.register": OPEN,
    "auth.forgot": OPEN,
    "pages.help": OPEN,
    "pages.privacy": OPEN,
    "pages.consent": OPEN,
    "pages.accessibility": OPEN,
    "health.alive": OPEN,
    "health.ready": OPEN,
    "home.show": SUBSCRIBERS,
    "appeals.new": SUBSCRIBERS,
    "appeals.index": SUBSCRIBERS,
    "appeals.show": OWN,
    "appeals.move": OWN,
    "connections.index": SUBSCRIBERS,
    "connections.show": OWN,
    "connections.documents": OWN,
    "connections.complete": OWN,
    "connections.ready": OWN,
    "connections.move": OWN,
    "connections.copy": OWN,
    "connection_form.new": SUBSCRIBERS,
    "connection_form.draft": OWN,
    "connection_form.save": OWN,
    "connection_form.discard": OWN,
    "connection_form.summary": OWN,
    "connection_form.summary_pdf": OWN,
    "connection_form.printed": OWN,
    "documents.view": OWN,
    "documents.show": PAPER,
    "documents.download": PAPER,
    "uploads.receive": INSIDE,
    "uploads.remove": KEPT,
    "extra_services.new": SUBSCRIBERS,
    "extra_services.show": OWN,
    "extra_services.move": OWN,
    "outages.show": OPEN,
    "outages.event": OPEN,
    "outages.feed": SECRET,
    "outages.subscribe": SUBSCRIBERS,
    "outages.unsubscribe": OWN,
    "outages.set_feed": OWN,
    "meters.index": SUBSCRIBERS,
    "meters.new": SUBSCRIBERS,
    "meters.show": OWN,
    "meters.edit": OWN,
    "meters.retire": OWN,
    "meters.restore": OWN,
    "meters.new_reading": OWN,
    "meters.photo": NO_PHOTO,
    "meters.correct": OWN,
    "meters.export": OWN,
    "meters.reminders": SUBSCRIBERS,
    "reading_files.new": SUBSCRIBERS,
    "reading_files.show": OWN,
    "reading_files.sample": SUBSCRIBERS,
    "exchange.index": SUBSCRIBERS,
    "exchange.archive": OWN,
    "exchange.show": OWN,
    "exchange.take": OWN,
    "notifications.index": SUBSCRIBERS,
    "notifications.read": SUBSCRIBERS,
    "account.show": SUBSCRIBERS,
    "account.password": Line(frozenset({OWNER, OTHER, HALFWAY})),
    "account.confirm_email": SECRET,
    "account.devices": SUBSCRIBERS,
    "account.end_device": OWN,
    "account.end_other_devices": SUBSCRIBERS,
    "account.list_consents": SUBSCRIBERS,
    "account.change_consent": SUBSCRIBERS,
    "account.export": SUBSCRIBERS,
    "account.delete": SUBSCRIBERS,
    "staff.sign_in": OPEN,
    "staff.sign_out": OPEN,
    "staff.code": OPEN,
    "staff.password": Line(frozenset({*STAFF, UNFINISHED})),
    "staff.second_factor": PANEL,
    "admin.static": NOBODY,
}
# Screens of the panel: which role opens which is the table of tests/staff; here nobody but staff comes in at all.
PANEL_PREFIXES = ("admin.", "staff_")
# Moves of other cases than the appeal.
CODES = {
    "connections.move": {"code": "withdraw"},
    "extra_services.show": {"number": "2"},
    "extra_services.move": {"number": "2", "code": "withdraw"},
}
TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
# Long lists that nothing but the panel's directories could change, which tests/staff look at.
TOO_LONG = {"streets", "nonworking_days"}
LAST = ("auth.sign_out", "staff.sign_out", "auth.sign_in", "staff.sign_in", "staff.code", "auth.register")


def line_of(endpoint: str) -> Line | None:
    if endpoint in LINES:
        return LINES[endpoint]
    return PANEL if endpoint.startswith(PANEL_PREFIXES) else None


@pytest.fixture
def things(app: Flask) -> dict[str, str]:
    """Something to fill each address with: all of it the owner's."""
    with app.app_context():
        owner, clerk, form = people.subscriber(login="the_owner"), people.staff(login="clerk"), people.token()
        people.kept(owner, form)
        case = people.appeal(owner, form_token=form)
        stories.make(case, "ask", clerk)
        upload = people.kept(owner, people.token())
        paper = db.session.scalars(select(Document)).one()
        application = people.connection(owner)
        assert people.extra_service(owner).number == 2
        drafts.save(owner, connections.FORM, draft := people.token(), {"house": ["5"]})
        sign_ins.begin(owner, people.HERE, remember=False)
        outages.subscribe(owner, owner.street_id or 0, "12")
        sign_in = db.session.scalars(select(SignIn)).one()
        reading = people.reading(people.meter(owner))
        return {
            "meter_id": str(reading.meter_id),
            "reading_id": str(reading.id),
            "file_id": str(people.readings_file(owner, "").id),
            "table_kind": "csv",
            "number": str(case.number),
            "key": str(case.number),
            "year": str(application.year),
            "code": "clarify",
            "document_id": str(paper.id),
            "case_id": str(case.id),
            "step": "agree",
            "upload_id": str(upload.id),
            "letter_id": "1",
            "kind": "notices",
            "what": "withdraw",
            "sign_in_id": str(sign_in.id),
            "subscription_id": str(outages.subscriptions(owner)[0].id),
            "outage_id": str(power.published(owner.street_id or 0).id),
            "batch": people.token(),
            "filename": "cab.css",
            "token": draft,
            "slot": "document",
        }


def visitor_as(app: Flask, who: str) -> Visitor:
    """Sign somebody in; a blocked one has a session from before."""
    if who == GUEST:
        return Visitor(app)
    with app.app_context():
        if who in STAFF:
            login, door = people.staff(who).login, "/admin/login"
        elif who == UNFINISHED:
            login, door = "newcomer", "/admin/login"
            accounts.add_staff(login, "newcomer@example.org", "admin", people.PASSWORD, must_change=True)
        else:
            login, door = ("the_owner" if who == OWNER else people.subscriber().login), "/login"
    visitor = signed_in(app, login, door)
    if who == BLOCKED:
        with app.app_context(), transaction() as session:
            session.query(Subscriber).filter_by(login=login).update({"blocked_at": clock.now()})
    if who == HALFWAY:
        with app.app_context(), transaction() as session:
            session.query(Subscriber).filter_by(login=login).update({"must_change_password": True})
    return visitor


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every address with each of its methods: reading first, and what ends a session last."""
    rules = [
        (rule, method) for rule in app.url_map.iter_rules() for method in (rule.methods or set()) & {"GET", "POST"}
    ]
    return iter(sorted(rules, key=lambda pair: (pair[1], pair[0].endpoint in LAST, pair[0].rule)))


def knock(app: Flask, visitor: Visitor, rule: Rule, method: str, things: dict[str, str]) -> TestResponse:
    """Ask for a page, with the visitor's own token where something is sent."""
    with app.test_request_context():
        values = {name: things.get(name, "1") for name in rule.arguments} | CODES.get(rule.endpoint, {})
        path = app.url_map.bind("").build(rule.endpoint, values, method=method)
    if method == "GET":
        return visitor.client.get(path, query_string={"id": "1"}, buffered=True)
    token = TOKEN.findall(visitor.client.get("/accessibility").get_data(as_text=True))[0]
    return visitor.client.post(path, data={"csrf_token": token, "clarify-note": "Квартира 7"}, buffered=True)


def verdict(answer: TestResponse) -> str:
    """Say what became of it: came in, was not found, was shown a door or was refused."""
    if answer.status_code == 404:
        return "misses"
    if answer.status_code in {401, 403}:
        return "refused"
    if answer.status_code == 302 and answer.headers["Location"].partition("?")[0] in {
        "/login", "/admin/login", "/admin/password", "/admin/second-factor", "/admin/", "/profile/password",
    }:  # fmt: skip
        return "refused"
    return "enters"


def everything(app: Flask) -> dict[str, list[tuple[object, ...]]]:
    """Dump the database, but for who was seen when."""
    with app.app_context():
        tables = [table for table in Base.metadata.sorted_tables if table.name not in TOO_LONG]
        return {
            table.name: [
                tuple(row)
                for row in db.session.execute(
                    select(*(c for c in table.c if c.name != "seen_at")).order_by(*table.primary_key)
                )
            ]
            for table in tables
        }


def test_every_route_has_its_line(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert not {endpoint for endpoint in endpoints if line_of(endpoint) is None}, "say above who may come in"
    assert not set(LINES) - endpoints, "a line for a page that is gone"


def test_every_page_says_for_whom_it_is_or_is_shut(app: Flask) -> None:
    for endpoint in {rule.endpoint for rule in app.url_map.iter_rules()}:
        whom = access.audience_of(app, endpoint)
        if whom is None:
            assert line_of(endpoint) is NOBODY, f"{endpoint}: nobody may open it"
        if endpoint.startswith(PANEL_PREFIXES) and whom is not None:
            assert whom.staff, endpoint
            assert not whom.subscribers, endpoint
            assert not whom.everyone, endpoint
            assert not whom.unfinished, endpoint


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_each_audience_enters_what_is_its_and_nothing_else(app: Flask, things: dict[str, str], who: str) -> None:
    visitor = visitor_as(app, who)
    wrong = []
    for rule, method in routes(app):
        line = line_of(rule.endpoint)
        assert line is not None
        before = everything(app) if method == "POST" else {}
        answer = knock(app, visitor, rule, method, things)
        assert answer.status_code < 500, (rule.rule, method)
        expected = expected_of(line, rule.endpoint, who)
        got = verdict(answer)
        if rule.endpoint in LAST or (rule.endpoint == "home.show" and who not in line.enters):
            got = got if got == expected else allowed_otherwise(answer, expected)
        if got != expected and not (expected == "panel" and (who in STAFF or got == "refused")):
            wrong.append(f"{method} {rule.rule}: {got} ({answer.status_code}), not {expected}")
        if method == "POST" and expected in {"refused", "misses"}:
            assert everything(app) == before, f"{rule.rule} changed something"
    assert not wrong, "\n".join(wrong)


def expected_of(line: Line, endpoint: str, who: str) -> str:
    if endpoint not in LINES:
        return "panel" if who in STAFF else "refused"
    return "enters" if who in line.enters else "misses" if who in line.misses else "refused"


def allowed_otherwise(answer: TestResponse, expected: str) -> str:
    """Doors lead on by redirects: to the cabinet, to the panel, or back to themselves."""
    return expected if answer.status_code in {200, 302, 422} else f"answered {answer.status_code}"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "HEAD"])
def test_other_methods_open_nothing_to_a_guest(app: Flask, things: dict[str, str], method: str) -> None:
    guest = Visitor(app)
    for rule, _ in routes(app):
        with app.test_request_context():
            values = {name: things.get(name, "1") for name in rule.arguments}
            path = app.url_map.bind("").build(rule.endpoint, values)
        answer = guest.client.open(path, method=method, buffered=True)
        assert answer.status_code < 500, (rule.rule, method)
        if method in {"PUT", "DELETE", "PATCH", "TRACE"}:
            assert answer.status_code in {400, 405}, (rule.rule, method)
        line = line_of(rule.endpoint)
        if method == "HEAD" and "GET" in (rule.methods or set()) and line not in (OPEN, SECRET):
            assert answer.status_code in {302, 403}, rule.rule


def test_a_role_that_changed_counts_at_once(app: Flask) -> None:
    visitor = visitor_as(app, "admin")
    assert visitor.client.get("/admin/journal/").status_code == 200
    with app.app_context(), transaction() as session:
        session.query(Staff).filter(Staff.role == "admin").update({"role": "engineer"})
    assert visitor.client.get("/admin/journal/").status_code == 403


def test_a_page_that_says_nothing_is_shut(make_app: Callable[..., Flask]) -> None:
    app = make_app(WORKERS="9")  # one that nobody has opened a page of yet
    app.add_url_rule("/forgotten", "forgotten", lambda: "open!")
    for who in (GUEST, "admin"):
        assert visitor_as(app, who).client.get("/forgotten").status_code == 403


def test_a_guest_is_sent_to_the_right_door_and_back(visitor: Visitor) -> None:
    assert visitor.client.get("/appeals?page=2").headers["Location"] == "/login?next=/appeals?page%3D2"
    assert visitor.client.get("/admin/").headers["Location"] == "/admin/login?next=/admin/"
