"""Tables that leave the portal: as CSV or XLSX, row by row, however many rows there are; no cell is a formula."""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import date
from typing import IO, TYPE_CHECKING, Any

from flask import Response, stream_with_context

from forms.tables import TableKind, harmless

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

PORTION = 1000  # rows
PIECE = 64 * 1024  # bytes
# A sheet holds a million rows, but nobody waits so long for a workbook; CSV begins to arrive at once.
XLSX_MOST = 200_000
DAY_FORMAT = "DD.MM.YYYY"
Cell = str | int | float | date | None


def as_csv(rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Write rows as Russian Excel opens them at a press: UTF-8 with its mark, semicolons; in portions."""
    buffer = io.StringIO()
    buffer.write("\ufeff")
    written = csv.writer(buffer, delimiter=";")
    for number, row in enumerate(rows, 1):
        written.writerow(_safe(row))
        if number % PORTION == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def as_xlsx(sheets: Mapping[str, Iterable[Sequence[Cell]]], widths: Sequence[int] = ()) -> tuple[Iterator[bytes], int]:
    """Write sheets by their titles into a workbook, row by row, on disk; gives its pieces and its size in bytes.

    `widths` are those of the columns, in characters, where they are to differ from the usual.
    """
    from openpyxl import Workbook  # a third of a second that only this needs
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for place, width in enumerate(widths, 1):
            sheet.column_dimensions[get_column_letter(place)].width = width
        for row in rows:
            sheet.append([_known_to_excel(sheet, cell) for cell in _safe(row)])
    packed: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - whoever reads the pieces closes it
    book.save(packed)
    size = packed.tell()
    packed.seek(0)
    return _pieces(packed), size


def download(kind: TableKind, rows: Iterable[Sequence[Cell]], title: str, name: str) -> Response:
    """Answer with a table; its size is said where it is known before the last row: browsers show how much is left."""
    pieces: Iterator[Any]
    pieces, size = (as_csv(rows), None) if kind is TableKind.csv else as_xlsx({title: rows})
    return answer(kind, pieces, name, size)


def answer(kind: TableKind, pieces: Iterator[Any], name: str, size: int | None = None) -> Response:
    """Answer with a table that is written already, or is being written."""
    response = Response(stream_with_context(pieces), mimetype=kind.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    if size is not None:
        response.content_length = size
    return response


def _pieces(packed: IO[bytes]) -> Iterator[bytes]:
    with packed:
        while piece := packed.read(PIECE):
            yield piece


def _known_to_excel(sheet: Any, cell: Cell) -> Any:  # noqa: ANN401
    """Let Excel know a day for a day."""
    if not isinstance(cell, date):
        return cell
    from openpyxl.cell import WriteOnlyCell

    known = WriteOnlyCell(sheet, cell)  # type: ignore[arg-type] # its types forget days
    known.number_format = DAY_FORMAT
    return known


def _safe(row: Sequence[Cell]) -> list[Cell]:
    return [harmless(cell) if isinstance(cell, str) else cell for cell in row]
