"""Figs 19-23 at a browser: a meter, its first readings, a mistake mended, a file of many; with the page's script and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from portal import clock, reading_days
from portal.services import reading_files
from tests.browser.person import both_ways
from tests.support import people

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.house import House
    from tests.browser.person import Person

VALUE = "Показания (в кВт·ч)"
METER = {"Описание местонахождения ПУ": "на опоре у дома", "Номер лицевого счета": "123456"}


def resident(house: House) -> str:
    with house.inside():
        return people.subscriber().login


def add_meter(person: Person, serial: str) -> None:
    person.open("/meters")
    person.page.get_by_role("main").get_by_role("link", name="Новый счетчик").click()
    person.is_at("Новый счетчик")
    person.fill(METER | {"Заводской номер": serial})
    person.press("Сохранить")
    expect(person.page.get_by_role("heading", name="Счетчик зарегистрирован в системе!")).to_be_visible()


@both_ways
def test_a_meter_is_added_read_mistaken_and_mended(
    visit: Callable[..., Person], house: House, how: dict[str, bool]
) -> None:
    person = visit(**how)
    person.sign_in(resident(house))
    person.menu("Направить показания прибора учёта")
    person.is_at("Подача информации по показаниям приборов учёта")
    add_meter(person, "123456ТЭ")
    with house.inside():
        says = reading_days.window().says
    person.sees(says)

    person.page.get_by_role("link", name="Добавить показания счётчика 123456ТЭ").click()
    person.is_at("Показания счетчика")
    expect(person.field("Дата съема показаний")).to_have_value(f"{clock_today(house)}")
    person.fill({VALUE: "12,5"})
    person.press("Сохранить")
    person.sees("целым числом")
    person.fill({VALUE: "340"})
    person.press("Сохранить")
    expect(person.page.get_by_role("heading", name="Ваши показания сохранены успешно!")).to_be_visible()
    row = person.page.get_by_role("row").filter(has_text="123456ТЭ")
    expect(row).to_contain_text("340")
    expect(row).to_contain_text("передано")

    person.follow("123456ТЭ")
    person.follow("Исправить")
    person.fill({VALUE: "304", "Почему исправляете": "Переставила цифры"})
    person.press("Сохранить")
    person.sees("Исправление: Переставила цифры")


def clock_today(house: House) -> str:
    with house.inside():
        return clock.today().isoformat()


@both_ways
def test_a_file_of_readings_is_sent_and_its_page_goes_on_by_itself(
    visit: Callable[..., Person], house: House, tmp_path: Path, how: dict[str, bool]
) -> None:
    person = visit(**how)
    person.sign_in(resident(house))
    add_meter(person, "НЗ-204511")
    add_meter(person, "НЗ-204512")
    table = tmp_path / "Показания.csv"
    heads = ";".join(reading_files.COLUMNS)
    day = ".".join(reversed(clock_today(house).split("-")))
    table.write_text(f"{heads}\nНЗ-204511;12,5;{day};\n", encoding="cp1251")
    send(person, table)
    person.sees("Ничего не принято: 1 ошибка")
    person.sees("целым числом")
    table.write_text(f"{heads}\nНЗ-204511;1200;{day};\nНЗ-204512;77;{day};\n", encoding="cp1251")
    send(person, table)
    person.sees("Ваши показания сохранены успешно!")
    person.follow("К приборам учёта")
    expect(person.page.get_by_role("row").filter(has_text="НЗ-204511")).to_contain_text("1 200")


def send(person: Person, table: Path) -> None:
    """Send a file; its page asks again by itself until the file is checked."""
    person.open("/meters")
    person.follow("Передать файлом")
    person.fill({"Файл с показаниями": table})
    person.press("Отправить")
    person.page.wait_for_url("**/meters/files/*")
