"""Tables that firms send: CSV as any Russian Excel writes it, and XLSX; read row by row, so that memory stays flat."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from enum import StrEnum
from typing import IO, Any, Final

from forms import archives, checks, files

LARGEST: Final = 10 * files.MEGABYTE
ROWS_MOST: Final = 200_000
COLUMNS_MOST: Final = 50
ACCEPT: Final = ".csv,.xlsx"
_UNPACKED_MOST: Final = 128 * files.MEGABYTE
_WORDS_MOST: Final = 32 * files.MEGABYTE  # the words of all cells are read at once
_PIECE: Final = 64 * 1024
_SIGNS: Final = ("=", "+", "-", "@")
_ADVICE: Final = "Сохраните таблицу как CSV или XLSX и приложите снова"


class TableKind(StrEnum):
    """What a table is written in."""

    csv = "csv"
    xlsx = "xlsx"

    @property
    def media_type(self) -> str:
        """The name that browsers know it by."""
        return {"csv": "text/csv", "xlsx": files.KINDS["xlsx"].media_type}[self.value]


class RowError(ValueError):
    """What is wrong with a row; `number` counts as the person's own program does, the heads being row 1."""

    def __init__(self, number: int, sentence: str) -> None:
        super().__init__(sentence)
        self.number = number


def recognise(stream: IO[bytes]) -> TableKind:
    """Tell by content what kind of table it is, the stream left at its start. Raises ValueError with a sentence."""
    size = files.size_of(stream)
    if not size:
        raise ValueError("Файл пустой. Проверьте его и приложите снова")
    if size > LARGEST:
        raise ValueError(
            f"Файл больше {files.megabytes(LARGEST)} (в нём {files.megabytes(size)}). Разделите его на части"
        )
    try:
        return _by_content(stream)
    finally:
        stream.seek(0)


def lines(stream: IO[bytes], kind: TableKind, most: int = ROWS_MOST) -> Generator[tuple[int, list[str]]]:
    """Yield (number, cells as text) of each row that is not blank, the head first; the first sheet of a workbook.

    Raises RowError for a row that can't be read, ValueError where there are more than `most` beneath the head.
    """
    everything = _csv_rows(stream) if kind is TableKind.csv else _xlsx_rows(stream)
    with closing(everything):
        for number, row in enumerate(everything, 1):
            if number > most + 1:
                raise ValueError(f"Разделите файл на части: в одном может быть не больше {most} строк")
            cells = [_text(cell) for cell in row[:COLUMNS_MOST]]
            if any(not checks.is_blank(cell) for cell in cells):
                yield number, cells


def rows(stream: IO[bytes], kind: TableKind, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows beneath the head as `lines` does, the cells in the order of `columns`.

    The first row must name the columns; others may stand between them. Raises what `lines` does, and ValueError where
    the columns are not there.
    """
    with closing(lines(stream, kind)) as everything:
        places = _places(next(everything, (0, []))[1], columns)
        for number, row in everything:
            cells = [row[place] if place < len(row) else "" for place in places]
            if any(not checks.is_blank(cell) for cell in cells):
                yield number, cells


def count(stream: IO[bytes], kind: TableKind) -> int:
    """Count the rows for a progress bar, the stream left at its start; 0 where the file does not say."""
    if kind is TableKind.csv:
        total = sum(piece.count(b"\n") for piece in iter(lambda: stream.read(_PIECE), b""))
        stream.seek(0)
        return total
    return _sheet_size(stream)


def is_formula(cell: str) -> bool:
    """Whether a program would run what stands in a cell."""
    return cell.lstrip().startswith(("=", "@"))


def harmless(cell: str) -> str:
    """Return the text of a cell so that no program runs it."""
    return f"'{cell}" if cell.lstrip("\t\r\n ").startswith(_SIGNS) or cell[:1] in {"\t", "\r"} else cell


def _by_content(stream: IO[bytes]) -> TableKind:
    head = stream.read(_PIECE)
    if head.startswith(archives.ZIP_MAGICS):
        if archives.zip_kind(stream) != "xlsx":
            raise ValueError(f"Внутри не таблица. {_ADVICE}")
        _refuse_large(stream)
        return TableKind.xlsx
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValueError(f"Внутри не таблица. {_ADVICE}")
    return TableKind.csv


def _refuse_large(stream: IO[bytes]) -> None:
    with zipfile.ZipFile(stream) as archive:
        sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    if sum(sizes.values()) > _UNPACKED_MOST or sizes.get("xl/sharedStrings.xml", 0) > _WORDS_MOST:
        raise ValueError("Таблица слишком велика внутри. Разделите её на части")


def _places(heads: list[str], columns: Sequence[str]) -> list[int]:
    named = [_folded(head) for head in heads]
    lost = [column for column in columns if _folded(column) not in named]
    if lost:
        raise ValueError(
            f"Назовите столбцы в первой строке как в образце. Не нашли: {', '.join(f'«{name}»' for name in lost)}"
        )
    return [named.index(_folded(column)) for column in columns]


def _folded(name: str) -> str:
    return " ".join(name.lower().replace("ё", "е").split())


def _text(cell: Any) -> str:
    """Write a cell of Excel as a person would type it."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() != dt.time.min:
        return f"{cell:%d.%m.%Y %H:%M}"
    if isinstance(cell, dt.date):
        return f"{cell:%d.%m.%Y}"
    return "" if cell is None else str(cell).strip()


def _csv_rows(stream: IO[bytes]) -> Generator[list[Any]]:
    encoding = _encoding(stream)
    text = io.TextIOWrapper(stream, encoding, newline="")
    try:
        head = text.readline(_PIECE)
        text.seek(0)
        read = csv.reader(text, delimiter=max(";\t,", key=head.count))
        try:
            yield from read
        except (csv.Error, UnicodeDecodeError) as error:
            raise RowError(
                read.line_num + 1, "Строка не читается. Проверьте кавычки и сохраните таблицу заново"
            ) from error
    finally:
        text.detach()


def _encoding(stream: IO[bytes]) -> str:
    """Tell UTF-8 (with or without its mark), UTF-16 and the old Windows encoding apart."""
    stream.seek(0)
    if stream.read(2) in {b"\xff\xfe", b"\xfe\xff"}:
        stream.seek(0)
        return "utf-16"
    stream.seek(0)
    text = io.TextIOWrapper(stream, "utf-8")
    try:
        while text.read(_PIECE):
            pass
    except UnicodeDecodeError:
        return "cp1251"
    else:
        return "utf-8-sig"
    finally:
        text.detach()
        stream.seek(0)


def _xlsx_rows(stream: IO[bytes]) -> Generator[list[Any]]:
    from openpyxl import load_workbook  # a third of a second that only this needs

    try:
        book = load_workbook(stream, read_only=True, keep_links=False)
    except Exception as error:
        raise ValueError(f"Таблица не открывается. {_ADVICE}") from error
    number = 0
    try:
        for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):  # noqa: B007
            yield list(row)
    except Exception as error:  # a sheet may hold anything, and each library of XML fails in its own way
        raise RowError(number + 1, f"Строка не читается. {_ADVICE}") from error
    finally:
        book.close()


def _sheet_size(stream: IO[bytes]) -> int:
    from openpyxl import load_workbook

    try:
        book = load_workbook(stream, read_only=True, keep_links=False)
        return book.worksheets[0].max_row or 0
    except Exception:  # noqa: BLE001 - whatever is wrong is said by whoever reads the rows
        return 0
    finally:
        stream.seek(0)
