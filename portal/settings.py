"""Settings: read once from environment variables into one frozen value; a wrong one is refused by its name."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, get_type_hints
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import current_app
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ("127.0.0.1", "localhost")
INSTANCE = Path("instance")
SHORTEST_SECRET = 32
FORM_TEXT_BYTES = 2 * 1024 * 1024


class SettingsError(Exception):
    """A setting can't be used; the message begins with the variable's name."""


def setting(
    default: Any,  # noqa: ANN401
    about: str,
    check: Callable[[Any], str | None] | None = None,
    *,
    is_secret: bool = False,
) -> Any:  # noqa: ANN401
    """Declare one setting: its default, its line in the README, and a check returning what is wrong, if anything.

    Of a secret nobody is shown more than whether it is set.
    """
    return field(default=default, metadata={"about": about, "check": check, "is_secret": is_secret})


def _port(value: int) -> str | None:
    return None if 1 <= value <= 65535 else "must be between 1 and 65535"  # noqa: PLR2004


def _positive(value: int) -> str | None:
    return None if value > 0 else "must be above zero"


def _not_negative(value: int) -> str | None:
    return None if value >= 0 else "must not be negative"


def _day_of_month(value: int) -> str | None:
    return None if 1 <= value <= 28 else "must be between 1 and 28"  # noqa: PLR2004 - every month has them


def _secret(value: str) -> str | None:
    if value and (len(value) < SHORTEST_SECRET or len(set(value)) < 5):  # noqa: PLR2004
        return f"needs at least {SHORTEST_SECRET} characters that nobody can guess"
    return None


def _database(value: str) -> str | None:
    known = ("sqlite:///", "postgresql+psycopg://")
    if value and not value.startswith(known):
        return f"must start with {' or '.join(known)}"
    try:
        name = make_url(value).database if value else "of INSTANCE"
    except (ArgumentError, ValueError):
        return "can't be read as an address"
    return None if name and name != ":memory:" else "must name a database"


def _redis(value: str) -> str | None:
    known = ("redis://", "rediss://", "unix://")
    return None if not value or value.startswith(known) else f"must start with {', '.join(known)}"


def _uploads(value: str) -> str | None:
    bucket = value.removeprefix("s3://")
    return None if bucket.strip("/") and "://" not in bucket else "must be a folder or s3://bucket/prefix"


def _sender(value: str) -> str | None:
    return None if re.fullmatch(r"[^\s@,;<>]+@[^\s@,;<>]+", value) else "must be one plain address"


def _url(value: str) -> str | None:
    advice = "must look like https://cabinet.example.org"
    try:
        parts = urlsplit(value)
        # Werkzeug trusts no host written as an IPv6 address.
        is_host = bool(parts.hostname) and "[" not in parts.netloc and parts.port != 0 and parts.username is None
    except ValueError:
        return advice
    is_plain = is_host and not (parts.path.strip("/") or parts.query or parts.fragment)
    return None if not value or (parts.scheme in {"http", "https"} and is_plain) else advice


def _zone(value: str) -> str | None:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of the zones, such as «Europe»
        return "is not a known time zone, such as Europe/Moscow"
    return None


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """The company that runs the portal: nothing about it is written anywhere else."""

    name: str = setting("АО «Воронежская горэлектросеть»", "full name, for documents and letters")
    short_name: str = setting("Воронежская горэлектросеть", "name in the header of every page")
    city: str = setting("Воронеж", "city whose streets the directory holds")
    words: tuple[str, ...] = setting(
        ("voronezh", "vges", "energo", "воронеж", "вгэс", "энерго"),
        "the city and the company, by comma: passwords made of them are refused",
    )
    city_genitive: str = setting("Воронежа", "the same in «Я из …»")
    postcodes: str = setting("394", "first digits of the city's postcodes; another one gets a warning")
    phones: tuple[str, ...] = setting(("+7 (473) 200-00-00",), "phones of «Единое окно», by comma")
    site: str = setting("https://example.org", "the company's own site", _url)
    office: str = setting("ул. Примерная, д. 1, пн–пт 8:00–17:00", "address and hours of «Единое окно»")
    time_zone: str = setting("Europe/Moscow", "time zone in which days begin and end", _zone)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that dates on pages are in."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that may differ between two installations."""

    host: str = setting("127.0.0.1", "address to listen on")
    port: int = setting(8000, "port to listen on", _port)
    public_url: str = setting(
        "", "address that people type; goes into letters (default: `http://HOST:PORT` on a loopback `HOST`)", _url
    )
    instance: Path = setting(INSTANCE, "folder of secret, embedded database and kept letters")  # noqa: RUF009
    secret_key: str = setting("", "signs sessions; made and kept in `INSTANCE` when absent", _secret, is_secret=True)
    database_url: str = setting(
        "", "`sqlite:///…` or `postgresql+psycopg://…` (default: SQLite in `INSTANCE`)", _database, is_secret=True
    )
    uploads: str = setting(
        "uploads", "folder of uploaded files, or `s3://bucket/prefix` (keys by `AWS_*` variables)", _uploads
    )
    outage_norm_hours: int = setting(72, "hours a year without power that are within the norm", _positive)
    upload_limit_mb: int = setting(20, "largest file, in MB", _positive)
    application_limit_mb: int = setting(100, "most that the files of one form may weigh together, in MB", _positive)
    redis_url: str = setting(
        "",
        "`redis://…` for counters shared by several machines (default: each process counts alone)",
        _redis,
        is_secret=True,
    )
    workers: int = setting(2, "web server processes", _positive)
    trusted_proxies: int = setting(0, "how many reverse proxies stand in front", _not_negative)
    mail_server: str = setting("", "SMTP server; without one letters are kept as `.eml` files in `INSTANCE/letters`")
    mail_port: int = setting(25, "its port", _port)
    mail_username: str = setting("", "its user, if it asks for one")
    mail_password: str = setting("", "and the password", is_secret=True)
    mail_use_tls: bool = setting(default=False, about="`true` for STARTTLS with a checked certificate")
    mail_default_sender: str = setting("cabinet@example.org", "address that letters come from", _sender)
    reading_first_day: int = setting(23, "day of the month from which readings of meters are expected", _day_of_month)
    reading_last_day: int = setting(25, "the last such day", _day_of_month)
    reading_grace_day: int = setting(26, "the last day on which they still count for the month", _day_of_month)
    organisation: Organisation = field(default_factory=Organisation)
    # Names of the variables that said something: where the rest comes from.
    given: frozenset[str] = field(default=frozenset(), compare=False)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read the settings, filling in what follows from others.

        Raises:
            SettingsError: a variable holds what it can't mean.

        """
        environ = os.environ if environ is None else environ
        read = _read(cls, environ, "")
        read["given"] = frozenset(name for name, _, _ in documented(cls) if environ.get(name, "") != "")
        instance = _absolute(read.pop("instance", INSTANCE))
        read["instance"] = instance
        if not read.get("database_url"):
            read["database_url"] = f"sqlite:///{instance / 'cabinet.db'}"
        if not read.get("secret_key"):
            read["secret_key"] = _kept_secret(instance / "secret_key")
        if not read.get("public_url"):
            read["public_url"] = _own_address(read.get("host", "127.0.0.1"), read.get("port", 8000))
        read["public_url"] = read["public_url"].rstrip("/")
        made = cls(**read)
        if not made.reading_first_day <= made.reading_last_day <= made.reading_grace_day:
            raise SettingsError("READING_LAST_DAY must be between READING_FIRST_DAY and READING_GRACE_DAY")
        return made

    @property
    def is_secure(self) -> bool:
        """Whether people come by https, so that cookies may travel only that way."""
        return self.public_url.startswith("https://")

    def for_flask(self) -> dict[str, Any]:
        """Give the configuration of Flask and its extensions that follows."""
        prefix = "__Host-" if self.is_secure else ""
        cookie = {"SECURE": self.is_secure, "HTTPONLY": True, "SAMESITE": "Lax"}
        return {
            "SETTINGS": self,
            "SECRET_KEY": self.secret_key,
            "TRUSTED_HOSTS": self.trusted_hosts,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": {"pool_pre_ping": True, "hide_parameters": True},
            "SESSION_COOKIE_NAME": f"{prefix}cabinet",
            "REMEMBER_COOKIE_NAME": f"{prefix}remember",
            **{f"SESSION_COOKIE_{name}": value for name, value in cookie.items()},
            **{f"REMEMBER_COOKIE_{name}": value for name, value in cookie.items()},
            "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
            "REMEMBER_COOKIE_DURATION": timedelta(days=30),
            "MAX_CONTENT_LENGTH": 5 * self.upload_limit_bytes + FORM_TEXT_BYTES,
            "MAX_FORM_MEMORY_SIZE": FORM_TEXT_BYTES,
            "MAX_FORM_PARTS": 200,
            "UPLOAD_LIMIT_BYTES": self.upload_limit_bytes,
            "PLACE_WORDS": self.organisation.words,
            "WTF_CSRF_TIME_LIMIT": None,
            "RATELIMIT_STORAGE_URI": self.redis_url or "memory://",
            "RATELIMIT_STRATEGY": "moving-window",
            # A counter server that is gone or silent shuts nobody out: each process counts alone until it is back.
            "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": bool(self.redis_url),
            "RATELIMIT_STORAGE_OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1} if self.redis_url else {},
            "BABEL_DEFAULT_LOCALE": "ru",
            "MAIL_DEFAULT_SENDER": self.mail_default_sender,
            "COMPRESS_ALGORITHM": ["br", "gzip"],
            "COMPRESS_ALGORITHM_STREAMING": ["br", "deflate"],
            "COMPRESS_BR_LEVEL": 5,  # a tenth smaller than by default, for half a millisecond
        }

    @property
    def upload_limit_bytes(self) -> int:
        """The largest file that is taken, in bytes."""
        return self.upload_limit_mb * 1024 * 1024

    @property
    def application_limit_bytes(self) -> int:
        """The most that the files of one form may weigh together, in bytes."""
        return self.application_limit_mb * 1024 * 1024

    @property
    def trusted_hosts(self) -> list[str]:
        """Host headers that are answered; a bent one can't get into a letter's link."""
        return sorted({urlsplit(self.public_url).hostname or "", *LOOPBACK})


def current() -> Settings:
    """Give the settings that the running application was made with."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def documented(cls: type[Any] = Settings) -> Iterator[tuple[str, Any, str]]:
    """Every variable in order: its name, default and meaning (the README's table is held equal to this)."""
    for name, item, _ in _declared(cls, ""):
        yield name, item.default, item.metadata["about"]


