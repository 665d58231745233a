"""The register: states, filters, proof of delivery, what waits, the archive of a case, notifications."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import select

from forms.answers import DocumentFilter, VerdictAnswer
from portal import clock, dossier
from portal.extensions import db
from portal.models import Document, Receipt
from portal.refusals import NotYours, Refusal
from portal.services import exchange, notifications, placing, uploads
from tests.support import papers, people, stories
from tests.support.visitor import signed_in

if TYPE_CHECKING:
    from flask import Flask


def register(owner: object, **wanted: object) -> list[str]:
    return [one.document.title for one in exchange.register(owner, DocumentFilter(**wanted))[1]]  # type: ignore[arg-type]


def test_the_register_holds_everything_and_narrows(inside: Flask) -> None:
    owner, clerk, other = people.subscriber(), people.staff(), people.subscriber()
    people.kept(owner, form := people.token())
    case = people.appeal(owner, form_token=form)
    papers.placed(owner, clerk, "Акт", case_id=case.id, document_number="77")
    papers.placed(owner, clerk, "Памятка", document_date=clock.today() - timedelta(days=40))
    papers.placed(other, clerk, "Чужое")
    assert register(owner) == ["Памятка", "Акт", "Документ к обращению"]
    assert register(owner, direction="outgoing") == ["Документ к обращению"]
    assert register(owner, document_state="placed", case_id=case.id) == ["Акт"]
    assert register(owner, case_id=exchange.GENERAL) == ["Памятка"]
    assert register(owner, document_kind="Акт") == ["Акт"]
    assert register(owner, till=clock.today() - timedelta(days=30)) == ["Памятка"]
    assert register(owner, since=clock.today()) == ["Акт", "Документ к обращению"]
    assert register(owner, words="акт 77") == ["Акт"]
    assert register(owner, words=f"обращению {case.number}") == ["Документ к обращению"]
    assert register(owner, words="%") == []


def test_the_first_look_of_the_owner_is_the_proof_and_nobody_elses(app: Flask) -> None:
    with app.app_context():
        owner, clerk = people.subscriber(), people.staff()
        document_id, login, operator = papers.placed(owner, clerk).id, owner.login, clerk.login
    signed_in(app, operator, "/admin/login").client.get(f"/documents/{document_id}")
    resident = signed_in(app, login)
    resident.client.head(f"/documents/{document_id}")
    resident.open(f"/documents/{document_id}/card")
    with app.app_context():
        assert not db.session.scalars(select(Receipt)).all()
    for path in (f"/documents/{document_id}", f"/documents/{document_id}/download"):
        assert resident.client.get(path).data == people.PDF
    with app.app_context():
        receipt = db.session.scalars(select(Receipt)).one()
        assert receipt.ip_address == "127.0.0.1"
    assert "Прочитан" in resident.open("/documents").words()


def test_general_documents_are_the_owners_and_staffs(inside: Flask) -> None:
    owner, clerk = people.subscriber(), people.staff()
    document = papers.placed(owner, clerk)
    for account in (owner, clerk, people.staff("engineer"), people.staff("admin")):
        assert uploads.document(account, document.id).id == document.id
    with pytest.raises(NotYours):
        uploads.document(people.subscriber(), document.id)


def test_papers_of_an_application_take_their_state_from_the_verdicts(inside: Flask) -> None:
    author, engineer = people.subscriber(), people.staff("engineer")
    case = stories.connection_in("documents_missing", author, engineer)
    said = {one.document.kind: one for one in dossier.papers(Document.case_id == case.id)}
    assert (said["plan"].state.code, said["plan"].remark) == ("declined", stories.REMARK)
    assert said["ownership"].state.code == "accepted"  # nobody returned it
    people.kept(author, form := people.token(), "План 2.pdf", people.PDF + b"%2", slot="plan")
    stories.make(case, "add_documents", author, token=form)
    stories.make(case, "complete_documents", author)
    stories.make(case, "accept_documents", engineer, verdicts=(VerdictAnswer("plan", accepted=True, remark=None),))
    plans = [one.state.code for one in dossier.papers(Document.case_id == case.id, Document.kind == "plan")]
    assert plans == ["accepted", "declined"]
    with pytest.raises(Refusal, match="уже рассмотрен"):
        placing.judge(said["ownership"].document.id, None, engineer, people.HERE)


def test_staff_accept_or_decline_what_came_with_an_appeal(inside: Flask) -> None:
    author, clerk = people.subscriber(), people.staff()
    people.kept(author, form := people.token())
    document = people.appeal(author, form_token=form).documents[0]
    with pytest.raises(NotYours):
        placing.judge(document.id, None, people.staff("engineer"), people.HERE)
    placing.judge(document.id, "Не читается", clerk, people.HERE)
    paper = exchange.paper(author, document.id)
    assert (paper.state.code, paper.remark) == ("declined", "Не читается")
    with pytest.raises(Refusal, match="уже рассмотрен: «отклонён»"):
        placing.judge(document.id, None, clerk, people.HERE)


def test_what_waits_stands_with_the_nearest_day_first(inside: Flask) -> None:
    owner, clerk = people.subscriber(), people.staff()
    papers.placed(owner, clerk, "Прочитать")
    papers.placed(owner, clerk, "Без срока", wants_signature=True)
    for days in (9, 2):
        until = clock.today() + timedelta(days=days)
        papers.to_sign(owner, clerk, title=f"{days} дней", sign_until=until)
    assert [one.document.title for one in exchange.waiting(owner)] == ["2 дней", "9 дней", "Без срока", "Прочитать"]
    assert exchange.count_waiting(owner) == 4


def test_three_working_days_without_a_look_are_noticed(inside: Flask) -> None:
    owner, clerk = people.subscriber(), people.staff()
    with time_machine.travel("2026-11-19 12:00 +0300", tick=False):  # a Thursday: the third working day is Tuesday
        papers.placed(owner, clerk)
    for moment, is_late in (("2026-11-24 23:59 +0300", False), ("2026-11-25 00:01 +0300", True)):
        with time_machine.travel(moment, tick=False):
            late = dossier.papers(dossier.unread_too_long(db.session()))
        assert bool(late) is is_late, moment


def test_a_form_sent_twice_places_one_document(inside: Flask) -> None:
    owner, clerk, form = people.subscriber(), people.staff(), people.token()
    first = papers.placed(owner, clerk, token=form)
    again = papers.placed(owner, clerk, token=form)
    assert first.id == again.id


def test_all_papers_of_a_case_come_in_one_archive(app: Flask) -> None:
    with app.app_context():
        owner, clerk, stranger = people.subscriber(), people.staff(), people.subscriber()
        people.kept(owner, form := people.token(), "Схема: лист 1?.pdf")
        case = people.appeal(owner, form_token=form)
        for content in (b"%1", b"%2"):
            papers.placed(owner, clerk, "Акт", people.PDF + content, case_id=case.id)
        case_id, title, logins = case.id, case.title, (owner.login, stranger.login)
    answer = signed_in(app, logins[0]).client.get(f"/documents/case/{case_id}.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        assert packed.testzip() is None
        assert packed.namelist() == ["01 Схема_ лист 1_.pdf", "02 Акт.pdf", "03 Акт.pdf"]
        assert packed.read("03 Акт.pdf") == people.PDF + b"%2"
    assert title.split()[0] not in answer.headers["Content-Disposition"], "the name is quoted"
    assert answer.headers["Content-Disposition"].endswith(".zip")
    with app.app_context():
        assert len(db.session.scalars(select(Receipt)).all()) == 2
    signed_in(app, logins[1]).open(f"/documents/case/{case_id}.zip", status=404)


def test_notifications_are_new_until_they_are_marked(app: Flask) -> None:
    with app.app_context():
        owner = people.subscriber()
        case = people.appeal(owner)
        login, title = owner.login, case.title
        assert [one.words for one in notifications.latest(owner, 1)] == [f"{title} зарегистрировано"]
        assert notifications.count_new(people.subscriber()) == 1  # the welcome
    resident = signed_in(app, login)
    page = resident.open("/notifications")
    assert page.words().count("новое") == 2
    assert page.link(f"{title} зарегистрировано").startswith("/appeals/")
    with app.app_context():  # what comes meanwhile stays new
        papers.placed(db.session.merge(owner), people.staff())
    page = resident.press(page, "Отметить прочитанными")
    assert page.words().count("новое") == 1
    assert "Новый документ" in page.words()


def test_ones_own_data_hold_general_documents_too(app: Flask) -> None:
    with app.app_context():
        owner = people.subscriber()
        document_id, login = papers.placed(owner, people.staff()).id, owner.login
    resident = signed_in(app, login)
    answer = resident.send(resident.open("/profile/consents"), "Скачать мои данные")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        assert packed.read(f"files/general/{document_id} {papers.TITLE}.pdf") == people.PDF
