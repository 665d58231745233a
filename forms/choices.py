"""Closed lists printed in the manual: the name of a member is the code stored, its value the wording."""

from enum import Enum


class Choice(Enum):
    """A closed list. Lists that staff edit (streets, topics) are tables instead."""

    @property
    def code(self) -> str:
        """What is stored and sent."""
        return self.name

    @property
    def label(self) -> str:
        """What people read."""
        return str(self.value)

    @classmethod
    def pairs(cls) -> list[tuple[str, str]]:
        """Return (code, label) of every member, in the manual's order."""
        return [(member.code, member.label) for member in cls]


class ApplicantKind(Choice):
    """Fig. 3, «Вид заявителя»."""

    fl = "Физическое лицо"
    ip = "Индивидуальный предприниматель"
    ul = "Юридическое лицо"


class YesNo(Choice):
    """Fig. 4, «Я из Воронежа»."""

    yes = "Да"
    no = "Нет"


class StaffDuty(Choice):
    """What a member of staff does, and so may do."""

    operator = "Оператор"
    engineer = "Инженер"
    admin = "Администратор"


class OutageKind(Choice):
    """Fig. 18, «Вид отключения»."""

    planned = "Плановое"
    emergency = "Аварийное"


class OutageState(Choice):
    """What an outage is to the public: nothing, known, or called off."""

    draft = "Черновик"
    published = "Опубликовано"
    cancelled = "Отменено"


class ConsentKind(Choice):
    """The three points of fig. 4, and notices beyond the necessary (152-ФЗ: a document for each purpose)."""

    voluntary = "Регистрационные данные указаны мной добровольно"
    open_channels = "Знаю, что данные передаются через открытые каналы сети Интернет"
    personal_data = "Даю согласие на обработку персональных данных"
    notices = "Хочу получать новости и объявления компании"
