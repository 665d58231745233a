"""What every form with files does when it is sent: files are kept first, so that no error on the page loses them."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from flask import request

from forms.labels import LABELS
from portal import formats
from portal.refusals import FieldRefusal, Refusal
from portal.services import uploads
from portal.storage import StorageError

if TYPE_CHECKING:
    from forms.base import Figure
    from forms.fields import UploadField
    from portal.models import Staff, Subscriber, Upload

ROW_ID = re.compile("[0-9]{1,9}")
# Fig. 11, letter by letter.
SAVED = "Заявка успешно сохранена. Регистрационный номер Вашей заявки {}"
NO_ROOM = "Файл не сохранился: на сервере закончилось место. Попробуйте через час, остальное на странице цело"
NO_ANSWER = "Файл не сохранился: хранилище не отвечает. Приложите его ещё раз, остальное на странице цело"


def is_whole(form: Figure, account: Subscriber | Staff) -> bool:
    """Whether the form was sent and every field is right; keeps its files either way."""
    form.kept = kept_by_slot(account, form.token.data)
    if request.method != "POST":
        return False
    unwanted = request.form.get("remove_upload", "")
    if ROW_ID.fullmatch(unwanted):
        uploads.remove(account, int(unwanted))
        form.kept = kept_by_slot(account, form.token.data)
        return False
    whole = form.validate()
    return keep_files(form, account) and whole


def keep_files(form: Figure, account: Subscriber | Staff) -> bool:
    """Keep the good files of a form, whatever else is wrong with it; whether all of them could be stored."""
    stored = [_keep(form, field, account) for field in form.uploads()]
    form.kept = kept_by_slot(account, form.token.data)
    return all(stored)


def kept_by_slot(account: Subscriber | Staff, token: str) -> dict[str, list[Upload]]:
    """Sort the files kept for a page by field."""
    slots: dict[str, list[Upload]] = defaultdict(list)
    for upload in uploads.kept(account, token):
        slots[upload.slot].append(upload)
    return dict(slots)


def storage_sentence(error: StorageError) -> str:
    """Say beside the field why its file was not kept."""
    return NO_ROOM if error.is_full else NO_ANSWER


def applicant_facts(applicant: dict[str, str]) -> list[tuple[str, str]]:
    """Lay out the applicant's part of a figure (figs 10, 13.2, 14)."""
    return [
        (LABELS["full_name"], applicant["name"]),
        (LABELS["postal_address"], applicant["address"]),
        (LABELS["phone"], formats.phone(applicant["phone"])),
        ("Email", applicant["email"]),
    ]


def refuse(form: Figure, refusal: FieldRefusal) -> None:
    """Show what the database knows better beside its field, like any other error."""
    field = form[refusal.field]
    field.errors = [*field.errors, refusal.sentence]


def _keep(form: Figure, field: UploadField, account: Subscriber | Staff) -> bool:
    """Keep the field's good files; their slot is the field's name without the prefix of its form."""
    slot = field.short_name
    try:
        for chosen in field.chosen:
            uploads.keep(account, form.token.data, slot, chosen.stream, chosen.name, chosen.kind.media_type)
    except StorageError as error:
        refuse(form, FieldRefusal(slot, storage_sentence(error)))
    except Refusal as refusal:
        refuse(form, FieldRefusal(slot, refusal.sentence))
    else:
        return True
    return False
