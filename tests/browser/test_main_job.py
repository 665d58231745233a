"""The main job of the cabinet, two people at two browsers: an appeal from an empty account to its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.house import link_of
from tests.support import people

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.house import House
    from tests.browser.person import Person

TEXT = "По вечерам мигает свет во всём подъезде"
QUESTION = "В какой квартире мигает свет?"
CLARIFIED = "Квартира 7, с восьми до десяти вечера"
ANSWER = "Бригада подтянула контакт на вводе, напряжение в норме"
LETTER_NUMBER = "1095"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Files on somebody's disk."""
    contents = {"photo": ("Фото щитка.pdf", people.PDF + b"%" + b" " * 300_000), "answer": ("Ответ.pdf", people.PDF)}
    made = {key: tmp_path / name for key, (name, _) in contents.items()}
    for key, (_, content) in contents.items():
        made[key].write_bytes(content)
    return made


def register(person: Person, login: str) -> str:
    """Register from the door by the labels of fig. 4; gives the e-mail."""
    email = f"{login}@example.org"
    person.open("/")
    person.follow("Регистрация")
    person.fill(people.REGISTRATION | {"Имя пользователя (login)": login, "E-mail": email})
    person.press("Отправить")
    person.is_at("Здравствуйте, Пётр Ильич")
    return email


def number_of(person: Person) -> str:
    """Read the number in the manual's sentence, letter by letter."""
    sentence = "Заявка успешно сохранена. Регистрационный номер Вашей заявки "
    said = person.page.get_by_role("heading", name=sentence).inner_text()
    assert said.startswith(sentence)
    number = said.removeprefix(sentence)
    assert number.isdigit()
    return number


def asks(clerk: Person, number: str) -> None:
    """Take the appeal out of the queue and ask the subscriber something."""
    clerk.sign_in(clerk.house.employ(f"clerk_{number}"), "/admin/login")
    clerk.menu("Обращения")
    clerk.page.locator(".tools-find").get_by_role("searchbox").fill(number)  # the queue may have many pages
    clerk.press("Показать")
    clerk.page.get_by_role("table").get_by_role("link", name=number, exact=True).click()
    clerk.sees(TEXT)
    clerk.press("Взять в работу")
    clerk.sees(f"Обращение № {number}: на рассмотрении")
    clerk.choose("Запросить уточнения")
    clerk.fill({"Что нужно уточнить": QUESTION})


def answers(clerk: Person, number: str, file: Path) -> None:
    """Answer by words and by a numbered letter."""
    clerk.open(f"/admin/appeals/{number}")
    clerk.sees(CLARIFIED)
    clerk.choose("Ответить")
    clerk.fill({"Текст ответа": ANSWER})
    clerk.page.get_by_text("Письмо с номером").filter(visible=True).click()
    clerk.fill({"Номер письма": LETTER_NUMBER, "Дата письма": "2026-11-24", "Файл письма": file})


def reads(person: Person, number: str, file: Path) -> None:
    """Find the answer by the journal of appeals, and download the letter."""
    person.open("/")
    person.menu("Информация по обращениям")
    person.fill({"Номер заявки": number})
    person.press("Найти")
    person.follow(number)
    person.sees("Ответ направлен")
    person.sees(ANSWER)
    person.sees(f"№ {LETTER_NUMBER} от 24.11.2026")
    with person.page.expect_download() as download:
        person.page.get_by_role("region", name="Ответ", exact=True).get_by_role("link", name="Скачать").click()
    assert download.value.suggested_filename == file.name
    assert download.value.path().read_bytes() == file.read_bytes()


def test_a_subscriber_files_an_appeal_a_clerk_answers_and_the_subscriber_reads_the_answer(
    visit: Callable[..., Person], house: House, files: dict[str, Path]
) -> None:
    person, clerk = visit(), visit()
    email = register(person, "main_job")
    assert house.letter(email, "Вы зарегистрированы")

    person.menu("Обращение")
    person.drop("Документ", files["photo"])
    person.sees("загружен")
    person.fill({"Текст обращения (не более 1000 символов)": TEXT})
    person.press("Сохранить")  # without a topic
    expect(person.page.get_by_role("alert")).to_be_focused()
    expect(person.field("Текст обращения (не более 1000 символов)")).to_have_value(TEXT)
    person.sees("Фото щитка.pdf")
    person.fill({"Тема обращения": "Жалоба"})
    person.press("Сохранить")
    number = number_of(person)

    letter = house.letter(email, f"Обращение № {number} зарегистрировано")
    assert urlsplit(link_of(letter)).netloc == urlsplit(house.address).netloc
    person.open(link_of(letter))
    person.sees(TEXT)

    asks(clerk, number)
    preview = clerk.page.get_by_role("region", name="Письмо заявителю").filter(visible=True)
    expect(preview).to_contain_text(f"Обращение № {number}: нужны уточнения")
    clerk.press("Запросить уточнения и отправить письмо")
    clerk.sees(f"Обращение № {number}: запрошены уточнения")
    assert house.letter(email, f"Обращение № {number}: нужны уточнения")

    person.open("/")
    person.sees(QUESTION)
    person.page.get_by_role("main").get_by_role("link", name="Ответить на вопрос").click()
    person.fill({"Ваш ответ": CLARIFIED})
    person.press("Ответить на вопрос")
    person.sees("Готово: на рассмотрении")

    answers(clerk, number, files["answer"])
    clerk.sees("загружен")
    clerk.press("Ответить и отправить письмо")
    clerk.sees(f"Обращение № {number}: ответ направлен")
    assert house.letter(email, f"Ответ на обращение № {number}")
    reads(person, number, files["answer"])


def test_the_same_job_is_done_without_javascript(
    visit: Callable[..., Person], house: House, files: dict[str, Path]
) -> None:
    person, clerk = visit(java_script_enabled=False), visit(java_script_enabled=False)
    email = register(person, "no_script")

    person.menu("Обращение")
    person.fill({"Текст обращения (не более 1000 символов)": TEXT, "Документ": files["photo"]})
    person.press("Сохранить")  # without a topic
    person.sees("Выберите тему обращения")
    expect(person.field("Текст обращения (не более 1000 символов)")).to_have_value(TEXT)
    person.sees("Фото щитка.pdf")
    person.fill({"Тема обращения": "Жалоба"})
    person.press("Сохранить")
    number = number_of(person)

    asks(clerk, number)
    clerk.press("Показать письмо")
    preview = clerk.page.get_by_role("region", name="Письмо заявителю").filter(visible=True)
    expect(preview).to_contain_text(f"Обращение № {number}: нужны уточнения")
    clerk.press("Запросить уточнения и отправить письмо")
    clerk.sees(f"Обращение № {number}: запрошены уточнения")

    person.open(f"/appeals/{number}")
    person.fill({"Ваш ответ": CLARIFIED})
    person.press("Ответить на вопрос")
    person.sees("Готово: на рассмотрении")

    answers(clerk, number, files["answer"])
    clerk.press("Ответить и отправить письмо")
    clerk.sees(f"Обращение № {number}: ответ направлен")
    assert house.letter(email, f"Ответ на обращение № {number}")
    reads(person, number, files["answer"])
