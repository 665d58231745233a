"""«Заявка на технологическое присоединение» (fig. 12) as a subscriber fills it in: files, drafts, the summary, filing."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from forms.papers import PAPERS
from portal import papers, settings
from portal.extensions import db
from portal.models import Connection, Consent, Document, Draft, Subscriber, Upload
from portal.services import uploads
from tests.support import people
from tests.support.page import Page
from tests.support.people import PDF
from tests.support.visitor import Visitor, signed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

NEW = "/connections/new"
PLAN, OWNERSHIP = PAPERS["plan"].label, PAPERS["ownership"].label
POWER = "Запрашиваемая максимальная мощность присоединяемых ЭПУ, кВт"
PREVIOUS = "Ранее присоединенная максимальная мощность присоединяемых ЭПУ, кВт"
WORDS: dict[str, Any] = {
    "Серия и номер паспорта": "2011 000001",
    "Вид услуги": "ФЛ до 15 кВт включительно",
    "Тип объекта": "Индивидуальный жилой дом",
    "Улица": "20-летия Октября ул.",
    "Номер дома": "12 к. 1",
    POWER: "10,5",
    "Согласен на передачу моих данных выбранной энергосбытовой компании": True,
}
FILES = {PLAN: ("План.pdf", PDF), OWNERSHIP: ("Выписка ЕГРН.pdf", PDF + b"2")}
TEN = {paper.label: (f"{code}.pdf", PDF + code.encode()) for code, paper in PAPERS.items() if not paper.extra}
ENERGY = "Обеспечение электрической энергией, газом и паром; кондиционирование воздуха"
GARDENERS = "Участок — в садоводческом или огородническом товариществе (СНТ, ОНТ)"
TOLD = "Заявка успешно сохранена. Регистрационный номер Вашей заявки 1"


def counted(app: Flask, model: type) -> int:
    with app.app_context():
        return int(db.session.scalar(select(func.count()).select_from(model)) or 0)


def only(app: Flask, model: type) -> Any:
    with app.app_context():
        return db.session.scalars(select(model)).one()


def send(visitor: Visitor, answers: dict[str, Any], button: str = "Сохранить", status: int = 200) -> Page:
    return visitor.press(visitor.open(NEW), button, answers, status)


def autosave(visitor: Visitor, page: Page, token: str | None = None, **typed: str) -> Any:
    """Send what the page sends by itself."""
    hidden = page.form("Сохранить").values
    data = {"csrf_token": hidden["csrf_token"][0], "token": hidden["token"][0], **typed}
    return visitor.client.post(f"/connections/drafts/{token or hidden['token'][0]}", data=data)


def test_an_application_gets_its_number_and_all_that_belongs_to_it(app: Flask, resident: Visitor) -> None:
    home = send(resident, WORDS | FILES)
    assert home.path == "/"
    assert TOLD in home.words()
    with app.app_context():
        filed = db.session.scalars(select(Connection)).one()
        author = db.session.get_one(Subscriber, filed.subscriber_id)
        assert (filed.address, f"{filed.power}", filed.voltage_kv and f"{filed.voltage_kv}") == (
            "20-летия Октября ул., д. 12 к. 1", "10.5", "0.23",
        )  # fmt: skip
        assert filed.supplier == 'ПАО "ТНС-энерго Воронеж"'
        assert author.passport == "2011000001"
        assert "2011000001" not in f"{filed.typed} {filed.sheet}"
        assert [paper.kind for paper in filed.documents] == ["plan", "ownership"]
        assert db.session.scalar(select(Consent).where(Consent.kind == "handover"))
    assert (counted(app, Draft), counted(app, Upload)) == (0, 0)
    assert "План.pdf" in resident.open(f"/connections/{filed.year}/1").words()


def test_what_the_profile_has_is_shown_and_asked_no_more(resident: Visitor) -> None:
    send(resident, WORDS | FILES)
    page = resident.open(NEW)
    assert "20** № *****1" in page.words()
    assert "11*-***-*** *5" in page.words()
    assert page.link("Изменить данные в профиле") == "/profile"
    with pytest.raises(AssertionError, match="no field"):
        page.form("Сохранить").typed("Серия и номер паспорта")


def test_a_firm_files_what_firms_file(app: Flask) -> None:
    from forms.choices import ApplicantKind

    firm: dict[str, Any] = {
        "kind": ApplicantKind.ul, "full_name": None, "snils": None, "organisation_short": "ООО «Ромашка»",
        "organisation_full": "Общество «Ромашка»", "head_name": "Образцов Пётр Ильич", "ogrn": "1143668000024",
        "inn": "3662000015",
    }  # fmt: skip
    with app.app_context():
        login = people.subscriber(**firm).login
    visitor = signed_in(app, login)
    said = {label: value for label, value in WORDS.items() if not label.startswith(("Серия", "Согласен"))}
    said |= {
        "Номер записи в едином государственном реестре юридических лиц (ЕГРЮЛ)": "2143668000023",
        "Дата внесения записи в единый государственный реестр": "2014-03-07",
        "ОКВЭД": "35",
        "Вид услуги": "ЮЛ или ИП до 150 кВт включительно",
        "Вид нагрузки (ОКВЭД)": "Прочее",
        "Рассрочка платежа": "Да",
        POWER: "100",
    }
    assert TOLD in send(visitor, said | FILES | {"Выписка": ("ЕГРЮЛ.pdf", PDF)}).words()
    assert only(app, Subscriber).okved == "35"
    assert only(app, Connection).sheet[0]["facts"][-1] == ["ОКВЭД", f"35 {ENERGY}"]
    assert f"35 {ENERGY}" in visitor.open(NEW).words()
    assert ["Рассрочка платежа", "Да"] in only(app, Connection).sheet[3]["facts"]


def test_ten_files_of_ten_survive_an_error_elsewhere_and_are_filed(app: Flask, resident: Visitor) -> None:
    page = send(resident, WORDS | TEN | {"Номер дома": "д" * 26}, status=422)
    assert list(page.errors()) == ["Номер дома"]
    assert page.errors()["Номер дома"].startswith("Сократите номер дома до 25")
    for name, _ in TEN.values():
        assert name in page.words()
    assert page.form("Сохранить").typed(POWER) == "10,5"
    assert TOLD in resident.press(page, "Сохранить", {"Номер дома": "5"}).words()
    assert counted(app, Document) == 10


def test_everything_that_is_wrong_is_said_beside_its_field_in_the_order_of_the_page(resident: Visitor) -> None:
    page = send(resident, {}, status=422)
    assert list(page.errors().values()) == [
        "Введите серию и номер паспорта: 4 и 6 цифр, например 2011 000001",
        "Выберите вид услуги",
        "Отметьте согласие на передачу данных энергосбытовой компании",
        "Выберите тип объекта",
        "Выберите улицу",
        "Введите номер дома",
        "Введите мощность числом, например 12,5",
        "Приложите план расположения энергопринимающих устройств",
        "Приложите копию документа о праве на объект",
    ]
    assert page.link("Выберите вид услуги") == "#service"
    assert "Заявка не отправлена: исправьте 9 ошибок" in page.words()
    assert "Что нужно 2 ошибки" in page.words()


def test_too_much_power_is_told_with_both_numbers(resident: Visitor) -> None:
    page = send(resident, WORDS | FILES | {POWER: "12", PREVIOUS: "5"}, status=422)
    assert page.errors() == {
        POWER: "Уменьшите мощность: вместе с ранее присоединённой получается 17 кВт, а можно не больше 15 кВт"
    }
    assert "17 кВт из 15: превышение 2 кВт" in page.words()


BAD = {
    "empty": ("Пустой.pdf", b"", "Файл пустой"),
    "locked": ("Тайна.pdf", b"%PDF-1.4\ntrailer<</Encrypt 5 0 R>>\n%%EOF\n", "Файл защищён паролем"),
    "program": ("План.pdf", b"MZ\x90\x00", "Приложите файл другого вида"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_told_beside_its_field_and_the_others_stay(app: Flask, resident: Visitor, case: str) -> None:
    name, content, sentence = BAD[case]
    page = send(resident, WORDS | FILES | {PLAN: (name, content)}, status=422)
    assert list(page.errors()) == [PLAN]
    assert sentence in page.errors()[PLAN]
    assert "Выписка ЕГРН.pdf" in page.words()
    checked = resident.press(page, "Проверить и распечатать", {PLAN: (name, content)}, 422)
    assert sentence in checked.errors()[PLAN]
    assert TOLD in resident.press(page, "Сохранить", {PLAN: FILES[PLAN]}).words()
    assert counted(app, Document) == 2


@pytest.mark.parametrize("name", ["../../etc/План.pdf", "п" * 300 + ".pdf"])
def test_a_name_that_is_no_name_of_a_file_is_mended(app: Flask, resident: Visitor, name: str) -> None:
    send(resident, WORDS | FILES | {PLAN: (name, PDF)})
    with app.app_context():
        kept = db.session.scalars(select(Document.name).where(Document.kind == "plan")).one()
    assert "/" not in kept
    assert len(kept) <= 200


def test_a_form_sent_twice_is_one_application(app: Flask, resident: Visitor) -> None:
    page = send(resident, FILES, status=422)  # the files lie on the server and are not sent again
    for _ in range(2):
        assert TOLD in resident.press(page, "Сохранить", WORDS).words()
    assert (counted(app, Connection), counted(app, Draft)) == (1, 0)


def test_a_file_removed_in_another_tab_is_asked_for_beside_its_field(
    app: Flask, resident: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = send(resident, FILES, status=422)
    held, removed = Connection.check_papers, []

    def quicker(connection: Connection, slots: set[str]) -> None:
        removed.append("plan")
        held(connection, slots - {"plan"})

    monkeypatch.setattr(Connection, "check_papers", quicker)
    again = resident.press(page, "Сохранить", WORDS, 422)
    assert again.errors() == {PLAN: "Приложите план расположения энергопринимающих устройств"}
    assert removed
    assert (counted(app, Connection), counted(app, Draft), counted(app, Upload)) == (0, 1, 2)


def test_a_file_is_removed_without_javascript_and_a_second_press_loses_nothing(app: Flask, resident: Visitor) -> None:
    page = send(resident, WORDS | {PLAN: FILES[PLAN]}, status=422)
    for _ in range(2):
        after = resident.press(page, "Удалить", {"Номер дома": "77", OWNERSHIP: FILES[OWNERSHIP]})
        assert "План.pdf" not in after.words()
        assert "Выписка ЕГРН.pdf" in after.words()
        assert after.form("Сохранить").typed("Номер дома") == "77"


def test_a_file_of_a_kind_not_asked_any_more_is_shown_and_goes_along(app: Flask, resident: Visitor) -> None:
    plots = PAPERS["plots"].label
    page = send(resident, FILES | {"Особенности объекта": GARDENERS, plots: ("СНТ.pdf", PDF)}, status=422)
    assert page.errors()["Согласие"] == "Приложите согласие собственников"
    form = page.form("Сохранить").fill(WORDS)
    form.values["circumstances"] = []
    answer = resident.client.post(NEW, data=form.data("Проверить и распечатать"))
    shown = resident.open(answer.headers["Location"].removesuffix("/summary"))
    assert "Этот документ для вашей заявки не нужен" in shown.words()
    assert "СНТ.pdf" in shown.words()
    assert TOLD in resident.press(shown, "Сохранить").words()
    assert counted(app, Document) == 3


def test_files_and_words_outlive_a_change_of_the_kind_of_service(app: Flask, resident: Visitor) -> None:
    temporary, lasting = "Временное технологическое присоединение до 150 кВт включительно", WORDS["Вид услуги"]
    said = {"Вид услуги": temporary, POWER: "100", "Номер дома": "", PAPERS["permanent"].label: ("Схема.pdf", PDF)}
    page = send(resident, WORDS | FILES | said, status=422)
    assert list(page.errors()) == ["Номер дома"]
    page = resident.press(page, "Сохранить", {"Вид услуги": lasting, "Номер дома": "5"}, 422)
    assert page.errors() == {POWER: "Уменьшите мощность: указано 100 кВт, а можно не больше 15 кВт"}
    assert "Этот документ для вашей заявки не нужен" in page.words()
    assert TOLD in resident.press(page, "Сохранить", {POWER: "15"}).words()
    with app.app_context():
        kinds = db.session.scalars(select(Document.kind).order_by(Document.id)).all()
        assert set(kinds) == {"plan", "ownership", "permanent"}


def test_the_address_of_the_profile_is_taken_without_javascript(resident: Visitor) -> None:
    page = send(resident, {POWER: "7"}, "Взять адрес из профиля")
    form = page.form("Сохранить")
    assert (form.typed("Номер дома"), form.typed("Номер квартиры"), form.typed(POWER)) == ("12", "7", "7")
    assert form.typed("Улица")
    assert not page.errors()


class TestDrafts:
    """What is begun is kept, for its owner alone."""

    def test_what_is_typed_is_kept_and_taken_up_on_another_device(self, app: Flask, resident: Visitor) -> None:
        page = resident.open(NEW)
        answer = autosave(resident, page, house="12 к. 1", service="temporary", power_requested="десять")
        assert len(answer.json["saved"]) == 5
        with app.app_context():
            login = db.session.scalars(select(Subscriber.login)).one()
            people.kept(db.session.scalars(select(Subscriber)).one(), only_token(page), "План.pdf", slot="plan")
        elsewhere = signed_in(app, login)
        assert "заполнено 4 из 11 обязательных" in elsewhere.open(NEW).words()
        form = elsewhere.open(elsewhere.open(NEW).link("Продолжить")).form("Сохранить")
        assert (form.typed("Номер дома"), form.typed(POWER), form.values["service"]) == (
            "12 к. 1",
            "десять",
            ["temporary"],
        )
        assert "План.pdf" in form.page.words()
        assert form.values["token"] == [only_token(page)]

    def test_a_failed_form_is_a_draft_without_javascript(self, app: Flask, resident: Visitor) -> None:
        send(resident, {"Номер дома": "5"}, status=422)
        assert only(app, Draft).typed["house"] == ["5"]

    def test_there_may_be_several_and_one_is_deleted_after_a_question(self, app: Flask, resident: Visitor) -> None:
        for house in ("1", "2"):
            send(resident, {"Номер дома": house, PLAN: (f"{house}.pdf", PDF)}, status=422)
        asked = resident.open(resident.open(NEW).link("Удалить"))
        assert "Вернуть их не получится" in asked.words()
        assert counted(app, Draft) == 2
        after = resident.press(asked, "Удалить черновик")
        assert "Черновик удалён" in after.words()
        assert (only(app, Draft).typed["house"], counted(app, Upload)) == (["1"], 1)

    def test_too_many_are_refused_in_words_and_the_form_stays(
        self, resident: Visitor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("portal.services.drafts.MOST", 1)
        send(resident, {"Номер дома": "1"}, status=422)
        page = send(resident, {"Номер дома": "2"}, status=422)
        assert "Черновиков слишком много" in page.words()
        assert page.form("Сохранить").typed("Номер дома") == "2"
        assert "Черновиков слишком много" in autosave(resident, resident.open(NEW), house="3").json["error"]

    def test_a_draft_that_was_sent_opens_its_application_and_does_not_rise_again(
        self, app: Flask, resident: Visitor
    ) -> None:
        page = resident.open(NEW)
        autosave(resident, page, house="5")
        resident.press(page, "Сохранить", WORDS | FILES)
        assert "Заявка № 1" in resident.open(f"/connections/drafts/{only_token(page)}").heading()
        late = autosave(resident, resident.open(NEW), only_token(page), house="6")
        assert (late.status_code, counted(app, Draft)) == (409, 0)
        assert "Эта заявка уже отправлена: её номер 1" in late.json["error"]

    def test_nobody_sees_changes_or_deletes_anothers(self, app: Flask, resident: Visitor) -> None:
        page = resident.open(NEW)
        autosave(resident, page, house="5")
        with app.app_context():
            other = signed_in(app, people.subscriber().login)
        for path in ("", "/summary", "/print.pdf", "/delete"):
            other.open(f"/connections/drafts/{only_token(page)}{path}", 404)
        assert autosave(other, other.open(NEW), only_token(page), house="6").status_code == 404
        assert only(app, Draft).typed["house"] == ["5"]

    def test_a_token_of_another_shape_is_nobodys(self, resident: Visitor) -> None:
        page = resident.open(NEW)
        for token in ("Z" * 32, "..%2f" * 6 + "ab"):
            assert autosave(resident, page, token).status_code == 404
        resident.open(f"/connections/drafts/{people.token()}", 404)

    def test_who_was_signed_out_is_told_and_nothing_is_kept(self, app: Flask, resident: Visitor) -> None:
        page = resident.open(NEW)
        resident.press(resident.open("/"), "Выйти")
        answer = resident.client.post(
            f"/connections/drafts/{only_token(page)}", data={"house": "5"}, headers={"Accept": "application/json"}
        )
        assert answer.status_code in {400, 401}
        assert answer.json["error"]
        assert counted(app, Draft) == 0


class TestSummary:
    """«Проверить и распечатать»."""

    def test_it_shows_all_that_is_said_and_what_is_missing(self, app: Flask, resident: Visitor) -> None:
        page = send(resident, {"Номер дома": "12 к. 1", POWER: "10", PLAN: FILES[PLAN]}, "Проверить и распечатать")
        assert page.heading() == "Проверьте заявку на технологическое присоединение"
        assert "12 к. 1" in page.words()
        assert "План.pdf" in page.words()
        draft = f"/connections/drafts/{only(app, Draft).token}"
        assert page.link("Выберите вид услуги") == f"{draft}#service"
        assert page.link("Приложите копию документа о праве на объект") == f"{draft}#ownership"
        resident.open(draft).by_id("ownership")
        assert page.link("Вернуться к заявке") == draft
        assert resident.client.get(page.link("Сохранить PDF")).data.startswith(b"%PDF")

    def test_a_filed_application_is_printed_by_its_owner_alone(
        self, app: Flask, resident: Visitor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        send(resident, WORDS | FILES)
        said: list[Any] = []
        monkeypatch.setattr(papers, "application", lambda *words: said.extend(words) or b"%PDF-")
        path = f"/connections/{only(app, Connection).year}/1/print.pdf"
        assert resident.open(path.removesuffix("/print.pdf")).link("Сохранить заявку в PDF") == path
        answer = resident.client.get(path)
        assert (answer.data, answer.mimetype) == (b"%PDF-", "application/pdf")
        assert said[0][2]["facts"][1] == ["Улица", "20-летия Октября ул."]
        assert said[1:3] == [[f"{PLAN}: План.pdf", f"{OWNERSHIP}: Выписка ЕГРН.pdf"], "1"]
        with app.app_context():
            login = people.subscriber().login
        assert signed_in(app, login).client.get(path).status_code == 404


def test_all_files_of_an_application_have_a_limit_together(make_app: Callable[..., Flask]) -> None:
    app = make_app(APPLICATION_LIMIT_MB="1")
    with app.app_context():
        visitor = signed_in(app, people.subscriber().login)
    half = PDF + bytes(600 * 1024)
    page = send(visitor, {PLAN: ("1.pdf", half), OWNERSHIP: ("2.pdf", half)}, status=422)
    told = "Уменьшите файлы или удалите лишний: вместе с этим в них 1,2 МБ, а можно не больше 1 МБ."
    assert page.errors()[OWNERSHIP].endswith(told)
    assert "1.pdf" in page.words()
    # Another in the place of the first does not count twice.
    assert PLAN not in visitor.press(page, "Сохранить", {PLAN: ("3.pdf", half + b"3")}, 422).errors()


def test_ten_drafts_with_every_document_fit_the_limit_of_an_account(app: Flask) -> None:
    assert 10 * len(PAPERS) <= uploads.MOST_KEPT
    with app.app_context():
        assert settings.current().application_limit_mb == 100


def test_a_document_of_an_unknown_kind_has_nowhere_to_go(resident: Visitor) -> None:
    page = resident.open(NEW)
    data = {"csrf_token": page.form("Сохранить").values["csrf_token"][0], "file": (io.BytesIO(PDF), "a.pdf")}
    assert resident.client.post(f"/uploads/{only_token(page)}/diploma", data=data).status_code == 404


def only_token(page: Page) -> str:
    """The token of the page's form."""
    return str(page.form("Сохранить").values["token"][0])
