"""The second factor of staff."""

from typing import Any

import pytest

from forms.answers import EnrolAnswers, SecondFactorAnswers
from forms.second_factor import CodeForm, EnrolForm

HOSTILE = [
    "\0",
    "204\u202e816",
    "٢٠٤٨١٦",
    "２０４８１６",
    "😀" * 6,
    "2048l6",
    "204.816",
    "2" * 300_000,
    "sNaN",
    "-204816x",
]


def errors(form: Any) -> dict[str, list[str]]:
    assert not form.validate()
    return dict(form.errors)


@pytest.mark.parametrize(
    ("typed", "code", "is_recovery"),
    [("204 816", "204816", False), ("7k4m9 a2x8r", "7K4M9-A2X8R", True), ("22222-33333", "22222-33333", True)],
)
def test_the_door_takes_a_code_of_either_kind(sent: Any, typed: str, code: str, is_recovery: bool) -> None:  # noqa: FBT001
    form = sent(CodeForm, code=typed)
    assert form.validate(), form.errors
    assert form.answers() == SecondFactorAnswers(code=code)
    assert form.answers().is_recovery is is_recovery


def test_setting_up_takes_the_applications_code_alone(sent: Any) -> None:
    form = sent(EnrolForm, code="204 816")
    assert form.validate(), form.errors
    assert form.answers() == EnrolAnswers(code="204816")
    assert errors(sent(EnrolForm, code="7K4M9-A2X8R")) == {"code": ["Введите код: 6 цифр, например 204 816"]}


def test_an_empty_code_says_what_to_do(sent: Any) -> None:
    assert errors(sent(EnrolForm)) == {"code": ["Введите код: 6 цифр, например 204 816"]}
    assert errors(sent(CodeForm)) == {
        "code": ["Введите код: 6 цифр из приложения или запасной код, например 7K4M9-A2X8R"]
    }


@pytest.mark.parametrize("figure", [CodeForm, EnrolForm])
@pytest.mark.parametrize("typed", HOSTILE, ids=lambda text: ascii(text[:9]))
def test_what_is_no_code_is_refused_in_words(sent: Any, figure: Any, typed: str) -> None:
    assert errors(sent(figure, code=typed))["code"][0].startswith(("Введите код", "Проверьте код"))


def test_codes_stay_out_of_logs(sent: Any) -> None:
    for figure in (CodeForm, EnrolForm):
        form = sent(figure, code="204816")
        form.validate()
        assert "204816" not in repr(form.answers())


def test_telephones_offer_the_code_and_digits_where_there_is_nothing_else(opened: Any) -> None:
    assert 'autocomplete="one-time-code" id="code" inputmode="numeric"' in opened(EnrolForm).code()
    door = opened(CodeForm).code()
    assert 'autocomplete="one-time-code"' in door
    assert "inputmode" not in door
