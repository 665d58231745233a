"""Which files are accepted: judged by content, with the name's extension as a witness."""

import re
import unicodedata
from dataclasses import dataclass
from io import SEEK_END
from typing import IO, Final, Protocol

from forms import archives, compound

MEGABYTE: Final = 1024 * 1024
DEFAULT_LIMIT: Final = 20 * MEGABYTE
NAME_LONGEST: Final = 200

_HEAD: Final = 1024
_PDF_EDGE: Final = 64 * 1024
_MAGIC: Final = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"II*\x00", "tif"),
    (b"MM\x00*", "tif"),
)
_PDF_START: Final = re.compile(rb"(?:\xef\xbb\xbf)?[\s\x00]{0,16}%PDF-[0-9]")
_PDF_ENCRYPTED: Final = re.compile(rb"/Encrypt(?:\s+[0-9]+\s+[0-9]+\s+R|\s*<<)")


@dataclass(frozen=True)
class FileKind:
    """One accepted kind. `family`: kinds that people rename into one another without harm."""

    code: str
    label: str
    media_type: str
    extensions: tuple[str, ...]
    family: str
    previewable: bool = False


class KeptFile(Protocol):
    """What a form knows of a file that already lies on the server under its token. `size` in bytes."""

    id: int
    name: str
    size: int


@dataclass(frozen=True)
class ChosenFile:
    """A file that has just arrived: its name fit to show, its size in bytes, its stream at the start."""

    name: str
    size: int
    kind: FileKind
    stream: IO[bytes]


_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_ALL: Final = (
    FileKind("pdf", "PDF", "application/pdf", ("pdf",), "pdf", previewable=True),
    FileKind("jpg", "JPG", "image/jpeg", ("jpg", "jpeg"), "image", previewable=True),
    FileKind("png", "PNG", "image/png", ("png",), "image", previewable=True),
    FileKind("tif", "TIF", "image/tiff", ("tif", "tiff"), "image"),
    FileKind("doc", "DOC", "application/msword", ("doc",), "text"),
    FileKind("docx", "DOCX", f"{_OFFICE}wordprocessingml.document", ("docx",), "text"),
    FileKind("xls", "XLS", "application/vnd.ms-excel", ("xls",), "table"),
    FileKind("xlsx", "XLSX", f"{_OFFICE}spreadsheetml.sheet", ("xlsx",), "table"),
    FileKind("odt", "ODT", "application/vnd.oasis.opendocument.text", ("odt",), "text"),
    FileKind("zip", "ZIP", "application/zip", ("zip",), "archive"),
    FileKind("rar", "RAR", "application/vnd.rar", ("rar",), "archive"),
)
KINDS: Final[dict[str, FileKind]] = {kind.code: kind for kind in _ALL}
EXTENSIONS: Final[dict[str, FileKind]] = {extension: kind for kind in _ALL for extension in kind.extensions}
ACCEPT: Final = ",".join(f".{extension}" for extension in EXTENSIONS)
IN_WORDS: Final = ", ".join(kind.label for kind in _ALL[:-1]) + f" или {_ALL[-1].label}"


SIGNATURE: Final = FileKind("sig", "SIG", "application/pkcs7-signature", ("sig", "p7s", "sgn"), "signature")
SIGNATURE_LIMIT: Final = MEGABYTE
_SIGNATURE_STARTS: Final = (b"\x30\x80", b"\x30\x81", b"\x30\x82", b"\x30\x83", b"-----BEGIN ", b"MII", b"MIA")


def choose_signature(filename: str, stream: IO[bytes]) -> ChosenFile:
    """Describe a detached electronic signature: the envelope is recognised, the signature itself is not checked.

    Raises ValueError with a Russian sentence for a file that is empty, too large or something else.
    """
    _measure(stream, SIGNATURE_LIMIT)
    extension = _split(safe_name(filename))[1].lower()
    starts_right = stream.read(11).startswith(_SIGNATURE_STARTS)
    stream.seek(0)
    if extension not in SIGNATURE.extensions or not starts_right:
        raise ValueError("Приложите отдельный файл подписи: .sig, .p7s или .sgn из программы, которой вы подписывали")
    return ChosenFile(safe_name(filename, SIGNATURE), size_of(stream), SIGNATURE, stream)


