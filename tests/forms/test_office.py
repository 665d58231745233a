"""«Единое окно»: accounts that a clerk makes, blocks and sends a new password to."""

import io
from typing import Any

import pytest

from forms.answers import AppealAnswers, BlockAnswers, OfficeAccountAnswers
from forms.choices import ApplicantKind, ConsentKind
from forms.office import BlockForm, OfficeAccountForm, ReissueForm

TOKEN = "0123456789abcdef0123456789abcdef"
PDF = b"%PDF-1.7\n%%EOF\n"
VISITOR = {
    "kind": "fl",
    "login": "ivanov_77",
    "email": "ivanov@example.org",
    "full_name": "Иванов Иван Иванович",
    "in_city": "yes",
    "street_id": "7",
    "house": "12",
    "postcode": "394000",
    "phone": "8 (900) 000-00-01",
    "snils": "112-233-445 95",
    "personal_data": "y",
    "token": TOKEN,
}
TRADER = VISITOR | {
    "kind": "ip",
    "organisation_short": "ИП Ёлкина А. В.",
    "organisation_full": "Индивидуальный предприниматель Ёлкина Алёна Викторовна",
    "head_name": "Ёлкина Алёна Викторовна",
    "ogrn": "304360000000011",
    "inn": "366200001200",
}


def account(sent: Any, said: dict[str, Any], **changes: Any) -> Any:
    form = sent(OfficeAccountForm, **(said | changes))
    form.settle("Воронежа", "394", [(7, "Звёздная ул.")])
    form.topic_id.lay([(1, "Жалоба"), (2, "Запрос консультации")])
    return form


def scan(content: bytes = PDF) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), "Заявление.pdf"


def errors(form: Any) -> dict[str, list[str]]:
    assert not form.validate()
    return dict(form.errors)


def answers(form: Any) -> OfficeAccountAnswers:
    assert form.validate(), form.errors
    said = form.answers()
    assert isinstance(said, OfficeAccountAnswers)
    return said


def test_a_visitors_account_becomes_a_frozen_record(sent: Any) -> None:
    said = answers(account(sent, VISITOR))
    assert said == OfficeAccountAnswers(
        kind=ApplicantKind.fl,
        login="ivanov_77",
        email="ivanov@example.org",
        full_name="Иванов Иван Иванович",
        organisation_short=None,
        organisation_full=None,
        head_name=None,
        in_city=True,
        street_id=7,
        house="12",
        flat=None,
        address=None,
        postcode="394000",
        phone="+79000000001",
        snils="11223344595",
        ogrn=None,
        inn=None,
        token=TOKEN,
        consents=(ConsentKind.personal_data,),
        appeal=None,
    )
    for secret in ("11223344595", "+79000000001"):
        assert secret not in repr(said)


def test_traders_are_visitors_too(sent: Any) -> None:
    said = answers(account(sent, TRADER))
    assert (said.kind, said.ogrn, said.full_name) == (ApplicantKind.ip, "304360000000011", None)


def test_nobody_types_a_password_for_somebody_else(opened: Any) -> None:
    assert not {"password", "password_again"} & set(opened(OfficeAccountForm)._fields)


def test_the_view_may_suggest_a_login(opened: Any) -> None:
    assert 'value="ivanov_1"' in opened(OfficeAccountForm, data={"login": "ivanov_1"}).login()


def test_an_empty_form_says_what_to_do_beside_each_field(sent: Any) -> None:
    assert set(errors(account(sent, {"kind": "fl", "in_city": "yes"}))) == {
        "login",
        "email",
        "full_name",
        "street_id",
        "house",
        "postcode",
        "phone",
        "snils",
        "personal_data",
    }


def test_without_a_signed_consent_there_is_no_account(sent: Any) -> None:
    assert errors(account(sent, VISITOR, personal_data=None)) == {
        "personal_data": ["Отметьте галочкой, что согласие на обработку персональных данных подписано"]
    }


