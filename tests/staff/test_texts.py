"""«Тексты писем», next versions of consents, «Настройки»: what an administrator writes, and what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select

from admin.differences import differences
from admin.setup import MEANINGS
from forms.answers import ConsentWords, LetterWords
from portal import letters, outage_letters, outbox
from portal.extensions import db
from portal.letter_kinds import LETTERS, shipped
from portal.models import AGREEMENT, ConsentDraft, ConsentText, JournalEntry, Letter, LetterText, Outage
from portal.refusals import Refusal
from portal.services import consents, letter_texts, signing
from portal.settings import documented
from portal.transactions import transaction
from tests.support import people, power
from tests.support.page import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.support.page import Page
    from tests.support.visitor import Visitor

CARD = "/admin/letter-texts/appeal_registered"
OURS = {"Тема": "Обращение {номер} у нас", "Текст": "Получили № {номер}.\n\nОтветим{если срок} до {срок}{конец}."}


def entries(app: Flask, name: str) -> list[JournalEntry]:
    with app.app_context():
        return list(db.session.scalars(select(JournalEntry).where(JournalEntry.event == name)))


def letter_of_an_appeal(app: Flask) -> Letter:
    with app.app_context():
        case = people.appeal(people.subscriber())
        return db.session.scalars(select(Letter).where(Letter.case_id == case.id)).one()


def preview(page: Page) -> str:
    return words(next(one for one in page.root.iter("div") if "letter" in (one.get("class") or "").split()))


# --- letters ---


@pytest.mark.parametrize("name", sorted(LETTERS))
@pytest.mark.usefixtures("inside")
def test_a_sample_of_every_letter_has_all_its_fields_filled(name: str) -> None:
    kind = LETTERS[name]
    assert all(kind.samples.values())
    assert all(field.meaning for field in kind.fields.values())
    everything = LetterWords("Всё", " ".join(f"{{{field.name}}}" for field in kind.fields.values()))
    for said in (everything, shipped(name)):
        letter = letters.sample(kind, said)
        assert "{" not in letter.subject + letter.text
        assert kind.group.link in letter.html


def test_letters_go_out_with_the_words_that_an_administrator_wrote(admin: Visitor, app: Flask) -> None:
    page = admin.press(admin.open(CARD), "Сохранить", OURS)
    assert "Следующие письма уйдут с этим текстом" in page.words()
    letter = letter_of_an_appeal(app)
    assert letter.subject == "Обращение 1 у нас"
    assert "Получили № 1.\n\nОтветим до " in letter.text
    entry = entries(app, "letter_texts.edit")[0]
    old = shipped("appeal_registered")
    assert entry.staff_id
    assert entry.data["subject"] == {"old": old.subject, "new": OURS["Тема"]}
    assert entry.data["body"] == {"old": old.body, "new": OURS["Текст"]}
    assert "Обращение {номер} у нас" in admin.open("/admin/journal/").words()
    row = next(row for row in admin.open("/admin/letter-texts/").root.iter("tr") if "зарегистрировано" in words(row))
    assert "изменён admin_" in words(row)


def test_the_shipped_words_come_back_at_a_press(admin: Visitor, app: Flask) -> None:
    page = admin.press(admin.open(CARD), "Сохранить", OURS)
    admin.press(page, "Да, вернуть")
    assert letter_of_an_appeal(app).subject == "Обращение № 1 зарегистрировано"
    assert entries(app, "letter_texts.restore")[0].data["subject"]["old"] == OURS["Тема"]


def test_what_the_letter_can_not_say_is_refused_beside_the_field_and_stays_there(admin: Visitor, app: Flask) -> None:
    typed = {"Тема": "Номер {{ ''.__class__ }}", "Текст": "Ваш адрес: {адрес}"}
    page = admin.press(admin.open(CARD), "Сохранить", typed, status=422)
    assert page.errors().keys() == {"Тема", "Текст"}
    assert "поля «адрес» в этом письме нет" in page.errors()["Текст"]
    assert page.form("Сохранить").typed("Текст") == typed["Текст"]
    page = admin.press(admin.open(CARD), "Сохранить", {"Текст": "я" * 1_000_000}, status=422)
    assert "Сократите текст до 5000 знаков" in page.errors()["Текст"]
    assert not entries(app, "letter_texts.edit")


def test_markup_in_words_is_shown_as_it_is(admin: Visitor, app: Flask) -> None:
    admin.press(admin.open(CARD), "Сохранить", {"Тема": "<b>{номер}</b>", "Текст": "<script>alert(1)</script> {номер}"})
    letter = letter_of_an_appeal(app)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 1" in letter.html
    assert "<title>&lt;b&gt;1&lt;/b&gt;</title>" in letter.html


def test_a_sample_is_shown_without_saving_and_without_a_script(admin: Visitor, app: Flask) -> None:
    page = admin.press(admin.open(CARD), "Показать", OURS)
    assert "Обращение 7874 у нас" in preview(page)
    assert page.form("Сохранить").typed("Тема") == OURS["Тема"]
    assert not entries(app, "letter_texts.edit")
    answer = admin.send(page, "Показать", OURS | {"Текст": "Нет {поля}"})
    assert answer.status_code == 422


def test_a_sample_goes_to_its_writer_alone_and_makes_no_secret(admin: Visitor, app: Flask) -> None:
    page = admin.open("/admin/letter-texts/temporary_password")
    page = admin.press(page, "Отправить пробное себе", {"Тема": "Ваш пароль"})
    assert "Текст не сохранён" in page.words()
    with app.app_context():
        letter = db.session.scalars(select(Letter)).one()
        assert letter.recipient.startswith("admin_")
        assert letter.subject == "Проба: Ваш пароль"
        assert letter.name not in {*LETTERS, *outbox.SEALED}
        assert outbox.deliver().sent == 1
    assert entries(app, "letter_texts.try")
    assert not entries(app, "letter_texts.edit")


def test_two_administrators_do_not_overwrite_each_other(admin: Visitor, app: Flask) -> None:
    mine = admin.open(CARD)
    admin.press(admin.open(CARD), "Сохранить", {"Тема": "Её тема"})
    shown = admin.press(mine, "Показать", {"Тема": "Моя тема"})
    page = admin.press(shown, "Сохранить", status=409)
    assert "этот текст уже изменён" in page.words()
    assert "Её тема" in page.words()
    assert page.form("Сохранить поверх").typed("Тема") == "Моя тема"
    assert letter_of_an_appeal(app).subject == "Её тема"
    admin.press(page, "Сохранить поверх")
    with app.app_context():
        assert db.session.scalars(select(LetterText.subject)).one() == "Моя тема"


def test_words_that_a_letter_can_not_read_any_more_give_way_to_the_shipped_ones(admin: Visitor, app: Flask) -> None:
    admin.press(admin.open(CARD), "Сохранить", OURS)
    with app.app_context(), transaction() as session:
        session.scalars(select(LetterText)).one().body = "Поля {которого больше нет}"
    assert letter_of_an_appeal(app).subject == "Обращение № 1 зарегистрировано"
    assert "не подходит, уходит исходный" in admin.open("/admin/letter-texts/").words()
    assert "поля «которого больше нет» в этом письме нет" in preview(admin.open(CARD))


@pytest.mark.usefixtures("inside")
def test_many_letters_of_one_transaction_ask_once_for_their_words() -> None:
    author = people.subscriber()
    outage = db.session.get_one(Outage, power.published(author.street_id or 0).id)
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *about: asked.append(about[2]))
    with transaction() as session:
        made = [
            outage_letters.announce(session, "outage_published", author, outage, ["Примерная ул."]) for _ in range(50)
        ]
        assert len([one for one in asked if "letter_texts" in one]) == 1
        assert len(asked) < 5
    letter_texts.save(LETTERS["outage_published"], LetterWords("Новая", "Слова"), 0, people.actor("admin"))
    with transaction() as session:
        later = outage_letters.announce(session, "outage_published", author, outage, ["Примерная ул."])
    assert (made[0].subject != "Новая", later.subject) == (True, "Новая")


def test_a_letter_that_there_is_none_of_is_not_found(admin: Visitor) -> None:
    for path in ("nothing", "layout.html", "..%2Flayout", "a%00b"):
        admin.open(f"/admin/letter-texts/{path}", 404)


# --- consents ---


def draft_of(kind: str) -> ConsentDraft:
    found = consents.draft(kind)
    assert found is not None
    return found


def publish(kind: str, text: str) -> ConsentText:
    actor = people.actor("admin")
    consents.save_draft(kind, ConsentWords("Новое", text), 0, actor)
    return consents.publish(kind, draft_of(kind).entry_id, actor)


def test_a_next_version_is_written_looked_at_and_published(admin: Visitor, visitor: Visitor, app: Flask) -> None:
    page = admin.open("/admin/consents/notices/next")
    old = page.form("Показать").typed("Текст")
    page = admin.press(page, "Показать", {"Текст": old.replace("новости", "вести")})
    assert "вести" in preview(page)
    page = admin.press(page, "Сохранить черновик")
    assert "Прежние согласия остаются в силе, заново никого не спросим. Согласий сейчас: 0" in page.words()
    assert "вести" not in visitor.open("/consents/notices").words()
    admin.press(page, "Да, опубликовать")
    assert "Редакция 2" in visitor.open("/consents/notices").words()
    assert "вести" in visitor.open("/consents/notices").words()
    with app.app_context():
        first, second = db.session.scalars(select(ConsentText).where(ConsentText.kind == "notices"))
        assert (first.text, second.version) == (old, 2)
        assert consents.draft("notices") is None
        number = second.id
    page = admin.open(f"/admin/consents/details/?id={number}")
    assert [words(one) for one in page.root.iter("ins")] == ["вести"]
    assert entries(app, "consent_texts.publish")[0].data == {"kind": "notices", "version": 2}


@pytest.mark.usefixtures("inside")
def test_whoever_signs_must_agree_again_and_the_others_stay_as_they_are() -> None:
    author = people.subscriber()
    signing.agree(author, people.HERE)
    publish(AGREEMENT, "Подпись по-новому")
    publish("personal_data", "Данные по-новому")
    assert signing.agreement(author)[1] is None
    given = {one.text.kind: one.consent for one in consents.of(author)}
    assert given["personal_data"] is not None
    assert given["personal_data"].version == 1


@pytest.mark.usefixtures("inside")
def test_a_draft_is_published_as_it_was_seen_or_not_at_all() -> None:
    actor = people.actor("admin")
    consents.save_draft("notices", ConsentWords("Раз", "Раз"), 0, actor)
    seen = draft_of("notices").entry_id
    consents.save_draft("notices", ConsentWords("Два", "Два"), seen, actor)
    stale: list[Callable[[], Any]] = [
        lambda: consents.publish("notices", seen, actor),
        lambda: consents.save_draft("notices", ConsentWords("Три", "Три"), seen, actor),
        lambda: consents.drop_draft("notices", seen, actor),
    ]
    for act in stale:
        with pytest.raises(Refusal, match="Черновик уже изменён"):
            act()
    assert draft_of("notices").title == "Два"
    same = consents.texts()["voluntary"]
    consents.save_draft("voluntary", ConsentWords(same.title, same.text), 0, actor)
    with pytest.raises(Refusal, match="Публиковать нечего"):
        consents.publish("voluntary", draft_of("voluntary").entry_id, actor)


def test_differences_give_both_texts_back() -> None:
    old, new = "Я согласен получать новости.\n\nИ всё.", "Я согласен  получать вести.\n\nИ всё, правда."
    pieces = list(differences(old, new))
    assert "".join(text for what, text in pieces if what != "new") == old
    assert "".join(text for what, text in pieces if what != "gone") == new
    assert {what for what, _ in pieces} == {"same", "gone", "new"}


# --- settings ---


def test_every_setting_is_shown_with_value_and_source_and_no_secret(
    make_app: Callable[..., Flask], environ: dict[str, str]
) -> None:
    from tests.support.visitor import signed_in

    app = make_app(MAIL_PASSWORD="тайна-почты", UPLOAD_LIMIT_MB="7")
    with app.app_context():
        login = people.staff("admin").login
    page = signed_in(app, login, "/admin/login").open("/admin/settings/")
    rows = {row[3]: row[1:3] for row in page.table()[1:]}
    assert list(rows) == [name for name, _, _ in documented()] == list(MEANINGS)
    assert rows["UPLOAD_LIMIT_MB"] == ["7", "переменная"]
    assert rows["WORKERS"] == ["2", "по умолчанию"]
    assert rows["MAIL_PASSWORD"] == ["задано, не показываем", "переменная"]
    assert rows["REDIS_URL"] == ["не задано", "по умолчанию"]
    for secret in ("тайна-почты", environ["SECRET_KEY"], environ["DATABASE_URL"]):
        assert secret not in page.text
    assert "База данныхв порядке" in page.words()
    assert "Ждут отправки: 0" in page.words()