def recognise(filename: str, stream: IO[bytes], limit_bytes: int = DEFAULT_LIMIT) -> FileKind:
    """Return the kind of an uploaded file and leave the stream at its start.

    `stream` is binary and seekable; only its edges and its directory are read. Raises ValueError with a
    Russian sentence for a file that is empty, over the limit, of another kind, not what its name says, locked
    or harmful.
    """
    try:
        _measure(stream, limit_bytes)
        kind = _by_content(stream)
        _agree(kind, filename)
        return kind
    finally:
        stream.seek(0)


def choose(filename: str, stream: IO[bytes], limit_bytes: int = DEFAULT_LIMIT) -> ChosenFile:
    """Recognise an uploaded file and describe it. Raises ValueError like `recognise`."""
    kind = recognise(filename, stream, limit_bytes)
    return ChosenFile(safe_name(filename, kind), size_of(stream), kind, stream)


def size_of(stream: IO[bytes]) -> int:
    """Return the length of a stream in bytes and leave it at its start."""
    size = stream.seek(0, SEEK_END)
    stream.seek(0)
    return size


def safe_name(filename: str, kind: FileKind | None = None) -> str:
    """Return a name fit to show and to download under: Russian letters stay, folders and hidden marks go.

    At most 200 characters, the extension kept; a name without one gets the extension of `kind`.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", filename))[-1]
    shown = "".join(char for char in last if unicodedata.category(char) not in {"Cc", "Cf", "Cs"})
    stem, extension = _split(" ".join(shown.split()).rstrip(" ."))
    if not extension and kind:
        extension = kind.extensions[0]
    ending = f".{extension}" if extension else ""
    return (stem.strip(" .") or "файл")[: NAME_LONGEST - len(ending)] + ending


def megabytes(size: int) -> str:
    """Return a size in words, rounded up to a tenth so that one byte too many shows: «20,1 МБ»."""
    tenths = -(-size * 10 // MEGABYTE)
    whole, rest = divmod(tenths, 10)
    return f"{whole},{rest} МБ" if rest else f"{whole} МБ"


def _split(name: str) -> tuple[str, str]:
    """Split «План.PDF» into «План» and «PDF»; an extension is up to five Latin letters and digits."""
    found = re.fullmatch(r"(.*)\.([A-Za-z][A-Za-z0-9]{0,4})", name, re.DOTALL)
    return (found[1], found[2]) if found else (name, "")


def _measure(stream: IO[bytes], limit: int) -> None:
    size = size_of(stream)
    if not size:
        raise ValueError("Файл пустой. Проверьте его и выберите снова")
    if size > limit:
        sizes = f"{megabytes(limit)} (в нём {megabytes(size)})"
        raise ValueError(f"Файл больше {sizes}. Уменьшите его или разделите на части")


def _by_content(stream: IO[bytes]) -> FileKind:
    head = stream.read(_HEAD)
    if _PDF_START.match(head):
        _refuse_locked_pdf(stream)
        return KINDS["pdf"]
    for magic, code in _MAGIC:
        if head.startswith(magic):
            return KINDS[code]
    if head.startswith(compound.MAGIC):
        return KINDS[compound.kind(stream)]
    if head.startswith(archives.ZIP_MAGICS):
        return KINDS[archives.zip_kind(stream)]
    if head.startswith(archives.RAR_MAGICS):
        archives.refuse_locked_rar(head)
        return KINDS["rar"]
    raise ValueError(f"Приложите файл другого вида: {IN_WORDS}. В этом файле что-то иное, как бы он ни назывался")


def _refuse_locked_pdf(stream: IO[bytes]) -> None:
    """Look for /Encrypt at both edges: a linearised file has its first trailer in front."""
    stream.seek(0)
    head = stream.read(_PDF_EDGE)
    stream.seek(max(0, stream.seek(0, SEEK_END) - _PDF_EDGE))
    if _PDF_ENCRYPTED.search(head) or _PDF_ENCRYPTED.search(stream.read(_PDF_EDGE)):
        raise ValueError("Файл защищён паролем. Снимите защиту или приложите скан")


def _agree(kind: FileKind, filename: str) -> None:
    """Compare content with the name. A name with no extension says nothing and contradicts nothing."""
    extension = _split(safe_name(filename))[1].lower()
    if not extension:
        return
    named = EXTENSIONS.get(extension)
    if named is None:
        raise ValueError(f"Приложите файл другого вида: {IN_WORDS}. Файлы .{extension} мы не принимаем")
    if named.family != kind.family:
        raise ValueError(f"Приложите исходный файл: этот называется .{extension}, а внутри {kind.label}")
