"""Closed lists of the manual, letter by letter."""

from forms.choices import ApplicantKind, ConsentKind, YesNo


def test_kinds_of_applicants_are_those_of_fig_3() -> None:
    assert ApplicantKind.pairs() == [
        ("fl", "Физическое лицо"),
        ("ip", "Индивидуальный предприниматель"),
        ("ul", "Юридическое лицо"),
    ]


def test_a_choice_stores_its_name_and_shows_its_wording() -> None:
    assert (YesNo.yes.code, YesNo.yes.label) == ("yes", "Да")


def test_consents_are_documents_of_their_own() -> None:
    assert [kind.code for kind in ConsentKind] == ["voluntary", "open_channels", "personal_data", "notices", "handover"]
