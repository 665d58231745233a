"""Fig. 9 and «Забыли пароль?»."""

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from forms.answers import NewPasswordAnswers
from forms.password import NewPassword
from forms.recovery import ForgotForm


def errors(form: Any) -> dict[str, list[str]]:
    assert not form.validate()
    return dict(form.errors)


def chosen(sent: Any, new: str, *known: str) -> Any:
    form = sent(NewPassword, old="старый пароль", new=new, repeat=new)
    form.settle(*known)
    return form


def test_a_new_password_is_typed_twice_and_differs_from_the_old(sent: Any) -> None:
    form = sent(NewPassword, old="старый пароль", new="новый пароль", repeat="новый пароль")
    assert form.validate()
    assert form.answers() == NewPasswordAnswers(old="старый пароль", new="новый пароль")
    assert errors(sent(NewPassword, old="старый пароль", new="старый пароль", repeat="старый пароль")) == {
        "new": ["Придумайте новый пароль: этот совпадает со старым"]
    }
    assert errors(sent(NewPassword, old="старый пароль", new="новый пароль", repeat="новый")) == {
        "repeat": ["Повторите пароль: два введённых пароля не совпадают"]
    }


def test_an_empty_change_of_password_says_what_to_do(sent: Any) -> None:
    assert errors(sent(NewPassword)) == {
        "old": ["Введите старый пароль"],
        "new": ["Введите новый пароль"],
        "repeat": ["Введите новый пароль ещё раз"],
    }


@pytest.mark.parametrize("new", ["password123", "пароль2026", "Voronezh-36", "йцукенгш", "12051987"])
def test_what_is_guessed_first_is_refused_at_a_change_too(sent: Any, new: str) -> None:
    assert errors(chosen(sent, new)) == {"new": ["Придумайте другой пароль: этот слишком часто встречается"]}


@pytest.mark.parametrize("new", ["ivanov_77", "Ivanov-77-x", "petrova.anna", "PetrovaAnna1"])
def test_the_owners_login_and_mailbox_are_refused_once_they_are_laid_in(sent: Any, new: str) -> None:
    assert chosen(sent, new).validate()
    found = errors(chosen(sent, new, "ivanov_77", "petrova.anna@example.org"))
    assert found == {"new": ["Придумайте другой пароль: этот повторяет имя пользователя или e-mail"]}


@pytest.mark.parametrize("new", ["верный конь батарея скрепка", "x" * 64, " 8 знаков ", "kzpwqmvt"])
def test_long_plain_and_blank_passwords_are_welcome(sent: Any, new: str) -> None:
    form = chosen(sent, new, "ivanov_77", "petrova.anna@example.org")
    assert form.validate(), form.errors
    assert form.answers().new == new


def test_a_temporary_password_is_taken_as_the_old_one(sent: Any) -> None:
    assert sent(NewPassword, old="2aB3c-4dE5f-6gH7j-8kL9m", new="новый пароль", repeat="новый пароль").validate()


def test_passwords_stay_out_of_logs_and_of_the_page(sent: Any) -> None:
    form = chosen(sent, "новый пароль")
    assert form.validate()
    assert "пароль" not in repr(form.answers()) + form.old() + form.new() + form.repeat()


def test_browsers_are_told_which_password_is_which(opened: Any) -> None:
    form = opened(NewPassword)
    assert 'autocomplete="current-password"' in form.old()
    assert 'autocomplete="new-password"' in form.new()
    assert 'autocomplete="new-password"' in form.repeat()


def test_answers_cannot_be_changed(sent: Any) -> None:
    form = sent(ForgotForm, login="ivanov_77")
    form.validate()
    with pytest.raises(FrozenInstanceError):
        form.answers().login = "other"


def test_a_login_has_to_be_given_and_to_be_short(sent: Any) -> None:
    assert errors(sent(ForgotForm)) == {"login": ["Введите логин или e-mail"]}
    assert errors(sent(ForgotForm, login="я" * 300_000)) == {
        "login": ["Сократите логин или e-mail до 254 знаков: сейчас 300000"]
    }


@pytest.mark.parametrize("mark", ["\0", "\r\x1b", "\u202e", "\u200f", "😀"])
def test_what_no_login_holds_is_refused_in_words(sent: Any, mark: str) -> None:
    assert errors(sent(ForgotForm, login=f"ivanov{mark}_77"))["login"][0].startswith("Введите логин или e-mail")
