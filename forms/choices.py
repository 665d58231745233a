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
    """The three points of fig. 4, notices, and handing over to a supplier (152-ФЗ: a document for each purpose)."""

    voluntary = "Регистрационные данные указаны мной добровольно"
    open_channels = "Знаю, что данные передаются через открытые каналы сети Интернет"
    personal_data = "Даю согласие на обработку персональных данных"
    notices = "Хочу получать новости и объявления компании"
    handover = "Согласен на передачу моих данных выбранной энергосбытовой компании"

    @classmethod
    def at_registration(cls) -> tuple["ConsentKind", ...]:
        """List those that fig. 4 asks about."""
        return cls.voluntary, cls.open_channels, cls.personal_data, cls.notices


class ApplicationType(Choice):
    """Fig. 12, «Тип заявки»."""

    new = "Новая заявка на ТП"
    more_power = "ТП в связи с увеличением мощности"
    reliability = "ТП в связи с изменением категории надежности электроснабжения"
    other_point = "ТП в связи с изменением точки присоединения"


class ConnectionService(Choice):
    """Fig. 12, «Вид услуги»."""

    person_15 = "ФЛ до 15 кВт включительно"
    firm_150 = "ЮЛ или ИП до 150 кВт включительно"
    temporary = "Временное технологическое присоединение до 150 кВт включительно"
    move_point = "Изменение точки присоединения существующего ТП (ФЛ до 15 кВт или ЮЛ / ИП до 150 кВт)"

    @classmethod
    def of(cls, kind: str) -> tuple["ConnectionService", ...]:
        """List the services that this kind of applicant may ask for."""
        own = cls.person_15 if kind == ApplicantKind.fl.code else cls.firm_150
        return own, cls.temporary, cls.move_point

    def limit_kw(self, kind: str) -> int:
        """Return the most power in all, kW, that this kind of applicant may have under the service."""
        is_small = kind == ApplicantKind.fl.code and self is not ConnectionService.temporary
        return 15 if is_small or self is ConnectionService.person_15 else 150


class ContractKind(Choice):
    """Fig. 12, «Вид договора в отношении ЭПУ»."""

    supply = "На энергоснабжение"
    delivery = "На поставку электроэнергии"


class Instalments(Choice):
    """Fig. 12, «Рассрочка платежа»."""

    no = "Нет"
    yes = "Да"


class Reliability(Choice):
    """Fig. 12, «Категория надежности»."""

    third = "III категория (по умолчанию)"
    second = "II категория"
    first = "I категория"


class Circumstance(Choice):
    """What decides which papers an application has to bring (see `papers`)."""

    shared_ownership = "У объекта или участка несколько собственников"
    block_room = "Это нежилое помещение в многоквартирном доме без своего вводного устройства"
    gardeners = "Участок — в садоводческом или огородническом товариществе (СНТ, ОНТ)"
    garages = "Гараж — в гаражном кооперативе"
    emergency_automation = "Оборудование подключат под противоаварийную автоматику"
    generation = "На объекте есть своя генерация электроэнергии"


class Oddity(Choice):
    """Why staff should look at a reading."""

    less = "Меньше предыдущих"
    much = "Втрое больше обычного"


class ReadingSource(Choice):
    """Who gave a reading, and how."""

    subscriber = "Абонент"
    staff = "Сотрудник"
    file = "Файл"


class Direction(Choice):
    """Which way a document went, as its owner sees it."""

    incoming = "Входящие"
    outgoing = "Исходящие"
