"""Applications of the demonstration: for connection and for extra services, one in every status."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask import current_app
from werkzeug.datastructures import MultiDict

from forms.answers import ExtraServiceAnswers, MoveAnswers, VerdictAnswer
from forms.papers import PAPERS
from portal import clock, moves
from portal.journal import Actor
from portal.origin import Origin
from portal.services import connections, drafts, extra_services, uploads
from portal.views.connection_form import form_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from portal.models import Case, Staff, Subscriber

HERE = Origin("127.0.0.1", "demo")
REMARK = "На плане не видно привязки к улицам: покажите, где проходит граница участка."


@dataclass(frozen=True)
class Act:
    """A move made some days after the one before; days among its facts are counted from then."""

    days: int
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    note: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    verdicts: tuple[VerdictAnswer, ...] = ()


TAKE = Act(1, "take")
ASK = Act(1, "request_documents", verdicts=(VerdictAnswer("plan", accepted=False, remark=REMARK),))
ACCEPT = Act(2, "accept_documents")
ISSUE = Act(
    6,
    "issue_terms",
    {"terms_number": "ТУ-114", "terms_date": 0, "invoice_number": "С-207", "invoice_sum": Decimal("58320.00")},
    files={"terms_file": "Технические условия.pdf", "contract_file": "Договор.pdf", "invoice_file": "Счёт 207.pdf"},
)
PAY = Act(
    3,
    "conclude",
    {"paid_on": 0, "paid_sum": Decimal("58320.00"), "contract_number": "Д-114", "contract_date": 0},
)
READY = Act(20, "report_ready", {"conditions_met": True}, files={"documents": "Фото щита.pdf"})
REMARKS = Act(5, "find_remarks", note="Нет заземления щита учёта: установите его и сообщите о готовности ещё раз.")
AGAIN = Act(4, "report_ready", {"conditions_met": True})
INSPECT = Act(4, "inspect", {"inspected_on": 0})
MAKE_ACT = Act(3, "make_act", {"energised_on": 0, "act_number": "А-88", "act_date": 0}, files={"act_file": "Акт.pdf"})
FINISH = Act(2, "finish", {"account_number": "3600114207"})
CANCEL = Act(25, "cancel", note="Документы не поступили в срок.")

# How many days ago it was filed, kW, house, and what happened since; the oldest first, so that numbers follow dates.
CONNECTIONS = (
    (75, "15", "10", (TAKE, ACCEPT, ISSUE, PAY, READY, INSPECT, MAKE_ACT, FINISH)),
    (60, "12,5", "14", (TAKE, ASK, CANCEL)),
    (52, "10", "21", (TAKE, ACCEPT, ISSUE, PAY, READY, REMARKS, AGAIN, INSPECT, MAKE_ACT)),
    (48, "9", "25", (TAKE, ACCEPT, ISSUE, PAY, READY, INSPECT)),
    (45, "15", "8", (TAKE, ACCEPT, ISSUE, PAY, READY, REMARKS)),
    (40, "7,5", "33", (TAKE, ACCEPT, ISSUE, PAY, READY)),
    (36, "15", "5", (TAKE, ASK)),
    (30, "15", "17", (TAKE, ACCEPT, ISSUE, PAY)),
    (14, "10", "40", (TAKE, ACCEPT, ISSUE)),
    (12, "15", "28", (TAKE, ACCEPT)),
    (9, "12", "2", (TAKE, ASK)),
    (3, "15", "19", (TAKE,)),
    (0, "5", "6", ()),
)
VISIT = {"visit_on": 3, "visit_window": "10:00–13:00", "crew_phone": "+79000000090"}
SERVICES = (
    (20, 0, "Прошу снять показания перед продажей квартиры.", (TAKE, Act(2, "appoint", VISIT | {"visit_on": 1}), Act(
        1, "do", {"act_number": "А-31", "act_date": 0, "meter_reading": 10482}, files={"act_file": "Акт осмотра.pdf"}
    ))),
    (6, 3, "Нужно заменить старый счётчик.", (TAKE, Act(1, "offer", VISIT | {"visit_on": 9, "cost": Decimal(1850)}))),
    (4, 1, "Счётчик установлен, прошу допустить его к расчётам.", (TAKE, Act(1, "appoint", VISIT | {"visit_on": 5}))),
    (2, 0, "Прошу снять показания: уезжаю на всё лето.", (TAKE,)),
    (0, 2, "Прошу поставить счётчик на новую линию.", ()),
)  # fmt: skip


def fill(people: list[Subscriber], clerk: Staff, engineer: Staff, paper: bytes) -> None:
    """Tell each story once for the person of the demonstration and once for somebody else; `paper` is a PDF."""
    tokens = (f"{number:032x}" for number in range(50_000, 60_000))
    neighbour = next(person for person in people[1:] if person.is_person)
    for author in (people[0], neighbour):
        teller = _Teller(author, paper, tokens)
        for ago, power, house, acts in CONNECTIONS:
            with clock.shifted(timedelta(days=-ago)):
                case = teller.connection(power, house)
            facts = {"account_number": f"36001142{case.id:02}"}
            teller.live(case, engineer, ago, [_with(act, facts) for act in acts])
        for ago, topic, text, acts in SERVICES:
            with clock.shifted(timedelta(days=-ago)):
                case = teller.service(topic, text)
            teller.live(case, clerk, ago, list(acts))
    typed = {"service": ["person_15"], "house": ["12"], "power_requested": ["15"]}
    drafts.save(people[0], connections.FORM, next(tokens), typed)


def _with(act: Act, facts: Mapping[str, Any]) -> Act:
    return Act(act.days, act.code, facts) if act.code == "finish" else act


@dataclass(frozen=True)
class _Teller:
    """One applicant, and the paper that everything is printed on."""

    author: Subscriber
    paper: bytes
    tokens: Iterator[str]

    def connection(self, power: str, house: str) -> Case:
        """Fill fig. 12 in and send it."""
        token = next(self.tokens)
        for code in ("plan", "ownership"):
            self._attach(self.author, token, code, f"{PAPERS[code].label[:40]}.pdf")
        said = {"token": token, "service": "person_15", "application_type": "new", "house": house}
        with current_app.test_request_context("/connections/new", method="POST"):
            form = form_for(self.author, meta={"csrf": False})
            first = {name: form[name].choices[1].value for name in ("object_type_id", "street_id", "load_kind_id")}
            said |= first | {"power_requested": power, "voltage_id": form.voltage_id.choices[-3].value, "handover": "y"}
            said["passport"] = "2011 000001"
            form = form_for(self.author, MultiDict(said), meta={"csrf": False})
            form.validate()
            return connections.submit(self.author, form.answers(), HERE)

    def service(self, topic: int, text: str) -> Case:
        """Fill fig. 14 in and send it."""
        said = ExtraServiceAnswers(
            street_id=self.author.street_id or 1, house=self.author.house or "1", flat=self.author.flat,
            service_topic_id=extra_services.topics()[topic].id, text=text, token=next(self.tokens),
        )  # fmt: skip
        return extra_services.submit(self.author, said)

    def live(self, case: Case, staff: Staff, ago: int, acts: list[Act]) -> None:
        """Let what happened happen, each on its day."""
        for act in acts:
            ago -= act.days
            with clock.shifted(timedelta(days=-ago)):
                self._act(case, staff, act)

    def _act(self, case: Case, staff: Staff, act: Act) -> None:
        move, token = moves.workflow_of(case).move(act.code), next(self.tokens)
        who = staff if move is not None and move.by == "staff" else self.author
        for slot, name in act.files.items():
            self._attach(who, token, slot, name)
        facts = {name: _day(value) if name.endswith(("_on", "_date")) else value for name, value in act.facts.items()}
        moves.make(case, act.code, Actor.of(who), MoveAnswers(token, act.note, facts, act.verdicts))

    def _attach(self, who: Subscriber | Staff, token: str, slot: str, name: str) -> None:
        uploads.keep(who, token, slot, io.BytesIO(self.paper), name, "application/pdf")


def _day(later: int) -> Any:  # noqa: ANN401
    return clock.today() + timedelta(days=later)
