"""«Показатели»: how the work goes, in pictures with the tables that they are drawn from.

A figure is a function that turns what a service counted into a `Plot`; the page draws any of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request
from flask_admin import BaseView

from admin.guard import EVERYBODY, Guarded, page
from portal import access, formats
from portal.models import StaffRole, TermUnit
from portal.services import figures
from portal.workflow import By, Tone, kinds_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from admin.cases import CaseScreen
    from portal.models import Term
    from portal.stages import Length

PERIODS = (30, 90, 365)  # days
UNITS = {TermUnit.working: "раб.\u00a0дн.", TermUnit.calendar: "дн.", TermUnit.months: "мес."}
KIND_TONES = ("first", "second", "third")


@dataclass(frozen=True)
class Series:
    """A column of numbers; with a tone it is drawn, without it stands in the table alone."""

    label: str
    tone: str = ""
    href: str = ""


@dataclass(frozen=True)
class Cell:
    """A number, how it is written, and where what it counts is listed; without a number nothing is drawn."""

    count: float | None
    words: str
    href: str = ""


@dataclass(frozen=True)
class Plot:
    """A picture and its table: `first` heads the names of the rows; flat bars where those are long."""

    code: str
    title: str
    first: str
    series: tuple[Series, ...]
    rows: Sequence[tuple[str, Sequence[Cell]]]
    says: str = ""
    is_flat: bool = True
    is_stacked: bool = True

    @property
    def largest(self) -> str:
        """Say in words what stands out; empty where there is nothing to draw."""
        drawn = [place for place, series in enumerate(self.series) if series.tone]
        bars = [(cells[place].count or 0, name, place, cells) for name, cells in self.rows for place in drawn]
        most, name, place, cells = max(bars, key=lambda bar: bar[0], default=(0, "", 0, ()))
        return f"{name}, {self.series[place].label.lower()}: {cells[place].words}" if most else ""


class Figures(Guarded, BaseView):
    """One page; each role sees the figures of what it may open."""

    roles = EVERYBODY

    def __init__(self, *screens: CaseScreen) -> None:
        """Take the queues that are counted."""
        super().__init__("Показатели", None, "staff_figures", "figures", menu_icon_value="pulse")
        self.screens = screens

    @page("/")
    def index(self) -> str:
        """Count, and show picture after picture."""
        asked = request.args.get("days", type=int)
        days = asked if asked in PERIODS else PERIODS[0]
        queues = [screen for screen in self.screens if screen.is_accessible()]
        parts = {
            "open": ("Открытые дела", [*_open(queues), *self._of_clerks()]),
            "lasting": (f"Этапы и сроки за {days} дней", list(_lasting(queues, days))),
            "rest": ("Показания и письма", list(self._rest())),
        }
        return str(self.render("staff/figures.html", parts=parts, days=days, periods=PERIODS))

    def _of_clerks(self) -> Iterator[Plot]:
        if access.staff().role == StaffRole.admin:
            yield _load()

    def _rest(self) -> Iterator[Plot]:
        if self.may("staff_readings.index_view"):
            yield _readings(self)
        if self.may("staff_letters.index_view"):
            yield _letters(self)


def _open(queues: Sequence[CaseScreen]) -> Iterator[Plot]:
    """Show what is open: by days left, by who let a term pass, and by status."""
    names = {screen.queue.workflow.kind: screen for screen in queues}
    yield _by_days(names)
    yield _overdue(names)
    counts = figures.open_by_status(list(names))
    for kind, screen in names.items():
        yield _by_status(screen, [one for one in counts if one.kind == kind])


def _by_days(names: dict[str, CaseScreen]) -> Plot:
    found = {(one.kind, one.code): one.count for one in figures.open_by_days(list(names))}
    rows = [
        (span.label, [_count(found[kind, span.code], _part(names[kind], "open", due_on=span.code)) for kind in names])
        for span in figures.SPANS
    ]
    series = tuple(Series(one.name, tone) for one, tone in zip(names.values(), KIND_TONES, strict=False))
    return Plot("days", "Сколько дней до срока", "До срока", series, rows)


def _overdue(names: dict[str, CaseScreen]) -> Plot:
    found = {(one.kind, one.side): one for one in figures.overdue(list(names))}
    rows = []
    for kind, screen in names.items():
        ours, theirs = found[kind, By.staff], found[kind, By.applicant]
        lapsed = _part(screen, "proposed") if screen.queue.workflow.lapse else ""
        cells = [_count(ours.count, _part(screen, "late")), _count(theirs.count, lapsed)]
        rows.append((screen.name, [*cells, _plain(str(max(ours.days, theirs.days) or "—"))]))
    series = (Series("Срок компании", "late"), Series("Срок заявителя", "yours"), Series("Самый давний, дней назад"))
    return Plot("overdue", "Чей срок прошёл", "Дела", series, rows)


def _by_status(screen: CaseScreen, counts: Sequence[figures.Count]) -> Plot:
    rows = []
    for one in counts:
        status = screen.queue.workflow.status(one.code)
        cell, nothing = _count(one.count, _part(screen, "open", status=one.code)), _plain("")
        rows.append((status.short or status.label, [nothing, cell] if status.tone is Tone.yours else [cell, nothing]))
    series = (Series("Ждут нас", "ours"), Series("Ждут заявителя", "yours"))
    total = formats.grouped(sum(one.count for one in counts))
    return Plot(
        f"status-{screen.endpoint}", f"{screen.name}: по статусам", "Статус", series, rows, f"Открыто: {total}."
    )


def _lasting(queues: Sequence[CaseScreen], days: int) -> Iterator[Plot]:
    """Show how long stages last, and which terms were kept."""
    kinds = [screen.queue.workflow.kind for screen in queues]
    statuses, terms = figures.lasting(kinds, days)
    for screen in queues:
        yield _stages(screen, [one for one in statuses if one.kind == screen.queue.workflow.kind])
    yield _terms(terms)


def _stages(screen: CaseScreen, lengths: Sequence[Length]) -> Plot:
    rows = []
    for one in lengths:
        status = screen.queue.workflow.status(one.code)
        given = one.term.amount if one.term and one.term.unit != TermUnit.months else None
        cells = [Cell(one.median, _median(one)), Cell(given, _given(one.term)), _plain(formats.grouped(one.count))]
        rows.append((status.short or status.label, cells))
    series = (Series("Медиана", "ours"), Series("Срок", "given"), Series("Завершено"))
    has_months = any(one.term and one.term.unit == TermUnit.months for one in lengths)
    says = "Половина дел прошла этап не дольше медианы." + " Срок в месяцах — только в таблице." * has_months
    title = f"{screen.name}: сколько длится этап"
    return Plot(f"stages-{screen.endpoint}", title, "Этап", series, rows, says, is_stacked=False)


def _terms(lengths: Sequence[Length]) -> Plot:
    rows = []
    for one in lengths:
        cells = [_count(one.count - one.late), _count(one.late), _plain(f"{_median(one)} из {_given(one.term)}")]
        rows.append((one.term.name if one.term else one.code, cells))
    series = (Series("В срок", "done"), Series("С опозданием", "late"), Series("Медиана из срока"))
    return Plot("terms", "Соблюдение сроков", "Срок", series, rows, "Сроки, которые закончились: наши и заявителей.")


def _load() -> Plot:
    rows = [
        (one.name or "Без ответственного", [_count(one.ours), _count(one.yours), _count(one.late)])
        for one in figures.load()
    ]
    series = (Series("Ждут нас", "ours"), Series("Ждут заявителя", "yours"), Series("Из наших просрочено"))
    return Plot("load", "Открытые дела у сотрудников", "Сотрудник", series, rows)


def _readings(view: Guarded) -> Plot:
    now, before = figures.readings()
    window = now.window
    days = [str(day) for day in range(window.first.day, window.grace.day + 1)]
    labels = [f"До {days[0]}", *days, f"После {days[-1]}"]
    counts = zip((now.early, *now.by_day, now.late), (before.early, *before.by_day, before.late), strict=True)
    rows = [(label, [_count(count) for count in pair]) for label, pair in zip(labels, counts, strict=True)]
    series = tuple(
        Series(
            formats.month(one.window.month).capitalize(),
            tone,
            view.get_url("staff_readings.index_view", preset="all", flt0_month=one.window.month.isoformat()),
        )
        for one, tone in ((now, "ours"), (before, "given"))
    )
    says = f"Показания ждём {window.days}, принимаем по {formats.in_words(window.grace)}. Исправления не в счёт."
    title = "Показания по дням приёма"
    return Plot("readings", title, "Число месяца", series, rows, says, is_flat=False, is_stacked=False)


def _letters(view: Guarded) -> Plot:
    found = figures.letters(kinds_for(access.staff().role))
    waiting, failed = (view.get_url("staff_letters.index_view", preset=code) for code in ("waiting", "failed"))
    rows = [
        ("Ждут меньше часа", [_count(found.an_hour, waiting)]),
        ("Ждут до суток", [_count(found.a_day, waiting)]),
        ("Ждут больше суток", [_count(found.longer, waiting)]),
        ("Не доставлены", [_count(found.failed, failed)]),
    ]
    return Plot("letters", "Письма, которые не ушли", "Состояние", (Series("Писем", "ours"),), rows)


def _part(screen: CaseScreen, preset: str, **filters: str) -> str:
    """Give the address of a part of a queue, narrowed by columns."""
    chosen = {f"flt0_{name}": value for name, value in filters.items()}
    return screen.get_url(f"{screen.endpoint}.index_view", preset=preset, **chosen)


def _count(count: int, href: str = "") -> Cell:
    return Cell(count, formats.grouped(count), href if count else "")


def _plain(words: str) -> Cell:
    return Cell(None, words)


def _median(one: Length) -> str:
    unit = UNITS[TermUnit.working if one.is_working else TermUnit.calendar]
    return f"{one.median:g}".replace(".", ",") + f"\u00a0{unit}"


def _given(term: Term | None) -> str:
    return f"{term.amount}\u00a0{UNITS[TermUnit(term.unit)]}" if term else "—"
