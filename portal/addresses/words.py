"""The lexer of published addresses: every piece of a text gets a kind that the grammar knows.

Commas and «и» part houses and streets alike and so say nothing; items are parted (`STOP`) by «;», a new line or a
full stop.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from lark import Token

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TYPES: Final[Mapping[str, str]] = {
    "ул.": r"улиц(?:а|е|у|ой)|ул",
    "пер.": r"переул(?:ок|ке|ка|ку)|пер",
    "пр-кт": r"проспект(?:е|а|у)?|пр-к?т|просп",
    "проезд": r"проезд(?:е|а|у)?",
    "пр.": r"пр(?=\.)",
    "б-р": r"бульвар(?:е|а|у)?|б-р|бул(?=\.)",
    "пл.": r"площад(?:ь|и)|пл(?=\.)",
    "наб.": r"набережн(?:ая|ой|ую)|наб(?=\.)",
    "ш.": r"шоссе|ш(?=\.)",
    "туп.": r"тупик(?:е|а|у)?|туп",
    "съезд": r"съезд(?:е|а|у)?",
}
PLURALS: Final[Mapping[str, str]] = {
    "ул.": r"улиц(?:ы|ам|ах)?",
    "пер.": r"переулк(?:и|ам|ах|ов)",
    "пр-кт": r"проспект(?:ы|ам|ах|ов)",
    "проезд": r"проезд(?:ы|ам|ах|ов)",
    "б-р": r"бульвар(?:ы|ам|ах|ов)",
}
LOCALITIES: Final[Mapping[str, str]] = {
    "г.": r"г(?=\.)|город(?:е|а|у)?",
    "пос.": r"пос(?=\.)|пос[её]л(?:ок|ке|ка|ку)",
    "п.": r"п(?=\.)",
    "рп": r"р\.?п(?=\.)",
    "с.": r"с(?=\.)|сел(?:о|е|у)",
    "д.": r"деревн(?:я|е|ю)|д(?=\.\s*[А-ЯЁ])",
    "х.": r"х(?=\.)|хутор(?:е|у)?",
    "сл.": r"сл(?=\.)|слобод(?:а|е|у)",
    "мкр.": r"мкр|микрорайон(?:е|а|у)?",
    "СНТ": r"СНТ", "ДНТ": r"ДНТ", "с/т": r"с/т",
}  # fmt: skip
SETTLEMENTS: Final[Mapping[str, str]] = {
    "пос.": r"пос[её]лк(?:и|ам|ах)", "с.": r"с[её]л(?:а|ам|ах)", "д.": r"деревн(?:и|ям|ях)",
    "х.": r"хутор(?:а|ам|ах)", "сл.": r"слобод(?:ы|ам|ах)",
    "СНТ": r"СНТ(?=\s*:)", "ДНТ": r"ДНТ(?=\s*:)",
}  # fmt: skip

_L: Final = "[А-Яа-яё]"  # a letter
_WORD: Final = r"(?!\S{1,40}\s+район)[А-ЯЁ](?:[а-яё]+|[А-ЯЁ]+)(?:-(?:\d+|[А-ЯЁа-яё]{2,}))*"
_ORDINAL: Final = r"\d{1,3}\s?-\s?(?:ого|го|ой|ый|ая|ое|му|ми|х|й|я|е)(?![а-яё])"
_YEARS: Final = r"\d{1,3}(?:\s?-\s?лети[яюе]|\s+лет)"
_NAME: Final = (
    rf"(?:(?:{_ORDINAL}|{_YEARS})\s+)?(?:[А-ЯЁ]\.\s?){{0,2}}{_WORD}(?:\s+{_WORD}){{0,3}}(?:\s+\d{{4}}\s+года)?"
    rf"|\d{{1,3}}\s+{_WORD}(?:\s+{_WORD}){{0,2}}"
    rf"|{_ORDINAL}(?=\s+и\s+{_ORDINAL})"
)
_HOUSE: Final = (
    r"(?:вл(?:адение)?\.?\s*)?\d{1,4}(?:-?[А-Яа-яё](?![А-Яа-яё]|\.\s?\d)|\s[а-еА-Е](?=\s*(?:[,;)\n]|$)))?"
    r"(?:/\d{1,4}(?:-?[А-Яа-яё](?![А-Яа-яё]|\.\s?\d))?)?(?:\s?,?\s?(?:стр|корпус|корп|к|лит)(?:оение|ера)?\.?\s?(?:\d{1,3}|[А-Яа-яё](?![а-яё]))(?![/\d]))?(?!\d)"
)
_SIDE: Final = r"\(?\s*(?:{})(?:\.|ные|ная\s+сторона|ной\s+сторон\w+|н\.)?\s*\)?"


def _known(words: Mapping[str, str]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in words.values())


_HOUSEWORD: Final = rf"(?:(?:(?:в\s+районе\s+)?(?<!{_L})дом(?:а|ах|ов|е|у)?|(?<!{_L})д)(?!{_L})\.?\s*|№\s*){{1,3}}"
# What says where something is, but names no houses.
_PLACES: Final = (
    r"вблизи|возле|около|рядом\s+с|в\s+районе(?!\s+дом)|в\s+квадрате"
    r"|(?:на\s+)?перекр[её]стк\w*|(?:на\s+)?пересечени\w+"
)
# Order decides: the first that fits is taken.
_KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("NEAR", rf"(?:{_PLACES})\b[^,;\n]*"),
    ("TIME", r"\d{1,2}[.:]\d{2}(?!\d)"),
    ("DISTRICT", r"[А-ЯЁ][а-яё-]+\s+район(?:а|е|у)?\b"),
    ("TOWN", rf"(?<!{_L})(?:[Вв]|[Нн]а)\s+(?:{_WORD})(?=\s*:?\s+(?:на|по)\s+(?:улиц|ул\.|пер|просп))"),
    ("ODD", _SIDE.format("неч[её]т")), ("EVEN", _SIDE.format("ч[её]т")),
    ("BOTH", r"\(\s*все(?:\s+дроби)?\s*\)"),
    ("WHOLE", r"\(\s*(?:полностью|вся|весь|все\s+дома)\s*\)|\bполностью\b|\bвсех\s+потребителей\b"),
    ("PART", r"\(\s*частично\s*\)|\bчастично\b"),
    ("LETTERS", r"\(?\s*включая\s+(?:дома\s+с\s+)?литер\w*\s*\)?"),
    ("FROM", rf"(?<!{_L})(?:со?|от)\s+(?:дома\s+)?(?:№\s*)?(?={_HOUSE}\s+(?:по|до)\s+(?:дома\s+)?(?:№\s*)?\d)"),
    ("TO", rf"(?<!{_L})(?:по|до)\s+(?:дома\s+)?(?:№\s*)?(?=\d)"),
    ("LTYPES", rf"\b(?:{_known(SETTLEMENTS)})(?!{_L})\s*:?"),
    ("LTYPE", rf"(?:\b[Вв]о?\s+)?\b(?:{_known(LOCALITIES)})(?!{_L})\.?(?=\s*(?:[«\"]\w|[А-ЯЁ][а-яё]))"),
    ("TYPES", rf"\b(?i:{_known(PLURALS)})(?!{_L})\s*:?"),
    ("TYPE", rf"\b(?i:{_known(TYPES)})(?!{_L})\.?"),
    ("HOUSEWORD", rf"{_HOUSEWORD}(?=(?:вл\.?\s*)?\d|с\s+\d|от\s+\d)"),
    ("NAME", rf"(?<!{_L})(?:{_NAME})(?!{_L})"),
    ("BREAK_", r"[\"»](?=\s*(?:[,;.)\n]|$))"),
    ("QUOTED", r"«[^»\n]{1,80}»|\"(?=\w)[^\",\n]{1,60}\""),
    ("HOUSE", rf"(?<![\d/])(?:{_HOUSE})"),
    ("DASH", r"[-–—‒‑−]"), ("COLON", r":"), ("LP", r"\("), ("RP", r"\)"),
    ("STOP", r";|\n|\.(?=\s|$)"),
    ("ON", rf"(?<!{_L})(?:на|по|во?)(?!{_L})"),
    ("THING", r"\b(?:гараж\w*|магазин\w*|котельн\w+|насосн\w+|школ\w+|аптек\w+|киоск\w*)(?:\s+[«\"][^»\"\n]*[»\"])?"),
    ("BREAK", rf",|(?<!{_L})(?:и|а|ещ[её]|также)(?!{_L})"),
    ("NOISE", r"[А-Яа-яёA-Za-z\d]+(?:[/.-][А-Яа-яё\d]+)*(?:\s*«[^»\n]*»)?|\S"),
)  # fmt: skip
_LEXER: Final = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS))
_SMALL: Final = re.compile(r"\s+[а-яё]{4,}(?=\s*(?:[,;:(\n]|\s[–—-]|\.?\s*$))")
_HOUSES_FOLLOW: Final = re.compile(
    r"\s*(?:(?:дом(?:а|ах|ов|е)?|д)(?!\w)\.?\s*|№\s*){0,3}(?:(?:с|от)\s+(?:дома\s+)?)?(?:вл\.?\s*)?№?\d"
)
_NAMES: Final = frozenset({"NAME", "AFTER", "QUOTED"})


def _alone(words: Mapping[str, str]) -> dict[str, str]:
    """Forget what has to follow a word: it has been looked at already."""
    return {code: re.sub(r"\(\?=[^)]*\)", "", pattern) for code, pattern in words.items()}


CANON: Final[Mapping[str, Mapping[str, str]]] = {
    "TYPE": _alone(TYPES),
    "AFTER": _alone(TYPES),
    "TYPES": PLURALS,
    "LTYPE": _alone(LOCALITIES),
    "INSIDE": _alone(LOCALITIES),
    "LTYPES": _alone(SETTLEMENTS),
}


@cache
def meaning(kind: str, text: str) -> str:
    """Give the code of a word for a kind of street or settlement: «ул.» for «улицах»."""
    bare = re.sub(r"^[Вв]о?\s+", "", text)
    return next(code for code, pattern in CANON[kind].items() if re.match(rf"(?i:{pattern})(?![А-Яа-яё/])", bare))


def cut(text: str) -> Iterator[Token]:
    """Give the tokens of a text, each with its place in it; commas and «и» are heard and passed over."""
    at, last, is_apart = 0, "", True
    while found := _LEXER.search(text, at):
        kind, end = found.lastgroup or "", found.end()
        if kind == "NAME" and last in {"TYPE", "TYPES", "NAME"} and (more := _SMALL.match(text, end)):
            end = more.end() if _is_noise(more[0].strip()) else end
        kind = _in_context(kind, found[0], last, text[end : end + 24], is_apart=is_apart)
        at, is_apart = end, kind.startswith("BREAK")
        if not is_apart:
            last = kind
            yield Token(kind, text[found.start() : end], start_pos=found.start(), end_pos=end)


def _in_context(  # noqa: PLR0911 - a table of looks
    kind: str, text: str, last: str, rest: str, *, is_apart: bool
) -> str:
    """Tell apart what looks the same: «1–5» and «ул. Мира – дома 1, 5», «улица X» and «X улица»."""
    if kind == "TYPE" and last == "TYPE" and text[0].isupper() and not text.endswith("."):
        return "NAME"  # «ул. Набережная»
    if kind == "TYPE" and last == "NAME" and not is_apart:
        return "AFTER"
    if kind in {"DASH", "COLON", "LP"} and last in _NAMES and _HOUSES_FOLLOW.match(rest):
        return "LEAD"
    if kind == "DASH" and last == "HOUSE" and re.match(r"\s*№?\s*\d", rest):
        return "UPTO"
    if kind == "TO" and last != "HOUSE":
        return "ON"
    if kind == "LTYPE" and text[0] in "Вв" and text[1:2] in "о \n" and last in _NAMES and not is_apart:
        return "INSIDE"
    return kind


def _is_noise(word: str) -> bool:
    """Whether a small word means nothing by itself, and so may end a name: «Белый колодец»."""
    known = _LEXER.match(word)
    return known is not None and known.lastgroup == "NOISE"
