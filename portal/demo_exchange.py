"""Invented documents of the exchange: one refused, one to read, one to sign."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING

from forms.answers import PlacedAnswers
from portal import clock
from portal.origin import Origin
from portal.services import exchange, placing, signing, uploads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.models import Document, Staff, Subscriber

HERE = Origin("127.0.0.1", "demo")
TO_SIGN_DAYS = 7


def fill(owner: Subscriber, clerk: Staff, paper: bytes, tokens: Iterator[str]) -> None:
    """Place them for one subscriber by one member of staff; `paper` is the PDF that all of them are."""
    with clock.shifted(timedelta(days=-9)):
        act = _place(owner, clerk, paper, next(tokens), "Акт сверки расчётов", "А-17", is_signed=True)
        exchange.read(owner, act, HERE)
        signing.refuse(owner, act.id, "В акте не учтён платёж за октябрь.", HERE)
    with clock.shifted(timedelta(days=-6)):
        _place(owner, clerk, paper, next(tokens), "Памятка о порядке оплаты", None, is_signed=False)
    to_sign = _place(owner, clerk, paper, next(tokens), "Дополнительное соглашение", "ДС-4", is_signed=True)
    exchange.read(owner, to_sign, HERE)


def _place(  # noqa: PLR0913
    owner: Subscriber, clerk: Staff, paper: bytes, token: str, title: str, number: str | None, *, is_signed: bool
) -> Document:
    uploads.keep(clerk, token, placing.SLOT, io.BytesIO(paper), f"{title}.pdf", "application/pdf")
    until = clock.today() + timedelta(days=TO_SIGN_DAYS) if is_signed else None
    answers = PlacedAnswers(
        token=token, case_id=None, document_title=title, document_number=number, document_date=clock.today(),
        replaces_id=None, wants_signature=is_signed, sign_until=until,
    )  # fmt: skip
    return placing.place(owner, answers, clerk)
