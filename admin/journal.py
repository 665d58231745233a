"""«Журнал»: who did what and when, found by person, record and day; to be read only."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from flask import g, request
from markupsafe import Markup
from sqlalchemy import or_, select

from admin.base import LARGEST_ID, Screen, link
from admin.guard import page
from admin.parts import LONGEST_SEARCH
from admin.words import FACTS, worded
from forms.inputs import SUMS
from forms.journal import JournalForm
from portal import case_letters, clock, formats
from portal.extensions import db
from portal.journal import Change
from portal.models import Case, JournalEntry, Staff, StaffRole, Subscriber
from portal.search import finding
from portal.search.kinds import KINDS
from portal.workflow import WORKFLOWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask.typing import ResponseReturnValue
    from sqlalchemy import ColumnElement

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
    "staff.role": "Сменить роль",
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
    "reading.check": "Проверить показания",
    "readings.file_taken": "Передать файл показаний",
    "readings.file_refused": "Передать файл показаний: не принят",
    "readings.billing": "Выгрузить показания за месяц",
    "disclosure.take": "Выгрузить отчёт об этапах заявок",
    "list.export": "Выгрузить список",
}
# What screens write: «streets.edit».
WRITTEN = {"create": "Добавить", "edit": "Изменить", "delete": "Удалить"}
CARDS = {kind: card.partition(".")[0] for kind, (_, _, card) in case_letters.PAGES.items()}
SUBJECTS = {"outage_subscriptions": "Подписка на отключения", "subscribers": "Абонент", "staff": "Сотрудник"}
SUBJECTS |= {"disclosure": "Раскрытие информации"}
SUBJECTS |= {"documents": "Документ", "letter_texts": "Текст письма", "consent_drafts": "Черновик согласия"}
# table: endpoint of the card of one of its rows, and what its address calls the key
WAYS = {
    "subscribers": ("staff_subscribers.card", "subscriber_id"),
    "staff": ("staff_colleagues.card", "staff_id"),
    "meters": ("staff_meters.card", "meter_id"),
    "outages": ("staff_outages.card", "outage_id"),
    "documents": ("staff_exchange.card", "document_id"),
    "letters": ("staff_letters.details_view", "id"),
    "letter_texts": ("staff_letter_texts.card", "code"),
    "consent_drafts": ("staff_consents.next_version", "kind"),
}
FILTERS = ("words", "staff_id", "since", "till", "subject", "subscriber_id")
READ = 20  # rows of each kind that words may mean
LONG = 200
FOLDED = Markup('<details><summary>{}</summary><span class="text">{}</span></details>')


class Journal(Screen):
    """Everything done, newest first. It has no form: entries never change."""

    roles = (StaffRole.admin,)
    column_list = ("at", "actor", "event", "subject", "data")
    column_sortable_list = ()
    can_export = True
    list_template = "staff/journal/list.html"
    column_formatters: ClassVar[Any] = {
        "event": lambda _view, _context, entry, _name: event_of(entry, _kind_of(entry)),
        "subject": lambda view, _context, entry, _name: view.about(entry),
        "data": lambda _view, _context, entry, _name: Markup("<br>").join(facts_of(entry)),
    }
    export_formatters: Mapping[str, Any] = {
        "data": lambda _view, _context, entry, _name: "; ".join(facts_of(entry, is_whole=True)),
    }
    labels: Mapping[str, str] = {"event": "Действие", "subject": "О чём", "data": "Подробности"}

    @page("/")
    def index_view(self) -> ResponseReturnValue:
        """Show the entries that the filters leave; a filter that is not right leaves all."""
        form = self._form()
        self._template_args["form"] = form
        self._template_args["whose"] = self._whose()
        return super().index_view(), 422 if form.errors else 200

    def order(self) -> tuple[Any, ...]:
        """Put the newest first."""
        return (JournalEntry.at.desc(), JournalEntry.id.desc())

    def get_query(self) -> Any:  # noqa: ANN401
        """Select what was asked for; each way has an index of its own."""
        return super().get_query().filter(*_wanted(self._form()))

    def prepare(self, rows: list[JournalEntry]) -> None:
        """Read the cases of all these entries at once; the session holds them as long as somebody does."""
        keys = {row.case_id for row in rows} - {None}
        g.cases = db.session.scalars(select(Case).where(Case.id.in_(keys))).all()

    def about(self, entry: JournalEntry) -> str:
        """Name the row an entry is about, as a way to its card where there is one."""
        case = _case_of(entry)
        if case is not None:
            return way_to(self, case)
        table, _, key = entry.subject.partition(":")
        name = self.name_of(entry.subject)
        endpoint, argument = self._ways().get(table, ("", ""))
        has_card = key not in {"", "0"} and self.may(endpoint)
        return link(self.get_url(endpoint, **{argument: key}), name) if has_card else name

    def name_of(self, subject: str) -> str:
        """Name a record: «Улицы, № 12»."""
        table, _, key = subject.partition(":")
        title = {view.model.__tablename__: view.name for view in self._screens()} | SUBJECTS
        return f"{title.get(table, table)}, № {key}" if key.isdecimal() else title.get(table, table)

    def _ways(self) -> dict[str, tuple[str, str]]:
        """Give the way to the card of each table's rows; of a directory it is the form."""
        forms = {view.model.__tablename__: (f"{view.endpoint}.edit_view", "id") for view in self._screens()}
        return forms | WAYS

    def _screens(self) -> list[Screen]:
        return [view for view in self.admin._views if isinstance(view, Screen)]  # noqa: SLF001 - there is no other list

    def _form(self) -> JournalForm:
        form = JournalForm(request.args)
        colleagues = db.session.execute(select(Staff.id, Staff.full_name).order_by(Staff.full_name))
        form.staff_id.lay([(row.id, row.full_name) for row in colleagues])
        form.validate()
        return form

    def _whose(self) -> str:
        """Say what the list is narrowed to by the address: a way from a card led here."""
        subject, key = _asked("subject"), request.args.get("subscriber_id", 0, type=int)
        author = db.session.get(Subscriber, key) if 0 < key <= LARGEST_ID else None
        return self.name_of(subject) if subject else author.name if author else ""

    def narrowed_to(self) -> list[tuple[str, str]]:
        """Say what the filters are set to; the words of a search are for the page alone."""
        form, whose = self._form(), self._whose()
        days = [(day.label.text, formats.date(day.data)) for day in (form.since, form.till) if day.data]
        people = [(form.staff_id.label.text, form.staff_id.words)] if form.staff_id.data else []
        return [*people, *days, *([("Только", whose)] if whose else [])]

    def _get_list_extra_args(self) -> Any:  # noqa: ANN401
        asked = super()._get_list_extra_args()
        return asked.clone(extra_args=asked.extra_args | {name: _asked(name) for name in FILTERS if _asked(name)})


