"""Tables that people send: CSV in either encoding of Russia, and XLSX; every cell comes out as text."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from typing import IO, Final

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from forms import archives, files

LARGEST: Final = 5 * files.MEGABYTE
MOST_COLUMNS: Final = 50
_LONGEST_CELL: Final = 100_000
_DELIMITERS: Final = ";\t,"


def rows(stream: IO[bytes], most: int) -> list[list[str]]:
    """Return the rows that are not blank, head first; the first sheet of a workbook.

    Raises ValueError with a Russian sentence for what is no table, too large, or has more than `most` rows.
    """
    size = files.size_of(stream)
    if not size:
        raise ValueError("Файл пустой. Проверьте его и выберите снова")
    if size > LARGEST:
        raise ValueError(f"Файл больше {files.megabytes(LARGEST)}. Разделите его на части")
    head = stream.read(4)
    stream.seek(0)
    is_workbook = head.startswith(archives.ZIP_MAGICS)
    found = []
    for row in _workbook(stream) if is_workbook else _text(stream.read()):
        if any(row):
            found.append(row[:MOST_COLUMNS])
        if len(found) > most + 1:
            raise ValueError(f"В файле больше {most} строк. Разделите его на части")
    return found


def _workbook(stream: IO[bytes]) -> Iterator[list[str]]:
    try:
        if archives.zip_kind(stream) != "xlsx":
            raise ValueError("Приложите таблицу: CSV или XLSX")
        stream.seek(0)
        book = load_workbook(stream, read_only=True, data_only=False)
        for row in book.worksheets[0].iter_rows(values_only=True):
            yield [_cell(value) for value in row[:MOST_COLUMNS]]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, IndexError, OSError) as error:
        raise ValueError("Таблица не открывается: сохраните её в Excel ещё раз и приложите снова") from error


def _cell(value: object) -> str:
    """Write a value as people type it; a formula stays its text."""
    if isinstance(value, dt.datetime):
        return f"{value:%d.%m.%Y %H:%M}"
    if isinstance(value, dt.date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _text(content: bytes) -> Iterator[list[str]]:
    if b"\0" in content:
        raise ValueError("Приложите таблицу: CSV или XLSX")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1251", "replace")
    head = text.lstrip().partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    try:
        csv.field_size_limit(_LONGEST_CELL)
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield [cell.strip() for cell in row[:MOST_COLUMNS]]
    except csv.Error as error:
        raise ValueError(
            "Таблица не читается: похоже, в ней не закрыта кавычка. Проверьте и приложите снова"
        ) from error
