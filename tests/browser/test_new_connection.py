"""The application for connection at the browser: the whole way, the draft that keeps itself, what follows one's hands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from forms.papers import PAPERS
from tests.browser.person import both_ways
from tests.browser.test_weight import KB, REPEATED, Wire
from tests.support import people

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.person import Person

NEW = "/connections/new"
PLAN, OWNERSHIP = PAPERS["plan"].label, PAPERS["ownership"].label
POWER = "Запрашиваемая максимальная мощность присоединяемых ЭПУ, кВт"
PREVIOUS = "Ранее присоединенная максимальная мощность присоединяемых ЭПУ, кВт"
FL, TEMPORARY = "ФЛ до 15 кВт включительно", "Временное технологическое присоединение до 150 кВт включительно"
GARDENERS = "Участок — в садоводческом или огородническом товариществе (СНТ, ОНТ)"
CONSENT = "Согласен на передачу моих данных выбранной энергосбытовой компании"
TEN = [paper for paper in PAPERS.values() if not paper.extra]
SAVED = "Черновик сохранён в"
TOLD = "Заявка успешно сохранена. Регистрационный номер Вашей заявки"
WHOLE = 140 * KB  # a thousand streets and a form of forty fields


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Put ten documents on somebody's disk, by the code of what they are."""
    made = {paper.code: tmp_path / f"{paper.code}.pdf" for paper in TEN}
    for code, path in made.items():
        path.write_bytes(people.PDF + code.encode())
    return made


@pytest.fixture
def applicant(resident: Callable[..., Person]) -> Person:
    """Somebody with a fresh form."""
    person = resident()
    person.open(NEW)
    return person


def fill(person: Person, **changes: Any) -> None:
    """Fill in everything but the documents."""
    person.fill({"Серия и номер паспорта": "2011 000001", "Вид услуги": FL, CONSENT: True})
    person.fill({"Тип объекта": "Индивидуальный жилой дом", "Улица": "20-летия Октября ул.", "Номер дома": "12"})
    person.fill({POWER: "10"} | changes)


def star(person: Person, label: str) -> Any:
    """Find the star of a document."""
    return person.page.locator(".paper", has=person.page.get_by_label(label)).locator("label .star")


@both_ways
def test_ten_files_of_ten_survive_an_error_and_the_application_is_filed_and_read(
    resident: Callable[..., Person], files: dict[str, Path], how: dict[str, bool]
) -> None:
    person = resident(**how)
    person.menu("Заявка на технологическое присоединение")
    for paper in TEN:
        person.fill({paper.label: files[paper.code]})
    fill(person, **{PREVIOUS: "7"})
    if not how:
        expect(person.page.locator(".file-ok")).to_have_count(10)
    person.press("Сохранить")
    person.page.get_by_role("alert").wait_for()
    person.sees("Уменьшите мощность: вместе с ранее присоединённой получается 17 кВт, а можно не больше 15 кВт")
    for path in files.values():
        person.sees(path.name)
    expect(person.page.locator(".file-ok")).to_have_count(10)
    person.fill({PREVIOUS: "5"})
    person.press("Проверить и распечатать")
    person.is_at("Проверьте заявку на технологическое присоединение")
    person.sees("Всё заполнено")
    with person.page.expect_download() as download:
        person.follow("Сохранить PDF")
    assert download.value.path().read_bytes().startswith(b"%PDF")
    person.follow("Вернуться к заявке")
    person.press("Сохранить")
    person.sees(TOLD)
    person.menu("Информация по заявкам на технологическое присоединение")
    person.page.get_by_role("table").get_by_role("link").first.click()
    for path in files.values():
        person.sees(path.name)


def test_the_draft_keeps_itself_and_is_taken_up_elsewhere(applicant: Person, files: dict[str, Path]) -> None:
    applicant.fill({"Номер дома": "12 к. 1", PLAN: files["plan"]})
    applicant.sees(SAVED)
    expect(applicant.page.locator(".file-ok")).to_have_count(1)
    applicant.fill({POWER: "десять"})
    with applicant.page.expect_response("**/connections/drafts/*"):
        applicant.page.evaluate("dispatchEvent(new Event('online'))")
    applicant.page.reload()
    expect(applicant.field("Номер дома")).to_have_value("12 к. 1")
    expect(applicant.field(POWER)).to_have_value("десять")
    applicant.sees("plan.pdf")
    applicant.open(NEW)
    applicant.sees("Начатые заявки")
    expect(applicant.field("Номер дома")).to_have_value("")
    applicant.page.get_by_role("main").get_by_role("link", name="Удалить").click()
    dialog = applicant.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Вернуть их не получится")
    dialog.get_by_role("button", name="Удалить черновик").click()
    applicant.sees("Черновик удалён")
    expect(applicant.page.get_by_text("Начатые заявки")).to_have_count(0)


def test_without_a_connection_nothing_is_lost_and_it_is_kept_as_soon_as_there_is_one(applicant: Person) -> None:
    applicant.expected.add("net::ERR_INTERNET_DISCONNECTED")
    applicant.context.set_offline(True)
    applicant.fill({"Номер дома": "12"})
    applicant.sees("Нет связи. Черновик сохранится, когда она появится")
    applicant.press("Сохранить")
    expect(applicant.page.locator("[data-stopped]")).to_contain_text("Нет связи")
    expect(applicant.field("Номер дома")).to_have_value("12")
    applicant.context.set_offline(False)
    applicant.sees(SAVED)


