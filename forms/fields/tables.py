"""A field that takes a table."""

from typing import IO, Any, ClassVar, NamedTuple

from werkzeug.datastructures import FileStorage
from wtforms.widgets import FileInput

from forms import files, tables
from forms.fields.asked import Asked


class ChosenTable(NamedTuple):
    """A table that has just arrived: its name fit to show, its kind, its stream at the start."""

    name: str
    kind: tables.TableKind
    stream: IO[bytes]


class TableField(Asked):
    """A CSV or XLSX file, judged by its content. `chosen` is the good one, None where none was sent."""

    widget = FileInput()
    attributes: ClassVar = {"accept": tables.ACCEPT}

    chosen: ChosenTable | None = None

    def process_data(self, value: Any) -> None:
        """Start with nothing."""
        del value
        self.data: FileStorage | None = None

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the first file with a name."""
        self.data = next((value for value in valuelist if isinstance(value, FileStorage) and value.filename), None)

    def judge(self, form: Any) -> None:
        """Recognise the file."""
        del form
        if self.data is None:
            if self.required:
                raise ValueError(f"Приложите {self.noun}")
            return
        kind = tables.recognise(self.data.stream)
        self.chosen = ChosenTable(files.safe_name(self.data.filename or ""), kind, self.data.stream)