# «Заявление на бумаге»


def test_a_paper_appeal_comes_along(sent: Any) -> None:
    form = account(sent, VISITOR, topic_id="2", text=" Прошу\r\nразъяснить. ", document=scan())
    assert answers(form).appeal == AppealAnswers(topic_id=2, text="Прошу\nразъяснить.", token=TOKEN)
    assert [field.short_name for field in form.uploads()] == ["document"]


def test_a_paper_appeal_needs_no_scan(sent: Any) -> None:
    assert answers(account(sent, VISITOR, topic_id="2", text="Прошу разъяснить")).appeal is not None


@pytest.mark.parametrize("blank", [{}, {"topic_id": "", "text": " \r\n\u200b"}, {"document": (io.BytesIO(), "")}])
def test_no_paper_is_no_appeal(sent: Any, blank: dict[str, Any]) -> None:
    form = account(sent, VISITOR, **blank)
    assert answers(form).appeal is None
    assert not form.topic_id.required
    assert not form.text.required


@pytest.mark.parametrize(
    ("part", "missing"),
    [
        ({"topic_id": "2"}, {"text": ["Введите текст обращения"]}),
        ({"text": "Прошу"}, {"topic_id": ["Выберите тему обращения"]}),
        ({"document": PDF}, {"topic_id": ["Выберите тему обращения"], "text": ["Введите текст обращения"]}),
    ],
)
def test_a_paper_appeal_is_whole_or_not_there(sent: Any, part: dict[str, Any], missing: dict[str, list[str]]) -> None:
    typed = {name: scan() if name == "document" else value for name, value in part.items()}
    form = account(sent, VISITOR, **typed)
    assert errors(form) == missing
    assert all(form[name].required for name in missing)


def test_a_scan_that_is_kept_counts_as_attached(sent: Any) -> None:
    form = account(sent, VISITOR)
    form.kept = {"document": [object()]}
    assert set(errors(form)) == {"topic_id", "text"}


def test_a_bad_scan_is_refused_beside_its_field(sent: Any) -> None:
    form = account(sent, VISITOR, topic_id="2", text="Прошу", document=scan(b"MZ" + bytes(50)))
    assert list(errors(form)) == ["document"]


@pytest.mark.parametrize("topic", ["9", "-1", "٢", "2.0"])
def test_a_topic_out_of_the_directory_is_asked_for_again(sent: Any, topic: str) -> None:
    form = account(sent, VISITOR, topic_id=topic, text="Прошу")
    assert errors(form) == {"topic_id": ["Выберите тему обращения"]}


# Blocking, and a new temporary password


def test_a_block_has_a_reason(sent: Any) -> None:
    form = sent(BlockForm, reason=" Просьба владельца,\r\nзаявление № 12 ")
    assert form.validate(), form.errors
    assert form.answers() == BlockAnswers(reason="Просьба владельца,\nзаявление № 12")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Введите причину"),
        ("я" * 301, "Сократите причину до 300 знаков: сейчас 301"),
        ("x" * 300_000, "Сократите причину до 300 знаков: сейчас 300000"),
        ("a\0", "Введите причину заново с клавиатуры: вместе со скопированным попали невидимые символы"),
        ("\u202eзаявление", "Введите причину заново с клавиатуры: вместе со скопированным попали невидимые символы"),
    ],
)
def test_a_block_without_a_good_reason_is_refused(sent: Any, typed: str, sentence: str) -> None:
    assert errors(sent(BlockForm, reason=typed)) == {"reason": [sentence]}


def test_three_hundred_characters_are_a_reason(sent: Any) -> None:
    assert sent(BlockForm, reason="я" * 300).validate()


def test_a_new_temporary_password_takes_a_button_alone(sent: Any) -> None:
    form = sent(ReissueForm, password="хочу такой", submit="y")
    assert form.validate()
    assert list(form._fields) == ["submit"]
