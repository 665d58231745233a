"""Every failure as a plain Russian page: what happened, what is saved, what to do."""

from __future__ import annotations

import logging
import math
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import current_app, g, jsonify, render_template, request
from flask.globals import request_ctx
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, TooManyRequests

from portal import formats, settings
from portal.extensions import db, limiter, login_manager
from portal.refusals import Busy, NotYours, Refusal
from portal.storage import StorageError

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response

Answer = tuple[str, int, dict[str, str]] | tuple["Response", int]
log = logging.getLogger(__name__)
AGAIN_S = 5

# code: title, what to do
SENTENCES: dict[int, tuple[str, str]] = {
    400: ("Запрос не понят", "Вернитесь на предыдущую страницу и попробуйте ещё раз."),
    401: ("Вы вышли из кабинета", "Войдите снова и повторите отправку."),
    403: ("Эта страница вам не открыта", "Возможно, вы вошли не под тем именем."),
    404: ("Такой страницы нет", "Проверьте адрес или вернитесь на главную: возможно, номер набран с ошибкой."),
    405: ("Так эту страницу не открыть", "Вернитесь на главную и начните оттуда."),
    413: ("Файл слишком большой", "Уменьшите файл или разделите его на части и приложите снова."),
    429: ("Слишком много попыток", "Подождите немного и попробуйте ещё раз."),
    500: ("У нас что-то сломалось", "Мы уже записали ошибку. Попробуйте ещё раз через несколько минут."),
    503: ("Кабинет ненадолго прервался", "Мы уже знаем об этом. Подождите минуту и попробуйте ещё раз."),
    507: ("Не получилось сохранить", "На сервере закончилось место. Попробуйте через час: мы уже знаем об этом."),
}
CROWDED = ("Сейчас слишком много посетителей", "Подождите полминуты и попробуйте ещё раз.")
STALE = ("Страница устарела", "Откройте её заново и повторите отправку: так мы защищаем вас от подделки запросов.")


def init_app(app: Flask) -> None:
    """Answer every failure."""
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(NotYours, lambda _: _page(404))
    app.register_error_handler(Refusal, _refusal)
    app.register_error_handler(Busy, lambda _: _page(503, *CROWDED))
    app.register_error_handler(PoolTimeout, lambda _: _page(503, *CROWDED))
    app.register_error_handler(StorageError, _storage)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(Exception, _bug)


def _http(error: HTTPException) -> Answer | HTTPException:
    if error.code is None or error.code < 400:  # noqa: PLR2004 - a redirect is no failure
        return error
    if isinstance(error, RequestEntityTooLarge):
        limit = settings.current().upload_limit_mb
        return _page(413, f"Файл больше {limit} МБ", "Уменьшите его или разделите на части и приложите снова.")
    if isinstance(error, TooManyRequests) and limiter.current_limit:
        return _too_often(limiter.current_limit.reset_at)
    return _page(error.code)


def _too_often(reset_at: float) -> Answer:
    """Say in words how long to wait."""
    wait_s = max(1, int(reset_at - time.time()))
    minutes = formats.plural(math.ceil(wait_s / 60), "минуту", "минуты", "минут")
    return _page(429, text=f"Подождите {minutes} и попробуйте ещё раз.", wait_s=wait_s)


def _stale(_: CSRFError) -> Answer:
    return _page(400, *STALE)


def _refusal(refusal: Refusal) -> Answer:
    return _page(409, "Не получилось", refusal.sentence)


def _storage(error: StorageError) -> Answer:
    log.error("store: %s", error)
    return _page(507 if error.is_full else 503)


def _database(error: DBAPIError) -> Answer:
    """Lost connections, locks and a full disk pass by themselves; anything else is a bug of ours."""
    db.session.rollback()
    if isinstance(error, OperationalError) or error.connection_invalidated:
        log.error("database: %s", error.orig)
        if "locked" in str(error.orig):  # SQLite's writers have waited in line for long enough
            return _page(503, *CROWDED)
        return _page(507 if "full" in str(error.orig) else 503)
    return _bug(error)


def _bug(error: Exception) -> Answer:
    log.error("request %s", g.get("request_id"), exc_info=error)
    if current_app.config["PROPAGATE_EXCEPTIONS"]:
        raise error
    db.session.rollback()
    return _page(500)


def _page(code: int, title: str = "", text: str = "", wait_s: int = AGAIN_S) -> Answer:
    g._login_user = login_manager.anonymous_user()  # noqa: SLF001 - the page must not ask a database that is down
    if request_ctx.url_adapter is None:  # a bent Host was refused: the links of the page lead to our own
        request_ctx.url_adapter = current_app.url_map.bind(urlsplit(settings.current().public_url).netloc)
    known = SENTENCES.get(code, SENTENCES[400 if code < 500 else 500])  # noqa: PLR2004
    title, text = title or known[0], text or known[1]
    if request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json":
        return jsonify(error=f"{title}. {text}"), code
    context: dict[str, Any] = {"code": code, "title": title, "text": text, "request_id": g.get("request_id", "")}
    headers = {"Retry-After": str(wait_s)} if code in {429, 503} else {}
    return render_template("error.html", typed=_typed(), **context), code, headers


def _typed() -> list[str]:
    """Give back what was written at length, so that it can be copied and is not lost."""
    if request.method != "POST":
        return []
    try:
        # Forms that share a page have a prefix: «clarify-note».
        typed = (((name or "").rpartition("-")[2], value) for name, value in request.form.items())
        return [value for name, value in typed if name in {"text", "note"} and value.strip()]
    except HTTPException:
        return []
