"""What letters say, as they arrive: both forms, one link, and no more personal data than the name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from forms import wording
from forms.choices import ApplicantKind
from portal import clock, outbox
from portal.case_letters import APPEAL, CONNECTION, SERVICE
from portal.extensions import db
from portal.letter_kinds import LETTERS, shipped
from portal.models import Letter, Staff, Subscriber
from portal.services import extra_services, reminders
from portal.settings import ROOT
from portal.workflow import WORKFLOWS
from tests.support import people, stories

if TYPE_CHECKING:
    from email.message import EmailMessage

    from flask import Flask

    from tests.support.smtp import Mailbox

FOLDERS = {path.name for path in (ROOT / "templates" / "letters").iterdir() if path.is_dir()}
LINK = re.compile(r"\bhttps?://[^\s\"'<>]+")
CASE_LETTERS = {name for name, kind in LETTERS.items() if kind.group in (APPEAL, CONNECTION, SERVICE)}
TEXT = "Прошу проверить напряжение, мой кот Барсик боится темноты"


def bring_about(author: Subscriber, staff: dict[str, Staff]) -> None:
    """Make every move of every workflow once, and live through the days on which the calendar writes."""
    builders = {"appeal": people.appeal, "connection": people.connection, "service": people.extra_service}
    for kind, workflow in WORKFLOWS.items():
        clerk = staff[workflow.roles[0]]
        for move in workflow.moves:
            case = stories.brought(builders[kind](author), move.sources[0], author, clerk)
            if move.code == "complete_documents":
                stories.make(case, "add_documents", author)
            changes = {"cost": None} if move.code == "agree" else {}
            if changes:
                case = stories.brought(builders[kind](author), "checking", author, clerk)
                stories.make(case, "offer", clerk, **changes)
            stories.make(case, move.code, clerk if move.by == "staff" else author)
    with clock.shifted(timedelta(days=20)):
        reminders.remind()
    stories.brought(people.extra_service(author), "visit", author, staff["operator"])
    extra_services.remind_of_visits()


@dataclass(frozen=True)
class Arrived:
    """Letters as they came out of the mail server, and the (sender, recipients) that each came with."""

    letters: list[EmailMessage]
    envelopes: list[tuple[str | None, list[str]]]


@pytest.fixture(scope="session")
def _come() -> list[Arrived]:
    """What came in this process: bringing it about takes longer than reading it a hundred times."""
    return []


@pytest.fixture
def arrived(request: pytest.FixtureRequest, _come: list[Arrived]) -> Arrived:
    """Every letter that a case can bring about."""
    if not _come:
        request.getfixturevalue("sender")
        _come.append(_brought_about(request.getfixturevalue("post")))
    return _come[0]


def _brought_about(post: Mailbox) -> Arrived:
    author, staff = people.subscriber(), {role: people.staff(role) for role in ("operator", "engineer")}
    bring_about(author, staff)
    case = stories.appeal_in("in_work", author, staff["operator"], TEXT)
    people.kept(staff["operator"], form := people.token(), "Ответ про Барсика.pdf", slot="letter_file")
    stories.make(case, "answer", staff["operator"], token=form)
    with clock.shifted(timedelta(days=20)):
        while outbox.deliver().sent:
            pass
    names = set(db.session.scalars(select(Letter.name).where(Letter.case_id.is_not(None))))
    assert names == CASE_LETTERS, "a letter that no story brings about"
    assert len(post.received) == len(db.session.scalars(select(Letter)).all())
    return Arrived(list(post.received), list(post.envelopes))


def parts(letter: EmailMessage) -> tuple[str, str]:
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content(), html.get_content()


def test_a_letter_has_a_function_a_folder_and_one_that_sends_it() -> None:
    promised = {workflow.letter for workflow in WORKFLOWS.values()}
    moves = [move for workflow in WORKFLOWS.values() for move in workflow.moves]
    promised |= {name for move in moves for name in (move.letter, move.tells) if name}
    assert promised | {"term_near", "service_visit_near"} == CASE_LETTERS
    assert set(LETTERS) == FOLDERS


@pytest.mark.parametrize("folder", sorted(FOLDERS))
def test_a_folder_holds_a_subject_of_one_line_and_a_body(folder: str) -> None:
    place = ROOT / "templates" / "letters" / folder
    assert sorted(path.name for path in place.iterdir()) == ["body.txt", "subject.txt"]
    assert len((place / "subject.txt").read_text(encoding="utf-8").strip().splitlines()) == 1
    kind, words = LETTERS[folder], shipped(folder)
    wording.check(words.subject, kind.names)
    wording.check(words.body, kind.names)


def test_each_letter_comes_as_text_and_as_html_to_one_address_with_a_subject_of_one_line(
    arrived: Arrived,
) -> None:
    for letter, (sent_from, sent_to) in zip(arrived.letters, arrived.envelopes, strict=True):
        plain, html = parts(letter)
        assert plain.strip()
        assert html.lstrip().startswith("<!doctype html>")
        assert 10 < len(letter["Subject"]) < 100
        assert "\n" not in letter["Subject"]
        assert letter["From"] == "Воронежская горэлектросеть <cabinet@example.org>"
        assert letter["To"] == sent_to[0]
        assert (sent_from, len(sent_to)) == ("cabinet@example.org", 1)
        assert letter["Auto-Submitted"] == "auto-generated"
        assert letter["Date"].datetime.tzinfo is not None
        assert letter["Message-ID"].endswith("@lk.example.org>")
        assert not list(letter.iter_attachments())
        for header in ("Cc", "Bcc", "Reply-To"):
            assert letter[header] is None


def test_every_link_leads_to_the_public_address(arrived: Arrived) -> None:
    for letter in arrived.letters:
        for text in parts(letter):
            links = LINK.findall(text)
            assert links, letter["Subject"]
            assert all(link.startswith("https://lk.example.org/") for link in links), links


def test_a_letter_knows_the_name_and_nothing_else_of_a_person(arrived: Arrived) -> None:
    secret = [
        "Образцов", "900", "000-00-01", "0000001", "11223344595", "112-233", "394006", "кв. 7", "20-летия",
        "Барсик", "темноты", stories.ANSWER, stories.QUESTION, stories.REASON, ".pdf",
    ]  # fmt: skip
    for letter in arrived.letters:
        body = "\n".join(parts(letter))
        assert re.search("Пётр Ильич, здравствуйте!|(operator|engineer)_[0-9]+, здравствуйте!", body)
        for words in (body, letter["Subject"]):
            assert not [word for word in secret if word in words], letter["Subject"]


def test_the_words_of_a_letter_are_the_same_in_both_forms(arrived: Arrived) -> None:
    for letter in arrived.letters:
        plain, html = parts(letter)
        shown = " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<h1") :]).split())
        for paragraph in plain.split("\n\n")[1:3]:
            first = " ".join(paragraph.split())
            assert first.partition(":")[0] in shown, (first, shown)


def test_a_name_with_markup_is_shown_as_it_is_and_never_run(sender: Flask, post: Mailbox) -> None:
    name = "ООО «{{ 7 * 7 }} <b>Рога & Копыта</b>»"
    firm = people.subscriber(kind=ApplicantKind.ul, full_name=None, organisation_short=name)
    people.appeal(firm)
    outbox.deliver()
    plain, html = parts(post.received[-1])
    assert f"{name}, здравствуйте!" in plain
    assert "{{ 7 * 7 }} &lt;b&gt;Рога &amp; Копыта&lt;/b&gt;»" in html


def test_the_clock_of_the_company_and_not_of_greenwich_dates_a_letter(sender: Flask) -> None:
    import time_machine

    with time_machine.travel("2026-11-23 21:30 +0000", tick=False):
        case = people.appeal(people.subscriber())
    text = db.session.scalars(select(Letter.text).where(Letter.case_id == case.id)).one()
    assert "Зарегистрировано: 24.11.2026" in text
    assert "Ответим не позднее: 24.12.2026" in text
