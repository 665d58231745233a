"""Filing appeals and reading one's own."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from forms.answers import AppealAnswers
from portal.extensions import db
from portal.models import Appeal, AppealTopic, Case, Document, Letter, Upload
from portal.refusals import FieldRefusal, NotYours, Refusal
from portal.services import appeals
from portal.transactions import transaction
from tests.support import people

pytestmark = pytest.mark.usefixtures("inside")


def test_an_appeal_gets_the_next_number_its_term_a_journal_entry_and_a_letter() -> None:
    author = people.subscriber()
    first, second = people.appeal(author), people.appeal(author, "Мигает свет")
    assert (first.number, second.number) == (1, 2)
    assert isinstance(second, Appeal)
    assert (second.status, second.text, second.topic) == ("registered", "Мигает свет", "Запрос справочной информации")
    entry = second.entries[0]
    assert (entry.event, entry.from_status, entry.to_status) == ("filed", None, "registered")
    assert (entry.subscriber_id, entry.staff_id, entry.actor) == (author.id, None, "Образцов П.И.")
    letter = db.session.scalars(select(Letter).where(Letter.case_id == second.id)).one()
    assert (letter.name, letter.recipient, letter.state) == ("appeal_registered", author.email, "waiting")
    assert letter.subject == "Обращение № 2 зарегистрировано"


def test_the_topics_are_those_of_the_manual_in_its_order() -> None:
    assert [topic.name for topic in appeals.topics()] == [
        "Запрос справочной информации",
        "Жалоба",
        "Сообщение о бездоговорном / без учёта потреблении электроэнергии",
        "Сообщение о хищении объектов электросетевого комплекса",
        "Запрос консультации",
    ]


def test_a_topic_that_staff_put_away_is_refused_beside_its_field_and_nothing_is_kept() -> None:
    author = people.subscriber()
    topic = appeals.topics()[0]
    with transaction() as session:
        session.execute(update(AppealTopic).where(AppealTopic.id == topic.id).values(is_active=False))
    db.session.expire_all()
    assert topic not in appeals.topics()
    for topic_id in (topic.id, 2_000_000):
        with pytest.raises(FieldRefusal, match="Выберите тему") as refusal:
            appeals.submit(author, AppealAnswers(topic_id=topic_id, text="…", token=people.token()))
        assert refusal.value.field == "topic_id"
    assert db.session.scalar(select(func.count()).select_from(Case)) == 0


def test_an_appeal_says_of_its_author_what_was_true_when_it_was_filed() -> None:
    author = people.subscriber()
    case = people.appeal(author)
    with transaction():
        author.full_name, author.phone = "Другой Иван Иванович", "+79000000099"
    db.session.expire_all()
    assert case.applicant["name"] == "Образцов Пётр Ильич"
    assert case.applicant["phone"] == "+79000000001"


def test_the_same_form_sent_twice_is_one_appeal() -> None:
    author, form = people.subscriber(), people.token()
    first = people.appeal(author, form_token=form)
    assert people.appeal(author, "Другие слова", form_token=form) is first
    assert people.appeal(author).number == first.number + 1
    assert db.session.scalar(select(func.count()).select_from(Letter).where(Letter.case_id == first.id)) == 1


def test_a_page_that_somebody_else_sent_from_this_computer_is_refused_in_words() -> None:
    form = people.token()
    people.appeal(people.subscriber(), form_token=form)
    with pytest.raises(Refusal, match="Откройте"):
        people.appeal(people.subscriber(), form_token=form)
    assert db.session.scalar(select(func.count()).select_from(Case)) == 1


def test_a_file_kept_for_the_page_becomes_a_document_of_the_appeal() -> None:
    author, form = people.subscriber(), people.token()
    upload = people.kept(author, form, "Схема.pdf", b"%PDF-1.4 drawing")
    key, digest = upload.key, upload.sha256
    case = people.appeal(author, form_token=form)
    paper = db.session.scalars(select(Document)).one()
    assert (paper.case_id, paper.entry_id) == (case.id, case.entries[0].id)
    assert (paper.title, paper.name, paper.key, paper.sha256) == ("Документ к обращению", "Схема.pdf", key, digest)
    assert not paper.from_company
    assert db.session.scalar(select(func.count()).select_from(Upload)) == 0


def test_a_file_that_somebody_else_kept_under_the_same_token_stays_theirs() -> None:
    form = people.token()
    people.kept(people.subscriber(), form)
    people.appeal(people.subscriber(), form_token=form)
    assert db.session.scalar(select(func.count()).select_from(Document)) == 0
    assert db.session.scalar(select(func.count()).select_from(Upload)) == 1


def test_one_finds_ones_own_appeals_and_nobody_elses() -> None:
    author, other = people.subscriber(), people.subscriber()
    mine, theirs = people.appeal(author), people.appeal(other)
    assert appeals.owned(author, mine.number) is mine
    for number in (theirs.number, 7874, 0, -1):
        with pytest.raises(NotYours):
            appeals.owned(author, number)
