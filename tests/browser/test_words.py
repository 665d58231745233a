"""The words of the manual, letter by letter, on the pages that people see."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from tests.browser.town import FIRM, GUEST, NEWCOMER, RESIDENT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.person import Person
    from tests.browser.town import Town


@dataclass(frozen=True)
class Figure:
    """A figure of the manual: where it is, what is chosen on it, its words."""

    number: str
    who: str
    path: str
    words: tuple[str, ...]
    chosen: dict[str, str] = field(default_factory=dict)


REGISTRATION = (
    "Вид заявителя", "Физическое лицо", "Индивидуальный предприниматель", "Юридическое лицо",
    "Имя пользователя (login)", "E-mail", "Пароль", "Подтвердите пароль", "Я из Воронежа", "Да", "Нет",
    "Почтовый индекс", "Телефон", "Отправить", "На главную",
)  # fmt: skip
ADDRESS = ("Улица", "-Выберите улицу-", "Номер дома", "Номер квартиры")
MENU = (
    "Обращение", "Заявка на технологическое присоединение", "Заявка на дополнительную услугу",
    "Информация по обращениям", "Информация по заявкам на технологическое присоединение", "Статистика отключений",
    "Направить показания прибора учёта", "Электронный документооборот",
)  # fmt: skip
APPEAL = (
    "ФИО", "Почтовый адрес", "Телефон", "Email", "Тема обращения", "-Выберите вид обращения-",
    "Запрос справочной информации", "Жалоба",
    "Сообщение о бездоговорном / без учёта потреблении электроэнергии",
    "Сообщение о хищении объектов электросетевого комплекса", "Запрос консультации",
    "Текст обращения (не более 1000 символов)", "Документ", "Обзор", "Сохранить", "Отмена",
)  # fmt: skip
JOURNAL = (
    "Информация по обращениям", "Номер заявки", "Найти", "Рег. номер", "Дата подачи обращения", "Вид обращения",
    "Содержание", "Статус", "Регистрация",
)  # fmt: skip
CONNECTIONS = (
    "Информация по заявкам на технологическое присоединение", "Номер заявки", "Найти", "Рег. номер", "Дата подачи",
    "Адрес объекта", "Мощность, кВт", "Номер ТУ", "Дата ТУ", "Статус", "Лицевой счет", "#",
    "Направить недостающие сведения/документы", "Завершить загрузку",
)  # fmt: skip
MISSING = (
    "Направить недостающие сведения/документы к заявке №:", "ФИО", "Почтовый адрес", "Телефон", "Email",
    "Текст обращения (не более 1000 символов)", "Документы", "Сохранить", "Завершить загрузку", "Отмена",
)  # fmt: skip
PAPERS = (
    "Документы по заявке №:", "№", "Дата", "Содержание", "Вложение", "#", "Скачать", "Просмотреть",
    "Уведомление о нестаче документов",
)  # fmt: skip
PROFILE = ("Мои данные", "Имя пользователя (login)", *ADDRESS[:1], *ADDRESS[2:], "E-mail", "Почтовый индекс", "Телефон",
           "Сменить пароль", "Сохранить", "Отмена")  # fmt: skip
ORGANISATION = (
    "Короткое наименование организации",
    "Полное наименование организации",
    "ФИО руководителя",
    "ОГРН",
    "ИНН",
)
REGISTER = (
    "Номер записи в едином государственном реестре юридических лиц (ЕГРЮЛ)",
    "Дата внесения записи в единый государственный реестр",
)

FIGURES = (
    Figure("2", GUEST, "/login", ("Логин", "Пароль", "Запомнить меня", "Регистрация", "Забыли пароль?", "Войти")),
    Figure("4", GUEST, "/register", (*REGISTRATION, *ADDRESS, "ФИО", "СНИЛС")),
    Figure("4, from afar", GUEST, "/register", ("Домашний адрес",), {"Я из Воронежа": "Нет"}),
    Figure("5, ИП", GUEST, "/register", ORGANISATION, {"Вид заявителя": "Индивидуальный предприниматель"}),
    Figure("5, ЮЛ", GUEST, "/register", ORGANISATION, {"Вид заявителя": "Юридическое лицо"}),
    Figure("6", NEWCOMER, "/", ("Образцов П.И.", "Редактировать профиль", "Выйти", *MENU)),
    Figure("7", RESIDENT, "/profile", (*PROFILE, "ФИО", "Серия и номер паспорта", "СНИЛС")),
    Figure("8", FIRM, "/profile", (*PROFILE, *ORGANISATION, *REGISTER)),
    Figure("9", RESIDENT, "/profile/password",
           ("Смена пароля", "Старый пароль", "Новый пароль", "Повтор нового пароля", "Сохранить", "Отмена")),
    Figure("10", RESIDENT, "/appeals/new", APPEAL),
    Figure("13.1", RESIDENT, "/connections", CONNECTIONS),
    Figure("13.2", RESIDENT, "/connections/{year}/{tp_documents_missing}/documents", MISSING),
    Figure("13.3", RESIDENT, "/connections/{year}/{tp_half_sent}", PAPERS),
    Figure("16", RESIDENT, "/connections/{year}/{tp_works}/ready", ("Сообщить о готовности",)),
    Figure("17", RESIDENT, "/appeals", JOURNAL),
)  # fmt: skip


def visible_words(person: Person) -> str:
    """Read the page as the eye does, lists opened."""
    page = person.page
    lists = [text for chooser in page.locator("select").all() for text in chooser.locator("option").all_text_contents()]
    return " ".join("\n".join([page.locator("body").inner_text(), *lists]).split())


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.number)
def test_a_figure_says_what_the_manual_prints(browser: Browser, town: Town, figure: Figure) -> None:
    person = town.enter(browser, figure.who)
    person.open(figure.path.format(**town.numbers))
    person.fill(figure.chosen)
    seen = visible_words(person)
    assert [words for words in figure.words if not re.search(rf"(?<!\w){re.escape(words)}(?!\w)", seen)] == []
    assert person.leave() == []


def test_the_menu_keeps_the_order_of_fig_6(browser: Browser, town: Town) -> None:
    person = town.enter(browser, NEWCOMER)
    person.open("/")
    items = person.page.get_by_role("navigation", name="Разделы").get_by_role("link").all_inner_texts()
    of_the_manual = [item.replace("скоро", "").strip() for item in items if item != "Главная"]
    assert sorted(of_the_manual) == sorted(MENU)
    assert person.leave() == []
