"""Rules of the paper: what is taken as typed, what is refused and with which words."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import checks

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=80)
NEARLY = st.text("0123456789 -+().,@_абвABCё\u2019\u0663\uff13\0\u202e\u200b\ud800\ufdd0\n", max_size=40)

TODAY = dt.date(2026, 11, 24)

RULES: dict[str, Callable[[str], Any]] = {
    "line": lambda text: checks.line(text, "улицу", 25),
    "essay": lambda text: checks.essay(text, "текст обращения", 25),
    "person": checks.person,
    "login": checks.login,
    "email": checks.email,
    "phone": checks.phone,
    "postcode": checks.postcode,
    "password": checks.password,
    "new password": lambda text: checks.new_password(text, "пароль", "ivanov_77"),
    "password again": lambda text: checks.password_again(text, "пароль ещё раз", "secret12"),
    "snils": checks.snils,
    "inn 10": lambda text: checks.inn(text, 10),
    "inn 12": lambda text: checks.inn(text, 12),
    "ogrn": lambda text: checks.ogrn(text, 13),
    "ogrnip": lambda text: checks.ogrn(text, 15),
    "grn": lambda text: checks.grn(text, 13),
    "grn of ЕГРИП": lambda text: checks.grn(text, 15),
    "passport": checks.passport,
    "code": checks.one_time_code,
    "second factor": checks.second_factor,
    "number": checks.register_number,
    "day": checks.day,
    "register day": lambda text: checks.register_day(text, "дату записи", TODAY),
}

HOSTILE = [
    "",
    " ",
    "\0",
    "\ud800",
    "\u202e12345678901",
    "\u200b",
    "112\u200b233 445 95",
    "١١٢٢٣٣٤٤٥٩٥",
    "１１２２３３４４５９５",
    "sNaN",
    "1e5",
    "+7",
    "1_000",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "' OR 1=1 --",
    "9" * 300_000,
    "ё" * 300_000,
    "\ufdd0\uffff",
    "\U0001f600" * 1100,
    "20 11 № 00000\U0001f600",
    "2О11 ООООО1",
    "07.03.1070",
    "3026-03-07",
    "a@" * 50,
    "=cmd|' /C calc'!A0",
    "31.02.2014",
    "0000-00-00",
]


def refusal(rule: Callable[[str], Any], text: str) -> str:
    with pytest.raises(ValueError, match=r".") as caught:
        rule(text)
    return str(caught.value)


def is_russian(sentence: str) -> bool:
    """Tell whether no English is left once examples, formats and the manual's own Latin words are taken out."""
    known = r"ivanov_77|ivanov@example\.org|e-mail|E-mail|login|\b[A-Z]{2,4}\b|\.[a-z0-9]+\b"
    return bool(re.match(r"[А-ЯЁ]", sentence)) and not re.search(r"[A-Za-z]{2,}", re.sub(known, "", sentence))


# Accepted spellings


@pytest.mark.parametrize(
    ("typed", "digits"),
    [("3662000015", 10), (" 3662 000 015 ", 10), ("366200001200", 12), ("3662-0000-1200", 12)],
)
def test_a_good_inn_is_taken_in_any_spelling(typed: str, digits: int) -> None:
    assert checks.inn(typed, digits) == re.sub(r"\D", "", typed)


@pytest.mark.parametrize(
    ("typed", "digits"), [("1143668000024", 13), ("304360000000011", 15), ("3 04 3600 00000011", 15)]
)
def test_a_good_ogrn_is_taken(typed: str, digits: int) -> None:
    assert checks.ogrn(typed, digits) == typed.replace(" ", "")


@pytest.mark.parametrize(
    "typed",
    [
        "112-233-445 95",
        "11223344595",
        "112\u2011233\u2013445\u00a095",
        "112 - 233 - 445 - 95",
        "001-019-998 00",
    ],
)
def test_a_good_snils_is_taken_in_any_spelling(typed: str) -> None:
    assert checks.snils(typed) == re.sub(r"\D", "", typed)


