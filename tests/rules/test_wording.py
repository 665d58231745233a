"""The language of letters: what it can say, and that nothing else gets through it."""

from __future__ import annotations

import pytest

from forms import wording

NAMES = frozenset({"номер", "номер письма"})
WRONG = [
    ("{{ ''.__class__.__mro__ }}", "Строка 1: закройте скобку {"),
    ("Да\n{% for x in номер %}", "Строка 2: поля «% for x in номер %» в этом письме нет"),
    ("{номер.__class__}", "поля «номер.__class__» в этом письме нет"),
    ("{номер()}", "поля «номер()» в этом письме нет"),
    ("{номер|upper}", "поля «номер|upper» в этом письме нет"),
    ("{фамилия}", "поля «фамилия» в этом письме нет"),
    ("{include 'layout.html'}", "в этом письме нет"),
    ("Да }", "уберите лишнюю скобку }"),
    ("Да {", "закройте скобку {"),
    ("{номер\n}", "Строка 1: закройте скобку {"),
    ("{}", "напишите в скобках имя поля"),
    ("{если}да{конец}", "напишите в скобках имя поля"),
    ("{если фамилия}да{конец}", "поля «фамилия» в этом письме нет"),
    ("Да {если номер}нет", "После «{если номер}» нет «{конец}»"),
    ("Да {если номер}{если номер}да{конец}{конец}", "условие в условии не ставят"),
    ("{конец}", "перед «{конец}» нет «{если …}»"),
    ("{если номер}1{иначе}2{иначе}3{конец}", "перед «{иначе}» нет «{если …}»"),
    ("Да\n\nhttps://evil.example", "Строка 3: уберите адрес страницы"),
    ("Зайдите на WWW.evil.example", "уберите адрес страницы"),
    ("{номер}", "Добавьте слова вне скобок"),
    ("{если номер}да{конец}", "Добавьте слова вне скобок"),
    ("{" * 1_000_000, "закройте скобку {"),
    ("{" + "я" * 1_000_000 + "}", "…» в этом письме нет"),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG, ids=range(len(WRONG)))
def test_whatever_is_no_field_of_the_letter_is_refused_with_what_and_where(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=".") as refusal:
        wording.check(text, NAMES)
    assert sentence in str(refusal.value)
    assert len(str(refusal.value)) < 150


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (("7", "17-05"), "Ответ на № 7 письмом № 17-05. Есть"),
        (("7", ""), "Ответ на № 7. Нет"),
        (("{номер письма}{% x %}", ""), "Ответ на № {номер письма}{% x %}. Нет"),
    ],
)
def test_fields_are_put_in_as_they_are_and_conditions_hold(values: tuple[str, str], said: str) -> None:
    text = "Ответ на № { номер }{если номер письма} письмом № {номер письма}{конец}. {если номер письма}Есть{иначе}Нет{конец}"
    wording.check(text, NAMES)
    named = dict(zip(("номер", "номер письма"), values, strict=True))
    assert wording.fill(wording.read(text, NAMES), named) == said
