"""The main job, read by the labels that people see."""

from tests.support import people
from tests.support.visitor import Visitor


def test_a_person_registers_files_an_appeal_and_reads_its_number(visitor: Visitor) -> None:
    door = visitor.open("/")
    home = visitor.press(visitor.open(door.link("Регистрация")), "Отправить", people.REGISTRATION)
    assert home.heading() == "Здравствуйте, Пётр Ильич"
    form = visitor.open(home.link("Обращение"))
    answers = {"Тема обращения": "Жалоба", "Текст обращения (не более 1000 символов)": "Мигает свет"}
    home = visitor.press(form, "Сохранить", answers)
    assert "Заявка успешно сохранена. Регистрационный номер Вашей заявки 1" in home.words()