def test_snils_given_out_before_checks_existed_pass_with_any_ending() -> None:
    assert checks.snils("001-001-998 77") == "00100199877"
    assert "две цифры" in refusal(checks.snils, "001-001-999 77")


@pytest.mark.parametrize(
    "typed",
    [
        "+79000000001",
        "89000000001",
        "79000000001",
        "9000000001",
        "8 (900) 000-00-01",
        "+7(900)0000001",
        "8-900-000-00-01",
        "(900)-000-00-01",
        "8.900.000.00.01",
        "+7\u00a0900\u2011000\u201300\u221201",
    ],
)
def test_a_phone_is_taken_in_any_spelling(typed: str) -> None:
    assert checks.phone(typed) == "+79000000001"


def test_a_city_phone_is_taken() -> None:
    assert checks.phone("8 (473) 200-00-00") == "+74732000000"


@pytest.mark.parametrize(
    "name",
    [
        "Иванов Иван Иванович",
        "Ёлкина Алёна",
        "О'Нил Шон",
        "О\u2019Нил Шон",
        "Мамедов Али Гасан оглы",
        "И Ян",
        "Салтыков-Щедрин М. Е.",
        "Müller Jürgen",
        "Ли Ю",
        "Де-ла-Крус Анна Мария",
        "Иванова-Smith Анна",
    ],
)
def test_honest_but_unusual_names_pass(name: str) -> None:
    assert checks.person(name) == name


def test_a_name_composed_of_parts_is_brought_to_one_form() -> None:
    assert checks.person("  Андреи\u0306   Иванов ") == "Андрей Иванов"


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("Ivanov@Example.ORG", "ivanov@example.org"),
        (" user+tag@example.org ", "user+tag@example.org"),
        ("user@ПРИМЕР.рф", "user@xn--e1afmkfd.xn--p1ai"),
        ("user@xn--e1afmkfd.xn--p1ai", "user@xn--e1afmkfd.xn--p1ai"),
        ("user@ｅxample.org", "user@example.org"),
    ],
)
def test_an_address_has_one_canonical_form(typed: str, canonical: str) -> None:
    assert checks.email(typed) == canonical
    assert checks.email(canonical) == canonical


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("2143668000023", 13),
        ("1143668000024", 13),
        ("5 41 3668 000004", 13),
        ("414366000000011", 15),
        ("3 04 3660 00000021", 15),
    ],
)
def test_a_good_number_of_a_record_is_taken(typed: str, digits: int) -> None:
    assert checks.grn(typed, digits) == typed.replace(" ", "")


@pytest.mark.parametrize(
    "typed",
    [
        "2011000001",
        "2011 000001",
        "20 11 000001",
        "20 11 № 000001",
        "2011-000001",
        "серия 20 11, номер 000001",
        "Серия: 2011 No. 000001",
        "20\u00a011\u2013000001",
    ],
)
def test_a_passport_is_taken_in_any_spelling(typed: str) -> None:
    assert checks.passport(typed) == "2011000001"


@pytest.mark.parametrize("typed", ["204816", "204 816", " 204-816\n", "2 0 4 8 1 6"])
def test_a_code_is_six_digits_in_any_spelling(typed: str) -> None:
    assert checks.one_time_code(typed) == checks.second_factor(typed) == "204816"


@pytest.mark.parametrize(
    "typed",
    ["7K4M9-A2X8R", "7k4m9a2x8r", " 7K4M9 — A2X8R ", "7К4М9-А2Х8R", "7к4м9-а2х8R"],
    ids=["as printed", "small", "blanks", "Russian layout", "both"],
)
def test_a_recovery_code_is_copied_from_paper(typed: str) -> None:
    assert checks.second_factor(typed) == "7K4M9-A2X8R"


@pytest.mark.parametrize("typed", ["01.07.2002", "2002-07-01", "24.11.2026", "7.3.14"])
def test_a_record_was_made_between_the_first_day_and_today(typed: str) -> None:
    assert checks.register_day(typed, "дату записи", TODAY) == checks.day(typed)


