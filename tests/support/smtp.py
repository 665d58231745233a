"""A real SMTP server that can be silent, slow or unwilling, or hang up."""

from __future__ import annotations

import asyncio
import email
import email.policy
from typing import TYPE_CHECKING, Any, Self

from aiosmtpd.controller import Controller

from tests.support.ports import free_port

if TYPE_CHECKING:
    from email.message import EmailMessage

    from aiosmtpd.smtp import SMTP, Envelope, Session

OK = "250 OK"


class Mailbox:
    """Everything that arrived, in order; `answer` is what the server says to the next letters.

    `tried` holds what came and was refused as well; `unwanted` maps addresses to what is said to them;
    `hangs_up` drops the line when a letter has come, before a word is said; `envelopes` are (sender, recipients).
    """

    def __init__(self, **server: Any) -> None:
        self.received: list[EmailMessage] = []
        # The controller knocks at its own port when it starts: 0 would not do.
        self.port = free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, **server)
        self.clear()

    def __enter__(self) -> Self:
        self.controller.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.controller.stop()

    def settings(self) -> dict[str, str]:
        """Give the settings of a cabinet that uses it."""
        return {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(self.port)}

    def clear(self) -> None:
        """Forget what came, be willing again."""
        self.received.clear()
        self.tried: list[EmailMessage] = []
        self.envelopes: list[tuple[str | None, list[str]]] = []
        self.unwanted: dict[str, str] = {}
        self.hangs_up = False
        self.answer, self.pause_s = OK, 0.0

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take an address, or not."""
        del server, session, options
        answer = self.unwanted.get(address, OK)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        """Take a letter, or not."""
        await asyncio.sleep(self.pause_s)
        content = envelope.content
        assert isinstance(content, bytes)
        letter = email.message_from_bytes(content, policy=email.policy.default)
        self.tried.append(letter)
        self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        if self.hangs_up:
            assert server.transport is not None
            server.transport.abort()
        elif self.answer.startswith("250"):
            self.received.append(letter)
        return self.answer
