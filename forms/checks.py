"""What counts as a filled-in ИНН, телефон or ФИО: pure functions that return the normalised text.

Each takes what a person typed and raises ValueError with a Russian sentence that says what to do. `noun` is
the field's name in the accusative: it follows «Введите».
"""

import datetime as dt
import re
import unicodedata
from typing import Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from stdnum.ru import inn as inn_rules
from stdnum.ru import ogrn as ogrn_rules

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100
PASSWORD_SHORTEST: Final = 8
PASSWORD_LONGEST: Final = 1024
EMAIL_LONGEST: Final = 254
NAME_LONGEST: Final = 150

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
_NAME_MARKS: Final = frozenset(" -.'\u2019\u02bc\u2010\u2011")
_PHONE_MARKS: Final = str.maketrans("", "", "()./")
_CENTURY: Final = 2000
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
    """Return one line of at most `limit` characters."""
    return _within(_present(tidy(text, noun), noun), noun, limit)


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
    return name


def _is_name_letter(char: str) -> bool:
    if char in _NAME_MARKS:
        return True
    is_letter = unicodedata.category(char) in {"Lu", "Ll", "Lt"}
    return is_letter and unicodedata.name(char).startswith(("CYRILLIC ", "LATIN "))


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


def new_password(text: str, noun: str = "пароль", *known: str) -> str:
    """Return a password being chosen, unchanged; `known` are the login and the e-mail it must not repeat."""
    if text and len(text) < PASSWORD_SHORTEST:
        raise ValueError(f"Придумайте {noun} подлиннее: не короче {PASSWORD_SHORTEST} знаков")
    chosen = password(text, noun)
    if chosen.strip().casefold() in {part for word in known for part in _guessable(word)}:
        raise ValueError("Придумайте другой пароль: этот совпадает с именем пользователя или e-mail")
    return chosen


def password_again(text: str, noun: str, first: str) -> str:
    """Return the password typed a second time when it equals the first."""
    if not text:
        raise ValueError(f"Введите {noun}")
    if text != first:
        raise ValueError("Повторите пароль: два введённых пароля не совпадают")
    return text


def _guessable(word: str) -> tuple[str, str]:
    folded = word.strip().casefold()
    return folded, folded.partition("@")[0]


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
    year, month, date = _date_parts(text.strip(_EDGES), noun)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"Проверьте {noun}: год может быть от {FIRST_YEAR} до {LAST_YEAR}")
    try:
        return dt.date(year, month, date)
    except ValueError as error:
        raise ValueError(f"Проверьте {noun}: {date:02}.{month:02}.{year} нет в календаре") from error


def _date_parts(text: str, noun: str) -> tuple[int, int, int]:
    if native := _NATIVE_DATE.fullmatch(text):
        return int(native[1]), int(native[2]), int(native[3])
    if typed := _TYPED_DATE.fullmatch(text):
        year = int(typed[3])
        return year if len(typed[3]) > 2 else _CENTURY + year, int(typed[2]), int(typed[1])  # noqa: PLR2004
    raise ValueError(f"Введите {noun}: день, месяц и год, например 07.03.2014")