@pytest.mark.parametrize("typed", ["7.3.14", "07.03.2014", "7/3/2014", "7-3-2014", "2014-03-07", " 07.03.14 "])
def test_a_date_is_taken_from_the_browser_and_from_the_hand(typed: str) -> None:
    assert checks.day(typed) == dt.date(2014, 3, 7)


@pytest.mark.parametrize(("typed", "number"), [("7874", 7874), (" 7 874 ", 7874), ("999999999", 999_999_999)])
def test_a_number_of_a_journal_is_digits(typed: str, number: int) -> None:
    assert checks.register_number(typed) == number


@pytest.mark.parametrize("text", ["abc", "A23", "urik_test_", "x" * 40])
def test_a_login_is_latin_letters_digits_and_underscores(text: str) -> None:
    assert checks.login(f" {text} ") == text


def test_blanks_around_a_password_count() -> None:
    assert checks.new_password(" secret1 ", "пароль") == " secret1 "


def test_four_plain_words_are_a_good_password() -> None:
    assert checks.new_password("верный конь батарея скрепка", "пароль", "ivanov_77", "ivanov@example.org")


# Refusals that tell what to do


@pytest.mark.parametrize(
    ("rule", "text", "sentence"),
    [
        ("snils", "", "Введите СНИЛС: 11 цифр, например 112-233-445 95"),
        ("snils", "112-233-445 9", "Проверьте СНИЛС: нужно 11 цифр, а введено 10"),
        ("snils", "112-233-445 96", "Проверьте СНИЛС: последние две цифры не сходятся с остальными"),
        ("snils", "000-000-000 00", "Проверьте СНИЛС: он не может состоять из одних нулей"),
        ("snils", "١١٢٢٣٣٤٤٥٩٥", "Введите СНИЛС: 11 цифр, например 112-233-445 95"),
        ("inn 10", "", "Введите ИНН: 10 цифр, например 3662000015"),
        ("inn 10", "1111111111", "Проверьте ИНН: последняя цифра не сходится с остальными"),
        ("inn 10", "0000000000", "Проверьте ИНН: он не может начинаться с двух нулей"),
        ("inn 12", "366200001201", "Проверьте ИНН: последние две цифры не сходятся с остальными"),
        ("inn 12", "3662000015", "Проверьте ИНН: нужно 12 цифр, а введено 10"),
        ("ogrn", "1111111111111", "Проверьте ОГРН: последняя цифра не сходится с остальными"),
        ("ogrn", "2143668000024", "Проверьте ОГРН: он начинается с 1 или 5"),
        ("ogrn", "304360000000011", "Проверьте ОГРН: нужно 13 цифр, а введено 15"),
        ("ogrnip", "", "Введите ОГРНИП: 15 цифр, например 304360000000011"),
        ("ogrnip", "311111111111111", "Проверьте ОГРНИП: последняя цифра не сходится с остальными"),
        ("ogrnip", "404360000000011", "Проверьте ОГРНИП: он начинается с 3"),
        ("postcode", "", "Введите почтовый индекс: 6 цифр, например 394000"),
        ("postcode", "39400", "Проверьте почтовый индекс: в нём 6 цифр, первая от 1 до 6, например 394000"),
        ("postcode", "794000", "Проверьте почтовый индекс: в нём 6 цифр, первая от 1 до 6, например 394000"),
        ("line", "", "Введите улицу"),
        ("line", "у" * 26, "Сократите улицу до 25 знаков: сейчас 26"),
        ("essay", " \n\u200b\u00ad\u2800 ", "Введите текст обращения"),
        ("number", "7874а", "Введите номер цифрами, например 7874"),
        ("number", "1234567890", "Введите номер цифрами, например 7874"),
        ("day", "", "Введите дату: день, месяц и год, например 07.03.2014"),
        ("day", "31.02.2014", "Проверьте дату: 31.02.2014 нет в календаре"),
        ("day", "2014-13-01", "Проверьте дату: 01.13.2014 нет в календаре"),
        ("day", "01.01.1899", "Проверьте дату: год может быть от 1900 до 2100"),
        ("day", "07.03.1070", "Проверьте дату: год может быть от 1900 до 2100"),
        ("day", "3026-03-07", "Проверьте дату: год может быть от 1900 до 2100"),
        ("register day", "", "Введите дату записи: день, месяц и год, например 07.03.2014"),
        (
            "register day",
            "01.01.1970",
            "Введите дату записи, например 07.03.2014: 01.01.1970 стоит там, где её не заполнили",
        ),
        ("register day", "30.02.2014", "Проверьте дату записи: 30.02.2014 нет в календаре"),
        ("register day", "30.06.2002", "Проверьте дату записи: она может быть от 01.07.2002 до 24.11.2026"),
        ("register day", "25.11.2026", "Проверьте дату записи: она может быть от 01.07.2002 до 24.11.2026"),
        ("register day", "07.03.1070", "Проверьте дату записи: она может быть от 01.07.2002 до 24.11.2026"),
        ("register day", "3026-03-07", "Проверьте дату записи: она может быть от 01.07.2002 до 24.11.2026"),
        ("grn", "", "Введите номер записи: 13 цифр, например 2143668000023"),
        ("grn", "3143668000023", "Проверьте номер записи: он начинается с 1, 2 или с цифры от 5 до 9"),
        ("grn", "4143668000023", "Проверьте номер записи: он начинается с 1, 2 или с цифры от 5 до 9"),
        ("grn", "2143668000024", "Проверьте номер записи: последняя цифра не сходится с остальными"),
        ("grn", "414366000000011", "Проверьте номер записи: нужно 13 цифр, а введено 15"),
        ("grn of ЕГРИП", "", "Введите номер записи: 15 цифр, например 414366000000011"),
        ("grn of ЕГРИП", "514366000000011", "Проверьте номер записи: он начинается с 3 или 4"),
        ("grn of ЕГРИП", "414366000000012", "Проверьте номер записи: последняя цифра не сходится с остальными"),
        ("passport", "", "Введите серию и номер паспорта: 4 и 6 цифр, например 2011 000001"),
        ("passport", "2О11 000001", "Введите серию и номер паспорта: 4 и 6 цифр, например 2011 000001"),
        ("passport", "2011 00001", "Проверьте паспорт: нужно 10 цифр, а введено 9"),
        ("passport", "2011 000000", "Проверьте паспорт: номер после серии не может состоять из одних нулей"),
        ("code", "", "Введите код: 6 цифр, например 204 816"),
        ("code", "20481", "Проверьте код: нужно 6 цифр, а введено 5"),
        ("code", "2048l6", "Введите код: 6 цифр, например 204 816"),
        ("second factor", "", "Введите код: 6 цифр из приложения или запасной код, например 7K4M9-A2X8R"),
        ("second factor", "7K4M9-A2X8", "Введите код: 6 цифр из приложения или запасной код, например 7K4M9-A2X8R"),
        ("second factor", "0K4M9-A2X8I", "Введите код: 6 цифр из приложения или запасной код, например 7K4M9-A2X8R"),
        (
            "person",
            "Ивaнов Иван",
            "Введите ФИО одними русскими или одними латинскими буквами: в «Ивaнов» они смешаны",
        ),
        ("line", "Лесная 🌲", "Введите улицу буквами, цифрами и знаками препинания: без картинок и смайликов"),
        ("new password", "secret1", "Придумайте пароль подлиннее: не короче 8 знаков"),
        ("new password", "Ivanov_77", "Придумайте другой пароль: этот повторяет имя пользователя или e-mail"),
        ("new password", "Password123", "Придумайте другой пароль: этот слишком часто встречается"),
        ("password again", "secret13", "Повторите пароль: два введённых пароля не совпадают"),
    ],
)
def test_a_refusal_tells_what_to_do(rule: str, text: str, sentence: str) -> None:
    assert refusal(RULES[rule], text) == sentence


