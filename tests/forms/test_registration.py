"""Figs. 3-5: what registration takes, what it asks for, and what does not belong to it."""

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from forms.answers import RegistrationAnswers
from forms.choices import ApplicantKind, ConsentKind
from forms.registration import RegistrationForm

COMMON = {
    "login": "ivanov_77",
    "email": "Ivanov@Example.org",
    "password": "верный конь",
    "password_again": "верный конь",
    "in_city": "yes",
    "street_id": "7",
    "house": "12 к. 1",
    "postcode": "394000",
    "phone": "8 (900) 000-00-01",
    "voluntary": "y",
    "open_channels": "y",
    "personal_data": "y",
}
PERSON = COMMON | {"kind": "fl", "full_name": "Иванов Иван Иванович", "snils": "112-233-445 95"}
FIRM = COMMON | {
    "kind": "ul",
    "organisation_short": "ООО «Ромашка»",
    "organisation_full": "Общество с ограниченной ответственностью «Ромашка»",
    "head_name": "Ёлкина Алёна",
    "ogrn": "1143668000024",
    "inn": "3662000015",
}
TRADER = FIRM | {"kind": "ip", "ogrn": "304360000000011", "inn": "366200001200"}
AWAY = {
    "in_city": "no",
    "street_id": None,
    "house": None,
    "address": "Липецк, Лесная ул., д. 1",
    "postcode": "398000",
}


def registration(sent: Any, said: dict[str, Any], **changes: Any) -> Any:
    form = sent(RegistrationForm, **(said | changes))
    form.settle("Воронежа", "394", [(7, "Звёздная ул."), (8, "Лесная ул.")])
    return form


def errors(form: Any) -> dict[str, list[str]]:
    assert not form.validate()
    return dict(form.errors)


def answers(form: Any) -> RegistrationAnswers:
    assert form.validate(), form.errors
    said = form.answers()
    assert isinstance(said, RegistrationAnswers)
    return said


def test_a_persons_registration_becomes_a_frozen_record(sent: Any) -> None:
    form = registration(sent, PERSON, notices="y", flat=" 5 ")
    assert answers(form) == RegistrationAnswers(
        kind=ApplicantKind.fl,
        login="ivanov_77",
        email="ivanov@example.org",
        password="верный конь",
        full_name="Иванов Иван Иванович",
        organisation_short=None,
        organisation_full=None,
        head_name=None,
        in_city=True,
        street_id=7,
        house="12 к. 1",
        flat="5",
        address=None,
        postcode="394000",
        phone="+79000000001",
        snils="11223344595",
        ogrn=None,
        inn=None,
        token=form.token.data,
        consents=ConsentKind.at_registration(),
    )


def test_answers_cannot_be_changed_and_keep_secrets_out_of_logs(sent: Any) -> None:
    said = answers(registration(sent, PERSON))
    with pytest.raises(FrozenInstanceError):
        said.login = "other"  # type: ignore[misc]
    for secret in ("верный конь", "11223344595", "+79000000001"):
        assert secret not in repr(said)


def test_a_firm_and_a_trader_register_with_their_numbers(sent: Any) -> None:
    assert answers(registration(sent, FIRM)).ogrn == "1143668000024"
    assert answers(registration(sent, TRADER)).inn == "366200001200"


def test_lengths_of_numbers_follow_the_kind_of_applicant(sent: Any) -> None:
    assert errors(registration(sent, TRADER, ogrn="1143668000024", inn="3662000015")) == {
        "ogrn": ["Проверьте ОГРНИП: нужно 15 цифр, а введено 13"],
        "inn": ["Проверьте ИНН: нужно 12 цифр, а введено 10"],
    }


def test_what_belongs_to_another_kind_is_neither_judged_nor_answered(sent: Any) -> None:
    form = registration(sent, PERSON, ogrn="rubbish", inn="1", head_name="\0", organisation_short="x" * 999)
    said = answers(form)
    assert (said.ogrn, said.inn, said.head_name, said.organisation_short) == (None, None, None, None)


def test_an_address_elsewhere_is_typed_whole(sent: Any) -> None:
    said = answers(registration(sent, PERSON, **AWAY))
    assert (said.in_city, said.street_id, said.house) == (False, None, None)
    assert said.address == "Липецк, Лесная ул., д. 1"


def test_streets_of_the_city_do_not_matter_elsewhere(sent: Any) -> None:
    assert answers(registration(sent, PERSON, **(AWAY | {"street_id": "999", "house": "x" * 99}))).street_id is None


