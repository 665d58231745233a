"""Every task by keyboard alone: Tab, Enter, Space, arrows; where one is can be seen at each stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from forms.answers import VerdictAnswer
from forms.papers import PAPERS
from tests.browser.test_connection_life import Application
from tests.browser.test_new_connection import CONSENT, POWER
from tests.support import people

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.house import House
    from tests.browser.person import Person

MOST_STOPS = 80
# The stop of the Tab key: its name, and whether one sees it. A file's field is drawn by what stands after it.
STOP = """() => {
  const it = document.activeElement;
  const drawn = it.type === "file" ? it.nextElementSibling : it;
  const style = getComputedStyle(drawn);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== "none";
  const box = drawn.getBoundingClientRect();
  const isOnScreen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const label = it.type === "radio" ? it.closest("fieldset").querySelector("legend") : it.labels?.[0];
  const name = (label || it).innerText.replace(/\\s+/g, " ").replace(/ ?\\*? ?$/, "").trim();
  return { name, place: it.outerHTML.slice(0, 200), isSeen: ring && isOnScreen, isBody: it === document.body };
}"""


class Keys:
    """The hands of somebody without a mouse."""

    def __init__(self, person: Person) -> None:
        self.page = person.page
        self.stops: list[str] = []

    def press(self, *keys: str) -> None:
        """Press keys one after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Type where the focus is."""
        self.page.keyboard.type(text)

    def stop(self) -> dict[str, Any]:
        """Look at where the focus is."""
        found: dict[str, Any] = self.page.evaluate(STOP)
        assert found["isBody"] or found["isSeen"], f"{self.page.url}: the focus can't be seen on {found['place']}"
        return found

    def go(self, name: str, key: str = "Tab") -> None:
        """Press Tab until the focus is on something of this name."""
        self.stops = []
        for _ in range(MOST_STOPS):
            self.press(key)
            self.stops.append(self.stop()["name"])
            if self.stops[-1] == name:
                return
        raise AssertionError(f"{self.page.url}: «{name}» is not on the way: {self.stops}")

    def fill(self, answers: dict[str, str]) -> None:
        """Fill in fields in the order of the page."""
        for label, answer in answers.items():
            self.go(label)
            self.write(answer)


def test_register_and_file_an_appeal_by_keyboard_alone(visit: Callable[..., Person], tmp_path: Path) -> None:
    person = visit()
    keys = Keys(person)
    file = tmp_path / "Схема.pdf"
    file.write_bytes(people.PDF)
    person.page.on("filechooser", lambda chooser: chooser.set_files(file))
    person.open("/")
    keys.press("Tab")
    assert keys.stop()["name"] == "Перейти к содержанию"
    keys.press("Tab")
    assert keys.stop()["name"] == "Версия для слабовидящих"
    keys.go("Регистрация")
    keys.press("Enter")
    person.is_at("Регистрация")
    _register(person, keys)
    person.is_at("Здравствуйте, Пётр Ильич")
    expect(person.page.get_by_role("heading", name="Вы зарегистрированы")).to_be_focused()

    keys.go("Обращение", "Shift+Tab")
    keys.press("Enter")
    person.is_at("Обращение")
    keys.go("Тема обращения")
    keys.press("ArrowDown", "ArrowDown")
    keys.fill({"Текст обращения (не более 1000 символов)": "Мигает свет"})
    keys.go("Документ")
    keys.press("Enter")
    person.sees("загружен")
    keys.go("Сохранить")
    keys.press("Enter")
    expect(person.page.get_by_role("heading", name="Заявка успешно сохранена")).to_be_focused()

    keys.go("Выйти", "Shift+Tab")
    keys.press("Enter")
    person.is_at("Вход в личный кабинет")
    keys.fill({"Логин": "by_keyboard", "Пароль": people.PASSWORD})
    keys.go("Запомнить меня")
    keys.press("Space", "Enter")
    person.is_at("Здравствуйте, Пётр Ильич")


def test_a_password_is_changed_and_devices_are_signed_out_by_keyboard_alone(resident: Callable[..., Person]) -> None:
    person = resident()
    keys = Keys(person)
    keys.go("Редактировать профиль")
    keys.press("Enter")
    person.is_at("Мои данные")
    keys.go("Сменить пароль")
    keys.press("Enter")
    expect(person.field("Старый пароль")).to_be_focused()
    keys.write(people.PASSWORD)
    keys.fill({"Новый пароль": "другой омут 43", "Повтор нового пароля": "другой омут 43"})
    keys.press("Enter")
    expect(person.page.get_by_role("heading", name="Пароль изменён")).to_be_focused()
    keys.go("Мои устройства")
    keys.press("Enter")
    person.is_at("Мои устройства")
    keys.press("Tab")
    while not keys.stop()["name"].startswith("Завершить вход"):
        keys.press("Tab")
    keys.press("Enter")
    person.is_at("Вход в личный кабинет")  # the only device was this one


def test_a_forgotten_password_is_asked_for_by_keyboard_alone(visit: Callable[..., Person]) -> None:
    person = visit()
    keys = Keys(person)
    person.open("/login")
    keys.go("Забыли пароль?")
    keys.press("Enter")
    person.is_at("Забыли пароль?")
    keys.go("Логин или e-mail")
    keys.press("Enter")
    expect(person.page.get_by_role("alert")).to_be_focused()
    keys.go("Логин или e-mail")
    keys.write("nobody")
    keys.press("Enter")
    person.sees("Если такой кабинет есть")


def test_an_application_goes_from_its_form_to_readiness_by_keyboard_alone(
    resident: Callable[..., Person], house: House, tmp_path: Path
) -> None:
    person = resident()
    keys = Keys(person)
    file = tmp_path / "План.pdf"
    file.write_bytes(people.PDF)
    person.page.on("filechooser", lambda chooser: chooser.set_files(file))

    keys.go("Заявка на технологическое присоединение")
    keys.press("Enter")
    person.is_at("Заявка на технологическое присоединение")
    keys.fill({"Серия и номер паспорта": "2011 000001"})
    keys.go("Вид услуги")
    keys.press("Space")
    keys.go("Тип объекта")
    keys.press("ArrowDown")
    keys.go("Улица")
    keys.write("20 лет окт")
    keys.press("ArrowDown", "Enter")
    keys.fill({"Номер дома": "12", POWER: "10"})
    for paper in ("plan", "ownership"):
        keys.go(PAPERS[paper].label)
        keys.press("Enter")
        expect(person.page.locator(f".paper:has([name={paper}]) .file-ok")).to_be_visible()
    keys.go(CONSENT)
    keys.press("Space")
    keys.go("Сохранить")
    keys.press("Enter")
    expect(person.page.get_by_role("heading", name="Заявка успешно сохранена")).to_be_focused()

    company = Application.latest(house)
    company.moves("request_documents", verdicts=(VerdictAnswer("plan", accepted=False, remark="Не видно улицы"),))
    person.open(company.path)
    keys.go("Направить недостающие сведения/документы")
    keys.press("Enter")
    person.sees("Замечание: Не видно улицы")
    keys.go(PAPERS["plan"].label)
    keys.press("Enter")
    person.sees("загружен")
    keys.go("Завершить загрузку")
    keys.press("Enter")
    person.sees("После завершения добавить файлы будет нельзя")
    keys.go("Завершить загрузку")
    keys.press("Enter")
    person.sees("Сейчас ход за нами")

    company.moves("accept_documents", "issue_terms", "conclude")
    person.open(company.path)
    keys.go("Сообщить о готовности")
    keys.press("Enter")
    expect(person.page.get_by_role("dialog")).to_be_visible()
    keys.go("Технические условия выполнены")
    keys.press("Space")
    keys.go("Сообщить о готовности")
    keys.press("Enter")
    person.sees("Мы получили сообщение о готовности")


def test_a_meter_is_read_and_a_service_and_outages_asked_for_by_keyboard_alone(resident: Callable[..., Person]) -> None:
    person = resident()
    keys = Keys(person)
    keys.go("Направить показания прибора учёта")
    keys.press("Enter")
    person.is_at("Подача информации по показаниям приборов учёта")
    keys.go("Новый счетчик")
    keys.press("Enter")
    person.is_at("Новый счетчик")
    keys.fill({"Описание местонахождения ПУ": "на опоре", "Номер лицевого счета": "123456", "Заводской номер": "77К"})
    keys.press("Enter")
    expect(person.page.get_by_role("heading", name="Счетчик зарегистрирован в системе!")).to_be_focused()
    keys.go("Добавить показания счётчика 77К")
    keys.press("Enter")
    person.is_at("Показания счетчика")
    keys.fill({"Показания (в кВт·ч)": "340"})
    keys.press("Enter")
    expect(person.page.get_by_role("heading", name="Ваши показания сохранены успешно!")).to_be_focused()

    keys.go("Заявка на дополнительную услугу", "Shift+Tab")
    keys.press("Enter")
    person.is_at("Заявка на дополнительную услугу")
    keys.go("Тема обращения")
    keys.press("ArrowDown", "ArrowDown")
    keys.fill({"Текст обращения (не более 1000 символов)": "Счётчик установлен"})
    keys.go("Сохранить")
    keys.press("Enter")
    expect(person.page.get_by_role("heading", name="Заявка успешно сохранена")).to_be_focused()

    keys.go("Статистика отключений", "Shift+Tab")
    keys.press("Enter")
    person.is_at("Статистика отключений")
    keys.go("Улица")
    keys.write("20 лет окт")
    keys.press("ArrowDown", "Enter")
    keys.fill({"Номер дома": "77"})
    keys.press("Enter")
    expect(person.page.get_by_role("heading", name="20-летия Октября ул., д. 77")).to_be_visible()


def _register(person: Person, keys: Keys) -> None:
    answers = people.REGISTRATION | {"Имя пользователя (login)": "by_keyboard", "E-mail": "by_keyboard@example.org"}
    first = ("Имя пользователя (login)", "E-mail", "Пароль", "Подтвердите пароль", "ФИО")
    last = ("Номер дома", "Номер квартиры", "Почтовый индекс", "Телефон", "СНИЛС")
    keys.fill({label: answers[label] for label in first})
    keys.go("Я из Воронежа")
    keys.press("ArrowDown")
    expect(person.field("Домашний адрес")).to_be_visible()
    keys.press("ArrowUp")
    keys.go("Улица")
    keys.write("20 лет окт")
    keys.press("ArrowDown", "Enter")
    expect(person.field("Улица")).to_have_value(answers["Улица"])
    keys.fill({label: answers[label] for label in last})
    ticks = [label for label, answer in answers.items() if answer is True]
    for label in ticks[:-1]:
        keys.go(label)
        keys.press("Space")
    keys.go("Отправить")
    keys.press("Enter")
    expect(person.page.get_by_role("alert")).to_be_focused()
    keys.press("Tab", "Enter")  # the first line of the summary leads to its field
    assert keys.stop()["name"] == ticks[-1]
    keys.press("Space")
    keys.go("Подтвердите пароль", "Shift+Tab")
    keys.write(people.PASSWORD)
    keys.go("Пароль", "Shift+Tab")
    keys.write(people.PASSWORD)
    keys.go("Отправить")
    keys.press("Enter")