@pytest.mark.parametrize(
    "number",
    [
        "900000001",
        "+1 202 555 0100",
        "+7 701 000 00 01",
        "(111)-111-11-11",
        "8 900 000 00 01 доб. 5",
        "8800FLOWERS",
        "+89000000001",
    ],
)
def test_foreign_short_and_lettered_phones_are_refused(number: str) -> None:
    assert "+7 (900) 000-00-01" in refusal(checks.phone, number)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Иванов",
        "Иванов -",
        "Иванов Иван 3",
        "Иванов Иван 😀",
        "李 明",
        "Иванов\u202e Иван",
        "Иванов\0 Иван",
        "Иванoв Иван",
        "Ivаnov Ivan",
        "И в" * 80,
    ],
)
def test_what_is_no_name_is_refused(name: str) -> None:
    assert "ФИО" in refusal(checks.person, name)


@pytest.mark.parametrize(
    "login", ["", "ab", "1abc", "_abc", "иванов", "ivаnov", "a b c", "a-b-c", "x" * 41, "abc\u200bd", "abc\n d"]
)
def test_what_is_no_login_is_refused(login: str) -> None:
    assert "ivanov_77" in refusal(checks.login, login)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ivanov",
        "ivanov@",
        "@example.org",
        "ящик@example.org",
        "ivаnov@example.org",
        "a@localhost",
        "a@b@example.org",
        "a@[127.0.0.1]",
        '"a b"@example.org',
        "a\r\nBcc: z@example.org",
        "a@example.org,b@example.org",
        "a" * 65 + "@example.org",
        "a@" + "b" * 250 + ".org",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    assert (
        refusal(checks.email, address) == "Введите e-mail латинскими буквами, со знаком @, например ivanov@example.org"
    )


