"""Taking consents back, and asking for the account to be deleted."""

from typing import Any

import pytest

from forms.answers import DeletionAnswers, WithdrawAnswers
from forms.choices import ConsentKind
from forms.consents import DeletionForm, WithdrawForm

TOKEN = "0123456789abcdef0123456789abcdef"


def errors(form: Any) -> dict[str, list[str]]:
    assert not form.validate()
    return dict(form.errors)


@pytest.mark.parametrize("kind", ConsentKind)
def test_a_consent_is_taken_back_by_its_kind(sent: Any, kind: ConsentKind) -> None:
    form = sent(WithdrawForm, kind=kind.code)
    assert form.validate(), form.errors
    assert form.answers() == WithdrawAnswers(kind=kind)


@pytest.mark.parametrize("kind", [None, "", "everything", "NOTICES", "notices ", "\0", "x" * 300_000])
def test_an_unknown_consent_cannot_be_taken_back(sent: Any, kind: str | None) -> None:
    assert errors(sent(WithdrawForm, kind=kind)) == {"kind": ["Выберите согласие, которое отзываете"]}


def test_the_kind_is_hidden_in_the_page(opened: Any) -> None:
    form = opened(WithdrawForm, data={"kind": "notices"})
    assert form.hidden_tag() == '<input id="kind" name="kind" type="hidden" value="notices">'
    assert 'value=""' in opened(WithdrawForm).kind()


# «Удалить учётную запись»


@pytest.mark.parametrize(
    ("typed", "reason"), [("", None), (" \n", None), ("Переехал.\r\nСпасибо!", "Переехал.\nСпасибо!")]
)
def test_a_wish_to_be_deleted_needs_no_reason(sent: Any, typed: str, reason: str | None) -> None:
    form = sent(DeletionForm, reason=typed, understood="y", token=TOKEN)
    assert form.validate(), form.errors
    assert form.answers() == DeletionAnswers(reason=reason, token=TOKEN)


def test_one_has_to_know_what_stays(sent: Any) -> None:
    assert errors(sent(DeletionForm, reason="Переехал")) == {
        "understood": ["Отметьте галочкой, что знаете о документах, которые компания обязана хранить"]
    }


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("я" * 1001, "Сократите причину до 1000 знаков: сейчас 1001"),
        ("x" * 300_000, "Сократите причину до 1000 знаков: сейчас 300000"),
        ("a\0", "Введите причину заново с клавиатуры: вместе со скопированным попали невидимые символы"),
        ("\u2066a", "Введите причину заново с клавиатуры: вместе со скопированным попали невидимые символы"),
    ],
)
def test_a_bad_reason_is_refused_in_words(sent: Any, typed: str, sentence: str) -> None:
    assert errors(sent(DeletionForm, reason=typed, understood="y")) == {"reason": [sentence]}
