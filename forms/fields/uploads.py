"""Fields that take files."""

from typing import Any

from flask import current_app
from werkzeug.datastructures import FileStorage
from wtforms.widgets import FileInput

from forms import files
from forms.fields.asked import Asked


class UploadField(Asked):
    """A file, or several with `multiple=True`, each recognised by content as soon as it arrives.

    `chosen` holds the good ones: a view keeps them before the rest of the form is judged, so that they
    outlive an error elsewhere. The limit of one file is the configuration's UPLOAD_LIMIT_BYTES. A file kept
    under the form's token (`form.kept`) satisfies a required field. The field's name is the slot.
    """

    def __init__(self, label: str | None = None, *, multiple: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.multiple = multiple
        self.widget = FileInput(multiple=multiple)
        self.render_kw["accept"] = files.ACCEPT
        self.chosen: list[files.ChosenFile] = []
        self.refusal: str | None = None

    @property
    def limit(self) -> int:
        """The most bytes of one file."""
        return int(current_app.config.get("UPLOAD_LIMIT_BYTES", files.DEFAULT_LIMIT))

    @property
    def accepted(self) -> str:
        """Say which files are taken."""
        words = f"{files.IN_WORDS}, до {files.megabytes(self.limit)}"
        return words if self.multiple else f"{words}. Несколько страниц соберите в один PDF"

    @property
    def kind(self) -> files.FileKind | None:
        """The kind of the first good file."""
        return self.chosen[0].kind if self.chosen else None

    @property
    def safe_name(self) -> str | None:
        """The name of the first good file, fit to show."""
        return self.chosen[0].name if self.chosen else None

    def process_data(self, value: Any) -> None:
        """Start with nothing: a browser is never given a file back."""
        del value
        self.data: FileStorage | None = None

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Recognise each file; a file input left empty sends a nameless empty one, which is none."""
        sent = [value for value in valuelist if isinstance(value, FileStorage) and value.filename]
        self.data = sent[0] if sent else None
        if len(sent) > 1 and not self.multiple:
            self.refusal = "Приложите один файл: несколько страниц соберите в один PDF или в архив"
            return
        for storage in sent:
            self._take(storage)

    def judge(self, form: Any) -> None:
        """Repeat the refusal of a bad file; ask for one where none is chosen or kept."""
        if self.refusal:
            raise ValueError(self.refusal)
        if self.required and not self.chosen and not form.kept.get(self.short_name):
            raise ValueError(f"Приложите {self.noun}")

    def _take(self, storage: FileStorage) -> None:
        name = storage.filename or ""
        try:
            self.chosen.append(files.choose(name, storage.stream, self.limit))
        except ValueError as error:
            self.refusal = f"{files.safe_name(name)}: {error}" if self.multiple else str(error)
