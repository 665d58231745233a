"""What every figure of the manual shares as a form."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields as fields_of
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict
from wtforms.meta import DefaultMeta

from forms.fields import TokenField, UploadField
from forms.files import KeptFile

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Record = TypeVar("Record", bound="DataclassInstance")

_STALE = "Обновите страницу и отправьте форму ещё раз: она была открыта слишком долго"


class Figure(FlaskForm):
    """A form of the manual.

    `conditions` names the circumstances under which fields declared with `when` belong to the form.
    `kept` are the files that lie on the server under this form's token, by slot: the view lays them in.
    `warnings` are sentences beside fields that refuse nothing, by field name: `validate()` fills them in.
    """

    conditions: ClassVar[dict[str, Callable[[Any], bool]]] = {}

    token: Any = TokenField()
    kept: Mapping[str, Sequence[KeptFile]]
    warnings: dict[str, str]

    class Meta:
        """Messages of WTForms itself in Russian, and form fields before files of the same name."""

        locales = ("ru",)
        get_translations = DefaultMeta.get_translations

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Take the request's fields and files; JSON is not a way to fill in a form."""
            if hasattr(formdata, "getlist") or formdata is None:
                return formdata
            return CombinedMultiDict((request.form, request.files)) if form.is_submitted() else None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.kept = {}
        self.warnings = {}
        super().__init__(*args, **kwargs)

    def holds(self, when: str) -> bool:
        """Tell whether a condition of this figure is met by what has been filled in."""
        return self.conditions[when](self)

    def applies(self, field: Any) -> bool:
        """Tell whether a field belongs to the form as it is filled in."""
        when = getattr(field, "when", None)
        return when is None or self.holds(when)

    def uploads(self) -> Iterator[UploadField]:
        """Yield the file fields that apply: their good files can be kept before the form is validated."""
        return (field for field in self if isinstance(field, UploadField) and self.applies(field))

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge all fields, and collect warnings whether or not some of them failed."""
        is_valid = bool(super().validate(extra_validators))
        self.warnings = dict(self.warn())
        if "csrf_token" in self and self["csrf_token"].errors:
            self["csrf_token"].errors = [_STALE]
        return is_valid

    def warn(self) -> Iterator[tuple[str, str]]:
        """Yield (field name, sentence) for what looks odd but may be right."""
        return iter(())

    def filled(self, record: type[Record]) -> Record:
        """Return a frozen record of what was said; a field that does not apply is None in it."""
        names = [field.name for field in fields_of(record) if field.name in self]
        return record(**{name: self[name].answer if self.applies(self[name]) else None for name in names})
