"""«Журнал»: who did what and when; to be read only."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from flask import g
from markupsafe import Markup
from sqlalchemy import select

from admin.base import Screen, link
from forms.choices import ConsentKind
from forms.inputs import SUMS
from forms.labels import LABELS
from portal import case_letters, formats
from portal.extensions import db
from portal.models import AGREEMENT, Case, JournalEntry, StaffRole, TermUnit
from portal.workflow import WORKFLOWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import ColumnElement

    from admin.looking import Find

MOVES = {(kind, move.code): move.label for kind, workflow in WORKFLOWS.items() for move in workflow.moves}
EVENTS = {
    "filed": "Подать",
    "registered": "Зарегистрироваться",
    "sign_in.refused": "Войти: не получилось",
    "password.change": "Сменить пароль",
    "password.temporary": "Получить временный пароль",
    "password.temporary.used": "Войти с временным паролем",
    "second_factor.on": "Включить второй шаг входа",
    "second_factor.off": "Выключить второй шаг входа",
    "email.change": "Сменить почту",
    "profile.save": "Изменить данные",
    "consent.give": "Дать согласие",
    "consent.withdraw": "Отозвать согласие",
    "subscriber.open": "Завести кабинет",
    "account.block": "Заблокировать",
    "account.unblock": "Разблокировать",
    "password.one_time": "Выдать одноразовый пароль",
    "subscriber.look": "Открыть данные целиком",
    "staff.add": "Добавить",
    "outages.create": "Добавить",
    "outages.edit": "Изменить",
    "outages.delete": "Удалить",
    "outages.publish": "Опубликовать",
    "outages.cancel": "Отменить",
    "outages.import": "Загрузить список",
    "outages.drop": "Удалить черновики списка",
    "outages.subscribe": "Подписаться на отключения",
    "outages.unsubscribe": "Отписаться от отключений",
    "document.placed": "Разместить документ",
    "document.read": "Прочитать документ",
    "document.code": "Запросить код для подписи",
    "document.signed": "Подписать документ",
    "document.refused": "Отказаться от подписи",
    "document.accepted": "Принять документ",
    "document.declined": "Отклонить документ",
    "letters.again": "Отправить ещё раз",
    "letter_texts.edit": "Изменить текст письма",
    "letter_texts.restore": "Вернуть исходный текст письма",
    "letter_texts.try": "Отправить себе пробное письмо",
    "consent_drafts.save": "Сохранить черновик редакции",
    "consent_drafts.drop": "Удалить черновик редакции",
    "consent_texts.publish": "Опубликовать редакцию",
    "assign": "Назначить ответственного",
    "remind": "Напомнить о сроке",
    "remind_of_visit": "Напомнить о выезде",
    "propose_cancel": "Предложить аннулировать",
    "meters.create": "Добавить счётчик",
    "meters.edit": "Изменить описание счётчика",
    "meters.retire": "Снять счётчик",
    "meters.restore": "Вернуть счётчик",
    "reading.enter": "Внести показания",
    "reading.correct": "Исправить показания",
    "readings.file_taken": "Передать файл показаний",
    "readings.file_refused": "Передать файл показаний: не принят",
    "readings.billing": "Выгрузить показания за месяц",
    "list.export": "Выгрузить список",
}
# What screens write: «streets.edit».
WRITTEN = {"create": "Добавить", "edit": "Изменить", "delete": "Удалить"}
CARDS = {kind: card.partition(".")[0] for kind, (_, _, card) in case_letters.PAGES.items()}
SUBJECTS = {"outage_subscriptions": "Подписка на отключения", "subscribers": "Абонент", "staff": "Сотрудник"}
SUBJECTS |= {"documents": "Документ", "letter_texts": "Текст письма", "consent_drafts": "Черновик согласия"}
LONG = 200
FACTS = LABELS | {
    "kind": "Вид", "changed": "Что изменено", "left": "Рабочих дней осталось", "term": "Срок", "rows": "Строк",
    "errors": "Ошибок", "month": "Месяц", "addresses": "Адресов", "way": "Способ", "letter": "Письмо",
    "body": "Текст", "part": "Часть списка", "filter": "Отбор",
}  # fmt: skip
WORDINGS = {choice.code: choice.label for choice in ConsentKind} | {AGREEMENT: "О простой электронной подписи"}
WORDINGS |= {choice.value: choice.label for choices in (StaffRole, TermUnit) for choice in choices}
FOLDED = Markup('<details><summary>{}</summary><span class="text">{}</span></details>')
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Journal(Screen):
    """Everything done, newest first. It has no form: entries never change."""

    roles = (StaffRole.admin,)
    column_list = ("at", "actor", "event", "subject", "data")
    column_sortable_list = ()
    can_export = can_keep = True
    column_searchable_list = ("actor",)
    column_formatters: ClassVar[Any] = {
        "event": lambda _view, _context, entry, _name: event_of(entry, _kind_of(entry)),
        "subject": lambda view, _context, entry, _name: view.subject_of(entry),
        "data": lambda _view, _context, entry, _name: Markup("<br>").join(facts_of(entry)),
    }
    export_formatters: Mapping[str, Any] = {
        "data": lambda _view, _context, entry, _name: "; ".join(facts_of(entry, is_whole=True)),
    }
    labels: Mapping[str, str] = {"event": "Действие", "subject": "О чём", "data": "Подробности"}

    def order(self) -> tuple[Any, ...]:
        """Put the newest first."""
        return (JournalEntry.id.desc(),)

    def prepare(self, rows: list[JournalEntry]) -> None:
        """Read the cases of all these entries at once; the session holds them as long as somebody does."""
        keys = {row.case_id for row in rows} - {None}
        g.cases = db.session.scalars(select(Case).where(Case.id.in_(keys))).all()

    def indexed(self, find: Find) -> Iterator[ColumnElement[bool]]:
        """Find by who did it."""
        yield JournalEntry.staff_id.in_(find("staff"))
        yield JournalEntry.subscriber_id.in_(find("subscriber"))

    def search_placeholder(self) -> str:
        """Say what can be looked for."""
        return "Кто"

    def subject_of(self, entry: JournalEntry) -> str:
        """Name the row an entry is about: «Обращение № 7874» as a way to its card, or «Улицы, № 12»."""
        case = db.session.get(Case, entry.case_id) if entry.case_id else None
        if case is not None and self.may(f"{CARDS[case.kind]}.card"):
            card = case.id if case.year else case.number
            return link(self.get_url(f"{CARDS[case.kind]}.card", key=card, preset="all"), case.title)
        table, _, key = entry.subject.partition(":")
        title = self._titles().get(table, table)
        return case.title if case else f"{title}, № {key}" if key.isdecimal() else title

    def _titles(self) -> dict[str, str]:
        screens = (view for view in self.admin._views if isinstance(view, Screen))  # noqa: SLF001 - there is no other list
        return SUBJECTS | {view.model.__tablename__: view.name for view in screens}


def event_of(entry: JournalEntry, kind: str = "") -> str:
    """Name what was done; `kind` is that of the case it was done to."""
    known = MOVES.get((kind, entry.event)) or EVENTS.get(entry.event)
    return known or WRITTEN.get(entry.event.rpartition(".")[2], entry.event)


def _kind_of(entry: JournalEntry) -> str:
    case = db.session.get(Case, entry.case_id) if entry.case_id else None
    return case.kind if case else ""


def facts_of(entry: JournalEntry, *, is_whole: bool = False) -> Iterator[str]:
    """Give the details in words: of a changed row what was and what is, of a move what it was given.

    What is long is folded away, unless it is wanted whole.
    """
    for name, value in entry.data.items():
        is_change = isinstance(value, dict) and value.keys() == {"old", "new"}
        said = f"{_worded(value['old'])} → {_worded(value['new'])}" if is_change else _worded(value)
        said = formats.money(value) if name in SUMS else said
        line = f"{FACTS.get(name, name)}: {said}"
        yield line if is_whole or len(line) <= LONG else FOLDED.format(formats.shortened(line, LONG), said)


def _worded(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, list):
        return ", ".join(FACTS.get(str(name), str(name)) for name in value)
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, str) and _DAY.fullmatch(value):
        return formats.date(date.fromisoformat(value))
    return "—" if value in {None, ""} else WORDINGS.get(str(value), str(value))
