"""Settings: what each variable may hold, what it means when it holds nothing, and where it is written down."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest

import app as wiring
from portal.settings import ROOT, Settings, SettingsError, documented

SECRET = "correct horse battery staple, forty letters"
WRONG = [
    ("PORT", "eight"),
    ("PORT", "0"),
    ("PORT", "70000"),
    ("PORT", "-1"),
    ("PORT", "８０００"),
    ("PUBLIC_URL", "cabinet.example.org"),
    ("PUBLIC_URL", "ftp://cabinet.example.org"),
    ("PUBLIC_URL", "https://cabinet.example.org/lk"),
    ("PUBLIC_URL", "https://cabinet.example.org?a=b"),
    ("PUBLIC_URL", "https://["),
    ("PUBLIC_URL", "http://[::1]:8000"),
    ("PUBLIC_URL", "https://cabinet.example.org:http"),
    ("PUBLIC_URL", "https://owner:word@cabinet.example.org"),
    ("SECRET_KEY", "short"),
    ("SECRET_KEY", "a" * 64),
    ("DATABASE_URL", "mysql://root@localhost/portal"),
    ("DATABASE_URL", "cabinet.db"),
    ("DATABASE_URL", "sqlite:///"),
    ("DATABASE_URL", "sqlite:///:memory:"),
    ("DATABASE_URL", "postgresql+psycopg://localhost:port/portal"),
    ("UPLOADS", "ftp://store/files"),
    ("UPLOADS", "s3://"),
    ("UPLOAD_LIMIT_MB", "0"),
    ("UPLOAD_LIMIT_MB", "1.5"),
    ("REDIS_URL", "http://localhost"),
    ("WORKERS", "0"),
    ("TRUSTED_PROXIES", "-1"),
    ("MAIL_PORT", "99999"),
    ("MAIL_USE_TLS", "да"),
    ("MAIL_DEFAULT_SENDER", "the cabinet"),
    ("MAIL_DEFAULT_SENDER", "cabinet@example.org, other@example.org"),
    ("READING_FIRST_DAY", "0"),
    ("READING_LAST_DAY", "22"),
    ("READING_GRACE_DAY", "31"),
    ("ORGANISATION_SITE", "example.org"),
    ("ORGANISATION_TIME_ZONE", "Mars/Olympus"),
    ("ORGANISATION_TIME_ZONE", "Europe"),
    ("ORGANISATION_TIME_ZONE", "../../etc/passwd"),
]


def read(tmp_path: Path, **environ: str) -> Settings:
    return Settings.from_env({"INSTANCE": str(tmp_path)} | environ)


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{name} \w"):
        read(tmp_path, **{name: value})


def test_the_application_does_not_start_on_a_wrong_value_and_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKERS", "none")
    with pytest.raises(SystemExit, match="Setting refused: WORKERS must be a whole number"):
        wiring.web()


def test_nothing_has_to_be_set(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.database_url == f"sqlite:///{tmp_path}/cabinet.db"
    assert settings.upload_limit_bytes == 20 * 1024 * 1024
    assert settings.organisation.short_name == "Воронежская горэлектросеть"
    assert not settings.is_secure


def test_an_empty_variable_is_one_that_is_not_set(tmp_path: Path) -> None:
    assert read(tmp_path, PORT="", REDIS_URL="", ORGANISATION_CITY="") == read(tmp_path)


def test_what_is_set_is_what_is_used(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        PORT=" 8443 ",
        PUBLIC_URL="https://lk.example.org/",
        MAIL_USE_TLS="Yes",
        ORGANISATION_PHONES="+7 (900) 000-00-01, +7 (900) 000-00-02",
        ORGANISATION_CITY="Липецк",
    )
    assert (settings.port, settings.public_url) == (8443, "https://lk.example.org")
    assert settings.mail_use_tls
    assert settings.is_secure
    assert settings.organisation.phones == ("+7 (900) 000-00-01", "+7 (900) 000-00-02")
    assert settings.organisation.city == "Липецк"


def test_a_server_open_to_others_has_to_know_its_public_address(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^PUBLIC_URL must be given"):
        read(tmp_path, HOST="0.0.0.0")
    assert read(tmp_path, HOST="0.0.0.0", PUBLIC_URL="https://lk.example.org").trusted_hosts == [
        "127.0.0.1", "lk.example.org", "localhost",
    ]  # fmt: skip


def test_an_address_of_the_sixth_version_is_not_a_name_that_people_come_by(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^PUBLIC_URL must be given"):
        read(tmp_path, HOST="::1")
    assert read(tmp_path, HOST="::1", PUBLIC_URL="https://lk.example.org").host == "::1"


def test_settings_do_not_change(tmp_path: Path) -> None:
    settings: Any = read(tmp_path)
    with pytest.raises(FrozenInstanceError):
        settings.port = 1


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = read(tmp_path).secret_key
    assert len(first) == 64
    assert read(tmp_path).secret_key == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_processes_that_start_together_agree_on_one_secret(tmp_path: Path) -> None:
    script = "from portal.settings import Settings; print(Settings.from_env().secret_key)"
    environ = {"INSTANCE": str(tmp_path / "new")}
    started = [
        subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, env=environ, stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    said = {process.communicate()[0] for process in started}
    assert len(said) == 1
    assert len(said.pop().strip()) == 64


def test_a_given_secret_is_used_and_none_is_kept(tmp_path: Path) -> None:
    assert read(tmp_path, SECRET_KEY=SECRET).secret_key == SECRET
    assert not list(tmp_path.iterdir())


def test_every_variable_stands_in_the_readme_with_its_default_and_meaning() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| (.*) \|$", readme, re.MULTILINE)
    assert rows == [(name, _printed(default), about) for name, default, about in documented()]


def _printed(default: Any) -> str:
    text = ", ".join(default) if isinstance(default, tuple) else str(default)
    if isinstance(default, bool):
        text = text.lower()
    return f"`{text}`" if text else "–"
