"""The other figures, and what holds for every figure: tokens, files, hostile values, Russian."""

import datetime as dt
import io
import re
from typing import Any

import pytest
from flask import Flask, request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import CombinedMultiDict, FileStorage, MultiDict

from forms.answers import AppealAnswers, MoveAnswers, SignInAnswers
from forms.appeal import AppealForm
from forms.base import Figure
from forms.consents import DeletionForm, WithdrawForm
from forms.fields import DateField, UploadField
from forms.inputs import INPUTS
from forms.labels import accusative
from forms.meters import CorrectionForm, MeterChangeForm, MeterForm, ReadingForm, ReadingsFileForm
from forms.office import BlockForm, OfficeAccountForm, ReissueForm
from forms.password import NewPassword
from forms.profile import ProfileForm
from forms.recovery import ForgotForm
from forms.registration import RegistrationForm
from forms.search import SearchForm
from forms.second_factor import CodeForm, EnrolForm
from forms.sign_in import SignInForm
from forms.staff import Note, StaffSignIn, move_form

PDF = b"%PDF-1.7\n%%EOF\n"
EVERY_MOVE = move_form(INPUTS)


class TraderProfile(ProfileForm):
    """Figs. 7-8 of an individual entrepreneur."""

    kind_code = "ip"


class PersonProfile(ProfileForm):
    """Figs. 7-8 of a person."""

    kind_code = "fl"


DOORS = [SignInForm, StaffSignIn, NewPassword, SearchForm, ForgotForm, CodeForm, EnrolForm, BlockForm, ReissueForm]
METERS = [MeterForm, MeterChangeForm, ReadingForm, CorrectionForm, ReadingsFileForm]
PAPERS = [
    *METERS,
    RegistrationForm,
    AppealForm,
    PersonProfile,
    TraderProfile,
    OfficeAccountForm,
    WithdrawForm,
    DeletionForm,
]
FIGURES = [*DOORS, *PAPERS, EVERY_MOVE]
TOKEN = "0123456789abcdef0123456789abcdef"


class Papers(Figure):
    """One file that is needed, and several that are welcome."""

    document = UploadField()
    letter_file = UploadField(multiple=True, optional=True)


class Days(Figure):
    """One date."""

    letter_date = DateField()


def attached(content: bytes = PDF, name: str = "План.pdf") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def lay(form: Any) -> Any:
    for name in ("topic_id", "street_id"):
        if name in form:
            form[name].lay([(1, "Жалоба"), (2, "Запрос консультации")])
    return form


def errors(form: Any) -> dict[str, list[str]]:
    assert not form.validate()
    return dict(form.errors)


# Fig. 10


def test_an_appeal_becomes_a_frozen_record(sent: Any) -> None:
    form = lay(sent(AppealForm, topic_id="2", text=" Нет света.\r\nЖду. ", token=TOKEN))
    assert form.validate(), form.errors
    assert form.answers() == AppealAnswers(topic_id=2, text="Нет света.\nЖду.", token=TOKEN)


def test_an_empty_appeal_says_what_to_do(sent: Any) -> None:
    assert errors(lay(sent(AppealForm))) == {
        "topic_id": ["Выберите тему обращения"],
        "text": ["Введите текст обращения"],
    }


def test_a_thousand_characters_with_newlines_fit(sent: Any) -> None:
    text = "я\r\n" * 500
    assert lay(sent(AppealForm, topic_id="1", text=text + "яя")).validate() is False
    assert lay(sent(AppealForm, topic_id="1", text=text)).validate()
    found = errors(lay(sent(AppealForm, topic_id="1", text="я" * 1234)))
    assert found == {"text": ["Сократите текст обращения до 1000 знаков: сейчас 1234"]}


def test_a_textarea_tells_its_limit_to_the_page(opened: Any) -> None:
    assert opened(AppealForm).text.limit == 1000


# The doors


def test_sign_in_takes_a_login_or_an_address(sent: Any) -> None:
    form = sent(SignInForm, login=" Ivanov@example.org ", password=" a ", remember="y")
    assert form.validate()
    assert form.answers() == SignInAnswers(login="Ivanov@example.org", password=" a ", remember=True)


