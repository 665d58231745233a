"""Who may see a page. A page that says nothing is shut: an endpoint without an audience answers 403."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from flask import abort, current_app, g, redirect, request, session, url_for
from flask_login import current_user, login_user, logout_user

from portal.extensions import login_manager
from portal.models import Staff, Subscriber
from portal.origin import Origin
from portal.services import sign_ins

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from werkzeug.wrappers import Response

View = TypeVar("View", bound="Callable[..., Any]")


@dataclass(frozen=True)
class Audience:
    """Whom a page is for. `roles` narrows staff; `unfinished` lets in who still has to change a one-time password."""

    everyone: bool = False
    subscribers: bool = False
    staff: bool = False
    roles: frozenset[str] = frozenset()
    unfinished: bool = False

    def admits(self, account: object) -> bool:
        """Whether this account (or anonymous visitor) may come in."""
        if self.everyone:
            return True
        if isinstance(account, (Staff, Subscriber)) and account.is_unfinished and not self.unfinished:
            return False
        if isinstance(account, Staff):
            return self.staff and (not self.roles or account.role in self.roles)
        return self.subscribers and isinstance(account, Subscriber)


EVERYONE = Audience(everyone=True)
SUBSCRIBERS = Audience(subscribers=True)
SIGNED_IN = Audience(subscribers=True, staff=True)


def audience(whom: Audience) -> Callable[[View], View]:
    """Open a view function to an audience."""

    def mark(view: View) -> View:
        view.audience = whom  # type: ignore[attr-defined]
        return view

    return mark


public = audience(EVERYONE)
subscribers_only = audience(SUBSCRIBERS)
signed_in_only = audience(SIGNED_IN)


def staff_audience(*roles: str, unfinished: bool = False) -> Audience:
    """Make the audience of a staff page: these roles, or all of them."""
    return Audience(staff=True, roles=frozenset(roles), unfinished=unfinished)


def open_endpoint(app: Flask, endpoint: str, whom: Audience) -> None:
    """Open an endpoint whose function is not ours to decorate (Flask's static files, what Flask-Admin generates)."""
    app.extensions.setdefault("audiences", {})[endpoint] = whom


def audience_of(app: Flask, endpoint: str) -> Audience | None:
    """Find whom an endpoint is for; None where nobody said."""
    declared: Audience | None = app.extensions.get("audiences", {}).get(endpoint)
    return declared or getattr(app.view_functions.get(endpoint), "audience", None)


def guard() -> Response | None:
    """Run before every request: let in, send to the right door, or refuse."""
    if request.endpoint is None:
        return None  # there is no such page: 404 follows
    whom = audience_of(current_app, request.endpoint)
    if whom is None:
        abort(403)
    # Nobody is looked up for what is open to all: an error page keeps its style when the database is down.
    if whom.everyone or whom.admits(visitor()):
        return None
    return door(whom)


def visitor() -> Subscriber | Staff | None:
    """Give who is signed in, if anybody."""
    found = current_user._get_current_object()  # noqa: SLF001 - the account itself, not Flask-Login's stand-in for it
    return found if isinstance(found, (Subscriber, Staff)) else None


def account() -> Subscriber | Staff:
    """Give whoever is signed in on a page that asks for it."""
    found = visitor()
    if found is None:
        abort(401)
    return found


def subscriber() -> Subscriber:
    """Give the subscriber whose page this is."""
    found = account()
    if not isinstance(found, Subscriber):
        abort(403)
    return found


def staff() -> Staff:
    """Give the member of staff whose page this is."""
    found = account()
    if not isinstance(found, Staff):
        abort(403)
    return found


def typed_login() -> str:
    """Name who tries to sign in from where: a limit by this can't be used to lock the owner out from elsewhere."""
    return f"{request.remote_addr}|{request.form.get('login', '').strip().lower()[:254]}"


def origin() -> Origin:
    """Tell where this request comes from."""
    return Origin(request.remote_addr or "", request.user_agent.string)


def sign_in(account: Subscriber | Staff, *, remember: bool) -> None:
    """Open a session for the account; whatever the browser carried before is dropped."""
    sign_out()
    sign_ins.begin(account, origin(), remember=remember)
    session.permanent = True
    login_user(account, remember=remember)


def sign_out() -> None:
    """End the session and this device's sign-in."""
    account = visitor()
    if account is not None:
        sign_ins.end(account)
    session.clear()
    logout_user()  # after the session is cleared: it notes there that the remembered device is to be forgotten


def local_path(path: str | None) -> str | None:
    """Give back a path of this site to go on to, or None for anything that could lead elsewhere."""
    if not path or not path.startswith("/") or path.startswith("//") or any(c in path for c in "\\\r\n\t\0"):
        return None
    return path


def door(whom: Audience) -> Response:
    """Send who may not come in to where they may: sign-in, change of a one-time password, or their own home."""
    account = visitor()
    if account is not None and account.is_unfinished:
        return redirect(url_for(_unfinished(account)))
    if isinstance(account, Staff) and request.endpoint == "home.show":
        return redirect(url_for("admin.index"))
    if account is not None:
        abort(403)
    if request.method not in {"GET", "HEAD"}:
        g.signed_out = True
        abort(401)
    door = "staff.sign_in" if whom.staff and not whom.subscribers else "auth.sign_in"
    return redirect(url_for(door, next=request.full_path.rstrip("?")))


def _unfinished(account: Subscriber | Staff) -> str:
    """Name the page of what has to be done first."""
    if isinstance(account, Staff):
        return "staff.password" if account.must_change_password else "staff.second_factor"
    return "account.password"


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _load(token: str) -> Subscriber | Staff | None:
    return sign_ins.signed_in(token)
