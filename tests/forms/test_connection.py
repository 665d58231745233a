"""Fig. 12 as a form: its words letter by letter, what belongs to whom, the sum of powers, the same said in words."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from forms.choices import ConnectionService
from forms.connection import SECTIONS, ConnectionForm
from forms.papers import PAPERS
from tests.forms.test_figures import HOSTILE, speak_russian

TOKEN = "0123456789abcdef0123456789abcdef"
ROWS = {
    "street_id": [(1, "Звездная ул."), (2, "9 Января ул.")],
    "supplier_id": [(1, 'ПАО "ТНС-энерго Воронеж"')],
    "object_type_id": [(1, "Индивидуальный жилой дом"), (2, "Иное")],
    "voltage_id": [(1, "0.23 кВ"), (2, "0.4 кВ")],
    "load_kind_id": [(1, "Бытовая нагрузка (для физических лиц)"), (2, "Прочее")],
}
SAID: dict[str, Any] = {
    "token": TOKEN,
    "passport": "2011 000001",
    "application_type": "new",
    "service": "person_15",
    "contract_kind": "supply",
    "supplier_id": "1",
    "object_type_id": "1",
    "street_id": "1",
    "house": "12 к. 1",
    "power_requested": "10,5",
    "power_previous": "",
    "voltage_id": "1",
    "schedule": "ввод — июнь 2027",
    "load_kind_id": "1",
    "reliability": "third",
    "handover": "y",
}
FIRM = SAID | {
    "passport": None,
    "registry_number": "2143668000023",
    "registry_date": "07.03.2014",
    "okved": "35.12",
    "service": "firm_150",
    "power_requested": "100",
    "instalments": "yes",
}
# Fig. 12, letter by letter and in its order; ours are the last of the words and the documents beyond the ten.
FIGURE = [
    ("application_type", "Тип заявки", True),
    ("service", "Вид услуги", True),
    ("contract_kind", "Вид договора в отношении ЭПУ", False),
    ("supplier_id", "Энергосбытовая компания", False),
    ("handover", "Согласен на передачу моих данных выбранной энергосбытовой компании", True),
    ("object_type_id", "Тип объекта", True),
    ("street_id", "Улица", True),
    ("house", "Номер дома", True),
    ("office", "Номер офиса", False),
    ("flat", "Номер квартиры", False),
    ("power_requested", "Запрашиваемая максимальная мощность присоединяемых ЭПУ, кВт", True),
    ("power_previous", "Ранее присоединенная максимальная мощность присоединяемых ЭПУ, кВт", False),
    ("voltage_id", "Класс напряжения присоединения", False),
    ("temporary_term", "Срок электроснабжения ЭПУ по временной схеме", False),
    ("schedule", "Сроки проектирования и поэтапного введения в эксплуатацию ЭПУ", False),
    ("stages", "Планируемое распределение максимальной мощности по этапам", False),
    ("load_kind_id", "Вид нагрузки (ОКВЭД)", True),
    ("instalments", "Рассрочка платежа", False),
    ("reliability", "Категория надежности", False),
    ("circumstances", "Особенности объекта", False),
    ("plan", "План расположения энергопринимающих устройств", True),
    ("scheme", "Однолинейная схема электрических сетей заявителя", False),
    ("equipment", "Перечень и мощность энергопринимающих устройств", False),
    ("ownership", "Копия документа, подтверждающего право собственности или иное", True),
    ("extract", "Выписка", False),
    ("consent", "Согласие", False),
    ("plots", "Справка о количестве земельных участков", False),
    ("garages", "Справка о количестве гаражей либо иных объектов", False),
    ("contract", "Проект договора энергоснабжения (купли-продажи (поставки) электрической энергии (мощности)) или протокол разногласий к проекту договора", False),
    ("generation", "Схема выдачи мощности или схема внешнего электроснабжения", False),
]  # fmt: skip


def owner(kind: str = "fl", **known: Any) -> Any:
    nothing = dict.fromkeys(("passport", "registry_number", "registry_date", "okved"))
    return SimpleNamespace(**(nothing | {"kind": kind} | known))


def ready(form: Any, kind: str = "fl", papers: tuple[str, ...] = ("plan", "ownership"), **known: Any) -> Any:
    form.today = lambda: dt.date(2026, 11, 24)
    form.lay(ROWS, {"load_kind_id": 1 if kind == "fl" else None})
    form.kept = {code: [SimpleNamespace(id=1, name="a.pdf", size=1)] for code in papers}
    form.settle(owner(kind, **known), [("ФИО", "Образцов Пётр Ильич")])
    return form


def wrong(form: Any) -> dict[str, str]:
    form.validate()
    return {name: messages[0] for name, messages in form.errors.items()}


def test_the_figure_is_asked_in_the_manuals_order_and_words(opened: Any) -> None:
    form = ready(opened(ConnectionForm))
    asked = [
        (f.short_name, f.label.text, f.required) for f in form if f.short_name not in {"token", "submit", "passport"}
    ]
    assert asked[: len(FIGURE)] == FIGURE
    assert form.submit.label.text == "Сохранить"
    assert form.passport.required


def test_every_field_has_its_place_in_one_section(opened: Any) -> None:
    placed = [name for section in SECTIONS for name in section.names if name != "power"]
    fields = {field.short_name for field in opened(ConnectionForm)} - {"token", "submit"}
    assert sorted(placed) == sorted(fields)


def test_lists_are_offered_as_printed_and_begin_with_the_manuals_line(opened: Any) -> None:
    form = ready(opened(ConnectionForm))
    shown = {
        name: [str(option.label.text) for option in form[name]]
        for name in ("application_type", "contract_kind", "reliability")
    }
    assert shown == {
        "application_type": [
            "Новая заявка на ТП",
            "ТП в связи с увеличением мощности",
            "ТП в связи с изменением категории надежности электроснабжения",
            "ТП в связи с изменением точки присоединения",
        ],
        "contract_kind": ["На энергоснабжение", "На поставку электроэнергии"],
        "reliability": ["III категория (по умолчанию)", "II категория", "I категория"],
    }
    assert next(str(option.label.text) for option in form.supplier_id) == 'ПАО "ТНС-энерго Воронеж"'
    assert next(str(option.label.text) for option in form.street_id) == "-Выберите улицу-"
    assert form.load_kind_id.data == 1


@pytest.mark.parametrize(
    ("kind", "lacks", "services"),
    [
        ("fl", {"passport"}, ["person_15", "temporary", "move_point"]),
        ("ip", {"registry_number", "registry_date", "okved"}, ["firm_150", "temporary", "move_point"]),
        ("ul", {"registry_number", "registry_date", "okved"}, ["firm_150", "temporary", "move_point"]),
    ],
)
def test_each_kind_is_asked_what_its_profile_lacks_and_offered_its_services(
    opened: Any, kind: str, lacks: set[str], services: list[str]
) -> None:
    form = ready(opened(ConnectionForm), kind)
    assert {name for name in ("passport", "registry_number", "registry_date", "okved") if name in form} == lacks
    assert all(form[name].required for name in lacks)
    assert [option.value for option in form.service.choices] == services
    assert form.applies(form.handover) is (kind != "ul")
    whole = ready(opened(ConnectionForm), kind, passport="2", registry_number="2", registry_date="2", okved="2")
    assert not lacks & set(whole._fields)


def test_a_whole_application_becomes_a_record_that_keeps_no_passport(sent: Any) -> None:
    form = ready(sent(ConnectionForm, **SAID))
    assert form.validate(), form.errors
    said = form.answers()
    assert (said.service, said.house, said.street_id) == (ConnectionService.person_15, "12 к. 1", 1)
    assert (said.power_requested, said.power_previous) == (Decimal("10.5"), Decimal(0))
    assert (said.profile, said.handover, said.circumstances) == ({"passport": "2011000001"}, True, ())
    assert said.typed["power_requested"] == ["10,5"]
    assert not {"passport", "token", "csrf_token", "plan"} & set(said.typed)
    assert "000001" not in str(said.sheet)


def test_a_firm_is_asked_for_instalments_and_for_no_consent(sent: Any) -> None:
    form = ready(sent(ConnectionForm, **(FIRM | {"handover": None})), "ul", ("plan", "ownership", "extract"))
    assert form.validate(), form.errors
    assert form.answers().profile == {
        "registry_number": "2143668000023",
        "registry_date": dt.date(2014, 3, 7),
        "okved": "35.12",
    }
    assert ["Рассрочка платежа", "Да"] in form.sheet()[3]["facts"]
    small = ready(sent(ConnectionForm, **(FIRM | {"power_requested": "14,9"})), "ul")
    assert not small.applies(small.instalments)


def test_all_of_it_is_said_in_words_by_the_labels_of_the_form(sent: Any) -> None:
    form = ready(sent(ConnectionForm, **(SAID | {"circumstances": ["gardeners", "nonsense"], "power_previous": "2.5"})))
    form.validate()
    sheet = {section["title"]: section["facts"] for section in form.sheet()}
    assert sheet["Заявитель"] == [["ФИО", "Образцов Пётр Ильич"], ["Серия и номер паспорта", "20** *****1"]]
    assert ["Вид услуги", "ФЛ до 15 кВт включительно"] in sheet["Что нужно"]
    assert sheet["Объект"] == [
        ["Тип объекта", "Индивидуальный жилой дом"],
        ["Улица", "Звездная ул."],
        ["Номер дома", "12 к. 1"],
    ]
    assert sheet["Мощность и сроки"][:4] == [
        ["Запрашиваемая максимальная мощность присоединяемых ЭПУ, кВт", "10,5"],
        ["Ранее присоединенная максимальная мощность присоединяемых ЭПУ, кВт", "2,5"],
        ["Общая максимальная мощность, кВт", "13"],
        ["Класс напряжения присоединения", "0.23 кВ"],
    ]
    assert sheet["Документы"] == [
        ["Особенности объекта", "Участок — в садоводческом или огородническом товариществе (СНТ, ОНТ)"]
    ]


@pytest.mark.parametrize(
    ("requested", "previous", "sentence"),
    [
        ("12", "5", "Уменьшите мощность: вместе с ранее присоединённой получается 17 кВт, а можно не больше 15 кВт"),
        ("15,1", "", "Уменьшите мощность: указано 15,1 кВт, а можно не больше 15 кВт"),
        ("0", "", "Введите мощность больше нуля"),
        ("15.01", "", "Округлите мощность: после запятой может быть один знак, например 12,5"),
        ("150,05", "", "Округлите мощность: после запятой может быть один знак, например 12,5"),
        ("1e3", "", "Введите мощность числом, например 12,5"),
        ("десять", "", "Введите мощность числом, например 12,5"),
        ("", "", "Введите мощность числом, например 12,5"),
        ("-5", "", "Введите мощность числом, например 12,5"),
    ],
)
def test_a_wrong_power_is_told_beside_it(sent: Any, requested: str, previous: str, sentence: str) -> None:
    form = ready(sent(ConnectionForm, **(SAID | {"power_requested": requested, "power_previous": previous})))
    assert wrong(form) == {"power_requested": sentence}


@pytest.mark.parametrize(
    ("service", "kind", "power", "fits"),
    [
        ("person_15", "fl", "15", True),
        ("temporary", "fl", "150", True),
        ("temporary", "fl", "150.1", False),
        ("move_point", "fl", "15.1", False),
        ("move_point", "ul", "150", True),
        ("firm_150", "ip", "150,1", False),
        ("firm_150", "fl", "10", False),
    ],
)
def test_the_limit_is_the_services_and_the_applicants(
    sent: Any, service: str, kind: str, power: str, fits: Any
) -> None:
    said = (SAID if kind == "fl" else FIRM) | {"service": service, "power_requested": power}
    if kind == "ip":
        said |= {"registry_number": "414366000000011"}
    form = ready(sent(ConnectionForm, **said), kind, ("plan", "ownership", "extract"))
    assert form.validate() is fits, form.errors


def test_temporary_and_lasting_supply_have_fields_of_their_own(sent: Any) -> None:
    said = SAID | {"temporary_term": "до осени", "schedule": "ввод — июнь"}
    for service, has, lacks in (("temporary", "до осени", "ввод — июнь"), ("person_15", "ввод — июнь", "до осени")):
        form = ready(sent(ConnectionForm, **(said | {"service": service})))
        assert form.validate(), form.errors
        assert has in str(form.sheet())
        assert lacks not in str(form.sheet())


def test_documents_are_demanded_by_what_is_ticked_and_kept_ones_count(sent: Any) -> None:
    form = ready(sent(ConnectionForm, **(SAID | {"circumstances": ["gardeners", "garages"]})), papers=("plan", "plots"))
    assert wrong(form) == {
        "ownership": "Приложите копию документа о праве на объект",
        "consent": "Приложите согласие собственников",
        "garages": "Приложите справку о количестве гаражей",
    }
    firm = ready(sent(ConnectionForm, **(FIRM | {"circumstances": ["generation"]})), "ul")
    assert set(wrong(firm)) == {"extract", "generation"}


def test_a_draft_comes_back_as_it_was_typed(sent: Any) -> None:
    typed = sent(
        ConnectionForm, **(SAID | {"house": " 12 ", "power_requested": "десять", "circumstances": ["garages"]})
    ).typed()
    assert (typed["house"], typed["power_requested"], typed["circumstances"]) == ([" 12 "], ["десять"], ["garages"])
    assert typed["passport"] == ["2011 000001"]


def test_progress_counts_what_is_required_and_still_empty(sent: Any) -> None:
    form = ready(sent(ConnectionForm, **(SAID | {"house": " ", "object_type_id": None})), papers=("plan",))
    told = {part.section.code: (part.total, part.left) for part in form.progress()}
    assert told == {"applicant": (1, 0), "wish": (3, 0), "object": (3, 2), "terms": (2, 0), "papers": (2, 1)}
    form.validate()
    assert {part.section.code: part.errors for part in form.progress()}["object"] == 2


@pytest.mark.parametrize("code", ["35", "35.1", "35.12", "35.12.1", "35.12.11", " 35,12 "])
def test_a_code_of_okved_is_taken_in_its_pattern(sent: Any, code: str) -> None:
    form = ready(sent(ConnectionForm, **(FIRM | {"okved": code})), "ul", ("plan", "ownership", "extract"))
    assert form.validate(), form.errors
    assert form.okved.data == code.strip().replace(",", ".")


@pytest.mark.parametrize("code", ["", "3", "351", "35.1.1", "35.123", "А", "35.12.111"])
def test_anything_else_is_no_code_of_okved(sent: Any, code: str) -> None:
    form = ready(sent(ConnectionForm, **(FIRM | {"okved": code})), "ul", ("plan", "ownership", "extract"))
    assert wrong(form) == {"okved": "Введите код ОКВЭД цифрами с точками, например 35.12 или 47.11.1"}


@pytest.mark.parametrize("kind", ["fl", "ip", "ul"])
@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: ascii(value[:9]))
def test_hostile_values_are_refused_in_russian_and_can_be_shown_again(paper: Flask, kind: str, value: str) -> None:
    with paper.test_request_context(method="POST"):
        names = list(ConnectionForm()._fields)
        form = ready(ConnectionForm(MultiDict([(name, value) for name in names for _ in range(2)])), kind)
        assert not form.validate()
        speak_russian(form)
        "".join(str(field) for field in form).encode()
        assert all(isinstance(words, str) for section in form.sheet() for _, words in section["facts"])


def test_there_is_a_field_for_every_paper(opened: Any) -> None:
    form = opened(ConnectionForm)
    assert {code: form[code].label.text for code in PAPERS} == {code: paper.label for code, paper in PAPERS.items()}
