"""Makes the applications of tests, and lends the last one again: making one takes longer than most tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import BytecodeCache

import app as wiring
from portal.extensions import db, limiter
from portal.settings import ROOT
from portal.storage import Storage

if TYPE_CHECKING:
    from flask import Flask
    from jinja2.bccache import Bucket

    from portal.settings import Settings


class Compiled(BytecodeCache):
    """Templates compiled once."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is known already."""
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self.kept[bucket.key] = bucket.bytecode_to_string()


class Workshop:
    """One of a process. An application is lent to a second test as new: what a first one changed in it is undone."""

    def __init__(self) -> None:
        self.compiled = Compiled()
        self.settings: Settings | None = None
        self.last: Flask | None = None
        self.config: dict[str, Any] = {}

    def lend(self, settings: Settings) -> Flask:
        """Give the last application again if it was made with these settings, else make one."""
        if self.last is None or settings != self.settings:
            return self.make(settings)
        self.last.config.clear()
        self.last.config.update(self.config)
        self.last.extensions["storage"] = Storage(settings.uploads, ROOT)
        limiter.reset()
        return self.last

    def make(self, settings: Settings) -> Flask:
        """Make one. The limiter counts for the application made last, so no earlier one is lent again."""
        made = wiring.create_app(settings)
        made.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=True)
        made.jinja_env.bytecode_cache = self.compiled
        self.config = dict(made.config)
        self.settings, self.last = (settings, made) if limiter.enabled else (None, None)
        return made

    @staticmethod
    def close(made: Flask) -> None:
        """End its connections: the database is about to go."""
        with made.app_context():
            db.session.remove()
            db.engine.dispose()