def test_an_empty_sign_in_says_what_to_do(sent: Any) -> None:
    assert errors(sent(SignInForm)) == {
        "login": ["Введите логин или e-mail"],
        "password": ["Введите пароль"],
    }


def test_a_password_of_a_megabyte_never_reaches_the_hash(sent: Any) -> None:
    assert list(errors(sent(SignInForm, login="ivanov_77", password="x" * 400_000))) == ["password"]
    assert sent(SignInForm, login="ivanov_77", password="x" * 1024).validate()


def test_doors_carry_no_form_token(opened: Any) -> None:
    for figure in DOORS:
        assert "token" not in opened(figure)


def test_staff_sign_in_is_never_remembered(sent: Any) -> None:
    form = sent(StaffSignIn, login="admin", password="secret12", remember="y")
    assert form.validate()
    assert form.answers() == SignInAnswers(login="admin", password="secret12", remember=False)


# Search


@pytest.mark.parametrize(
    ("query", "number"),
    [("", None), ("?number=", None), ("?number=%20", None), ("?number=7874", 7874), ("?page=2", None)],
)
def test_a_search_takes_digits_or_nothing(paper: Flask, query: str, number: int | None) -> None:
    with paper.test_request_context(f"/appeals{query}"):
        form: Any = SearchForm(request.args)
        assert form.validate()
        assert form.number.data == number


@pytest.mark.parametrize("typed", ["abc", "1" * 10, "-", "7874x", "%", "١٢", "\0"])
def test_a_search_for_anything_else_asks_for_digits(paper: Flask, typed: str) -> None:
    with paper.test_request_context("/appeals", query_string={"number": typed}):
        found = errors(SearchForm(request.args))
    assert found["number"][0].startswith("Введите номер цифрами, например 7874")


# What moves of the workflow ask


def test_a_move_asks_for_what_it_needs_and_no_more(sent: Any) -> None:
    form = sent(
        move_form(("note", "letter_number?", "letter_date?")),
        note="Приезжайте",
        letter_date="07.03.2014",
        token=TOKEN,
    )
    assert [field.short_name for field in form] == ["token", "note", "letter_number", "letter_date"]
    assert form.validate(), form.errors
    assert form.answers() == MoveAnswers(
        token=TOKEN, note="Приезжайте", facts={"letter_number": None, "letter_date": dt.date(2014, 3, 7)}
    )


def test_a_move_words_its_text_by_itself(sent: Any) -> None:
    form = sent(move_form(("note",), Note("Ответ", "текст ответа", 100)))
    assert (form.note.label.text, form.note.limit) == ("Ответ", 100)
    assert errors(form) == {"note": ["Введите текст ответа"]}


def test_needs_of_a_move_are_asked_for_in_russian(sent: Any) -> None:
    said = errors(sent(EVERY_MOVE))
    assert set(said) == set(INPUTS) - {"public_buyer"}  # a box may stay empty
    for name in ("note", "letter_number", "letter_file", "document", "addressee", "terms_number", "invoice_sum"):
        asked = "комментарий" if name == "note" else accusative(name)
        assert said[name][0].split(maxsplit=1)[1].startswith(asked)
    assert said["until"] == ["Введите новый срок: день, месяц и год, например 07.03.2014"]
    assert said["conditions_met"] == ["Отметьте пункт «Технические условия выполнены»"]


def test_a_move_with_an_unknown_need_is_a_mistake_in_the_table() -> None:
    with pytest.raises(KeyError, match="signature"):
        move_form(("signature",))


def test_two_forms_on_one_page_are_kept_apart_by_a_prefix(paper: Flask) -> None:
    data = {"answer-note": "Ответ", "close-note": ""}
    with paper.test_request_context(method="POST", data=data):
        one: Any = move_form(("note",))(prefix="answer")
        two: Any = move_form(("note",))(prefix="close")
        assert one.validate()
        assert one.answers().note == "Ответ"
        assert errors(two) == {"note": ["Введите комментарий"]}


