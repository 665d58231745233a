"""The outbox: letters wait for their transaction, then leave one by one, and remember what became of them."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from email.utils import formataddr
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask_mail import Connection, Message
from sqlalchemy import select, update

from portal import clock, journal, settings
from portal.extensions import db, mail
from portal.models import Letter, LetterState
from portal.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from portal.journal import Actor

BATCH = 20
TIMEOUT_S = 20
# A server that trickles is hung up on after so long, whatever it has said.
DEADLINE_S = 60
# No letter is begun that could outlast it, so none is taken twice.
LEASE = timedelta(seconds=BATCH * TIMEOUT_S * 2)
# How long a letter waits after each failure: about two days in all, then it is given up.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440))
PERMANENT = 500
# Stands in a letter where a secret will be: it is made at the moment of sending, and only its digest is kept.
SECRET = "XXXXX-XXXXX-XXXXX-XXXXX"  # noqa: S105 - it holds the place of one
# name of a letter: makes the secret of one such letter, in a transaction of its own
SEALED: dict[str, Callable[[Letter], str]] = {}


@dataclass(frozen=True)
class Delivery:
    """What one round did."""

    sent: int = 0
    postponed: int = 0
    failed: int = 0

    def __str__(self) -> str:
        """One line for the log."""
        return f"letters: {self.sent} sent, {self.postponed} to be tried again, {self.failed} failed"


def letter(**columns: Any) -> Letter:  # noqa: ANN401
    """Make a letter that is due at once."""
    return Letter(**columns, due_at=clock.now(), created_at=clock.now(), state=LetterState.waiting.value, attempts=0)


def deliver() -> Delivery:
    """Send the letters that are due, at most `BATCH`. Several processes may do it at once."""
    last_start = time.monotonic() + LEASE.total_seconds() - 2 * DEADLINE_S
    outcomes = [_deliver_one(letter_id) for letter_id in _claim() if time.monotonic() < last_start]
    return Delivery(*(outcomes.count(state) for state in (LetterState.sent, LetterState.waiting, LetterState.failed)))


def send_again(letter_id: int, actor: Actor) -> None:
    """Make a letter due at once, with all its tries before it. What was sent goes out once more."""
    with transaction() as session:
        found = session.scalar(
            update(Letter)
            .where(Letter.id == letter_id)
            .values(state=LetterState.waiting.value, attempts=0, due_at=clock.now(), error=None, sent_at=None)
            .returning(Letter.id)
        )
        if found is not None:
            journal.record(session, actor, "letters.again", subject=f"letters:{letter_id}")


def _claim() -> list[int]:
    """Take due letters for ourselves by a lease: a process that dies gives them back by itself."""
    now = clock.now()
    due = (
        select(Letter.id)
        .where(Letter.state == LetterState.waiting.value, Letter.due_at <= now)
        .order_by(Letter.due_at, Letter.id)
        .limit(BATCH)
    )
    anything = db.session.scalar(due)
    db.session.commit()
    if anything is None:
        return []
    with transaction() as session:
        ours = due.with_for_update(skip_locked=True)
        claimed = session.scalars(
            update(Letter).where(Letter.id.in_(ours)).values(due_at=now + LEASE).returning(Letter.id)
        )
        return sorted(claimed)


def _deliver_one(letter_id: int) -> LetterState:
    letter = db.session.get_one(Letter, letter_id)
    try:
        _hand_over(letter)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one letter, the next one goes
        return _note_failure(letter, error)
    with transaction():
        letter.state, letter.sent_at, letter.error = LetterState.sent.value, clock.now(), None
        letter.attempts += 1
    return LetterState.sent


def _note_failure(letter: Letter, error: Exception) -> LetterState:
    with transaction():
        letter.error = _reason(error).replace("\0", "")[:500]  # PostgreSQL keeps no NUL
        pause = None if _is_permanent(error) or letter.attempts >= len(PAUSES) else PAUSES[letter.attempts]
        letter.attempts += 1
        if pause is None:
            letter.state = LetterState.failed.value
        else:
            letter.due_at = clock.now() + pause
    return LetterState(letter.state)


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {text.decode(errors='replace')}" for code, text in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return f"{error.smtp_code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
    return f"{type(error).__name__}: {error}"


def _is_permanent(error: Exception) -> bool:
    """5xx and addresses that can't be written to: trying again changes nothing."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return False  # the company's own password is wrong: staff will mend it
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code >= PERMANENT
    return isinstance(error, (UnicodeError, smtplib.SMTPNotSupportedError))


def _hand_over(letter: Letter) -> None:
    message = _message(letter)
    if not settings.current().mail_server:
        _keep(message, settings.current().instance / "letters" / f"{letter.id:06}-{letter.name}.eml")
        return
    with _Connection(mail) as connection:
        connection.send(message)


def _message(letter: Letter) -> Message:
    ours = settings.current()
    secret = SEALED[letter.name](letter) if letter.name in SEALED else SECRET
    message = Message(
        subject=letter.subject,
        recipients=[letter.recipient],
        body=letter.text.replace(SECRET, secret),
        html=letter.html.replace(SECRET, secret),
        sender=formataddr((ours.organisation.short_name, ours.mail_default_sender)),
        date=letter.created_at.timestamp(),
        extra_headers={"Auto-Submitted": "auto-generated"},
    )
    # The same at every try, so that a letter that arrives twice is shown once.
    message.msgId = f"<{letter.message_id}@{urlsplit(ours.public_url).hostname}>"
    return message


def _keep(message: Message, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(message.as_bytes())


class _Line(smtplib.SMTP):
    """A line to the mail server that is cut after `DEADLINE_S`: each byte that comes starts `timeout` anew."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        self._alarm = threading.Timer(DEADLINE_S, self._cut)
        self._alarm.daemon = True
        self._alarm.start()
        try:
            super().__init__(*args, **kwargs)
        except BaseException:
            self._alarm.cancel()
            raise

    def close(self) -> None:
        """Hang up."""
        self._alarm.cancel()
        super().close()

    def _cut(self) -> None:
        if self.sock is not None:
            with suppress(OSError):  # the other end has hung up already
                self.sock.shutdown(socket.SHUT_RDWR)


class _Connection(Connection):
    """Flask-Mail's connection with a time limit and a certificate that is really checked."""

    def configure_host(self) -> smtplib.SMTP:
        ours = settings.current()
        host = _Line(ours.mail_server, ours.mail_port, timeout=TIMEOUT_S, local_hostname=socket.gethostname())
        try:
            if ours.mail_use_tls:
                host.starttls(context=ssl.create_default_context())
            if ours.mail_username:
                host.login(ours.mail_username, ours.mail_password)
        except BaseException:
            host.close()
            raise
        return host

    def __exit__(self, *exc_info: object) -> None:
        """Say goodbye; a server that is gone by then has the letter all the same, or its error is raised already."""
        if self.host is not None:
            with suppress(smtplib.SMTPException, OSError):
                self.host.quit()