def in_force() -> Iterator[tuple[str, Any, bool]]:
    """Every variable in order: its name, value in force (of a secret, whether there is one), and if it is a secret."""
    ours = current()
    for name, item, owner in _declared(Settings, ""):
        value = getattr(ours if owner is Settings else ours.organisation, item.name)
        is_secret = item.metadata["is_secret"]
        yield name, bool(value) if is_secret else value, is_secret


def _declared(cls: type[Any], prefix: str) -> Iterator[tuple[str, Field[Any], type[Any]]]:
    hints = get_type_hints(cls)
    for item in fields(cls):
        if hints[item.name] is Organisation:
            yield from _declared(Organisation, f"{item.name}_")
        elif item.metadata:
            yield f"{prefix}{item.name}".upper(), item, cls


def _read(cls: type[Any], environ: Mapping[str, str], prefix: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    hints = get_type_hints(cls)
    for item in fields(cls):
        if item.name == "given":
            continue
        kind = hints[item.name]
        if kind is Organisation:
            values[item.name] = Organisation(**_read(Organisation, environ, f"{item.name}_"))
            continue
        name = f"{prefix}{item.name}".upper()
        if environ.get(name, "") != "":
            values[item.name] = _parsed(name, environ[name], kind, item)
    return values


def _parsed(name: str, text: str, kind: Any, item: Field[Any]) -> Any:  # noqa: ANN401
    try:
        value = _converted(text.strip(), kind)
    except ValueError as error:
        raise SettingsError(f"{name} {error}") from None
    check = item.metadata["check"] if item.default is not MISSING else None
    if check is not None and (wrong := check(value)):
        raise SettingsError(f"{name} {wrong}")
    return value


def _converted(text: str, kind: Any) -> Any:  # noqa: ANN401
    if kind is bool:
        known = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        if text.lower() not in known:
            raise ValueError("must be true or false")
        return known[text.lower()]
    if kind is int:
        if not (text.isascii() and text.isdigit()):
            raise ValueError("must be a whole number")
        return int(text)
    if kind is Path:
        return Path(text)
    return tuple(part.strip() for part in text.split(",") if part.strip()) if kind == tuple[str, ...] else text


def _absolute(path: Path) -> Path:
    return path if path.is_absolute() else ROOT / path


def _own_address(host: str, port: int) -> str:
    if host not in LOOPBACK:
        raise SettingsError(f"PUBLIC_URL must be given when HOST is not {' or '.join(LOOPBACK)}")
    return f"http://{host}:{port}"


def _kept_secret(path: Path) -> str:
    """Read the installation's own secret, or make it; two processes starting at once agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    if not path.exists():
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(32), encoding="ascii")
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()