@pytest.mark.parametrize("mark", ["\0", "\x1b", "\x85", "\u202e", "\u2066", "\u200f", "\ud800", "\ufdd0", "\U0010ffff"])
@pytest.mark.parametrize(
    "rule",
    [
        "line",
        "essay",
        "person",
        "snils",
        "inn 10",
        "grn",
        "passport",
        "code",
        "second factor",
        "phone",
        "postcode",
        "number",
        "day",
        "register day",
        "new password",
    ],
)
def test_marks_that_nobody_sees_are_refused(rule: str, mark: str) -> None:
    refusal(
        RULES[rule],
        {"person": f"Иванов{mark} Иван", "new password": f"secret{mark}12"}.get(rule, f"12{mark}34"),
    )


def test_a_digit_copied_with_hidden_marks_is_refused_with_the_reason() -> None:
    assert "невидимые символы" in refusal(checks.phone, "\u202a+7 900 000-00-01\u202c")


def test_a_password_must_not_be_the_mailbox_either() -> None:
    assert "e-mail" in refusal(lambda text: checks.new_password(text, "пароль", "", "sidorova@example.org"), "Sidorova")


# Text


def test_a_newline_counts_once_however_it_was_sent() -> None:
    assert checks.essay("а\r\n" * 499 + "аб", "текст", 1000) == "а\n" * 499 + "аб"
    assert checks.essay("а\r" * 499 + "аб", "текст", 1000) == "а\n" * 499 + "аб"


def test_a_long_text_may_hold_tabs_emoji_and_blank_lines() -> None:
    text = "Уважаемые коллеги!\n\n\tСчётчик 👨\u200d👩\u200d👧 не крутится: ½ оборота за час."
    assert checks.essay(text, "текст", 1000) == text


def test_one_line_loses_its_newlines_and_doubled_blanks() -> None:
    assert checks.line(" 12\u00a0 к.\n1 ", "номер дома", 25) == "12 к. 1"


# Arithmetic


def control(digits: str, weights: tuple[int, ...]) -> str:
    return str(sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11 % 10)


NINE = (2, 4, 10, 3, 5, 9, 4, 6, 8)
TEN = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
ELEVEN = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)


def inn_of(body: int) -> str:
    if body < 10**9:
        return (digits := f"{body:09}") + control(digits, NINE)
    digits = f"{body:010}"
    digits += control(digits, TEN)
    return digits + control(digits, ELEVEN)


def snils_of(body: int) -> str:
    total = sum(int(digit) * (9 - place) for place, digit in enumerate(f"{body:09}"))
    rest = total if total < 100 else total % 101
    return f"{body:09}{0 if rest == 100 else rest:02}"


