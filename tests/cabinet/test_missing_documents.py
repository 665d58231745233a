"""Fig. 13.2: what was asked for is sent, any number of times, until «Завершить загрузку» hands it over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forms.answers import VerdictAnswer
from tests.support.people import PDF

if TYPE_CHECKING:
    from tests.cabinet.conftest import Applications
    from tests.support.page import Page
    from tests.support.visitor import Visitor

PLAN, RIGHT = (
    "План расположения энергопринимающих устройств",
    "Копия документа, подтверждающего право собственности или иное",
)
TEXT, MORE, SAVE, CLOSE = "Текст обращения (не более 1000 символов)", "Документы", "Сохранить", "Завершить загрузку"
ADDED = "Файл добавлен в заявку"
NO_PLACE = VerdictAnswer("plan", accepted=False, remark="Не видно привязки к улице")
TOO_OLD = VerdictAnswer("ownership", accepted=False, remark="Нужна выписка не старше месяца")


@pytest.fixture
def path(applications: Applications) -> str:
    """An application to which two documents are missing."""
    made = applications.bring("checking")
    applications.make(made, "request_documents", verdicts=(NO_PLACE, TOO_OLD), note="Подойдёт и фотография")
    return made


def form(resident: Visitor, path: str) -> Page:
    return resident.open(f"{path}/documents")


def sent(page: Page) -> str:
    """What the page says of what has come already."""
    return page.words().partition("Вы уже прислали")[2].partition(PLAN)[0]


def test_the_page_asks_for_each_document_with_its_remark(resident: Visitor, path: str) -> None:
    page = form(resident, path)
    words = page.words()
    assert page.heading().startswith("Направить недостающие сведения/документы к заявке №: 1 от ")
    for said in (
        f"{PLAN}Замечание: Не видно привязки к улице", f"{RIGHT}Замечание: Нужна выписка не старше месяца",
        "Подойдёт и фотография", "Уведомление о нестаче документов", "Образцов Пётр Ильич", "+7 (900) 000-00-01",
        "Ваш срок: прислать недостающие документы — до",
    ):  # fmt: skip
        assert said in words
    begun = "Прошу приобщить к заявке на технологическое присоединение № 1 от "
    assert page.form(SAVE).typed(TEXT).startswith(begun)


def test_files_are_added_any_number_of_times_and_listed(
    resident: Visitor, path: str, applications: Applications
) -> None:
    page = resident.press(form(resident, path), SAVE, {PLAN: ("План участка.pdf", PDF)})
    assert page.path == f"{path}/documents"
    assert ADDED in page.words()
    assert "План участка.pdf" in sent(page)
    assert "Вы уже прислали: План участка.pdf" in page.words()
    many = [("Выписка.pdf", PDF + b"%1"), ("Договор.pdf", PDF + b"%2"), ("Акт.pdf", PDF + b"%3")]
    page = resident.press(page, SAVE, {MORE: many, TEXT: "И ещё документы"})
    assert "Файлы добавлены в заявку: 3" in page.words()
    assert [name for name in ("План участка.pdf", "Выписка.pdf", "Договор.pdf", "Акт.pdf") if name in sent(page)]
    assert applications.papers(path)[-4:] == [
        ("plan", "План участка.pdf"), (None, "Выписка.pdf"), (None, "Договор.pdf"), (None, "Акт.pdf"),
    ]  # fmt: skip
    assert applications.status(path) == "documents_missing"


def test_nothing_but_the_beginning_of_the_text_is_not_taken(
    resident: Visitor, path: str, applications: Applications
) -> None:
    page = resident.press(form(resident, path), SAVE, status=422)
    assert page.errors() == {MORE: "Приложите файл или напишите, почему его нет"}
    page = resident.press(page, SAVE, {TEXT: ""}, status=422)
    assert list(page.errors()) == [TEXT]
    page = resident.press(page, SAVE, {TEXT: "План утерян, запросили новый в БТИ"})
    assert "Обращение добавлено в заявку" in page.words()
    assert "Текст без файлов" in page.words()


def test_kept_files_outlive_an_error_beside_them(resident: Visitor, path: str, applications: Applications) -> None:
    files = {PLAN: ("План.pdf", PDF), MORE: [("Акт.pdf", PDF + b"%1"), ("Вирус.exe", b"MZ")], TEXT: "ё" * 1001}
    page = resident.press(form(resident, path), SAVE, files, status=422)
    assert set(page.errors()) == {MORE, TEXT}
    assert "План.pdf" in page.words()
    assert "Акт.pdf" in page.words()
    resident.press(page, SAVE, {TEXT: "Прошу приобщить"})
    assert applications.papers(path)[-2:] == [("plan", "План.pdf"), (None, "Акт.pdf")]


def test_two_clicks_add_a_file_once(resident: Visitor, path: str, applications: Applications) -> None:
    page = resident.press(form(resident, path), SAVE, {PLAN: ("План.pdf", PDF), TEXT: ""}, status=422)
    text = page.form(SAVE).fill({TEXT: "Прошу приобщить"}).values
    for _ in range(2):
        answer = resident.client.post(page.form(SAVE).action, data=text)
        assert answer.status_code == 302
        assert answer.headers["Location"] == f"{path}/documents"
    assert [name for _, name in applications.papers(path)].count("План.pdf") == 1


def test_handing_over_asks_first_and_takes_along_what_is_chosen(
    resident: Visitor, path: str, applications: Applications
) -> None:
    page = resident.press(form(resident, path), CLOSE, {PLAN: ("План.pdf", PDF)})
    assert page.path == f"{path}/complete"
    assert applications.status(path) == "documents_missing"
    words = page.words()
    assert "После завершения добавить файлы будет нельзя" in words
    assert "План.pdf" in words
    assert f"Не приложен: {RIGHT}" in words
    page = resident.press(page, CLOSE)
    assert page.path == path
    assert "Документы переданы на проверку" in page.words()
    assert applications.status(path) == "checking"


def test_handing_over_needs_something_to_hand_over(resident: Visitor, path: str, applications: Applications) -> None:
    resident.press(form(resident, path), CLOSE, status=422)
    applications.make(path, "add_documents")
    assert resident.press(form(resident, path), CLOSE).path == f"{path}/complete"  # nothing new is no error now
    assert applications.status(path) == "documents_missing"


def test_afterwards_the_page_says_where_the_application_is(
    resident: Visitor, path: str, applications: Applications
) -> None:
    applications.make(path, "add_documents")
    applications.make(path, "complete_documents")
    for page in ("documents", "complete"):
        words = resident.open(f"{path}/{page}").words()
        assert "Сейчас это не нужно" in words
        assert "Проверка документов" in words
        assert "Наш срок" in words


def test_what_is_sent_after_another_tab_has_closed_comes_back_with_its_reason(
    resident: Visitor, path: str, applications: Applications
) -> None:
    late, page = form(resident, path), form(resident, path)
    applications.make(path, "add_documents")
    resident.press(resident.press(page, CLOSE), CLOSE)
    page = resident.press(
        late,
        SAVE,
        {PLAN: ("Опоздал.pdf", PDF), MORE: ("Тоже.pdf", PDF + b"%1"), TEXT: "Вот план, простите"},
        status=409,
    )
    words = page.words()
    assert "пока страница была открыта, всё изменилось" in words
    assert "«Проверка документов»" in words
    assert "Это не отправлено" in words
    assert "Вот план, простите" in words
    assert "Файлы: Опоздал.pdf, Тоже.pdf" in words
    assert "Опоздал.pdf" not in [name for _, name in applications.papers(path)]
    assert applications.status(path) == "checking"


def test_two_tabs_that_hand_over_at_once_are_told(resident: Visitor, path: str, applications: Applications) -> None:
    applications.make(path, "add_documents")
    first, second = resident.open(f"{path}/complete"), resident.open(f"{path}/complete")
    resident.press(first, CLOSE)
    assert "Документы переданы на проверку" in resident.press(first, CLOSE).words()  # the same page once more
    page = resident.press(second, CLOSE, status=409)
    assert "всё изменилось" in page.words()


def test_what_staff_still_miss_opens_the_upload_again(resident: Visitor, path: str, applications: Applications) -> None:
    resident.press(form(resident, path), SAVE, {PLAN: ("План.pdf", PDF), RIGHT: ("Выписка.pdf", PDF + b"%1")})
    applications.make(path, "complete_documents")
    again = VerdictAnswer("ownership", accepted=False, remark="Это прошлогодняя")
    fine = VerdictAnswer("plan", accepted=True)
    applications.make(path, "request_documents", verdicts=(again, fine))
    words = form(resident, path).words()
    assert f"{RIGHT}Замечание: Это прошлогодняя" in words
    assert f"{PLAN}Замечание" not in words
    assert "Вы уже прислали" not in words
