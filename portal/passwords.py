"""Passwords: argon2id at OWASP's floor, with a bound on how many are computed at once."""

from __future__ import annotations

import hmac
import secrets
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal import settings
from portal.refusals import Busy

if TYPE_CHECKING:
    from collections.abc import Iterator

# 19 MiB, two passes, one lane: about 20 ms. One at a time in a process, and a short line: a storm of sign-ins is
# turned away at its end instead of taking every thread from those who are signed in.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_ONE_AT_A_TIME = Lock()
LINE = 8
_LINE = BoundedSemaphore(LINE)
# No look-alikes; four groups of five are about 116 bits.
_ALPHABET = "23456789abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
_DUMMY = _HASHER.hash(secrets.token_hex(16))
NOBODYS = "!"  # stands for a hash where no password opens the account


def hashed(password: str) -> str:
    """Hash a password. Raises Busy when too many are being computed."""
    with _turn():
        return _HASHER.hash(password)


def verify(stored: str | None, password: str) -> bool:
    """Compare; without a stored hash it takes the same time and is False. Raises Busy."""
    with _turn():
        try:
            return _HASHER.verify(stored if stored and stored != NOBODYS else _DUMMY, password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def digest(secret: str) -> str:
    """Digest a secret that is random enough (116 bits and more) to need no slow hash; keyed with the installation's."""
    return hmac.digest(settings.current().secret_key.encode(), secret.encode(errors="replace"), "sha256").hex()


def one_time_digest(typed: str) -> str:
    """Digest a one-time password as somebody types it: blanks and dashes do not count."""
    return digest("".join(typed.split()).replace("-", ""))


def one_time() -> str:
    """Make a password to be shown once, in groups that can be read out."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))


@contextmanager
def _turn() -> Iterator[None]:
    if not _LINE.acquire(blocking=False):
        raise Busy
    try:
        with _ONE_AT_A_TIME:
            yield
    finally:
        _LINE.release()
