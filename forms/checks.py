"""What counts as a filled-in ИНН, телефон or ФИО: pure functions that return the normalised text.

Each takes what a person typed and raises ValueError with a Russian sentence that says what to do. `noun` is
the field's name in the accusative: it follows «Введите».
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from stdnum.ru import inn as inn_rules
from stdnum.ru import ogrn as ogrn_rules

from forms import guessable

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100
PASSWORD_SHORTEST: Final = 8
PASSWORD_LONGEST: Final = 1024
EMAIL_LONGEST: Final = 254
NAME_LONGEST: Final = 150
REGISTER_FIRST_DAY: Final = dt.date(2002, 7, 1)  # ЕГРЮЛ and ЕГРИП hold nothing older
RECOVERY_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 and O, no 1 and I
RECOVERY_GROUP: Final = 5

# No identifier is longer than this even with a blank between every two digits.
_IDENTIFIER_LONGEST: Final = 60
_LOGIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{2,39}")
_TYPED_DATE: Final = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4}|[0-9]{2})")
_NATIVE_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
# Blanks, and what looks like nothing at all: soft hyphen, zero widths, marks of direction, fillers.
_EDGES: Final = (
    " \t\n\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
    "\u00ad\u061c\u115f\u1160\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2800\u3164\ufeff\uffa0"
)
# Control characters but newline and tab, marks of direction, surrogates, code points that are no characters.
_DIRECTION: Final = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_NONCHARACTERS: Final = r"\ufdd0-\ufdef" + "".join(rf"\U{n:04x}fffe\U{n:04x}ffff" for n in range(17))
_HOSTILE: Final = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f{_DIRECTION}\ud800-\udfff{_NONCHARACTERS}]")
_UNSEEN: Final = re.compile(rf"[\x00-\x1f\x7f-\x9f\u00ad\u180e\u200b-\u200d\u2060\ufeff{_DIRECTION}]")
_PICTURES: Final = re.compile("[\u2600-\u27bf\u2b00-\u2bff\ufe0f\u20e3\U0001f000-\U0001faff]")
_NAME_MARKS: Final = frozenset(" -.'\u2019\u02bc\u2010\u2011")
_PHONE_MARKS: Final = str.maketrans("", "", "()./")
_PASSPORT_WORDS: Final = re.compile(r"серия|номер|№|no?|[.,:;#]", re.IGNORECASE)
_CENTURY: Final = 2000
_EMPTY_MASK: Final = dt.date(1970, 1, 1)
# Of a ГРН, by its length: the divisor, the digits it may begin with, the same in words, an example.
_GRN: Final = {
    13: (11, "1256789", "с 1, 2 или с цифры от 5 до 9", "2143668000023"),
    15: (13, "34", "с 3 или 4", "414366000000011"),
}
_OKVED: Final = re.compile(r"[0-9]{2}(?:\.[0-9](?:[0-9](?:\.[0-9]{1,2})?)?)?")
_LOOK_ALIKES: Final = str.maketrans("АВЕКМНРСТУХ", "ABEKMHPCTYX")
_SNILS_UNCHECKED: Final = 1_001_998  # numbers up to 001-001-998 were given out without check digits


# --- text ---


def tidy(text: str, noun: str, *, lines: bool = False) -> str:
    """Bring text to one form: NFC, newlines as LF, no blanks at its ends.

    In a single line every run of blanks becomes one; `lines` lets newlines and tabs stand. Raises ValueError
    for control characters, broken surrogates and marks that turn the direction of writing: they make a record
    look other than it is.
    """
    whole = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if _HOSTILE.search(whole):
        raise ValueError(f"Введите {noun} заново с клавиатуры: вместе со скопированным попали невидимые символы")
    stripped = whole.strip(_EDGES)
    return stripped if lines else " ".join(stripped.split())


def is_blank(text: str) -> bool:
    """Tell whether nothing that a person would see has been typed."""
    return not text.strip(_EDGES)


def line(text: str, noun: str, limit: int) -> str:
    """Return one line of at most `limit` characters: it goes into lists and letters, so no pictures."""
    typed = _within(_present(tidy(text, noun), noun), noun, limit)
    if _PICTURES.search(typed):
        raise ValueError(f"Введите {noun} буквами, цифрами и знаками препинания: без картинок и смайликов")
    return typed


def essay(text: str, noun: str, limit: int) -> str:
    """Return text of many lines, at most `limit` characters: a newline counts once, however it was sent."""
    return _within(_present(tidy(text, noun, lines=True), noun), noun, limit)


def _present(text: str, noun: str) -> str:
    if not text:
        raise ValueError(f"Введите {noun}")
    return text


def _within(text: str, noun: str, limit: int) -> str:
    if len(text) > limit:
        raise ValueError(f"Сократите {noun} до {limit} знаков: сейчас {len(text)}")
    return text


# --- people ---


def person(text: str, noun: str = "ФИО") -> str:
    """Return a person's name: at least two words of Cyrillic or Latin letters, hyphens, apostrophes, dots."""
    advice = f"Введите {noun} полностью: фамилию, имя и отчество, например Иванов Иван Иванович"
    if is_blank(text):
        raise ValueError(advice)
    name = _within(tidy(text, noun), noun, NAME_LONGEST)
    if not all(_is_name_letter(char) for char in name):
        raise ValueError(f"Введите {noun} буквами, например Иванов Иван Иванович: ещё можно дефис, апостроф и точку")
    if sum(any(char.isalpha() for char in word) for word in name.split()) < 2:  # noqa: PLR2004  surname and name
        raise ValueError(advice)
    if mixed := next((word for word in re.findall(r"\w+", name) if len(set(map(_alphabet, word))) > 1), None):
        raise ValueError(f"Введите {noun} одними русскими или одними латинскими буквами: в «{mixed}» они смешаны")
    return name


