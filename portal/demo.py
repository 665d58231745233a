"""An empty installation filled with invented people and appeals, so that each screen can be looked at."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forms.answers import AppealAnswers, MoveAnswers, RegistrationAnswers
from forms.choices import ApplicantKind, ConsentKind
from portal import clock, demo_cases, demo_exchange, demo_meters, demo_outages, moves, passwords
from portal.extensions import db
from portal.journal import Actor
from portal.models import Staff, Subscriber
from portal.origin import Origin
from portal.refusals import Refusal
from portal.services import accounts, appeals, reference, streets, uploads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.models import Case

HERE = Origin("127.0.0.1", "demo")


def paper() -> bytes:
    """Draw a page with a house and a line to it: the smallest PDF that every viewer opens."""
    drawing = (
        b"2 w 90 620 220 160 re S 90 780 m 200 860 l 310 780 l S 400 560 m 400 860 l S [6 4] 0 d 310 700 m 400 800 l S"
    )
    parts = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 942]/Resources<<>>/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawing), drawing),
    )
    made, places = b"%PDF-1.4\n", b"0000000000 65535 f \n"
    for number, part in enumerate(parts, 1):
        places += b"%010d 00000 n \n" % len(made)
        made += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    size = len(parts) + 1
    table = b"xref\n0 %d\n%strailer<</Size %d/Root 1 0 R>>\n" % (size, places, size)
    return made + table + b"startxref\n%d\n%%%%EOF\n" % len(made)


@dataclass(frozen=True)
class Act:
    """A move made some days after the one before."""

    days: int
    code: str
    answers: dict[str, Any] = field(default_factory=dict)
    file: str = ""


@dataclass(frozen=True)
class Story:
    """One kind of appeal, told twice: by the person of the demonstration and by somebody else."""

    topic: int
    ago: int
    texts: tuple[str, str]
    acts: tuple[Act, ...] = ()


TAKE = Act(1, "take")
ASK = Act(2, "ask", {"note": "Напишите, пожалуйста, номер квартиры и в какие часы это бывает."})
ANSWER = Act(
    4,
    "answer",
    {"note": "Бригада проверила линию: ослаб контакт на вводе. Работы закончены, напряжение в норме."},
    "Ответ на обращение.pdf",
)
# At least one for every status; the oldest first, so that numbers follow dates.
STORIES = (
    Story(0, 40, ("Где находится ближайшее «Единое окно»?", "Как получить квитанцию за прошлый год?"),
          (Act(1, "answer", {"note": "Адрес и часы приёма — внизу каждой страницы."}), Act(20, "close"))),
    Story(4, 38, ("Как переоформить договор на нового владельца?", "Какие нужны бумаги, чтобы увеличить мощность?"),
          (TAKE, Act(20, "extend", {"note": "Запросили сведения в другой организации.", "until": 21}))),
    Story(1, 33, ("По вечерам мигает свет во всём подъезде.", "Каждую неделю на улице пропадает свет.")),
    Story(3, 30, ("С опоры у сквера сняли провод.", "Открыт шкаф подстанции, замок сломан."), (TAKE,)),
    Story(2, 25, ("К линии подключён ларёк без счётчика.", "В гараже по соседству свет в обход счётчика."),
          (TAKE, ANSWER)),
    Story(1, 18, ("Линию обещали починить, свет мигает.", "Ветки касаются проводов, их не обрезали."),
          (TAKE, ANSWER, Act(3, "disagree", {"note": "Никто не приезжал, всё по-прежнему."}))),
    Story(1, 15, ("Во дворе не горит фонарь.", "Фонарь светит прямо в окна."),
          (TAKE, Act(2, "redirect", {"addressee": "Управа района", "note": "Уличные фонари обслуживает она."}))),
    Story(1, 12, ("Лампы горят вполнакала, проверьте напряжение.", "Напряжение скачет, сгорел холодильник."), (TAKE,)),
    Story(4, 9, ("Кажется, счётчик неисправен.", "Когда меняют старые счётчики?"),
          (Act(2, "withdraw", {"note": "Разобрались сами, спасибо."}),)),
    Story(4, 6, ("Счётчик показывает больше, чем обычно.", "По вечерам выбивает автомат на вводе."), (TAKE, ASK)),
    Story(0, 0, ("До какого числа передавать показания?", "Будет ли отключение в субботу?")),
)  # fmt: skip


def fill() -> dict[str, str]:
    """Make everything; gives login: one-time password of the accounts one can sign in to.

    Raises:
        Refusal: there are subscribers already, so this may be somebody's real installation.

    """
    if db.session.scalar(select(Subscriber.id).limit(1)):
        raise Refusal("There are subscribers already: a demonstration belongs into an empty installation.")
    secret = {login: passwords.one_time() for login in ("demo", "operator", "engineer")}
    clerk = _employ("operator", "Соколова Елена Викторовна", secret["operator"])
    engineer = _employ("engineer", "Климов Андрей Петрович", secret["engineer"])
    people = list(_people(secret["demo"]))
    demo_meters.fill(people)
    demo_cases.fill(people, clerk, engineer, paper())
    tokens = (f"{number:032x}" for number in range(1, 10_000))
    for story, other in zip(STORIES, cycle(people[1:]), strict=False):
        for author, text in zip((people[0], other), story.texts, strict=True):
            _live(author, clerk, story, text, tokens)
    demo_outages.fill(people)
    demo_exchange.fill(people[0], clerk, paper(), tokens)
    return secret


def _employ(role: str, full_name: str, password: str) -> Staff:
    mail = f"{role}@example.org"
    return accounts.add_staff(role, mail, role, password, must_change=False, full_name=full_name)


def _people(password: str) -> Iterator[Subscriber]:
    known = {display: street_id for street_id, display in streets.choices()}
    with (reference.FOLDER / "demo_people.csv").open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            login = f"demo{number or ''}"
            said: dict[str, Any] = {name: text or None for name, text in row.items()}
            said |= {"kind": ApplicantKind[row["kind"]], "street_id": known[said.pop("street")]}
            said |= {"login": login, "email": f"{login}@example.org", "password": password, "in_city": True}
            said |= {"address": None, "token": f"demo{number:028}", "consents": tuple(ConsentKind)[:3]}
            with clock.shifted(timedelta(days=-60)):
                yield accounts.register(RegistrationAnswers(**said), HERE)


def _live(author: Subscriber, clerk: Staff, story: Story, text: str, tokens: Iterator[str]) -> None:
    ago = story.ago
    with clock.shifted(timedelta(days=-ago)):
        filing = AppealAnswers(topic_id=appeals.topics()[story.topic].id, text=text, token=next(tokens))
        if story.topic == 1:
            _attach(author, filing.token, "document", "Схема и фото.pdf")
        case = appeals.submit(author, filing)
    for act in story.acts:
        ago -= act.days
        with clock.shifted(timedelta(days=-ago)):
            _act(case, author, clerk, act, next(tokens))


def _act(case: Case, author: Subscriber, clerk: Staff, act: Act, token: str) -> None:
    move = moves.workflow_of(case).move(act.code)
    who = clerk if move is not None and move.by == "staff" else author
    if act.file:
        _attach(who, token, "letter_file", act.file)
    given = dict(act.answers)
    if "until" in given:
        given["until"] = clock.today() + timedelta(days=given["until"])
    moves.make(case, act.code, Actor.of(who), MoveAnswers(token=token, note=given.pop("note", None), facts=given))


def _attach(who: Subscriber | Staff, token: str, slot: str, name: str) -> None:
    uploads.keep(who, token, slot, io.BytesIO(paper()), name, "application/pdf")