def _asked(name: str) -> str:
    return request.args.get(name, "").replace("\0", "")[:LONGEST_SEARCH]


def _wanted(form: JournalForm) -> Iterator[ColumnElement[bool]]:
    """Give the conditions of the filters that are right."""
    author = request.args.get("subscriber_id", 0, type=int)
    if form.staff_id.data and not form.staff_id.errors:
        yield JournalEntry.staff_id == form.staff_id.data
    if form.since.data and not form.since.errors:
        yield JournalEntry.at >= clock.midnight(form.since.data)
    if form.till.data and not form.till.errors:
        yield JournalEntry.at < clock.midnight(form.till.data) + timedelta(days=1)
    if form.words.data and not form.words.errors:
        yield _meant(form.words.data)
    if 0 < author <= LARGEST_ID:
        yield JournalEntry.subscriber_id == author
    if _asked("subject"):
        yield JournalEntry.subject == _asked("subject")


def _meant(words: str) -> ColumnElement[bool]:
    """Select what was done by whom, or to what, the index of words finds."""
    found = finding.find(db.session(), words, [kind for kind, one in KINDS.items() if one.kept], READ)
    keys = {kind: [one.id for one in found if one.kind == kind] for kind in KINDS}
    subjects = [f"{'cases' if one.kind in CARDS else KINDS[one.kind].model.__tablename__}:{one.id}" for one in found]
    people = (JournalEntry.staff_id.in_(keys["staff"]), JournalEntry.subscriber_id.in_(keys["subscriber"]))
    return or_(JournalEntry.subject.in_(subjects), *people)


def _case_of(entry: JournalEntry) -> Case | None:
    return db.session.get(Case, entry.case_id) if entry.case_id else None


def way_to(view: Screen, case: Case) -> str:
    """Name a case, as a way to its card for whoever may open it."""
    card = f"{CARDS[case.kind]}.card"
    return link(view.get_url(card, key=case.card_key, preset="all"), case.title) if view.may(card) else case.title


def event_of(entry: JournalEntry, kind: str = "") -> str:
    """Name what was done; `kind` is that of the case it was done to."""
    known = MOVES.get((kind, entry.event)) or EVENTS.get(entry.event)
    return known or WRITTEN.get(entry.event.rpartition(".")[2], entry.event)


def _kind_of(entry: JournalEntry) -> str:
    case = _case_of(entry)
    return case.kind if case else ""


def facts_of(entry: JournalEntry, *, is_whole: bool = False) -> Iterator[str]:
    """Give the details in words: of a changed row what was and what is, of a move what it was given.

    What is long is folded away, unless it is wanted whole.
    """
    is_new = entry.event.endswith(".create")
    for name, fact in entry.data.items():
        is_change = Change.is_told_by(fact)
        value = fact["new"] if is_change and is_new else fact
        said = f"{worded(value['old'])} → {worded(value['new'])}" if is_change and not is_new else worded(value)
        said = formats.money(value) if name in SUMS else said
        line = f"{FACTS.get(name, name)}: {said}"
        yield line if is_whole or len(line) <= LONG else FOLDED.format(formats.shortened(line, LONG), said)