def test_an_empty_form_says_what_to_do_beside_each_field(sent: Any) -> None:
    assert errors(registration(sent, {"kind": "fl", "in_city": "yes"})) == {
        "login": [
            "Введите имя пользователя: от 3 до 40 латинских букв, цифр и знаков _, первая — буква, например ivanov_77"
        ],
        "email": ["Введите e-mail латинскими буквами, со знаком @, например ivanov@example.org"],
        "password": ["Введите пароль"],
        "password_again": ["Введите пароль ещё раз"],
        "full_name": ["Введите ФИО полностью: фамилию, имя и отчество, например Иванов Иван Иванович"],
        "street_id": ["Выберите улицу"],
        "house": ["Введите номер дома"],
        "postcode": ["Введите почтовый индекс: 6 цифр, например 394000"],
        "phone": ["Введите телефон: 10 цифр после +7 или 8, например +7 (900) 000-00-01"],
        "snils": ["Введите СНИЛС: 11 цифр, например 112-233-445 95"],
        "voluntary": ["Отметьте согласие: данные указаны вами добровольно"],
        "open_channels": ["Отметьте согласие на передачу данных по открытым каналам интернета"],
        "personal_data": ["Отметьте согласие на обработку персональных данных"],
    }


def test_a_kind_or_a_city_out_of_the_list_is_asked_for_again(sent: Any) -> None:
    found = errors(registration(sent, PERSON, kind="director", in_city="maybe"))
    assert found == {
        "kind": ["Выберите вид заявителя"],
        "in_city": ["Выберите «Да», если вы из Воронежа, или «Нет»"],
    }


@pytest.mark.parametrize("street", ["", "0", "9", "-7", "7.0", "٧", "9" * 40, "sNaN", "7 OR 1=1", "\0"])
def test_a_street_out_of_the_directory_is_asked_for_again(sent: Any, street: str) -> None:
    assert errors(registration(sent, PERSON, street_id=street)) == {"street_id": ["Выберите улицу"]}


def test_two_different_passwords_are_pointed_out_beside_the_second(sent: Any) -> None:
    found = errors(registration(sent, PERSON, password_again="верный кот"))
    assert found == {"password_again": ["Повторите пароль: два введённых пароля не совпадают"]}


@pytest.mark.parametrize(
    "password", ["ivanov_77", "IVANOV_77", "ivanov@example.org", " Ivanov@Example.org", "ivanov_77!", "2026ivanov"]
)
def test_the_login_and_the_address_are_no_passwords(sent: Any, password: str) -> None:
    found = errors(registration(sent, PERSON, password=password, password_again=password))
    assert found == {"password": ["Придумайте другой пароль: этот повторяет имя пользователя или e-mail"]}


@pytest.mark.parametrize("password", ["Password123", "парольпароль", "gfhjkm2026", "voronezh!!", "ВГЭС 2026"])
def test_what_is_guessed_first_is_no_password(sent: Any, password: str) -> None:
    found = errors(registration(sent, PERSON, password=password, password_again=password))
    assert found == {"password": ["Придумайте другой пароль: этот слишком часто встречается"]}


def test_passwords_are_never_shown_again(sent: Any) -> None:
    form = registration(sent, PERSON, password="мой секрет")
    form.validate()
    assert "секрет" not in form.password() + form.password_again()


def test_everything_else_that_was_typed_is_shown_again_as_typed(sent: Any) -> None:
    form = registration(sent, PERSON, snils="112-233-445 96", house=" 12 ", full_name='Иванов "<b>')
    form.validate()
    assert 'value="112-233-445 96"' in form.snils()
    assert 'value=" 12 "' in form.house()
    assert "Иванов &#34;&lt;b&gt;" in form.full_name()
    assert '<option selected value="7">Звёздная ул.</option>' in form.street_id()


def test_a_postcode_of_another_region_is_a_warning_and_no_refusal(sent: Any) -> None:
    form = registration(sent, PERSON, postcode="101000")
    assert answers(form).postcode == "101000"
    assert form.warnings == {
        "postcode": "Проверьте индекс: в городе они начинаются с 394. Если он верен, оставьте как есть"
    }


@pytest.mark.parametrize("changes", [{}, AWAY, {"postcode": "7"}, {"postcode": ""}])
def test_there_is_no_warning_without_a_reason(sent: Any, changes: dict[str, Any]) -> None:
    form = registration(sent, PERSON, **changes)
    form.validate()
    assert form.warnings == {}


def test_a_warning_is_there_also_when_another_field_is_wrong(sent: Any) -> None:
    form = registration(sent, PERSON, postcode="101000", house="")
    assert errors(form) == {"house": ["Введите номер дома"]}
    assert set(form.warnings) == {"postcode"}


def test_notices_are_a_free_choice(sent: Any) -> None:
    assert answers(registration(sent, PERSON)).consents == (
        ConsentKind.voluntary,
        ConsentKind.open_channels,
        ConsentKind.personal_data,
    )


@pytest.mark.parametrize("refused", ["voluntary", "open_channels", "personal_data"])
@pytest.mark.parametrize("value", [None, "", "false"])
def test_each_of_the_three_consents_is_needed(sent: Any, refused: str, value: str | None) -> None:
    found = errors(registration(sent, PERSON, **{refused: value}))
    assert list(found) == [refused]
    assert found[refused][0].startswith("Отметьте согласие")
