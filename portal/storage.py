"""The store of uploaded files: a local folder or an S3-compatible bucket behind one door."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import uuid
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import obstore
from flask import current_app
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path
    from typing import IO

    from obstore.store import ClientConfig, RetryConfig

CHUNK = 1024 * 1024
KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}")
# A page waits for a bucket no longer than a person waits for a page (the library would try for three minutes), and a
# bucket next door may do without TLS.
PATIENCE: ClientConfig = {
    "connect_timeout": "2s",
    "timeout": "15s",
    "allow_http": True,
}
RETRIES: RetryConfig = {"max_retries": 2, "retry_timeout": timedelta(seconds=4)}
FULL = {errno.ENOSPC, errno.EDQUOT}


class StorageError(Exception):
    """The store could not do it; `is_full` where there is no room left."""

    def __init__(self, cause: BaseException) -> None:
        """Remember what happened."""
        super().__init__(str(cause))
        self.is_full = getattr(cause, "errno", None) in FULL or "No space left" in str(cause)


@dataclass(frozen=True)
class Blob:
    """What was stored: its key, size in bytes, and SHA-256 in hexadecimal."""

    key: str
    size: int
    sha256: str


class Storage:
    """Save, open, delete. Keys are made here, so that no name from outside ever reaches a path."""

    def __init__(self, place: str, base: Path) -> None:
        """Take a folder (relative to `base`) or `s3://bucket/prefix`."""
        self.place = place
        self.folder = None if place.startswith("s3://") else base / place

    @cached_property
    def _store(self) -> LocalStore | S3Store:
        # Made at first use: the library's runtime does not survive a fork of the server's workers.
        if self.folder is None:
            return S3Store.from_url(self.place, client_options=PATIENCE, retry_config=RETRIES)
        return LocalStore(self.folder, mkdir=True)

    def save(self, stream: IO[bytes]) -> Blob:
        """Keep a stream under a fresh key; returns only when it is durable.

        Raises:
            StorageError: nothing was kept.

        """
        key = f"{uuid.uuid4().hex[:2]}/{uuid.uuid4().hex}"
        meter = _Meter(stream)
        try:
            obstore.put(self._store, key, iter(meter), mode="create")
            self._make_durable(key)
        except (BaseError, OSError) as error:
            self.delete(key)
            raise StorageError(error) from error
        return Blob(key, meter.size, meter.hash.hexdigest())

    def open(self, key: str) -> Iterator[bytes]:
        """Read a blob piece by piece.

        Raises:
            StorageError: it is not there, or the store does not answer.

        """
        try:
            result = obstore.get(self._store, key)
        except (BaseError, OSError) as error:
            raise StorageError(error) from error
        return (bytes(piece) for piece in result.stream(min_chunk_size=CHUNK))

    def copy(self, key: str) -> str:
        """Keep the same bytes once more; gives the key of the copy.

        Raises:
            StorageError: nothing was kept.

        """
        fresh = f"{uuid.uuid4().hex[:2]}/{uuid.uuid4().hex}"
        try:
            obstore.copy(self._store, key, fresh)
            self._make_durable(fresh)
        except (BaseError, OSError) as error:
            self.delete(fresh)
            raise StorageError(error) from error
        return fresh

    def delete(self, key: str) -> None:
        """Remove a blob; one that is not there is no error."""
        try:
            obstore.delete(self._store, key)
        except (BaseError, OSError):
            return

    def stored_before(self, moment: datetime) -> Iterator[list[str]]:
        """List the keys of what was stored before a moment, in portions.

        Raises:
            StorageError: the store does not answer.

        """
        try:
            for portion in obstore.list(self._store):
                old = (item["path"] for item in portion if item["last_modified"] < moment)
                yield [key for key in old if KEY.fullmatch(key)]
        except (BaseError, OSError) as error:
            raise StorageError(error) from error

    def check(self) -> None:
        """Prove that the store can be written to. Raises StorageError where it can't."""
        import io

        self.delete(self.save(io.BytesIO(b"ready?")).key)

    def _make_durable(self, key: str) -> None:
        """A bucket has it once it says so; a disk only after the file and its folders are flushed."""
        if self.folder is None:
            return
        path = self.folder / key
        for part in (path, path.parent, self.folder):
            handle = os.open(part, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


class _Meter:
    """Counts and hashes a stream while it passes."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.hash = hashlib.sha256()
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.stream.read(CHUNK):
            self.hash.update(piece)
            self.size += len(piece)
            yield piece


def current() -> Storage:
    """Give the application's store."""
    store: Storage = current_app.extensions["storage"]
    return store
