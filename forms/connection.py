"""Fig. 12, «Заявка на технологическое присоединение»: one page in five sections, and the same in words."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Final, Protocol

from wtforms.fields import SubmitField

from forms.amounts import kilowatts, kilowatts_or_none
from forms.answers import ConnectionAnswers
from forms.applicant import KIND_CONDITIONS, ApplicantFigure
from forms.base import Figure
from forms.choices import (
    ApplicantKind,
    ApplicationType,
    Circumstance,
    ConnectionService,
    ConsentKind,
    ContractKind,
    Instalments,
    Reliability,
)
from forms.fields import (
    AmountField,
    CardsField,
    ChoiceField,
    ConsentField,
    LineField,
    OkvedField,
    RowField,
    TicksField,
    UploadField,
)
from forms.labels import LABELS
from forms.papers import PAPERS, Need, wanted

HOUSE_LONGEST: Final = 25
FLAT_LONGEST: Final = 20
PLAN_LONGEST: Final = 300
INSTALMENTS_FROM_KW: Final = 15
INSTALMENTS_TO_KW: Final = 150

Rows = Iterable[tuple[int, str]]
Fact = tuple[str, str]


class Owner(Protocol):
    """Who applies, as the profile knows them."""

    kind: str
    passport: str | None
    registry_number: str | None
    registry_date: dt.date | None
    okved: str | None


@dataclass(frozen=True)
class Section:
    """A part of the page: the names of its fields in the manual's order. «power» is the sum of the two before it."""

    code: str
    title: str
    names: tuple[str, ...]


# What the profile may lack, with hints; it is asked here and saved to it.
HINTS: Final = {
    "passport": "Серия и номер, 10 цифр. Например, 2011 000001",
    "registry_number": "ЕГРЮЛ: 13 цифр, ЕГРИП: 15 цифр",
    "registry_date": "Она стоит в листе записи или в выписке",
    "okved": "Начните печатать код или название. Например, 47.11",
}
PROFILE: Final = tuple(HINTS)
SECTIONS: Final = (
    Section("applicant", "Заявитель", PROFILE),
    Section("wish", "Что нужно", ("application_type", "service", "contract_kind", "supplier_id", "handover")),
    Section("object", "Объект", ("object_type_id", "street_id", "house", "office", "flat")),
    Section(
        "terms",
        "Мощность и сроки",
        ("power_requested", "power_previous", "power", "voltage_id", "temporary_term", "schedule", "stages",
         "load_kind_id", "instalments", "reliability"),
    ),
    Section("papers", "Документы", ("circumstances", *PAPERS)),
)  # fmt: skip


@dataclass(frozen=True)
class Progress:
    """How far a section is: required fields in all, those still empty, sentences about what is wrong."""

    section: Section
    total: int
    left: int
    errors: int


def _demands(code: str) -> Callable[[Any], bool]:
    return lambda form: form.needs[code] is Need.required


def _takes_instalments(form: Any) -> bool:
    total = form.total
    return (
        bool(KIND_CONDITIONS["org"](form)) and total is not None and INSTALMENTS_FROM_KW <= total <= INSTALMENTS_TO_KW
    )


