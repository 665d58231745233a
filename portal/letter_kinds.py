"""What kinds of letters there are: to whom each goes, which fields its words may use, and which words those are now."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import select

from forms import wording
from forms.answers import LetterWords
from portal.models import LetterText
from portal.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.orm import Session, SessionTransaction

    Says = TypeVar("Says", bound=Callable[..., "Message"])

FOLDER = ROOT / "templates" / "letters"
TO_OWNER, TO_STAFF = "абоненту", "сотруднику"


@dataclass(frozen=True)
class Field:
    """What the words of a letter may name in braces: its name there, what it means, and how a sample fills it."""

    name: str
    meaning: str
    sample: str


# What functions of letters fill in, by the name of their argument; each is text, empty where there is nothing to say.
FIELDS = {
    "organisation": Field("организация", "короткое имя компании", "Примерная горэлектросеть"),
    "phones": Field("телефоны", "телефоны «Единого окна»", "+7 (473) 200-00-00"),
    "number": Field("номер", "регистрационный номер", "7874"),
    "title": Field("название", "вид и номер вместе", "Заявка № 7874"),
    "due_on": Field("срок", "последний день; пусто, если срок не идёт", "09.12.2026"),
    "at": Field("когда", "дата и время", "24.11.2026, 14:32"),
    "device": Field("устройство", "программа и система, с которых вошли", "Firefox, Linux"),
    "month": Field("месяц", "за какой месяц показания", "ноябрь"),
    "last_day": Field("последний день", "по какое число принимают показания", "25 ноября"),
    "letter_number": Field("номер письма", "номер официального письма; бывает пусто", "17-05/31"),
    "addressee": Field("кому передано", "куда передали обращение", "Управа Примерного района"),
    "has_note": Field("есть пояснение", "«да», если сотрудник что-то пояснил; для условия", "да"),
    "note": Field("пояснение", "что написал сотрудник; бывает пусто", "Схему можно прислать и на бумаге."),
    "reason": Field("причина", "почему; бывает пусто", "Передумали строиться."),
    "by_owner": Field("отозвал сам", "«да», если отозвал сам заявитель; для условия", "да"),
    "remarks": Field(
        "замечания",
        "чего не хватает, документ за документом",
        "1. План расположения: не видно привязки к улице\n\n2. Выписка: нет второй страницы",
    ),
    "terms_number": Field("номер ТУ", "номер технических условий", "ТУ-17"),
    "terms_date": Field("дата ТУ", "дата технических условий", "24.11.2026"),
    "invoice_sum": Field("сумма счёта", "сколько оплатить", "12\u00a0345,60 ₽"),
    "contract_number": Field("номер договора", "бывает пусто", "Д-17"),
    "act_number": Field("номер акта", "бывает пусто", "А-17"),
    "wished_on": Field("дата осмотра", "когда удобно заявителю; бывает пусто", "02.12.2026"),
    "left": Field("осталось", "сколько рабочих дней до срока; пусто в последний", "5 рабочих дней"),
    "what": Field("что сделать", "название срока", "Оплатить счёт"),
    "cost": Field("стоимость", "сколько стоит услуга; пусто, если бесплатно", "1\u00a0500,00 ₽"),
    "document": Field("документ", "его название, не длиннее 60 знаков", "Акт о присоединении"),
    "until": Field("подписать до", "последний день для подписи; бывает пусто", "02.12.2026"),
    "outage_kind": Field("вид отключения", "«Плановое» или «Аварийное»", "Плановое"),
    "begins_on": Field("день отключения", "когда начинается", "2 декабря"),
    "streets": Field("улицы", "улицы из подписки, без домов", "Примерная ул.; Образцовый пер."),
}  # fmt: skip
EVERYWHERE = ("organisation", "phones")


@dataclass(frozen=True)
class Message:
    """What a letter says beside its words: `facts` as a short table, one link to follow; and its own `fields` filled.

    A letter carries the name, a number and a link: no other personal data, no files (152-ФЗ).
    """

    facts: tuple[tuple[str, str], ...]
    link: tuple[str, str]
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """What letters are about; `fields` are those that all of them have, `facts` and `link` stand in samples."""

    title: str
    fields: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    link: str

    def letter(self, title: str, *fields: str, to: str = TO_OWNER) -> Callable[[Says], Says]:
        """Declare a letter: its name for staff, and what of `FIELDS` its function fills in."""

        def keep(function: Says) -> Says:
            keys = (*fields, *self.fields, *EVERYWHERE)
            kind = Kind(function.__name__, title, self, to, {key: FIELDS[key] for key in keys}, function)
            LETTERS[kind.name] = kind
            return function

        return keep


@dataclass(frozen=True)
class Kind:
    """One letter: its folder, its title, to whom it goes, its fields by key, and the function of what it says."""

    name: str
    title: str
    group: Group
    to: str
    fields: Mapping[str, Field]
    says: Callable[..., Message]

    @property
    def names(self) -> frozenset[str]:
        """What may stand in braces."""
        return frozenset(one.name for one in self.fields.values())

    @property
    def samples(self) -> dict[str, str]:
        """What fills the fields of a sample."""
        return {key: one.sample for key, one in self.fields.items()}

    def can_read(self, words: LetterWords) -> bool:
        """Whether its fields are all that the words ask for: after an upgrade they may not be."""
        try:
            wording.read(words.subject, self.names), wording.read(words.body, self.names)
        except ValueError:
            return False
        return True

    def filled(self, text: str, values: Mapping[str, str]) -> str:
        """Put values, by key, into a text."""
        named = {one.name: values[key] for key, one in self.fields.items()}
        return wording.fill(wording.read(text, self.names), named)


LETTERS: dict[str, Kind] = {}
# A transaction asks once for the words of a letter, however many it writes.
_known: WeakKeyDictionary[SessionTransaction, dict[str, LetterWords]] = WeakKeyDictionary()


@cache
def shipped(name: str) -> LetterWords:
    """Give the words that a letter comes with."""
    subject, body = (
        (FOLDER / name / f"{part}.txt").read_text(encoding="utf-8").strip() for part in ("subject", "body")
    )
    return LetterWords(subject, body)


def words_of(session: Session, kind: Kind) -> LetterWords:
    """Give the words that a letter goes out with; those that it can't read any more give way to the shipped ones."""
    known = _known.setdefault(session.get_transaction() or session.begin(), {})
    if kind.name not in known:
        found = select(LetterText.subject, LetterText.body).where(LetterText.name == kind.name)
        ours = next((LetterWords(*row) for row in session.execute(found)), None)
        known[kind.name] = ours if ours and kind.can_read(ours) else shipped(kind.name)
    return known[kind.name]


def texts(**facts: Any) -> dict[str, str]:  # noqa: ANN401
    """Make fields of facts: None is nothing to say."""
    return {key: "" if fact is None else str(fact) for key, fact in facts.items()}
