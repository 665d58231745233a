"""A real SMTP server that can be silent, slow or unwilling."""

from __future__ import annotations

import asyncio
import email
import email.policy
from typing import TYPE_CHECKING, Self

from aiosmtpd.controller import Controller

if TYPE_CHECKING:
    from email.message import EmailMessage

    from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """Everything that arrived, in order; `answer` is what the server says to the next letters."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.answer = "250 OK"
        self.pause_s = 0.0
        self.controller = Controller(self, hostname="127.0.0.1", port=0)

    def __enter__(self) -> Self:
        self.controller.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.controller.stop()

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self.controller.server is not None
        return int(self.controller.server.sockets[0].getsockname()[1])

    def settings(self) -> dict[str, str]:
        """Give the settings of a cabinet that uses it."""
        return {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(self.port)}

    def clear(self) -> None:
        """Forget what came, be willing again."""
        self.received.clear()
        self.answer, self.pause_s = "250 OK", 0.0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        """Take a letter, or not."""
        await asyncio.sleep(self.pause_s)
        if self.answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.received.append(email.message_from_bytes(content, policy=email.policy.default))
        return self.answer
