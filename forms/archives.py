"""Archives and documents that are archives inside: judged by their directory; nothing is ever unpacked."""

import re
import struct
import zipfile
from io import SEEK_CUR, SEEK_END, SEEK_SET
from typing import IO, Final, cast

ZIP_MAGICS: Final = (b"PK\x03\x04", b"PK\x05\x06")
RAR_MAGICS: Final = (b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00")

ENTRIES_MOST: Final = 1000
UNPACKED_MOST: Final = 200 * 1024 * 1024
RATIO_MOST: Final = 200
LONGEST_SHOWN: Final = 60
_RATIO_COUNTS_FROM: Final = 10 * 1024 * 1024  # a small file of one colour packs very well and harms nobody
_DIRECTORY_MOST: Final = 1024 * 1024
_LOCAL_HEADER: Final = 30
_ENCRYPTED: Final = 0x1
_SIZES_FOLLOW: Final = 0x8
_UNICODE: Final = 0x800
_STORE_OVERHEAD: Final = 1024

_PROGRAMS: Final = re.compile(
    r".*\.(apk|app|bat|class|cmd|com|cpl|deb|dex|dll|dmg|exe|gadget|hta|inf|jar|jse?|lnk|ms[cip]|pif|pkg|ps1|reg"
    r"|rpm|run|sc[fr]|sh|sys|url|vb|vb[es]|ws[cfh]|xll)",
    re.DOTALL,
)
_JAR_MARKS: Final = frozenset({"meta-inf/manifest.mf", "androidmanifest.xml", "vbaproject.bin"})
_ODT: Final = b"mimetypeapplication/vnd.oasis.opendocument.text"


def zip_kind(stream: IO[bytes]) -> str:
    """Return "zip", "docx", "xlsx" or "odt".

    Raises ValueError with a Russian sentence for an archive that is damaged, empty, locked, too big when
    unpacked, or holds programs. Memory stays flat: of the directory at most 1 MiB is read.
    """
    entries = _entries(stream)
    for entry in entries:
        _refuse_entry(entry)
    _refuse_bomb(entries)
    if not _is_honest(stream, entries):
        raise _damaged()
    return _document(stream, {entry.filename for entry in entries})


def listing(stream: IO[bytes]) -> list[tuple[str, int]]:
    """Return the (name, size in bytes) of each file in a zip, in the archive's order.

    Raises ValueError with a Russian sentence for one that can't be read.
    """
    return [(_shown(entry), entry.file_size) for entry in _entries(stream) if not entry.is_dir()]


def refuse_locked_rar(head: bytes) -> None:
    """Raise ValueError when a rar hides even its list of files behind a password."""
    old_flags = struct.unpack_from("<H", head.ljust(16, b"\0"), 10)[0]
    is_old = head.startswith(RAR_MAGICS[0])
    if (is_old and old_flags & 0x80) or (not is_old and _rar5_header_type(head) == 4):  # noqa: PLR2004
        raise _locked()


def _rar5_header_type(head: bytes) -> int:
    """Skip the marker, the checksum and the size, of one to three bytes with a continuation bit each."""
    position = len(RAR_MAGICS[1]) + 4
    while position < len(head) and head[position] & 0x80:
        position += 1
    return head[position + 1] if position + 1 < len(head) else 0


class _RefusedError(ValueError):
    """Our own refusal, told apart from what zipfile raises while it reads."""


class _Sparing:
    """What zipfile is given to read: the whole directory in one gulp is refused when the gulp is too big."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            here = self._stream.tell()
            size = self._stream.seek(0, SEEK_END) - here
            self._stream.seek(here)
        if size > _DIRECTORY_MOST:
            raise _too_many()
        return self._stream.read(size)

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.seek(0, SEEK_CUR)


def _entries(stream: IO[bytes]) -> list[zipfile.ZipInfo]:
    stream.seek(0)
    try:
        with zipfile.ZipFile(cast("IO[bytes]", _Sparing(stream))) as archive:
            entries = archive.infolist()
    except _RefusedError:
        raise
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        ValueError,
        OSError,
        OverflowError,
        struct.error,
    ) as error:
        raise _damaged() from error
    if not entries:
        raise ValueError("Архив пустой. Проверьте его и выберите снова")
    if len(entries) > ENTRIES_MOST:
        raise _too_many()
    return entries


def _refuse_entry(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & _ENCRYPTED:
        raise _locked()
    if "\0" in entry.orig_filename:
        raise _damaged()
    parts = entry.filename.replace("\\", "/").lower().split("/")
    # Windows drops blanks and dots at the end of a name, and takes what follows a colon for a stream.
    name = parts[-1].split(":")[0].rstrip(" .")
    if ".." in parts or _PROGRAMS.fullmatch(name) or {name, "/".join(parts)} & _JAR_MARKS:
        raise ValueError(f"Уберите из архива программы и макросы: в нём есть «{_shown(entry)}»")


def _shown(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name for a message: Russian archivers without Unicode write it in code page 866."""
    name = entry.filename
    if not entry.flag_bits & _UNICODE:
        name = name.encode("cp437", "replace").decode("cp866", "replace")
    return "".join(char for char in name if char.isprintable())[-LONGEST_SHOWN:]


def _refuse_bomb(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > UNPACKED_MOST:
        raise ValueError(f"Разделите архив на части: после распаковки он займёт больше {UNPACKED_MOST // 1024**2} МБ")
    if unpacked > max(_RATIO_COUNTS_FROM, packed * RATIO_MOST):
        raise ValueError(f"Приложите файлы без архива: при распаковке он вырастает больше чем в {RATIO_MOST} раз")


def _is_honest(stream: IO[bytes], entries: list[zipfile.ZipInfo]) -> bool:
    """Tell whether the directory agrees with the file: entries follow one another and never overlap."""
    end, size = 0, stream.seek(0, SEEK_END)
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if not end <= entry.header_offset <= size or not _is_plausible(entry):
            return False
        start = _data_start(stream, entry)
        if start is None:
            return False
        end = start + entry.compress_size
    return end <= size


def _data_start(stream: IO[bytes], entry: zipfile.ZipInfo) -> int | None:
    """Return the offset of an entry's bytes, None when its own header tells another story."""
    stream.seek(entry.header_offset)
    header = stream.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or not header.startswith(ZIP_MAGICS[0]):
        return None
    flags, _, _, _, _, packed, _, name_length, extra_length = struct.unpack_from("<HHHHIIIHH", header, 6)
    name = stream.read(name_length).decode("utf-8" if flags & _UNICODE else "cp437", "replace")
    is_same = name == entry.orig_filename and not flags & _ENCRYPTED
    is_sized = flags & _SIZES_FOLLOW or packed in {entry.compress_size, 0xFFFFFFFF}
    return entry.header_offset + _LOCAL_HEADER + name_length + extra_length if is_same and is_sized else None


def _is_plausible(entry: zipfile.ZipInfo) -> bool:
    """Packing never makes a file noticeably bigger: a small declared size over many bytes is a lie."""
    return entry.compress_size <= entry.file_size + entry.file_size // 8 + _STORE_OVERHEAD


def _document(stream: IO[bytes], names: set[str]) -> str:
    stream.seek(0)
    if _ODT in stream.read(128) and "content.xml" in names:
        return "odt"
    if "[Content_Types].xml" in names and "word/document.xml" in names:
        return "docx"
    if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        return "xlsx"
    return "zip"


def _damaged() -> ValueError:
    return ValueError("Файл повреждён. Сохраните или соберите его заново и приложите снова")


def _locked() -> ValueError:
    return ValueError("Архив защищён паролем. Соберите его без пароля и приложите снова")


def _too_many() -> _RefusedError:
    return _RefusedError(f"Разделите архив на части: в нём больше {ENTRIES_MOST} файлов")