def with_other_ending(number: str, shift: int) -> str:
    return number[:-1] + str((int(number[-1]) + shift) % 10)


SHIFT = st.integers(1, 9)


@given(st.integers(10_000_000, 999_999_999) | st.integers(1_000_000_000, 9_999_999_999), SHIFT)
def test_every_inn_by_the_rule_passes_and_its_neighbours_fail(body: int, shift: int) -> None:
    number = inn_of(body)
    assert checks.inn(number, len(number)) == number
    refusal(lambda text: checks.inn(text, len(number)), with_other_ending(number, shift))


@given(st.integers(10**11, 2 * 10**11 - 1) | st.integers(5 * 10**11, 6 * 10**11 - 1), SHIFT)
def test_every_ogrn_by_the_rule_passes_and_its_neighbours_fail(body: int, shift: int) -> None:
    number = f"{body}{body % 11 % 10}"
    assert checks.ogrn(number, 13) == number
    refusal(lambda text: checks.ogrn(text, 13), with_other_ending(number, shift))


@given(st.integers(3 * 10**13, 4 * 10**13 - 1), SHIFT)
def test_every_ogrnip_by_the_rule_passes_and_its_neighbours_fail(body: int, shift: int) -> None:
    number = f"{body}{body % 13 % 10}"
    assert checks.ogrn(number, 15) == number
    refusal(lambda text: checks.ogrn(text, 15), with_other_ending(number, shift))


@given(st.sampled_from("1256789"), st.integers(0, 10**11 - 1), SHIFT)
def test_every_number_of_a_record_of_a_firm_passes_and_its_neighbours_fail(first: str, rest: int, shift: int) -> None:
    body = int(f"{first}{rest:011}")
    number = f"{body}{body % 11 % 10}"
    assert checks.grn(number, 13) == number
    refusal(lambda text: checks.grn(text, 13), with_other_ending(number, shift))


@given(st.sampled_from("34"), st.integers(0, 10**13 - 1), SHIFT)
def test_every_number_of_a_record_of_a_trader_passes_and_its_neighbours_fail(first: str, rest: int, shift: int) -> None:
    body = int(f"{first}{rest:013}")
    number = f"{body}{body % 13 % 10}"
    assert checks.grn(number, 15) == number
    refusal(lambda text: checks.grn(text, 15), with_other_ending(number, shift))


@given(st.integers(0, 9999), st.integers(0, 999_999))
def test_every_passport_passes_but_for_a_number_of_noughts(series: int, number: int) -> None:
    typed = f"{series:04} № {number:06}"
    if number:
        assert checks.passport(typed) == f"{series:04}{number:06}"
    else:
        assert "нулей" in refusal(checks.passport, typed)


@given(st.text(checks.RECOVERY_ALPHABET, min_size=10, max_size=10))
def test_every_recovery_code_is_found_again_however_it_is_typed(code: str) -> None:
    printed = f"{code[:5]}-{code[5:]}"
    assert checks.second_factor(printed) == checks.second_factor(code.lower()) == printed


@given(st.integers(1_001_999, 999_999_999), SHIFT)
def test_every_snils_by_the_rule_passes_and_its_neighbours_fail(body: int, shift: int) -> None:
    number = snils_of(body)
    assert checks.snils(number) == number
    refusal(checks.snils, with_other_ending(number, shift))


# Nothing else is ever raised


def verdict(name: str, text: str) -> tuple[Any, str]:
    """Return what a rule takes and "", or None and its sentence."""
    try:
        return RULES[name](text), ""
    except ValueError as error:
        return None, str(error)


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_hostile_text_is_taken_or_refused_in_russian(name: str, text: str) -> None:
    _, sentence = verdict(name, text)
    assert not sentence or is_russian(sentence)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(RULES)), ANY_TEXT | NEARLY)
def test_any_text_is_taken_or_refused_in_russian(name: str, text: str) -> None:
    taken, sentence = verdict(name, text)
    assert not sentence or is_russian(sentence)
    if not sentence and "password" not in name:
        assert RULES[name](str(taken)) == taken
