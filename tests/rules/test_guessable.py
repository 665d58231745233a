"""Which passwords are refused because they are guessed first, and which are not."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forms
from forms import checks, guessable

FILE = Path(forms.__file__).with_name("common_passwords.txt")
LINES = FILE.read_text("utf-8").splitlines()
ENTRIES = [line for line in LINES if not line.startswith("# ")]
LONG = [entry for entry in ENTRIES if len(entry) >= checks.PASSWORD_SHORTEST]
OFTEN = "Придумайте другой пароль: этот слишком часто встречается"
REPEATS = "Придумайте другой пароль: этот повторяет имя пользователя или e-mail"


PLACE = ("voronezh", "vges", "energo", "воронеж", "вгэс", "энерго")


def verdict(password: str, *known: str) -> str:
    """Return the sentence of a refusal, "" for a password that is taken as it is."""
    try:
        return "" if checks.new_password(password, "пароль", *known, place=PLACE) == password else "changed"
    except ValueError as error:
        return str(error)


# The list


def test_the_list_is_long_and_its_file_small() -> None:
    assert len(LONG) >= 3000
    assert FILE.stat().st_size < 60_000


def test_the_list_is_tidy() -> None:
    assert len(set(ENTRIES)) == len(ENTRIES)
    assert all(entry and entry == entry.lower().strip() for entry in ENTRIES)


@pytest.mark.parametrize("made", [str, str.upper, str.title], ids=["as it is", "capitals", "first capital"])
def test_every_entry_is_refused_in_any_case(made: type[str]) -> None:
    assert {verdict(made(entry)) for entry in LONG} == {OFTEN}


@pytest.mark.parametrize("row", ["qwertyuiop", "asdfghjkl", "йцукенгшщзхъ", "фывапролджэ"])
def test_rows_of_the_keyboard_are_listed_either_way(row: str) -> None:
    walks = {row[:length] for length in range(8, len(row) + 1)}
    assert walks | {walk[::-1] for walk in walks} <= set(ENTRIES)


@pytest.mark.parametrize("digit", "0123456789")
def test_one_digit_repeated_is_listed(digit: str) -> None:
    assert {digit * length for length in range(8, 13)} <= set(ENTRIES)


@pytest.mark.parametrize(
    "password",
    [
        "12345678",
        "87654321",
        "password",
        "Password1",
        "password123",
        "p@ssw0rd",
        "qwerty123",
        "1q2w3e4r",
        "1qaz2wsx",
        "qazwsxedc",
        "iloveyou",
        "sunshine",
        "admin123",
        "Summer2026!",
        "2024welcome",
        "dragon99",
        "пароль123",
        "Пароль2026",
        "парольпароль",
        "йцукенгш",
        "1й2ц3у4к",
        "солнышко",
        "наташа1990",
        "александр",
        "ятебялюблю",
        "спартак1922",
        "natasha1990",
        "privet123",
        "voronezh",
        "12051987",
        "12.05.1987",
        "alexande",
    ],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    assert verdict(password) == OFTEN


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("gfhjkm123", "пароль123"), ("cjkysirj", "солнышко"), ("зфыыцщкв", "password"), ("ьщтлун123", "monkey123")],
)
def test_the_wrong_layout_hides_nothing(typed: str, meant: str) -> None:
    assert verdict(typed) == verdict(meant) == OFTEN


@pytest.mark.parametrize("password", ["ｐａｓｓｗｏｒｄ", "заи\u0306чик123", "𝐩𝐚𝐬𝐬𝐰𝐨𝐫𝐝"])
def test_another_spelling_of_the_same_letters_hides_nothing(password: str) -> None:
    assert verdict(password) == OFTEN


# Words of the place


@pytest.mark.parametrize("word", ["voronezh", "vges", "energo", "воронеж", "вгэс", "энерго"])
@pytest.mark.parametrize(
    "pattern", ["{}84629175", "{}-2026-!", "!!!!!{}", "{0}{0}", "{}vgesenergo", "кот {}", "x{}yyy"]
)
def test_words_of_the_place_make_no_password(word: str, pattern: str) -> None:
    assert verdict(pattern.format(word)) == OFTEN
    assert verdict(pattern.format(word.upper())) == OFTEN


@pytest.mark.parametrize(
    "password", ["зимний воронеж под мостом", "voronezh river bridge", "энергонезависимость", "producer of duct tape"]
)
def test_words_of_the_place_may_be_a_part_of_a_good_one(password: str) -> None:
    assert verdict(password) == ""


# Words of the person


@pytest.mark.parametrize(
    "password",
    [
        "ivanov_77",
        "IVANOV_77",
        "ivanov__77!",
        "Ivanov2026",
        "1987-ivanov",
        "ivanovivanov",
        "ivanov-kot",
        "a.petrova@example.org",
        "A.Petrova",
        "apetrova1",
        "ivanov apetrova",
    ],
)
def test_the_login_and_the_mailbox_make_no_password(password: str) -> None:
    assert verdict(password, "ivanov_77", "a.petrova@example.org") == REPEATS


def test_a_mailbox_of_digits_is_no_password_either() -> None:
    assert verdict("9000000001", "ivanov_77", "9000000001@example.org") == REPEATS


def test_two_letters_of_a_mailbox_forbid_nothing() -> None:
    assert verdict("ab 481 516 234", "ab_1", "ab@example.org") == ""


@pytest.mark.parametrize("known", [(), ("",), ("", ""), ("\0", "@"), ("a" * 300_000, "b" * 300_000)])
def test_nothing_known_of_the_person_forbids_nothing(known: tuple[str, ...]) -> None:
    assert verdict("тихий омут 42", *known) == ""


# No rules of composition


@pytest.mark.parametrize(
    "password",
    [
        "верный конь батарея скрепка",
        "correct horse battery staple",
        "тихий омут 42",
        "kzpwqmvt",
        "щмцгъжпы",
        "50391746",
        "x" * 64,
        "я" * 64,
        "💡" * 8,
        " secret1 ",
        "a" + " " * 7,
        "ЗАГЛАВНЫЕ БУКВЫ",
    ],
)
def test_no_kind_of_character_is_demanded(password: str) -> None:
    assert verdict(password) == ""


def test_seven_characters_are_too_few_and_eight_enough() -> None:
    assert verdict("kzpwqmv") == "Придумайте пароль подлиннее: не короче 8 знаков"
    assert verdict("kzpwqmvt") == ""


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40), st.lists(st.text(max_size=20), max_size=2))
def test_any_password_is_judged(password: str, known: list[str]) -> None:
    assert isinstance(guessable.is_common(password), bool)
    assert isinstance(guessable.is_made_of(password, known, 8), bool)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(LONG), st.sampled_from(["", "1", "12", "123", "1234", "2026", "!", "007"]))
def test_an_entry_with_a_usual_ending_is_refused_and_so_is_an_entry_twice(entry: str, ending: str) -> None:
    assert guessable.is_common(entry + ending)
    assert guessable.is_common(ending + entry)
    assert guessable.is_common(entry * 2)