class ConnectionForm(Figure):
    """Fig. 12: make it, lay the files kept under its token into `kept`, then `settle` it for its applicant."""

    conditions: ClassVar = (
        KIND_CONDITIONS
        | {
            "human": lambda form: form.kind_code != ApplicantKind.ul.code,
            "temporary": lambda form: form.service.data == ConnectionService.temporary.code,
            "permanent": lambda form: form.service.data != ConnectionService.temporary.code,
            "instalments": _takes_instalments,
        }
        | {f"demands_{code}": _demands(code) for code in PAPERS}
    )

    passport = ApplicantFigure.passport
    registry_number = ApplicantFigure.registry_number
    registry_date = ApplicantFigure.registry_date
    okved = OkvedField(when="org", render_kw={"list": "activities"})
    application_type = CardsField(of=ApplicationType, default=ApplicationType.new.code)
    service = CardsField(of=ConnectionService, description="Выберите вид тех. присоединения")
    contract_kind = ChoiceField(of=ContractKind, default=ContractKind.supply.code, optional=True)
    supplier_id = RowField(optional=True)
    handover = ConsentField(
        ConsentKind.handover.label, when="human", noun="согласие на передачу данных энергосбытовой компании"
    )
    object_type_id = RowField(first="-Выберите тип объекта-")
    street_id = RowField(first="-Выберите улицу-", description="Начните печатать название: «звёзд», «9 янв»")
    house = LineField(limit=HOUSE_LONGEST)
    office = LineField(limit=FLAT_LONGEST, optional=True)
    flat = LineField(limit=FLAT_LONGEST, optional=True)
    power_requested = AmountField(rule=kilowatts, description="Сколько киловатт добавить")
    power_previous = AmountField(
        rule=kilowatts_or_none, optional=True, description="Из прошлого договора. Если объект новый — 0"
    )
    voltage_id = RowField(optional=True, description="0.23 кВ — одна фаза, 0.4 кВ — три фазы")
    temporary_term = LineField(
        limit=PLAN_LONGEST, when="temporary", optional=True, description="Например: с 1 марта по 30 сентября 2027 года"
    )
    schedule = LineField(
        limit=PLAN_LONGEST,
        when="permanent",
        optional=True,
        description="Например: проект — март 2027, ввод — июнь 2027",
    )
    stages = LineField(limit=PLAN_LONGEST, optional=True, description="Если этап один, оставьте пустым")
    load_kind_id = RowField(first="-Выберите вид нагрузки-")
    instalments = ChoiceField(of=Instalments, when="instalments", default=Instalments.no.code, optional=True)
    reliability = ChoiceField(of=Reliability, default=Reliability.third.code, optional=True)
    circumstances = TicksField(
        of=Circumstance, description="Отметьте, что подходит: от этого зависит, какие нужны документы"
    )
    submit = SubmitField("Сохранить")

    kind_code = ""
    # The view knows the company's time zone: `form.today = clock.today`.
    today: Callable[[], dt.date] = staticmethod(dt.date.today)
    known: Sequence[Fact] = ()

    def settle(self, owner: Owner, known: Sequence[Fact] = ()) -> None:
        """Fit the form to its applicant; `known` is what the profile says, in words. Lay the rows in before."""
        self.kind_code, self.known = owner.kind, known
        self.service.offer(ConnectionService.of(owner.kind))
        self.circumstances.offer(_relevant(owner.kind))
        for name in PROFILE:
            if getattr(owner, name) or not self.applies(self[name]):
                del self[name]
            else:
                self[name].required, self[name].description = True, HINTS[name]
        if owner.kind == ApplicantKind.ip.code and "registry_number" in self:
            self.registry_number.label.text = LABELS["registry_number_ip"]
        for code, need in self.needs.items():
            self[code].required = need is Need.required

    def lay(self, rows: Mapping[str, Rows], likely: Mapping[str, int | None]) -> None:
        """Lay in the lines of lists by field, and those that a fresh form begins with."""
        for name, lines in rows.items():
            self[name].lay(lines)
        for name, row_id in likely.items():
            if self[name].raw_data is None:
                self[name].data = row_id

    @property
    def needs(self) -> dict[str, Need]:
        """How much each paper is wanted; before a service is chosen, for the first that is offered."""
        service = self.service.data or ConnectionService.of(self.kind_code)[0].code
        return wanted(service, self.kind_code, self.circumstances.data or ())

    @property
    def total(self) -> Decimal | None:
        """Power in all, kW; None as long as the two numbers can't be read."""
        try:
            requested = kilowatts(self.power_requested.typed, "")
            return requested + kilowatts_or_none(self.power_previous.typed.strip() or "0", "")
        except ValueError:
            return None

    @property
    def limit_kw(self) -> int | None:
        """The most power in all, kW, under the service that is chosen."""
        chosen = next((one for one in ConnectionService.of(self.kind_code) if one.code == self.service.data), None)
        return None if chosen is None else chosen.limit_kw(self.kind_code)

    @property
    def is_over(self) -> bool:
        """Whether the power in all is more than the service allows."""
        return self.total is not None and self.limit_kw is not None and self.total > self.limit_kw

    @property
    def total_words(self) -> str:
        """«15 кВт из 15: подходит», as far as it is known."""
        if self.total is None or self.limit_kw is None:
            return f"{_number(self.total)} кВт" if self.total is not None else ""
        over = f"превышение {_number(self.total - self.limit_kw)} кВт" if self.is_over else "подходит"
        return f"{_number(self.total)} кВт из {self.limit_kw}: {over}"

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge all fields, and the sum of the two powers against the limit of the service."""
        is_valid = super().validate(extra_validators)
        if not self.is_over:
            return is_valid
        self.power_requested.errors = [*self.power_requested.errors, self._too_much()]
        return False

    def typed(self) -> dict[str, list[str]]:
        """Return everything as it was typed, by name, without files: what a draft keeps."""
        texts = {f.short_name: [said for said in f.raw_data or () if isinstance(said, str)] for f in self._said()}
        return {name: said for name, said in texts.items() if said}

    def sheet(self) -> tuple[dict[str, Any], ...]:
        """Return all that is said, in words, section by section: {"title": …, "facts": [[label, words], …]}."""
        sections = ({"title": one.title, "facts": [list(fact) for fact in self._facts(one)]} for one in SECTIONS)
        return tuple(section for section in sections if section["facts"])

    def progress(self) -> list[Progress]:
        """Tell of each section how far it is."""
        return [self._progress(section) for section in SECTIONS]

    def answers(self) -> ConnectionAnswers:
        """Return what was filled in, after a successful validation."""
        asked = {name: self[name].data for name in PROFILE if name in self}
        return ConnectionAnswers(
            token=self.token.data,
            service=ConnectionService[self.service.data],
            circumstances=tuple(self.circumstances.data),
            street_id=self.street_id.data,
            house=self.house.data,
            office=self.office.data,
            flat=self.flat.data,
            power_requested=self.power_requested.data,
            power_previous=self.power_previous.data or Decimal(0),
            voltage_id=self.voltage_id.data,
            supplier_id=self.supplier_id.data,
            sheet=self.sheet(),
            # The profile has these from now on: secrets stand in one place alone.
            typed={name: said for name, said in self.typed().items() if name not in PROFILE},
            profile=asked,
            handover=self.applies(self.handover) and bool(self.handover.data),
        )

    def _said(self) -> Iterator[Any]:
        """Yield the fields that hold words."""
        silent = {"token", "csrf_token", "submit"}
        return (field for field in self if not isinstance(field, UploadField) and field.short_name not in silent)

    def _facts(self, section: Section) -> Iterator[Fact]:
        if section.code == "applicant":
            yield from self.known
        for name in section.names:
            if name == "power" and self.total is not None:
                yield LABELS["power"], _number(self.total)
            elif name in self and name not in PAPERS and self.applies(self[name]) and self[name].words:
                yield self[name].label.text, self[name].words

    def _progress(self, section: Section) -> Progress:
        fields = [self[name] for name in section.names if name in self and self.applies(self[name])]
        required = [field for field in fields if field.required]
        left = [field for field in required if not self._is_filled(field)]
        return Progress(section, len(required), len(left), sum(len(field.errors) for field in fields))

    def _is_filled(self, field: Any) -> bool:
        return bool(self.kept.get(field.short_name)) if isinstance(field, UploadField) else bool(field.is_filled)

    def _too_much(self) -> str:
        total, most = _number(self.total or Decimal(0)), f"а можно не больше {self.limit_kw} кВт"
        if not self.power_previous.data:
            return f"Уменьшите мощность: указано {total} кВт, {most}"
        return f"Уменьшите мощность: вместе с ранее присоединённой получается {total} кВт, {most}"


# Every kind of document is a field of its own, so that each has its place, its star and its sentence.
for _code, _paper in PAPERS.items():
    setattr(
        ConnectionForm, _code, UploadField(_paper.label, noun=_paper.noun, needed=f"demands_{_code}", optional=True)
    )


def _relevant(kind: str) -> list[Circumstance]:
    """List the circumstances that decide anything for such an applicant."""
    services = set(ConnectionService.of(kind))
    return [one for one in Circumstance if any(one in p.by and services & set(p.services) for p in PAPERS.values())]


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}".replace(".", ",")
