"""Figs 19-23 as forms: the manual's words, letter by letter, and what filling them in gives."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from forms.answers import MeterAnswers, ReadingAnswers
from forms.meters import CorrectionForm, MeterForm, ReadingForm

TOKEN = "0123456789abcdef0123456789abcdef"


def asked(form: Any) -> list[tuple[str, bool]]:
    return [(field.label.text, field.required) for field in form if field.short_name not in {"token", "submit"}]


def test_a_meter_is_asked_for_in_the_manuals_words(opened: Any) -> None:
    form = opened(MeterForm)
    assert asked(form) == [
        ("Описание местонахождения ПУ", True), ("Номер лицевого счета", True), ("Заводской номер", True),
    ]  # fmt: skip
    assert form.submit.label.text == "Сохранить"


def test_a_reading_is_asked_for_in_kilowatt_hours_and_today_stands_first(opened: Any) -> None:
    form = opened(ReadingForm, data={"taken_on": dt.date(2026, 11, 24)})
    labels = [label for label, required in asked(form) if required]
    assert labels == ["Показания (в кВт·ч)", "Дата съема показаний"]
    assert 'value="2026-11-24"' in form.taken_on()


def test_a_meter_becomes_a_frozen_record(sent: Any) -> None:
    form = sent(MeterForm, place=" на опоре  у дома ", account_number="12-34-56", serial="123456тэ", token=TOKEN)
    assert form.validate(), form.errors
    assert form.answers() == MeterAnswers("на опоре у дома", "123456", "123456ТЭ", TOKEN)


def test_a_reading_becomes_a_frozen_record(sent: Any) -> None:
    form = sent(ReadingForm, reading="12 340", taken_on="7.3.14", sure="y", token=TOKEN)
    assert form.validate(), form.errors
    assert form.answers() == ReadingAnswers(12340, dt.date(2014, 3, 7), TOKEN, restarted=False, sure=True)


def test_empty_figures_say_what_to_do(sent: Any) -> None:
    form = sent(MeterForm)
    assert not form.validate()
    assert {name: said for name, (said,) in form.errors.items()} == {
        "place": "Введите описание места, например «на опоре у дома»",
        "account_number": "Введите номер лицевого счёта",
        "serial": "Введите заводской номер",
    }


@pytest.mark.parametrize("field", ["reading", "reason"])
def test_a_correction_needs_its_value_and_its_reason(sent: Any, field: str) -> None:
    said = {"reading": "350", "reason": "Ошиблись цифрой"} | {field: ""}
    form = sent(CorrectionForm, **said)
    assert not form.validate()
    assert list(form.errors) == [field]