# Dates


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Введите дату письма: день, месяц и год, например 07.03.2014"),
        ("завтра", "Введите дату письма: день, месяц и год, например 07.03.2014"),
        ("30.02.2014", "Проверьте дату письма: 30.02.2014 нет в календаре"),
        ("10000-01-01", "Введите дату письма: день, месяц и год, например 07.03.2014"),
        ("2101-01-01", "Проверьте дату письма: год может быть от 1900 до 2100"),
    ],
)
def test_a_wrong_date_is_refused_in_words(sent: Any, typed: str, sentence: str) -> None:
    assert errors(sent(Days, letter_date=typed)) == {"letter_date": [sentence]}


def test_a_date_is_shown_in_the_browsers_own_form(sent: Any) -> None:
    form = sent(Days, letter_date="7.3.14")
    assert form.validate()
    assert 'type="date" value="2014-03-07"' in form.letter_date()


# Tokens


def test_a_token_is_made_at_the_first_opening(opened: Any) -> None:
    tokens = {opened(AppealForm).token.data for _ in range(3)}
    assert len(tokens) == 3
    assert all(re.fullmatch(r"[0-9a-f]{32}", token) for token in tokens)


def test_a_token_comes_back_unchanged(sent: Any) -> None:
    form = sent(AppealForm, token=TOKEN)
    assert form.token.data == TOKEN
    assert TOKEN in form.hidden_tag()


@pytest.mark.parametrize(
    "token", [None, "", "x", TOKEN.upper(), TOKEN + "0", f" {TOKEN}", "../" * 11, "\0" * 32, "é" * 32]
)
def test_anything_else_becomes_a_fresh_token(sent: Any, token: str | None) -> None:
    form = sent(AppealForm, token=token)
    assert re.fullmatch(r"[0-9a-f]{32}", form.token.data)
    assert form.token.data != token


def test_a_page_open_too_long_is_told_so_in_russian(paper: Flask) -> None:
    paper.config["WTF_CSRF_ENABLED"] = True
    with paper.test_request_context(method="POST", data={"text": "Нет света", "topic_id": "1"}):
        found = errors(lay(AppealForm()))
    assert found == {"csrf_token": ["Обновите страницу и отправьте форму ещё раз: она была открыта слишком долго"]}


# Files


def test_a_file_is_recognised_and_described(sent: Any) -> None:
    form = sent(Papers, document=attached())
    assert form.validate(), form.errors
    assert (form.document.kind.code, form.document.safe_name) == ("pdf", "План.pdf")
    assert form.document.chosen[0].stream.read() == PDF


def test_a_bad_file_is_refused_beside_its_field(sent: Any) -> None:
    form = sent(Papers, document=attached(b"MZ" + bytes(50), "План.pdf"))
    assert errors(form)["document"][0].startswith("Приложите файл другого вида")
    assert (form.document.chosen, form.document.kind, form.document.safe_name) == ([], None, None)


def test_a_missing_file_is_asked_for_until_one_is_kept(sent: Any) -> None:
    form = sent(Papers, document=attached(b"", ""))
    assert errors(form) == {"document": ["Приложите документ"]}
    form.kept = {"document": [object()]}
    assert form.validate()


def test_a_bad_file_is_refused_even_beside_a_kept_one(sent: Any) -> None:
    form = sent(Papers, document=attached(b"", "План.pdf"))
    form.kept = {"document": [object()]}
    assert errors(form) == {"document": ["Файл пустой. Проверьте его и выберите снова"]}


def test_the_limit_comes_from_the_configuration(paper: Flask, sent: Any) -> None:
    paper.config["UPLOAD_LIMIT_BYTES"] = 100_000
    form = sent(Papers, document=attached(PDF.ljust(300_000)))
    assert errors(form) == {"document": ["Файл больше 0,1 МБ (в нём 0,3 МБ). Уменьшите его или разделите на части"]}


