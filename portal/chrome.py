"""What every page has: names and filters of templates, security headers, addresses of static files."""

from __future__ import annotations

import hashlib
import uuid
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import current_app, g, request
from flask.globals import request_ctx
from flask.sessions import SecureCookieSessionInterface

from portal import formats, menu, settings
from portal.access import visitor
from portal.models import Subscriber
from portal.services import notifications
from portal.view_options import COOKIE, ViewOptions

if TYPE_CHECKING:
    from flask import Flask, Response
    from flask.sessions import SessionMixin
    from werkzeug.datastructures import Headers

LONGEST_VALUE = 80
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FRAMES_POLICY = f"{POLICY}; frame-src 'self'"  # of pages that show documents and letters in frames
# A file somebody uploaded runs nothing, whatever it is; only our own pages may show it in a frame.
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'; sandbox"


STATIC = {"static", "admin.static"}


class _Sessions(SecureCookieSessionInterface):
    """Sessions that leave no cookie on what any cache on the way may keep."""

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Prolong a session on pages only."""
        return request.endpoint not in STATIC and super().should_set_cookie(app, session)


def init_app(app: Flask) -> None:
    """Give the application its chrome."""
    app.session_interface = _Sessions()
    for function in formats.FILTERS:
        app.add_template_filter(function)
    app.add_template_global(static_url)  # macros see globals alone
    app.context_processor(_names)
    app.before_request(_name_request)
    app.after_request(_seal)


def static_url(filename: str) -> str:
    """Build the address of a static file with its content's hash: it may be kept for ever."""
    named = _named(current_app.static_folder or "", filename)
    return f"{request.script_root}{current_app.static_url_path}/{named}"


@cache  # a page asks for it a score of times, and a file does not change while the server runs
def _named(folder: str, filename: str) -> str:
    digest = hashlib.sha256(Path(folder, filename).read_bytes()).hexdigest()[:12]
    return f"{filename}?v={digest}"


def _names() -> dict[str, Any]:
    return {
        "organisation": settings.current().organisation,
        "menu": menu.MENU,
        "sections": menu,
        "view": ViewOptions.from_cookie(request.cookies.get(COOKIE, "")[: LONGEST_VALUE * 2])
        if request
        else ViewOptions(),
        "count_notifications": notifications.count_new,
        "here": _here() if request else "",
        "is_subscriber": isinstance(visitor(), Subscriber) if request else False,
    }


def _here() -> str:
    """Give the address to come back to: a page's own, or the nearest above it where a form's own can't be opened."""
    path, addresses = request.path, request_ctx.url_adapter
    while path != "/" and "GET" not in (addresses.allowed_methods(path) if addresses else ()):
        path = path.rpartition("/")[0] or "/"
    return path


def _name_request() -> None:
    g.request_id = uuid.uuid4().hex[:12]


def _seal(response: Response) -> Response:
    headers = response.headers
    headers["X-Content-Type-Options"] = "nosniff"
    if settings.current().is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint not in STATIC or response.status_code >= 400:  # noqa: PLR2004
        _seal_page(headers)
    elif "v" in request.args or request.path.endswith(".woff2"):
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _seal_page(headers: Headers) -> None:
    """Say what a page may do and who may keep it; a style sheet that carried it too would weigh more for nothing."""
    is_staff = request.path.startswith("/admin")
    headers.setdefault("Content-Security-Policy", FRAMES_POLICY if is_staff else POLICY)
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    headers["X-Request-ID"] = g.get("request_id", "")
    headers["Cache-Control"] = "no-store"
