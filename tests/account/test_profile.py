"""«Мои данные» (figs 7–8), e-mail by a link, devices, consents, one's own data."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from forms.choices import ApplicantKind
from portal import clock, outbox
from portal.extensions import db
from portal.models import Case, Consent, JournalEntry, Subscriber
from portal.services import appeals, personal_data
from tests.support import people
from tests.support.visitor import Visitor, signed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.support.smtp import Mailbox


@pytest.fixture
def app(make_app: Callable[..., Flask], mailbox: Mailbox) -> Flask:
    """A cabinet that sends its letters by the real server."""
    mailbox.clear()
    return make_app(**mailbox.settings())


@pytest.fixture
def owner(app: Flask) -> Visitor:
    """Somebody in their own cabinet."""
    with app.app_context():
        people.subscriber(login="owner", email="owner@example.org")
    return signed_in(app, "owner")


def stored(app: Flask, login: str = "owner") -> Subscriber:
    with app.app_context():
        return db.session.scalars(select(Subscriber).where(Subscriber.login == login)).one()


def post(app: Flask, mailbox: Mailbox) -> list[tuple[str, str]]:
    """Deliver what waits; gives (recipient, subject) of each letter."""
    with app.app_context():
        outbox.deliver()
    return [(str(letter["To"]), str(letter["Subject"])) for letter in mailbox.received]


def confirming_link(mailbox: Mailbox) -> str:
    body = next(letter for letter in mailbox.received if "Подтвердите" in letter["Subject"]).get_body(("plain",))
    assert body is not None
    found = re.search(r"http://127.0.0.1:8000(/profile/email/\S+)", body.get_content())
    assert found is not None
    return found[1]


def test_everything_but_the_login_can_be_changed(app: Flask, owner: Visitor) -> None:
    page = owner.open("/profile")
    assert "owner" in page.words()
    changes = {
        "ФИО": "Образцов Пётр Ильич-Новый",
        "Серия и номер паспорта": "2011 № 123456",
        "Телефон": "8 (900) 000-00-09",
        "СНИЛС": "112-233-445 95",
        "Номер дома": "99",
        "Почтовый индекс": "394007",
    }
    page = owner.press(page, "Сохранить", changes)
    assert "Данные сохранены" in page.words()
    now = stored(app)
    said = (now.full_name, now.passport, now.phone, now.house, now.postcode, now.login)
    assert said == ("Образцов Пётр Ильич-Новый", "2011123456", "+79000000009", "99", "394007", "owner")


def test_a_login_sent_past_the_page_changes_nothing(app: Flask, owner: Visitor) -> None:
    page = owner.open("/profile")
    form = page.form("Сохранить")
    sent = form.data("Сохранить") | {"login": ["boss"], "kind": ["ul"], "blocked_at": ["1"], "password_hash": ["x"]}
    before = stored(app).password_hash
    owner.client.post("/profile", data=sent)
    now = stored(app)
    assert (now.login, now.kind, now.password_hash) == ("owner", "fl", before)


def test_somebody_from_elsewhere_writes_the_whole_address(app: Flask, owner: Visitor) -> None:
    page = owner.press(owner.open("/profile"), "Сохранить", {"Я из Воронежа": "Нет"}, 422)
    assert set(page.errors()) == {"Домашний адрес"}
    owner.press(page, "Сохранить", {"Домашний адрес": "Липецк, Лесная ул., д. 1"})
    assert stored(app).postal_address.endswith("Липецк, Лесная ул., д. 1")
    assert owner.open("/profile").form("Сохранить").values["in_city"] == ["no"]


def test_a_firm_gives_its_record_in_the_register(app: Flask) -> None:
    with app.app_context():
        people.subscriber(
            login="firm", kind=ApplicantKind.ul, full_name=None, snils=None, organisation_short="ООО «Ромашка»",
            organisation_full="Общество «Ромашка»", head_name="Образцова Анна Петровна", ogrn="1143668000024",
            inn="3662000015",
        )  # fmt: skip
    firm = signed_in(app, "firm")
    label = "Номер записи в едином государственном реестре юридических лиц (ЕГРЮЛ)"
    day = "Дата внесения записи в единый государственный реестр"
    page = firm.press(firm.open("/profile"), "Сохранить", {label: "2", day: "01.01.1970"}, 422)
    assert set(page.errors()) == {label, day}
    firm.press(page, "Сохранить", {label: "1143668000024", day: "01.07.2014"})
    assert (stored(app, "firm").registry_number, str(stored(app, "firm").registry_date)) == (
        "1143668000024",
        "2014-07-01",
    )


def test_what_was_filed_before_keeps_what_it_said(app: Flask, owner: Visitor) -> None:
    with app.app_context():
        number = people.appeal(db.session.scalars(select(Subscriber)).one()).number
    owner.press(owner.open("/profile"), "Сохранить", {"ФИО": "Другой Человек"})
    with app.app_context():
        assert (
            db.session.scalars(select(Case).where(Case.number == number)).one().applicant["name"]
            == "Образцов Пётр Ильич"
        )


def test_a_new_address_waits_for_its_owner_and_the_old_one_is_told(
    app: Flask, owner: Visitor, mailbox: Mailbox
) -> None:
    post(app, mailbox)
    mailbox.clear()
    page = owner.press(owner.open("/profile"), "Сохранить", {"E-mail": "new@example.org"}, 422)
    assert "Пароль" in page.errors()
    page = owner.press(page, "Сохранить", {"E-mail": "new@example.org", "Пароль": people.PASSWORD})
    assert "new@example.org ждёт подтверждения" in page.words()
    assert stored(app).email == "owner@example.org"
    letters = post(app, mailbox)
    assert ("new@example.org", "Подтвердите новую почту") in letters
    assert ("owner@example.org", "В личном кабинете меняют вашу почту") in letters

    elsewhere = signed_in(app, "owner")
    stranger = Visitor(app)
    link = confirming_link(mailbox)
    page = stranger.open(link)
    assert stored(app).email == "owner@example.org", "opening a link changes nothing"
    stranger.press(page, "Подтвердить почту")
    assert stored(app).email == "new@example.org"
    assert elsewhere.open("/appeals").heading() == "Вход в личный кабинет"
    stranger.open(link, 404)


def test_a_link_two_days_old_or_overtaken_by_another_is_no_link(app: Flask, owner: Visitor, mailbox: Mailbox) -> None:
    for address in ("first@example.org", "second@example.org"):
        owner.press(owner.open("/profile"), "Сохранить", {"E-mail": address, "Пароль": people.PASSWORD})
    post(app, mailbox)
    Visitor(app).open(confirming_link(mailbox), 404)
    mailbox.received[:] = [letter for letter in mailbox.received if letter["To"] != "first@example.org"]
    with clock.shifted(timedelta(days=2, seconds=1)):
        Visitor(app).open(confirming_link(mailbox), 404)
    Visitor(app).open("/profile/email/nonsense", 404)


def test_an_address_of_somebody_else_is_refused(app: Flask, owner: Visitor) -> None:
    with app.app_context():
        people.subscriber(email="taken@example.org")
    answers = {"E-mail": "TAKEN@example.org", "Пароль": people.PASSWORD}
    page = owner.press(owner.open("/profile"), "Сохранить", answers, 422)
    assert "уже зарегистрирована" in page.errors()["E-mail"]


def test_a_device_can_be_signed_out_from_another(app: Flask, owner: Visitor) -> None:
    phone = signed_in(app, "owner")
    page = owner.open("/profile/devices")
    assert len(page.table()) == 3
    ends = [form.get("action") for form in page.root.iter("form") if (form.get("action") or "").endswith("/end")]
    with app.app_context():
        assert len(ends) == 2
    owner.press(page, "Завершить вход на всех, кроме этого")
    assert phone.open("/").heading() == "Вход в личный кабинет"
    assert owner.open("/profile/devices").heading() == "Мои устройства"


def test_nobody_ends_somebody_elses_sign_in(app: Flask, owner: Visitor) -> None:
    with app.app_context():
        people.subscriber(login="other")
    other = signed_in(app, "other")
    token = owner.open("/profile/devices").form("Завершить вход").data("Завершить вход")
    assert owner.client.post("/profile/devices/2/end", data=token).status_code == 404
    assert other.open("/").heading().startswith("Здравствуйте")


def test_the_owner_sees_who_was_not_let_in(app: Flask, owner: Visitor) -> None:
    thief = Visitor(app)
    thief.press(thief.open("/login"), "Войти", {"Логин": "owner", "Пароль": "наугад наугад"}, 422)
    assert "не пустили" in owner.open("/profile/devices").words()


def test_a_letter_tells_of_a_device_that_was_not_seen_before(app: Flask, owner: Visitor, mailbox: Mailbox) -> None:
    post(app, mailbox)
    mailbox.clear()
    strange = Visitor(app)
    strange.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"
    strange.press(strange.open("/login"), "Войти", {"Логин": "owner", "Пароль": people.PASSWORD})
    assert post(app, mailbox) == [("owner@example.org", "Вход с нового устройства")]
    body = mailbox.received[0].get_body(("plain",))
    assert body is not None
    assert "Firefox, Windows" in body.get_content()


def test_a_consent_is_taken_back_and_given_again(app: Flask, owner: Visitor) -> None:
    page = owner.press(owner.open("/profile/consents"), "Отозвать")
    assert "Согласие отозвано" in page.words()
    owner.press(page, "Дать согласие")
    with app.app_context():
        rows = db.session.scalars(select(Consent).where(Consent.kind == "notices").order_by(Consent.id)).all()
        assert [row.withdrawn_at is None for row in rows] == [False, True]


def test_a_consent_the_cabinet_needs_is_not_taken_back_alone(app: Flask, owner: Visitor) -> None:
    token = owner.open("/profile/consents").form("Отозвать").data("Отозвать")
    assert owner.client.post("/profile/consents/personal_data/withdraw", data=token).status_code == 404
    with app.app_context():
        needed = select(Consent).where(Consent.kind == "personal_data")
        assert db.session.scalars(needed).one().withdrawn_at is None


def test_a_copy_of_ones_data_holds_everything_and_nobody_elses(app: Flask, owner: Visitor) -> None:
    with app.app_context():
        me = db.session.scalars(select(Subscriber)).one()
        form_token = people.token()
        people.kept(me, form_token, "План дома.pdf")
        people.appeal(me, "Мой вопрос", form_token)
        people.appeal(people.subscriber(full_name="Чужой Человек"), "Чужой вопрос")
    answer = owner.send(owner.open("/profile/consents"), "Скачать мои данные")
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    answer.close()
    data = json.loads(archive.read("data.json"))
    assert [case["text"] for case in data["cases"]] == ["Мой вопрос"]
    (paper,) = data["cases"][0]["documents"]
    assert archive.read(paper["file"]) == people.PDF
    assert data["profile"]["full_name"] == "Образцов Пётр Ильич"
    whole = archive.read("data.json").decode()
    assert "argon2" not in whole
    assert "Чужой" not in whole


def test_a_wish_to_be_deleted_gets_a_number_and_goes_to_staff(app: Flask, owner: Visitor) -> None:
    page = owner.press(owner.open("/profile/delete"), "Отправить запрос", {"Почему вы уходите": "Переезжаю"}, 422)
    label = "Понимаю, что документы по заявкам и обращениям компания обязана хранить"
    page = owner.press(page, "Отправить запрос", {label: True})
    assert "Запрос принят. Его номер 1" in page.words()
    with app.app_context():
        case = appeals.owned(db.session.scalars(select(Subscriber)).one(), 1)
        assert (case.topic, case.text) == (personal_data.DELETION_TOPIC, "Переезжаю")
    assert personal_data.DELETION_TOPIC not in owner.open("/appeals/new").text


def test_a_change_of_password_ends_the_other_sessions_and_tells_the_owner(
    app: Flask, owner: Visitor, mailbox: Mailbox
) -> None:
    other = signed_in(app, "owner")
    new = "новый чайник 5"
    page = owner.open("/profile/password")
    wrong = {"Старый пароль": "не тот пароль", "Новый пароль": new, "Повтор нового пароля": new}
    page = owner.press(page, "Сохранить", wrong, 422)
    assert "Старый пароль" in page.errors()
    owner.press(page, "Сохранить", wrong | {"Старый пароль": people.PASSWORD})
    assert other.open("/").heading() == "Вход в личный кабинет"
    assert owner.open("/").heading().startswith("Здравствуйте")
    assert ("owner@example.org", "Пароль изменён") in post(app, mailbox)
    with app.app_context():
        events = db.session.scalars(select(JournalEntry.event)).all()
        assert "password.change" in events


@pytest.mark.parametrize("bad", ["12345678", "пароль123", "owner2026", "воронеж1", "qwertyuiop", "1234567"])
def test_a_password_that_anybody_guesses_is_refused(owner: Visitor, bad: str) -> None:
    answers = {"Старый пароль": people.PASSWORD, "Новый пароль": bad, "Повтор нового пароля": bad}
    assert "Новый пароль" in owner.press(owner.open("/profile/password"), "Сохранить", answers, 422).errors()
