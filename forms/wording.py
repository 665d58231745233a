"""The small language of letters that staff may write: words, fields in braces, and parts that stand on a condition.

    Мы ответили на обращение № {номер}{если номер письма} письмом № {номер письма}{конец}.

Nothing in it is run: there are no calls, no loops, nothing within anything. `{иначе}` may divide a part in two.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

IF: Final = "если "
ELSE: Final = "иначе"
END: Final = "конец"
_MARK: Final = re.compile(r"\{([^{}\n]*)\}|[{}]")
_ADDRESS: Final = re.compile(r"://|\bwww\.", re.IGNORECASE)
_SHOWN: Final = 40


@dataclass(frozen=True)
class Part:
    """Words, or (`is_field`) the name of a field; stands always, or where the field `when` is filled in (or is not)."""

    text: str = ""
    is_field: bool = False
    when: str = ""
    filled: bool = True


@lru_cache(maxsize=1024)
def read(text: str, names: frozenset[str]) -> tuple[Part, ...]:
    """Take a text apart; `names` are the fields that it may use. Raises ValueError: what is wrong, and where."""
    parts, now, end = [], Part(), 0
    for mark in _MARK.finditer(text):
        parts.append(replace(now, text=text[end : mark.start()]))
        end = mark.end()
        try:
            now = _turned(now, mark, names)
        except ValueError as error:
            raise ValueError(f"Строка {text.count(chr(10), 0, mark.start()) + 1}: {error}") from None
        if mark[1].strip() in names:
            parts.append(replace(now, text=mark[1].strip(), is_field=True))
    if now.when:
        raise ValueError(f"После «{{{IF}{now.when}}}» нет «{{{END}}}»: добавьте его там, где кончается условие")
    return (*parts, Part(text[end:]))


def check(text: str, names: frozenset[str]) -> None:
    """Hold a text to the language, and to say something whatever is filled in. Raises ValueError with the sentence."""
    parts = read(text, names)
    if found := _ADDRESS.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise ValueError(f"Строка {line}: уберите адрес страницы. Ссылку письмо добавляет само")
    if not any(part.text.strip() for part in parts if not (part.is_field or part.when)):
        raise ValueError("Добавьте слова вне скобок: без них письмо может прийти пустым")


def fill(parts: Collection[Part], values: Mapping[str, str]) -> str:
    """Put the text together; values are put in as they are, whatever stands in them."""
    standing = (part for part in parts if not part.when or bool(values[part.when]) == part.filled)
    return "".join(values[part.text] if part.is_field else part.text for part in standing)


def _turned(now: Part, mark: re.Match[str], names: Collection[str]) -> Part:
    """Give what stands after a mark: under the condition that it opens, turns or ends."""
    if mark[1] is None:
        is_end = mark[0] == "}"
        raise ValueError("уберите лишнюю скобку }" if is_end else "закройте скобку { на той же строке или уберите её")
    said = mark[1].strip()
    if f"{said} ".startswith(IF):
        return _opened(now, said.removeprefix(IF.strip()).strip(), names)
    if said in {ELSE, END}:
        if not now.when or (said == ELSE and not now.filled):
            raise ValueError(f"перед «{{{said}}}» нет «{{{IF}…}}»")
        return replace(now, filled=False) if said == ELSE else Part()
    _known(said, names)
    return now


def _opened(now: Part, name: str, names: Collection[str]) -> Part:
    if now.when:
        raise ValueError(f"сначала закройте «{{{IF}{now.when}}}» словом «{{{END}}}»: условие в условии не ставят")
    _known(name, names)
    return Part(when=name)


def _known(name: str, names: Collection[str]) -> None:
    if not name:
        raise ValueError("напишите в скобках имя поля из списка")
    if name not in names:
        shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"
        raise ValueError(f"поля «{shown}» в этом письме нет. Возьмите одно из списка полей")