def test_several_files_are_taken_where_several_are_asked_for(sent: Any) -> None:
    form = sent(Papers, document=attached(), letter_file=[attached(name="1.pdf"), attached(name="1.pdf")])
    assert form.validate(), form.errors
    assert [file.name for file in form.letter_file.chosen] == ["1.pdf", "1.pdf"]
    assert [field.short_name for field in form.uploads()] == ["document", "letter_file"]


def test_of_several_files_the_good_ones_stay_and_the_bad_one_is_named(sent: Any) -> None:
    form = sent(Papers, document=attached(), letter_file=[attached(b"MZ", "2.pdf"), attached(name="1.pdf")])
    assert errors(form)["letter_file"][0].startswith("2.pdf: Приложите файл другого вида")
    assert [file.name for file in form.letter_file.chosen] == ["1.pdf"]


def test_two_files_for_one_are_pointed_out(sent: Any) -> None:
    found = errors(sent(Papers, document=[attached(), attached()]))
    assert found == {"document": ["Приложите один файл: несколько страниц соберите в один PDF или в архив"]}


def test_a_text_is_no_file_and_a_file_is_no_text(sent: Any) -> None:
    assert errors(sent(Papers, document="План.pdf")) == {"document": ["Приложите документ"]}
    assert errors(lay(sent(AppealForm, topic_id=attached(), text=attached(), token=attached()))) == {
        "topic_id": ["Выберите тему обращения"],
        "text": ["Введите текст обращения"],
    }


def test_the_browser_is_told_what_is_accepted(opened: Any) -> None:
    form = opened(Papers)
    assert 'accept=".pdf,.jpg,' in form.document()
    assert "multiple" in form.letter_file()
    assert "multiple" not in form.document()


# Whatever is sent


HOSTILE = [
    "",
    "\0",
    "\ud800",
    "sNaN",
    "1e-999999",
    "1_000",
    "١٢٣",
    "１２",
    "x" * 300_000,
    "\u202e",
    "{{7*7}}",
    "<b>",
    "9" * 25,
    "\U0001f600" * 8,
    "Ивaнов Иван",
    "07.03.1070",
    "3026-03-07",
]


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.__name__)
@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: ascii(value[:9]))
def test_hostile_values_are_refused_in_russian_and_can_be_shown_again(paper: Flask, figure: Any, value: str) -> None:
    with paper.test_request_context(method="POST"):
        names = list(figure()._fields)
        form = lay(figure(MultiDict([(name, value) for name in names for _ in range(2)])))
        form.validate()
        speak_russian(form)
        "".join(str(field) for field in form).encode()


def speak_russian(form: Any) -> None:
    known = r"ivanov_77|ivanov@example\.org|e-mail|E-mail"
    for field in form:
        assert len(field.errors) <= 1
        for sentence in field.errors:
            assert re.match(r"[А-ЯЁ]", sentence), sentence
            assert not re.search(r"[A-Za-z]{2,}", re.sub(known, "", sentence)), sentence


@pytest.mark.parametrize("body", [b"[1]", b"{}", b'{"text": 1}', b"null", b"\xff"])
def test_json_fills_in_no_form(paper: Flask, body: bytes) -> None:
    with paper.test_request_context(method="POST", data=body, content_type="application/json"):
        assert list(errors(lay(AppealForm()))) == ["topic_id", "text"]


ANYTHING = st.text(st.characters(exclude_categories=()), max_size=30) | st.sampled_from(
    ["fl", "ip", "yes", "no", "1", "y", "notices", "ivanov@example.org", "01.01.1970", "2011000001"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(figure=st.sampled_from(FIGURES), data=st.data())
def test_no_filling_in_ever_raises(paper: Flask, figure: Any, data: st.DataObject) -> None:
    with paper.test_request_context(method="POST"):
        names = [name for name in figure()._fields if name != "token"]
        said = data.draw(st.dictionaries(st.sampled_from(names), st.lists(ANYTHING, max_size=2)))
        stray = MultiDict({"note": FileStorage(io.BytesIO(PDF), "План.pdf")})
        form = lay(figure(CombinedMultiDict([MultiDict(said), stray])))
        form.validate()
        speak_russian(form)
        "".join(str(field) for field in form).encode()