def _is_name_letter(char: str) -> bool:
    if char in _NAME_MARKS:
        return True
    is_letter = unicodedata.category(char) in {"Lu", "Ll", "Lt"}
    return is_letter and _alphabet(char) in {"CYRILLIC", "LATIN"}


def _alphabet(char: str) -> str:
    return unicodedata.name(char).partition(" ")[0]


def login(text: str) -> str:
    """Return a login of figs. 3-5: 3 to 40 Latin letters, digits and `_`, a letter first."""
    name = text.strip(_EDGES)
    if not _LOGIN.fullmatch(name):
        rule = "от 3 до 40 латинских букв, цифр и знаков _, первая — буква"
        raise ValueError(f"Введите имя пользователя: {rule}, например ivanov_77")
    return name


def email(text: str) -> str:
    """Return the one canonical form of an address: lower case, the domain in ASCII. No DNS is asked."""
    address = text.strip(_EDGES)
    try:
        return _canonical_email(address)
    except ValueError as error:
        raise ValueError("Введите e-mail латинскими буквами, со знаком @, например ivanov@example.org") from error


def _canonical_email(address: str) -> str:
    if len(address) > EMAIL_LONGEST or "\n" in address:
        raise ValueError(address)
    try:
        parts = validate_email(address, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError as error:
        raise ValueError(address) from error
    return (parts.ascii_email or parts.normalized).lower()


def phone(text: str) -> str:
    """Return a Russian telephone number as `+7XXXXXXXXXX`, typed with +7, 7, 8 or none, in any spelling."""
    advice = "Введите телефон: 10 цифр после +7 или 8, например +7 (900) 000-00-01"
    typed = _compact(text, advice).translate(_PHONE_MARKS)
    found = re.fullmatch(r"(?:\+?7|8)?([0-9]{10})", typed)
    if found is None:
        raise ValueError(advice)
    number = phonenumbers.parse("+7" + found[1])
    if phonenumbers.region_code_for_number(number) != "RU":
        raise ValueError("Проверьте телефон: нужен российский номер с кодом, например +7 (900) 000-00-01")
    return "+7" + found[1]


def postcode(text: str) -> str:
    """Return a Russian postcode: six digits, the first 1 to 6."""
    advice = "Введите почтовый индекс: 6 цифр, например 394000"
    digits = _digits(text, advice)
    if not re.fullmatch(r"[1-6][0-9]{5}", digits):
        raise ValueError("Проверьте почтовый индекс: в нём 6 цифр, первая от 1 до 6, например 394000")
    return digits


def password(text: str, noun: str = "пароль") -> str:
    """Return a password in use unchanged; what cannot be anybody's is refused before it reaches the hash."""
    if not text:
        raise ValueError(f"Введите {noun}")
    if len(text) > PASSWORD_LONGEST or _HOSTILE.search(text):
        raise ValueError(f"Проверьте {noun}: в нём не больше {PASSWORD_LONGEST} знаков, и все они видимые")
    return text


def new_password(text: str, noun: str = "пароль", *known: str, place: Iterable[str] = ()) -> str:
    """Return a password being chosen, unchanged.

    It must not repeat the login and the e-mail, which are `known`, nor be made of words of the `place`.
    """
    if text and len(text) < PASSWORD_SHORTEST:
        raise ValueError(f"Придумайте {noun} подлиннее: не короче {PASSWORD_SHORTEST} знаков")
    chosen = password(text, noun)
    if _repeats(chosen, [part for word in known for part in (word, word.partition("@")[0])]):
        raise ValueError("Придумайте другой пароль: этот повторяет имя пользователя или e-mail")
    if guessable.is_common(chosen) or guessable.is_made_of(chosen, place, PASSWORD_SHORTEST):
        raise ValueError("Придумайте другой пароль: этот слишком часто встречается")
    return chosen


def _repeats(chosen: str, known: list[str]) -> bool:
    is_same = guessable.keys(chosen.strip()) in map(guessable.keys, known)
    return is_same or guessable.is_made_of(chosen, known, PASSWORD_SHORTEST)


def password_again(text: str, noun: str, first: str) -> str:
    """Return the password typed a second time when it equals the first."""
    if not text:
        raise ValueError(f"Введите {noun}")
    if text != first:
        raise ValueError("Повторите пароль: два введённых пароля не совпадают")
    return text


def one_time_code(text: str) -> str:
    """Return the six digits of a one-time code."""
    return _counted(_digits(text, "Введите код: 6 цифр, например 204 816"), "код", 6)


def second_factor(text: str) -> str:
    """Return a one-time code of six digits, or a recovery code as `XXXXX-XXXXX` in capital Latin letters.

    A recovery code is copied from paper: case, blanks, dashes and the layout do not count.
    """
    advice = "Введите код: 6 цифр из приложения или запасной код, например 7K4M9-A2X8R"
    typed = _compact(text, advice).upper().translate(_LOOK_ALIKES)
    if re.fullmatch(r"[0-9]{6}", typed):
        return typed
    if not re.fullmatch(f"[{RECOVERY_ALPHABET}]{{{2 * RECOVERY_GROUP}}}", typed):
        raise ValueError(advice)
    return f"{typed[:RECOVERY_GROUP]}-{typed[RECOVERY_GROUP:]}"


# --- identifiers ---


def snils(text: str) -> str:
    """Return the eleven digits of a СНИЛС. Numbers up to 001-001-998 carry no check."""
    advice = "Введите СНИЛС: 11 цифр, например 112-233-445 95"
    digits = _counted(_digits(text, advice), "СНИЛС", 11)
    number, check = int(digits[:9]), int(digits[9:])
    if not number:
        raise ValueError("Проверьте СНИЛС: он не может состоять из одних нулей")
    if number > _SNILS_UNCHECKED and _snils_check(digits) != check:
        raise ValueError("Проверьте СНИЛС: последние две цифры не сходятся с остальными")
    return digits


def _snils_check(digits: str) -> int:
    total = sum(int(digit) * weight for digit, weight in zip(digits[:9], range(9, 0, -1), strict=True))
    return total % 101 % 100


def inn(text: str, digits: int) -> str:
    """Return an ИНН of 10 (ЮЛ) or 12 (ИП) digits."""
    example = {10: "3662000015", 12: "366200001200"}[digits]
    number = _counted(_digits(text, f"Введите ИНН: {digits} цифр, например {example}"), "ИНН", digits)
    if number.startswith("00"):
        raise ValueError("Проверьте ИНН: он не может начинаться с двух нулей")
    if not inn_rules.is_valid(number):
        last = "последняя цифра не сходится" if digits == 10 else "последние две цифры не сходятся"  # noqa: PLR2004
        raise ValueError(f"Проверьте ИНН: {last} с остальными")
    return number


def ogrn(text: str, digits: int) -> str:
    """Return an ОГРН of 13 digits (ЮЛ, 1 or 5 first) or an ОГРНИП of 15 (ИП, 3 first)."""
    return _ogrn(text) if digits == 13 else _ogrnip(text)  # noqa: PLR2004  the length tells the two apart


def _ogrn(text: str) -> str:
    number = _counted(_digits(text, "Введите ОГРН: 13 цифр, например 1143668000024"), "ОГРН", 13)
    if number[0] not in "15":
        raise ValueError("Проверьте ОГРН: он начинается с 1 или 5")
    if not ogrn_rules.is_valid(number):
        raise ValueError("Проверьте ОГРН: последняя цифра не сходится с остальными")
    return number


def _ogrnip(text: str) -> str:
    """By hand: of a remainder over 9 only the last digit counts, and python-stdnum refuses such numbers."""
    number = _counted(_digits(text, "Введите ОГРНИП: 15 цифр, например 304360000000011"), "ОГРНИП", 15)
    if number[0] != "3":
        raise ValueError("Проверьте ОГРНИП: он начинается с 3")
    if int(number[:14]) % 13 % 10 != int(number[14]):
        raise ValueError("Проверьте ОГРНИП: последняя цифра не сходится с остальными")
    return number


def grn(text: str, digits: int) -> str:
    """Return a ГРН, the number of a record: 13 digits in ЕГРЮЛ, 15 in ЕГРИП (the arithmetic of ОГРН)."""
    divisor, firsts, beginning, example = _GRN[digits]
    advice = f"Введите номер записи: {digits} цифр, например {example}"
    number = _counted(_digits(text, advice), "номер записи", digits)
    if number[0] not in firsts:
        raise ValueError(f"Проверьте номер записи: он начинается {beginning}")
    if int(number[:-1]) % divisor % 10 != int(number[-1]):
        raise ValueError("Проверьте номер записи: последняя цифра не сходится с остальными")
    return number


def passport(text: str) -> str:
    """Return the ten digits of a passport, series and number; «20 11 № 000001» is a spelling of them."""
    advice = "Введите серию и номер паспорта: 4 и 6 цифр, например 2011 000001"
    digits = _counted(_digits(_PASSPORT_WORDS.sub("", _compact(text, advice)), advice), "паспорт", 10)
    if digits.endswith("000000"):
        raise ValueError("Проверьте паспорт: номер после серии не может состоять из одних нулей")
    return digits


def okved(text: str) -> str:
    """Return a code of ОКВЭД: two digits, then up to two groups of one or two after points (or commas)."""
    advice = "Введите код ОКВЭД цифрами с точками, например 35.12 или 47.11.1"
    code = _compact(text, advice).replace(",", ".").rstrip(".")
    if not _OKVED.fullmatch(code):
        raise ValueError(advice)
    return code


def register_number(text: str) -> int:
    """Return the number of a journal to search for: one to nine digits."""
    advice = "Введите номер цифрами, например 7874"
    digits = _digits(text, advice)
    if len(digits) > 9:  # noqa: PLR2004  more does not fit the journal's column
        raise ValueError(advice)
    return int(digits)


def _compact(text: str, advice: str) -> str:
    """Drop blanks and dashes of every kind; anything that is far too long is refused unread."""
    if len(text) > _IDENTIFIER_LONGEST:
        raise ValueError(advice)
    compact = "".join(char for char in text if not _is_separator(char))
    if _UNSEEN.search(compact):
        raise ValueError(f"{advice}. Наберите с клавиатуры: вместе со скопированным попали невидимые символы")
    return compact


def _is_separator(char: str) -> bool:
    return char in " \t\r\n\u2212" or unicodedata.category(char) in {"Zs", "Pd"}


def _digits(text: str, advice: str) -> str:
    """Return the digits alone; digits of other scripts are none."""
    digits = _compact(text, advice)
    if not re.fullmatch(r"[0-9]+", digits):
        raise ValueError(advice)
    return digits


def _counted(digits: str, noun: str, length: int) -> str:
    if len(digits) != length:
        raise ValueError(f"Проверьте {noun}: нужно {length} цифр, а введено {len(digits)}")
    return digits


# --- dates ---


def day(text: str, noun: str = "дату") -> dt.date:
    """Return a date from a native input (2014-03-07) or typed as 7.3.14 or 07.03.2014; years 1900 to 2100."""
    date = _calendar_day(text, noun)
    if not FIRST_YEAR <= date.year <= LAST_YEAR:
        raise ValueError(f"Проверьте {noun}: год может быть от {FIRST_YEAR} до {LAST_YEAR}")
    return date


def register_day(text: str, noun: str, today: dt.date) -> dt.date:
    """Return the date of a record in ЕГРЮЛ or ЕГРИП: 01.07.2002 to today."""
    date = _calendar_day(text, noun)
    if date == _EMPTY_MASK:
        raise ValueError(f"Введите {noun}, например 07.03.2014: 01.01.1970 стоит там, где её не заполнили")
    if not REGISTER_FIRST_DAY <= date <= today:
        raise ValueError(f"Проверьте {noun}: она может быть от {REGISTER_FIRST_DAY:%d.%m.%Y} до {today:%d.%m.%Y}")
    return date


def _calendar_day(text: str, noun: str) -> dt.date:
    year, month, date = _date_parts(text.strip(_EDGES), noun)
    try:
        return dt.date(year, month, date)
    except ValueError as error:
        raise ValueError(f"Проверьте {noun}: {date:02}.{month:02}.{year:04} нет в календаре") from error


def _date_parts(text: str, noun: str) -> tuple[int, int, int]:
    if native := _NATIVE_DATE.fullmatch(text):
        return int(native[1]), int(native[2]), int(native[3])
    if typed := _TYPED_DATE.fullmatch(text):
        year = int(typed[3])
        return year if len(typed[3]) > 2 else _CENTURY + year, int(typed[2]), int(typed[1])  # noqa: PLR2004
    raise ValueError(f"Введите {noun}: день, месяц и год, например 07.03.2014")