def test_who_was_signed_out_keeps_the_page_and_goes_on_after_signing_in_again(applicant: Person) -> None:
    applicant.expected.add("the server responded with a status of 40")
    other = applicant.context.new_page()
    other.goto("/")
    login = applicant.page.locator("form[data-owner]").get_attribute("data-owner")
    other.get_by_role("button", name="Выйти").first.click()
    applicant.fill({"Номер дома": "12"})
    applicant.sees("Вы вышли из кабинета, черновик не сохраняется")
    applicant.press("Сохранить")
    expect(applicant.field("Номер дома")).to_have_value("12")
    other.goto("/login")
    other.get_by_label("Логин").fill(str(login))
    other.locator("[name=password]").fill(people.PASSWORD)
    other.get_by_role("button", name="Войти").click()
    other.get_by_role("heading", name="Здравствуйте").wait_for()
    applicant.page.evaluate("dispatchEvent(new Event('focus'))")
    applicant.sees(SAVED)


def test_the_total_and_the_documents_follow_what_is_filled_in(applicant: Person) -> None:
    total = applicant.page.locator("output")
    applicant.answer("Вид услуги", FL)
    for requested, previous, words in (
        ("10", "", "10 кВт из 15: подходит"),
        ("12", "5", "17 кВт из 15: превышение 2 кВт"),
        ("10,5", "4.5", "15 кВт из 15: подходит"),
        ("10", "0,1", "10,1 кВт из 15: подходит"),
        ("десять", "5", "сложим два числа выше"),
    ):
        applicant.fill({POWER: requested, PREVIOUS: previous})
        expect(total).to_have_text(words)
    expect(star(applicant, OWNERSHIP)).to_have_count(1)
    expect(star(applicant, PAPERS["plots"].label)).to_have_count(0)
    applicant.page.get_by_label(GARDENERS).check()
    expect(star(applicant, PAPERS["plots"].label)).to_have_count(1)
    applicant.page.get_by_label(GARDENERS).uncheck()
    expect(star(applicant, PAPERS["plots"].label)).to_have_count(0)


@both_ways
def test_fields_of_temporary_supply_take_the_place_of_those_of_lasting(
    resident: Callable[..., Person], how: dict[str, bool]
) -> None:
    person = resident(**how)
    person.open(NEW)
    term, schedule = person.page.locator("#temporary_term"), person.page.locator("#schedule")
    for service, is_temporary in ((FL, False), (TEMPORARY, True), (FL, False)):
        person.answer("Вид услуги", service)
        expect(term).to_be_visible(visible=is_temporary)
        expect(schedule).to_be_visible(visible=not is_temporary)


@both_ways
def test_the_address_is_taken_from_the_profile(resident: Callable[..., Person], how: dict[str, bool]) -> None:
    person = resident(**how)
    person.open(NEW)
    person.fill({POWER: "10"})
    person.press("Взять адрес из профиля")
    expect(person.field("Номер дома")).to_have_value("12")
    expect(person.field(POWER)).to_have_value("10")
    assert person.page.locator("select[name=street_id]").input_value()


def test_the_contents_show_how_far_one_is(applicant: Person, files: dict[str, Path]) -> None:
    contents = applicant.page.get_by_role("navigation", name="Разделы заявки")
    expect(contents).to_contain_text("Заполнено 2 из 11 обязательных")
    fill(applicant)
    for code in ("plan", "ownership"):
        applicant.fill({PAPERS[code].label: files[code]})
    expect(contents).to_contain_text("Заполнено 11 из 11 обязательных")
    expect(contents.get_by_text("заполнено", exact=True)).to_have_count(5)
    applicant.page.get_by_label(GARDENERS).check()
    expect(contents).to_contain_text("осталось приложить 2")


def test_a_second_click_sends_nothing_more(applicant: Person, files: dict[str, Path]) -> None:
    fill(applicant)
    for code in ("plan", "ownership"):
        applicant.fill({PAPERS[code].label: files[code]})
    expect(applicant.page.locator(".file-ok")).to_have_count(2)
    sent: list[str] = []
    applicant.page.on(
        "request", lambda one: sent.append(one.url) if one.method == "POST" and one.url.endswith(NEW) else None
    )
    applicant.button("Сохранить").dblclick()
    applicant.sees(TOLD)
    assert len(sent) == 1


def test_enter_in_a_field_sends_the_form_and_takes_no_file_away(applicant: Person, files: dict[str, Path]) -> None:
    applicant.fill({PLAN: files["plan"]})
    expect(applicant.page.locator(".file-ok")).to_have_count(1)
    applicant.field("Номер дома").press("Enter")
    applicant.page.get_by_role("alert").wait_for()
    applicant.sees("plan.pdf")


def test_the_longest_page_is_light_enough(applicant: Person) -> None:
    wire = Wire(applicant)
    assert wire.load(NEW).total <= REPEATED, wire.bodies
    applicant.context.new_cdp_session(applicant.page).send("Network.clearBrowserCache")
    assert wire.load(NEW).total <= WHOLE, wire.bodies
