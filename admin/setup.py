"""«Настройки»: what this installation was started with and how it is, to be read; changed where it is started."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask_admin import BaseView

from admin.base import tag
from admin.guard import Guarded, page
from portal import formats, installation, settings
from portal.extensions import db
from portal.models import StaffRole
from portal.services import health
from portal.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

# The README's table in words for administrators.
MEANINGS = {
    "HOST": "На каком адресе слушает сервер",
    "PORT": "На каком порту слушает сервер",
    "PUBLIC_URL": "Адрес кабинета для людей, стоит в письмах",
    "INSTANCE": "Папка секрета, встроенной базы и сохранённых писем",
    "SECRET_KEY": "Секрет, которым подписаны сеансы; без переменной хранится в INSTANCE",
    "DATABASE_URL": "Где база данных; без переменной — SQLite в INSTANCE",
    "UPLOADS": "Где лежат файлы: папка или хранилище S3",
    "OUTAGE_NORM_HOURS": "Сколько часов в год без света укладываются в норму",
    "UPLOAD_LIMIT_MB": "Наибольший файл, МБ",
    "APPLICATION_LIMIT_MB": "Сколько могут весить файлы одной формы вместе, МБ",
    "REDIS_URL": "Где общие счётчики нескольких машин; без переменной каждый процесс считает сам",
    "WORKERS": "Сколько процессов у веб-сервера",
    "TRUSTED_PROXIES": "Сколько обратных прокси стоит впереди",
    "MAIL_SERVER": "Почтовый сервер; без него письма складываются в папку INSTANCE/letters",
    "MAIL_PORT": "Порт почтового сервера",
    "MAIL_USERNAME": "Имя пользователя на почтовом сервере",
    "MAIL_PASSWORD": "Пароль на почтовом сервере",
    "MAIL_USE_TLS": "Шифровать ли связь с почтовым сервером (STARTTLS)",
    "MAIL_DEFAULT_SENDER": "С какого адреса приходят письма",
    "READING_FIRST_DAY": "С какого числа месяца ждём показания",
    "READING_LAST_DAY": "По какое число ждём показания",
    "READING_GRACE_DAY": "Последнее число, когда показания ещё идут за этот месяц",
    "ORGANISATION_NAME": "Полное название компании, для документов и писем",
    "ORGANISATION_SHORT_NAME": "Название в шапке каждой страницы",
    "ORGANISATION_CITY": "Город, улицы которого лежат в справочнике",
    "ORGANISATION_WORDS": "Слова о городе и компании: пароли из них не принимаются",
    "ORGANISATION_CITY_GENITIVE": "Город в строке «Я из …»",
    "ORGANISATION_POSTCODES": "Первые цифры индексов города; о другом индексе кабинет предупреждает",
    "ORGANISATION_PHONES": "Телефоны «Единого окна»",
    "ORGANISATION_SITE": "Сайт компании",
    "ORGANISATION_OFFICE": "Адрес и часы «Единого окна»",
    "ORGANISATION_TIME_ZONE": "Часовой пояс, по которому начинаются дни",
}


class Setup(Guarded, BaseView):
    """One page, for administrators."""

    roles = (StaffRole.admin,)

    @page("/")
    def index(self) -> str:
        """State first, then every setting with its value and where that comes from."""
        return str(self.render("staff/setup.html", state=list(_state()), rows=list(_rows())))


def _rows() -> Iterator[tuple[str, str, str, str]]:
    """Give each setting as (variable, meaning, value, source); of a secret only whether it is set."""
    given = settings.current().given
    for name, value, is_secret in settings.in_force():
        source = "переменная" if name in given else "по умолчанию"
        yield name, MEANINGS[name], _worded(value, is_secret=is_secret), source


def _worded(value: Any, *, is_secret: bool) -> str:  # noqa: ANN401
    if is_secret:
        return "задано, не показываем" if value else "не задано"
    if isinstance(value, bool):
        return "да" if value else "нет"
    return ", ".join(value) if isinstance(value, tuple) else str(value) or "—"


def _state() -> Iterator[tuple[str, Markup, str]]:
    """Give each thing that the portal stands on as (name, whether it works, details)."""
    ours, ready, dialect = settings.current(), health.ready(), db.engine.dialect
    version = ".".join(str(part) for part in dialect.server_version_info or ())
    yield "База данных", _tag(works=ready["database"]), f"{dialect.name} {version}"
    yield "Хранилище файлов", _tag(works=ready["store"]), ours.uploads
    where = "общие для всех процессов" if ours.redis_url else "у каждого процесса свои"
    yield "Счётчики попыток", _tag(works=health.counts()), where
    yield from _post(ours)
    yield "Версия кабинета", tag("ours", _version()), ""
    now, last = _migration()
    yield "Миграция базы", _tag(works=now == last), f"в базе {now or '—'}, для этой версии нужна {last}"


def _post(ours: settings.Settings) -> Iterator[tuple[str, Markup, str]]:
    post = health.post()
    how = f"{ours.mail_server}:{ours.mail_port}" if ours.mail_server else "письма складываются в папку"
    waits = f", самое давнее с {formats.moment(post.since)}" if post.since else ""
    details = f"{how}. Ждут отправки: {post.waiting}{waits}. Не доставлены: {post.failed}"
    yield "Почта", tag("late", "есть недоставленные") if post.failed else _tag(works=True), details


def _tag(*, works: bool) -> Markup:
    return tag("done", "в порядке") if works else tag("late", "не в порядке")


@cache
def _version() -> str:
    return str(tomllib.loads(Path(ROOT, "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def _migration() -> tuple[str | None, str | None]:
    """Give the migration that the database is at, and the one that this code needs."""
    from alembic.migration import MigrationContext  # half a second that a server's worker need not spend at its start
    from alembic.script import ScriptDirectory

    now = MigrationContext.configure(db.session.connection()).get_current_revision()
    return now, ScriptDirectory(str(installation.MIGRATIONS)).get_current_head()
