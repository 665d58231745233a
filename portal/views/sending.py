"""Sending a stored file: under its own name, and in a frame that can do nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Response

from portal import storage
from portal.chrome import FILE_POLICY

if TYPE_CHECKING:
    from portal.models.documents import StoredFile


def sent(file: StoredFile, how: str) -> Response:
    """Send the bytes, `how` is inline or attachment; what no browser shows is downloaded.

    Raises:
        StorageError: they are not there, or the store does not answer.

    """
    response = Response(storage.current().open(file.key), mimetype=file.media_type)
    response.content_length = file.size
    shown = how if file.previewable else "attachment"
    response.headers["Content-Disposition"] = f"{shown}; filename*=UTF-8''{quote(file.name, safe='')}"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response
