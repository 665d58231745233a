"""Signing by a code: five tries, ten minutes, one document; everything else is a clear sentence and changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from forms.choices import ApplicantKind
from forms.files import choose_signature
from portal import clock, dossier, storage
from portal.extensions import db
from portal.models import Consent, Decision, Document, JournalEntry, Letter, SigningCode
from portal.refusals import FieldRefusal, NotYours, Refusal
from portal.services import consents, exchange, signing
from tests.support import papers, people

if TYPE_CHECKING:
    from flask import Flask

    from portal.models import Staff, Subscriber

pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture
def owner(inside: Flask) -> Subscriber:
    """Whose documents they are."""
    return people.subscriber()


@pytest.fixture
def clerk(inside: Flask) -> Staff:
    """Who places them."""
    return people.staff()


def state_of(document: Document) -> str:
    return dossier.papers(Document.id == document.id)[0].state.code


def letters(name: str) -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.name == name)))


def firm() -> Subscriber:
    return people.subscriber(
        kind=ApplicantKind.ul, full_name=None, snils=None, organisation_short="ООО «Ромашка»", ogrn="1143668000024",
        inn="3662000015",
    )  # fmt: skip


def test_a_code_signs_and_leaves_a_sheet_letters_and_a_trace(owner: Subscriber, clerk: Staff) -> None:
    document = papers.to_sign(owner, clerk)
    signing.confirm(owner, document.id, papers.code_of(owner, document), people.HERE)
    paper = exchange.paper(owner, document.id)
    assert (paper.state.code, paper.is_to_sign) == ("signed", False)
    assert paper.decision is not None
    assert (paper.decision.way, paper.decision.sha256) == ("code", document.sha256)
    assert paper.decision.consent_id == db.session.scalar(select(func.max(Consent.id)))
    sheet = paper.decision.sheet
    assert sheet is not None
    assert b"".join(storage.current().open(sheet.key)).startswith(b"%PDF")
    assert (sheet.subscriber_id, sheet.case_id, sheet.from_company) == (owner.id, None, False)
    assert exchange.paper(owner, sheet.id).state.code == "accepted"  # the company wrote it: nobody has to judge it
    assert [letter.recipient for letter in letters("document_signed")] == [owner.email]
    assert [letter.recipient for letter in letters("signature_came")] == [clerk.email]
    about = select(JournalEntry.event).where(JournalEntry.subject == f"documents:{document.id}")
    assert list(db.session.scalars(about.order_by(JournalEntry.id))) == [
        "document.read",
        "document.code",
        "document.signed",
    ]
    assert db.session.get_one(JournalEntry, document.entry_id).event == "document.placed"


def test_the_code_is_kept_as_a_digest_and_stands_in_no_row(owner: Subscriber, clerk: Staff) -> None:
    document = papers.to_sign(owner, clerk)
    code = papers.code_of(owner, document)
    letter = letters(signing.LETTER)[0]
    assert code not in letter.text.replace(" ", "") + letter.html.replace(" ", "")
    kept = db.session.scalars(select(SigningCode)).one()
    assert code not in str(kept.digest)
    assert kept.sha256 == document.sha256


def test_five_wrong_tries_end_a_code_and_the_right_one_no_longer_helps(owner: Subscriber, clerk: Staff) -> None:
    document = papers.to_sign(owner, clerk)
    code = papers.code_of(owner, document)
    for left in ("4 попытки", "3 попытки", "2 попытки", "1 попытка"):
        with pytest.raises(FieldRefusal, match=left):
            signing.confirm(owner, document.id, papers.wrong(code), people.HERE)
    for _ in range(2):
        with pytest.raises(FieldRefusal, match="больше не действует"):
            signing.confirm(owner, document.id, papers.wrong(code), people.HERE)
    with pytest.raises(FieldRefusal, match="больше не действует"):
        signing.confirm(owner, document.id, code, people.HERE)
    assert state_of(document) == "read"
    signing.confirm(owner, document.id, papers.code_of(owner, document), people.HERE)  # a new one is to be had at once
    assert state_of(document) == "signed"


def test_a_code_lives_for_ten_minutes_from_the_moment_it_is_sent(owner: Subscriber, clerk: Staff) -> None:
    document = papers.to_sign(owner, clerk)
    signing.send_code(owner, document.id, people.HERE)
    with pytest.raises(FieldRefusal, match="ещё в пути"):
        signing.confirm(owner, document.id, "123456", people.HERE)
    with clock.shifted(timedelta(minutes=30)):
        code = papers.sealed()
    with clock.shifted(timedelta(minutes=40, seconds=1)), pytest.raises(FieldRefusal, match="десять минут"):
        signing.confirm(owner, document.id, code, people.HERE)
    with clock.shifted(timedelta(minutes=39)):
        signing.confirm(owner, document.id, code, people.HERE)
    assert state_of(document) == "signed"


def test_a_code_for_one_document_signs_no_other(owner: Subscriber, clerk: Staff) -> None:
    first, second = papers.to_sign(owner, clerk), papers.to_sign(owner, clerk, title="Акт")
    code = papers.code_of(owner, first)
    with pytest.raises(FieldRefusal, match="Сначала получите код"):
        signing.confirm(owner, second.id, code, people.HERE)
    other = papers.code_of(owner, second)
    if other != code:
        with pytest.raises(FieldRefusal, match="не подошёл"):
            signing.confirm(owner, second.id, code, people.HERE)
    assert {state_of(first), state_of(second)} == {"read"}


def test_a_file_that_is_no_longer_the_same_is_not_signed(owner: Subscriber, clerk: Staff) -> None:
    document = papers.to_sign(owner, clerk)
    code = papers.code_of(owner, document)
    path = storage.current().folder
    assert path is not None
    (path / document.key).write_bytes(people.PDF + b"%changed")
    with pytest.raises(Refusal, match="отличается от размещённого"):
        signing.confirm(owner, document.id, code, people.HERE)
    assert state_of(document) == "read"


def test_somebody_elses_code_and_document_are_not_there(owner: Subscriber, clerk: Staff) -> None:
    document, stranger = papers.to_sign(owner, clerk), people.subscriber()
    code = papers.code_of(owner, document)
    signing.agree(stranger, people.HERE)
    for step in (
        lambda: signing.confirm(stranger, document.id, code, people.HERE),
        lambda: signing.send_code(stranger, document.id, people.HERE),
        lambda: signing.refuse(stranger, document.id, "Не моё", people.HERE),
        lambda: exchange.paper(stranger, document.id),
    ):
        with pytest.raises(NotYours):
            step()


def test_a_double_click_sends_one_code_and_an_hour_sends_ten(owner: Subscriber, clerk: Staff) -> None:
    document = papers.to_sign(owner, clerk)
    assert signing.send_code(owner, document.id, people.HERE)
    assert not signing.send_code(owner, document.id, people.HERE)
    for number in range(1, signing.HOURLY):
        with clock.shifted(timedelta(minutes=2 * number)):
            assert signing.send_code(owner, document.id, people.HERE)
    with clock.shifted(timedelta(minutes=30)), pytest.raises(Refusal, match="слишком много кодов"):
        signing.send_code(owner, document.id, people.HERE)
    assert len(letters(signing.LETTER)) == signing.HOURLY


def test_what_has_to_come_first_is_said(owner: Subscriber, clerk: Staff) -> None:
    document = papers.placed(owner, clerk, wants_signature=True)
    with pytest.raises(Refusal, match="Сначала откройте документ"):
        signing.send_code(owner, document.id, people.HERE)
    exchange.read(owner, document, people.HERE)
    given = db.session.scalars(select(Consent).where(Consent.kind == "signing")).all()
    assert not given, "registration asks for no such agreement"
    with pytest.raises(Refusal, match="примите соглашение"):
        signing.send_code(owner, document.id, people.HERE)
    signing.agree(owner, people.HERE)
    signing.agree(owner, people.HERE)
    assert len(db.session.scalars(select(Consent).where(Consent.kind == "signing")).all()) == 1
    consents.withdraw(owner, "signing")
    with pytest.raises(Refusal, match="примите соглашение"):
        signing.send_code(owner, document.id, people.HERE)


def test_two_tabs_the_second_hears_what_the_first_did(owner: Subscriber, clerk: Staff) -> None:
    document = papers.to_sign(owner, clerk)
    code = papers.code_of(owner, document)
    signing.confirm(owner, document.id, code, people.HERE)
    for step in (
        lambda: signing.confirm(owner, document.id, code, people.HERE),
        lambda: signing.refuse(owner, document.id, "Передумали", people.HERE),
        lambda: signing.send_code(owner, document.id, people.HERE),
    ):
        with pytest.raises(Refusal, match="уже подписан"):
            step()
    assert len(db.session.scalars(select(Decision).where(Decision.document_id == document.id)).all()) == 1


def test_a_refusal_keeps_its_reason_and_tells_staff(owner: Subscriber, clerk: Staff) -> None:
    document = papers.to_sign(owner, clerk)
    signing.refuse(owner, document.id, "Сумма не та", people.HERE)
    paper = exchange.paper(owner, document.id)
    assert (paper.state.code, paper.remark) == ("refused", "Сумма не та")
    letter = letters("signature_refused")[0]
    assert letter.recipient == clerk.email
    assert "Сумма" not in letter.text
    with pytest.raises(Refusal, match="уже отказались"):
        signing.send_code(owner, document.id, people.HERE)


def test_a_firm_may_attach_a_signature_that_nobody_claims_to_have_checked(clerk: Staff, owner: Subscriber) -> None:
    import io

    author = firm()
    document = papers.placed(author, clerk, wants_signature=True)
    exchange.read(author, document, people.HERE)
    signing.attach(
        author, document.id, choose_signature("акт.pdf.sig", io.BytesIO(b"\x30\x82\x01\x00sig")), people.HERE
    )
    decision = exchange.paper(author, document.id).decision
    assert decision is not None
    assert (decision.way, decision.consent_id) == ("file", None)
    assert decision.signature is not None
    assert decision.signature.name == "акт.pdf.sig"
    assert decision.sheet is not None
    other = papers.to_sign(owner, clerk)
    with pytest.raises(Refusal, match="организации"):
        signing.attach(owner, other.id, choose_signature("a.sig", io.BytesIO(b"\x30\x82\x01\x00sig")), people.HERE)


@pytest.mark.parametrize(("name", "content"), [("a.pdf", people.PDF), ("a.sig", b"hello"), ("a.sig", b"")])
def test_what_is_no_signature_is_refused(name: str, content: bytes) -> None:
    import io

    with pytest.raises(ValueError, match="Приложите|пустой"):
        choose_signature(name, io.BytesIO(content))


def test_a_new_version_names_the_old_which_waits_no_longer(owner: Subscriber, clerk: Staff) -> None:
    old = papers.to_sign(owner, clerk)
    new = papers.placed(owner, clerk, content=people.PDF + b"%2", replaces_id=old.id, wants_signature=True)
    assert new.replaces_id == old.id
    assert [paper.document.id for paper in exchange.waiting(owner)] == [new.id]
    with pytest.raises(Refusal, match="заменён новой редакцией"):
        signing.send_code(owner, old.id, people.HERE)
    with pytest.raises(FieldRefusal, match="Выберите документ"):
        papers.placed(owner, clerk, replaces_id=old.id)
