"""Which documents an application has to bring: the table of fig. 12, every cell of it."""

import pytest

from forms.choices import ApplicantKind, Circumstance, ConnectionService
from forms.papers import PAPERS, Need, missing, wanted

S = ConnectionService
# The columns: a person's 15 kW, a firm's 150 kW, temporary, another point. О is demanded of all, Е of ИП and ЮЛ alone,
# У on a condition, Д welcome, – not asked.
TABLE = {
    "plan": "О О О О",
    "scheme": "Д Д Д Д",
    "equipment": "У У У У",
    "ownership": "О О О О",
    "extract": "– О Е Е",
    "consent": "У У У У",
    "plots": "У У У У",
    "garages": "У У У У",
    "contract": "Д Д Д Д",
    "generation": "– У – –",
    "passport_copy": "Д Д Д Д",
    "authority": "Д Д Д Д",
    "permanent": "– – Д –",
    "earlier": "Д Д Д Д",
}
DECIDES = {
    "equipment": {"emergency_automation"},
    "consent": {"shared_ownership", "block_room", "gardeners"},
    "plots": {"gardeners"},
    "garages": {"garages"},
    "generation": {"generation"},
}
EVERY = [one.code for one in Circumstance]


def cells() -> list[tuple[str, str, str, str]]:
    """Give every cell as (paper, service, kind of applicant, letter)."""
    return [
        (code, service.code, kind.code, letter)
        for code, row in TABLE.items()
        for service, letter in zip((S.person_15, S.firm_150, S.temporary, S.move_point), row.split(), strict=True)
        for kind in ApplicantKind
        if service in S.of(kind.code)
    ]


def test_the_table_names_every_paper_there_is() -> None:
    assert list(TABLE) == list(PAPERS)
    assert set(DECIDES) == {code for code, row in TABLE.items() if "У" in row}


@pytest.mark.parametrize(("paper", "service", "kind", "letter"), cells())
def test_each_cell_of_the_table_holds(paper: str, service: str, kind: str, letter: str) -> None:
    of_kind = {"Е": "–" if kind == "fl" else "О"}.get(letter, letter)
    plain = {"О": Need.required, "Д": Need.welcome, "–": Need.unasked, "У": Need.unasked}[of_kind]
    assert wanted(service, kind, ())[paper] is plain
    for circumstance in EVERY:
        is_met = of_kind == "У" and circumstance in DECIDES[paper]
        assert wanted(service, kind, (circumstance,))[paper] is (Need.required if is_met else plain)


def test_what_is_missing_is_asked_for_in_the_order_of_the_figure() -> None:
    asked = missing("person_15", "fl", ("gardeners",), {"ownership"})
    assert [paper.please for paper in asked] == [
        "Приложите план расположения энергопринимающих устройств",
        "Приложите согласие собственников",
        "Приложите справку о количестве земельных участков",
    ]


def test_what_nobody_has_to_bring_never_blocks_an_application() -> None:
    for code, paper in PAPERS.items():
        if paper.extra:
            assert code not in {one.code for one in missing("temporary", "ul", EVERY, ())}
