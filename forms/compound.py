"""Old Word and Excel files: the directory of Microsoft's compound file, nothing in it is opened."""

import struct
from collections.abc import Iterator
from typing import IO, Final

MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_HEADER: Final = 512
_ENTRY: Final = 128
_SECTORS_READ: Final = 64  # of the directory: several hundred entries, more than any office file has
_IN_HEADER: Final = 109  # numbers of table sectors that stand in the header itself
_WORDS: Final = {"WordDocument": "doc", "Workbook": "xls", "Book": "xls"}


def kind(stream: IO[bytes]) -> str:
    """Return "doc" or "xls". Raises ValueError with a Russian sentence for anything else wrapped so."""
    names = set(_names(stream))
    if "EncryptedPackage" in names:
        raise ValueError("Файл защищён паролем. Снимите защиту и приложите его снова")
    found = {code for name, code in _WORDS.items() if name in names}
    if len(found) != 1:
        raise ValueError("Приложите документ Word или Excel: внутри этого файла что-то другое, или он повреждён")
    return found.pop()


def _names(stream: IO[bytes]) -> Iterator[str]:
    stream.seek(0)
    header = stream.read(_HEADER)
    if len(header) < _HEADER:
        return
    shift, first = struct.unpack_from("<H", header, 30)[0], struct.unpack_from("<I", header, 48)[0]
    if shift not in {9, 12}:
        return
    for sector in _chain(stream, header, 1 << shift, first):
        for offset in range(0, len(sector) - _ENTRY + 1, _ENTRY):
            yield _name(sector[offset : offset + _ENTRY])


def _name(entry: bytes) -> str:
    length = struct.unpack_from("<H", entry, 64)[0]
    return entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")


def _chain(stream: IO[bytes], header: bytes, size: int, sector: int) -> Iterator[bytes]:
    """Follow the allocation table from sector to sector; a chain that bites its tail ends at the limit."""
    per_table = size // 4
    for _ in range(_SECTORS_READ):
        data = _sector(stream, size, sector)
        if not data:
            return
        yield data
        index = sector // per_table
        if index >= _IN_HEADER:
            return
        table = _sector(stream, size, struct.unpack_from("<I", header, 76 + 4 * index)[0])
        if len(table) < size:
            return
        sector = struct.unpack_from("<I", table, 4 * (sector % per_table))[0]


def _sector(stream: IO[bytes], size: int, number: int) -> bytes:
    stream.seek((number + 1) * size)
    return stream.read(size)
