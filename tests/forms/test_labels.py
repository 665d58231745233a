"""The words of the manual, letter by letter, and the nouns that messages are made of."""

from typing import Any

import pytest

from forms.appeal import AppealForm
from forms.consents import DeletionForm, WithdrawForm
from forms.labels import ACCUSATIVE, LABELS, accusative
from forms.office import BlockForm, OfficeAccountForm, ReissueForm
from forms.password import NewPassword
from forms.profile import ProfileForm
from forms.recovery import ForgotForm
from forms.registration import RegistrationForm
from forms.search import SearchForm
from forms.second_factor import CodeForm, EnrolForm
from forms.sign_in import SignInForm
from forms.staff import StaffSignIn

REGISTRATION = [
    ("kind", "Вид заявителя", True),
    ("login", "Имя пользователя (login)", True),
    ("email", "E-mail", True),
    ("password", "Пароль", True),
    ("password_again", "Подтвердите пароль", True),
    ("full_name", "ФИО", True),
    ("organisation_short", "Короткое наименование организации", True),
    ("organisation_full", "Полное наименование организации", True),
    ("head_name", "ФИО руководителя", True),
    ("in_city", "Я из Воронежа", True),
    ("street_id", "Улица", True),
    ("house", "Номер дома", True),
    ("flat", "Номер квартиры", False),
    ("address", "Домашний адрес", True),
    ("postcode", "Почтовый индекс", True),
    ("phone", "Телефон", True),
    ("snils", "СНИЛС", True),
    ("ogrn", "ОГРН", True),
    ("inn", "ИНН", True),
    ("voluntary", "Регистрационные данные указаны мной добровольно", True),
    ("open_channels", "Знаю, что данные передаются через открытые каналы сети Интернет", True),
    ("personal_data", "Даю согласие на обработку персональных данных", True),
    ("notices", "Хочу получать новости и объявления компании", False),
]
PROFILE = [
    ("email", "E-mail", True),
    ("full_name", "ФИО", True),
    ("organisation_short", "Короткое наименование организации", True),
    ("organisation_full", "Полное наименование организации", True),
    ("head_name", "ФИО руководителя", True),
    ("in_city", "Я из Воронежа", True),
    ("street_id", "Улица", True),
    ("house", "Номер дома", True),
    ("flat", "Номер квартиры", False),
    ("address", "Домашний адрес", True),
    ("postcode", "Почтовый индекс", True),
    ("phone", "Телефон", True),
    ("snils", "СНИЛС", True),
    ("passport", "Серия и номер паспорта", False),
    ("ogrn", "ОГРН", True),
    ("inn", "ИНН", True),
    (
        "registry_number",
        "Номер записи в едином государственном реестре юридических лиц (ЕГРЮЛ)",
        False,
    ),
    ("registry_date", "Дата внесения записи в единый государственный реестр", False),
    ("password", "Пароль", False),
]


def asked(form: Any) -> list[tuple[str, str, bool]]:
    return [
        (field.short_name, field.label.text, field.required)
        for field in form
        if field.short_name not in {"token", "submit"}
    ]


def test_registration_asks_in_the_manuals_order_and_words(opened: Any) -> None:
    form = opened(RegistrationForm)
    form.settle("Воронежа", "394", [(1, "Звёздная ул.")])
    assert asked(form) == REGISTRATION
    assert form.submit.label.text == "Отправить"


def test_the_profile_asks_in_the_manuals_words(opened: Any) -> None:
    form = opened(ProfileForm)
    form.lay_city("Воронежа", "394", [(1, "Звёздная ул.")])
    assert asked(form) == PROFILE
    assert form.submit.label.text == "Сохранить"


def test_the_office_asks_as_registration_does_but_for_passwords_and_with_paper(opened: Any) -> None:
    form = opened(OfficeAccountForm)
    form.settle("Воронежа", "394", [(1, "Звёздная ул.")])
    assert asked(form) == [
        *REGISTRATION[:3],
        *REGISTRATION[5:-4],
        ("personal_data", "Согласие на обработку персональных данных подписано на бумаге", True),
        ("topic_id", "Тема обращения", False),
        ("text", "Текст обращения (не более 1000 символов)", False),
        ("document", "Документ", False),
    ]


def test_the_city_is_a_setting(opened: Any) -> None:
    form = opened(RegistrationForm)
    form.settle("Липецка", "398", [])
    assert form.in_city.label.text == "Я из Липецка"


@pytest.mark.parametrize(
    ("figure", "labels", "button"),
    [
        (SignInForm, ["Логин", "Пароль", "Запомнить меня"], "Войти"),
        (StaffSignIn, ["Логин", "Пароль"], "Войти"),
        (NewPassword, ["Старый пароль", "Новый пароль", "Повтор нового пароля"], "Сохранить"),
        (ForgotForm, ["Логин или e-mail"], "Отправить"),
        (CodeForm, ["Код из приложения"], "Войти"),
        (EnrolForm, ["Код из приложения"], "Подключить"),
        (BlockForm, ["Причина"], "Заблокировать"),
        (ReissueForm, [], "Отправить временный пароль"),
        (WithdrawForm, ["Согласие"], "Отозвать"),
        (
            DeletionForm,
            ["Почему вы уходите", "Понимаю, что документы по заявкам и обращениям компания обязана хранить"],
            "Отправить запрос",
        ),
        (AppealForm, ["Тема обращения", "Текст обращения (не более 1000 символов)", "Документ"], "Сохранить"),
        (SearchForm, ["Номер заявки"], "Найти"),
    ],
)
def test_figures_carry_the_manuals_words(opened: Any, figure: Any, labels: list[str], button: str) -> None:
    form = opened(figure)
    assert [label for _, label, _ in asked(form)] == labels
    assert form.submit.label.text == button


def test_the_first_lines_of_drop_downs_are_the_manuals(opened: Any) -> None:
    assert [option.label.text for option in opened(RegistrationForm).street_id] == ["-Выберите улицу-"]
    assert [option.label.text for option in opened(AppealForm).topic_id] == ["-Выберите вид обращения-"]


def test_kinds_and_yes_no_are_offered_as_printed(opened: Any) -> None:
    form = opened(RegistrationForm)
    assert [(option.label.text, option.checked) for option in form.in_city] == [("Да", True), ("Нет", False)]
    kinds = [(option.label.text, option.checked) for option in form.kind]
    assert kinds == [
        ("Физическое лицо", True),
        ("Индивидуальный предприниматель", False),
        ("Юридическое лицо", False),
    ]


def test_no_consent_is_ticked_beforehand(opened: Any) -> None:
    form = opened(RegistrationForm)
    for name in ("voluntary", "open_channels", "personal_data", "notices"):
        assert "checked" not in form[name]()
    assert "checked" not in opened(OfficeAccountForm).personal_data()
    assert "checked" not in opened(DeletionForm).understood()


def test_no_label_carries_the_star() -> None:
    assert not [label for label in LABELS.values() if "*" in label]


@pytest.mark.parametrize(
    ("name", "noun"),
    [
        ("street_id", "улицу"),
        ("full_name", "ФИО"),
        ("house", "номер дома"),
        ("head_name", "ФИО руководителя"),
        ("passport", "серию и номер паспорта"),
        ("registry_date", "дату записи"),
    ],
)
def test_a_noun_is_given_only_where_the_label_is_not_it(name: str, noun: str) -> None:
    assert accusative(name) == noun


def test_every_noun_belongs_to_a_label() -> None:
    assert set(ACCUSATIVE) <= set(LABELS)
