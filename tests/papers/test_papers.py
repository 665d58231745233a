"""The papers made as PDF, read back with a reader that is not theirs: words, pages, fonts, and what hostile text does."""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
import typst
from pypdf import PdfReader

from portal import moves, papers, storage
from portal.extensions import db
from portal.models import Document
from portal.papers import Signing
from portal.settings import Organisation
from tests.support import people, stories

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from portal.models import Connection

CODE = '#import "@preview/x:1.0.0": * #sys.inputs \\ $x^2$ *b* _i_ @ref <l> // /* " \' `raw` #{ ]'
LONG = "Проектирование и поэтапное введение в эксплуатацию энергопринимающих устройств заявителя"
SHEET = [
    {"title": "Заявитель", "facts": [["ФИО", "Образцов Пётр Ильич"], ["Домашний адрес", "Звездная ул., д. 1"]]},
    *({"title": f"Раздел {part}", "facts": [[f"{LONG}, {row}", LONG] for row in range(6)]} for part in range(3)),
]
SIGNED = Signing(
    title="Заявка на технологическое присоединение",
    number="322",
    file_name="Заявка 322.pdf",
    sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    signer="Образцов Пётр Ильич",
    account="obraztsov",
    at=datetime(2026, 11, 24, 20, 1, 2, tzinfo=UTC),
    way="Код из письма",
    address="192.0.2.7",
)


@dataclass
class Paper:
    """A PDF as a reader sees it."""

    content: bytes

    @property
    def reader(self) -> PdfReader:
        return PdfReader(io.BytesIO(self.content))

    @property
    def pages(self) -> list[str]:
        """The words of each page; a line that was hyphenated is put together again, white space is one space."""
        said = (page.extract_text().replace("\u200b", "") for page in self.reader.pages)
        return [" ".join(re.sub(r"(?<=\w)-\n", "", text).split()) for text in said]

    @property
    def text(self) -> str:
        return " ".join(self.pages)

    @property
    def fonts(self) -> dict[str, dict[str, Any]]:
        """What each font of the file is called, and its descriptor."""
        found = [font.get_object() for page in self.reader.pages for font in page["/Resources"]["/Font"].values()]
        parts = [font["/DescendantFonts"][0].get_object() for font in found]
        return {part["/BaseFont"].partition("+")[2]: part["/FontDescriptor"] for part in parts}


def application(*facts: tuple[str, str], files: tuple[str, ...] = (), **changes: Any) -> Paper:
    said = {"sheet": [{"title": "Раздел", "facts": facts}], "number": "322", "day": "20.11.2026"} | changes
    return Paper(papers.application(files=files, **said))


def answers_of(case: Connection) -> list[Document]:
    return [document for document in case.documents if document.from_company]


def kept_files(app: Flask) -> set[Path]:
    return {path for path in (app.config["SETTINGS"].instance / "uploads").rglob("*") if path.is_file()}


@time_machine.travel("2026-11-24 11:32 +0300", tick=False)
def test_asking_for_documents_makes_a_numbered_notice(inside: Flask) -> None:
    case = stories.connection_in("documents_missing", people.subscriber(), people.staff("engineer"))
    [document] = answers_of(case)
    assert (document.name, document.title, document.number) == ("Ответ 1.pdf", "Уведомление о нестаче документов", "1")
    notice = Paper(b"".join(storage.current().open(document.key)))
    assert len(notice.pages) == 1
    for words in (
        Organisation().name, Organisation().office, "24.11.2026 № 1", "На № 1 от 24.11.2026", "Образцов Пётр Ильич",
        "присоединение № 1 от 24.11.2026", case.address, "12,5 кВт",
        f"1 План расположения энергопринимающих устройств {stories.REMARK}", "не позднее 22.12.2026",
        "нажмите «Завершить загрузку»", "срок подготовки технических условий и договора не идёт",
        f"Ответственный сотрудник {case.entries[-1].actor}",
    ):  # fmt: skip
        assert words in notice.text


def test_a_notice_bears_the_number_and_day_it_was_given_and_the_words_of_staff(inside: Flask) -> None:
    engineer = people.staff("engineer")
    case = stories.connection_in("checking", people.subscriber(), engineer)
    said = {"letter_number": "77-ТП", "letter_date": date(2026, 11, 20), "note": "Поможем начертить.\nПриходите!"}
    stories.make(case, "request_documents", engineer, **said)
    [document] = answers_of(case)
    notice = Paper(b"".join(storage.current().open(document.key)))
    assert document.name == "Ответ 77-ТП.pdf"
    assert "20.11.2026 № 77-ТП" in notice.text
    assert "Поможем начертить. Приходите!" in notice.text


@pytest.mark.parametrize("what", ["a letter that can't be written", "a broken template"])
def test_a_move_that_fails_leaves_no_paper_behind(
    what: str, inside: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engineer = people.staff("engineer")
    case = stories.connection_in("checking", people.subscriber(), engineer)
    before = kept_files(inside)
    if what == "a broken template":
        (tmp_path / "documents_notice.typ").write_text("#show-nothing()", encoding="utf-8")
        monkeypatch.setattr(papers, "TEMPLATES", tmp_path)
    else:
        monkeypatch.setattr(moves.case_letters, "send", lambda *_: pytest.fail("unknown variable: show-nothing"))
    with pytest.raises((typst.TypstError, pytest.fail.Exception), match="unknown variable: show-nothing"):
        stories.make(case, "request_documents", engineer)
    db.session.expire_all()
    assert kept_files(inside) == before
    assert (case.status, answers_of(case)) == ("checking", [])


def test_a_usual_application_takes_two_pages_at_most(inside: Flask) -> None:
    paper = Paper(papers.application(SHEET, ["План.pdf", "Выписка.pdf"], "322", "20.11.2026"))
    assert len(paper.pages) == 2
    assert "Заявка на технологическое присоединение № 322 от 20.11.2026" in paper.text
    assert "ФИО Образцов Пётр Ильич" in paper.text
    assert "Приложенные файлы 1. План.pdf 2. Выписка.pdf Дата Подпись" in paper.text
    assert not paper.pages[0].startswith("1 ")
    assert paper.pages[1].startswith("2 ")


def test_a_draft_says_that_it_is_one(inside: Flask) -> None:
    draft = application(("ФИО", "Образцов"), number=None, day=None)
    assert "Черновик: заявка ещё не отправлена" in draft.text
    assert "№" not in draft.text
    assert "Файлов нет." in draft.text
    assert "Черновик" not in application(("ФИО", "Образцов")).text


def test_no_row_is_split_between_pages(inside: Flask) -> None:
    paper = application(*((f"Строка {row}", f"начало{row}а {'слово ' * 60} конец{row}а") for row in range(20)))
    assert len(paper.pages) > 2
    for page in paper.pages:
        assert re.findall(r"начало(\d+)а", page) == re.findall(r"конец(\d+)а", page)


def test_a_signing_sheet_says_who_signed_what_and_when(inside: Flask) -> None:
    text = Paper(papers.signing_sheet(SIGNED)).text
    for words in (
        "Название Заявка на технологическое присоединение", "Номер 322", "Имя файла Заявка 322.pdf", SIGNED.sha256,
        "Подписал Образцов Пётр Ильич", "Учётная запись obraztsov", "Время 24.11.2026, 23:01:02 (UTC+03:00)",
        "Способ подписания Код из письма", "IP-адрес 192.0.2.7",
    ):  # fmt: skip
        assert words in text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (CODE, CODE),
        ("до\0\x07\x1b после", "до после"),
        ("счёт\u202efdp.exe\u2069", "счётfdp.exe"),
        ("до \ufffe\ue000\U0010ffff\ufeff после", "до после"),
        ("Ж\u200d\u200fук\tи\r\nуж", "Жук и уж"),
        ("€ ₽ № § « » „ “ — – … ≤ − × · ° ² Ёё", "€ ₽ № § « » „ “ — – … ≤ − × · ° ² Ёё"),
    ],
    ids=["code", "controls", "marks of direction", "non-characters", "joiners", "signs"],
)
def test_text_is_shown_and_never_run(inside: Flask, typed: str, shown: str) -> None:
    paper = application(("Поле", f"начало {typed} конец"), (typed, "Поле"), files=(typed,), day=typed)
    said = paper.text.replace(" ", "")
    assert f"начало{shown}конец".replace(" ", "") in said
    assert said.count(shown.replace(" ", "")) == 4
    assert all(name.startswith("CabinetSerif") for name in paper.fonts)


@pytest.mark.parametrize("typed", ["😀 👩‍👩‍👧 ❤️", "漢字 საქართველო", "שלום عربى", "Ω → ✓ ∑"])
def test_a_character_that_the_font_lacks_fails_no_paper(inside: Flask, typed: str) -> None:
    paper = application(("Поле", f"начало {typed} конец"))
    assert "начало" in paper.text
    assert "конец" in paper.text
    assert typed[0] in paper.text


@pytest.mark.parametrize("letter", ["Щ", "W", "_"])
def test_a_word_longer_than_a_page_is_whole_and_stays_on_the_sheet(inside: Flask, letter: str) -> None:
    ends, heights = [], []

    def note(text: str, line: list[float], at: list[float], font: object, size: float) -> None:
        if letter in text:
            ends.append(line[4] + max(at[4], text.count(letter) * size * 0.4))
            heights.append(line[5])

    paper = application(("Поле", letter * 4000), (letter * 400, "Поле"), files=(letter * 300,))
    for page in paper.reader.pages:
        page.extract_text(visitor_text=note)
    sheet = paper.reader.pages[0].mediabox
    assert paper.text.count(letter) == 4700
    assert max(ends) <= sheet.width
    assert 0 <= min(heights) <= max(heights) <= sheet.height


def test_papers_can_be_kept_for_years_and_read_aloud(inside: Flask) -> None:
    paper = Paper(papers.signing_sheet(SIGNED))
    root, about = paper.reader.trailer["/Root"], paper.reader.metadata
    assert about is not None
    assert (about.title, about.author) == ("Лист подписания", Organisation().name)
    assert (root["/Lang"], bool(root["/MarkInfo"]["/Marked"])) == ("ru", True)
    schema = root["/Metadata"].get_object().get_data().decode()
    assert all(mark in schema for mark in ("<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"))
    assert {"CabinetSerif-Regular", "CabinetSerif-Bold"} <= paper.fonts.keys()
    assert all("/FontFile2" in descriptor for descriptor in paper.fonts.values())


def test_the_same_words_at_the_same_moment_make_the_same_bytes(inside: Flask) -> None:
    with time_machine.travel("2026-11-24 11:32 +0300", tick=False) as now:
        first = papers.signing_sheet(SIGNED)
        assert papers.signing_sheet(SIGNED) == first
        now.shift(60)
        later = Paper(papers.signing_sheet(SIGNED)).reader.metadata
    assert later is not None
    assert later.creation_date == datetime(2026, 11, 24, 8, 33, tzinfo=UTC)


def test_papers_made_at_once_do_not_mix_their_words(inside: Flask) -> None:
    def make(number: int) -> list[str]:
        with inside.app_context():
            return re.findall(r"слово\d+", application(("Поле", f"слово{number}")).text)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(make, range(12))) == [[f"слово{number}"] for number in range(12)]


def test_templates_and_fonts_come_with_us() -> None:
    assert sum(path.stat().st_size for path in papers.FONTS.iterdir()) <= 300 * 1024
    assert {"Cabinet Serif", "Cabinet Boxes"} <= set(papers._fonts().families())
    for template in papers.TEMPLATES.glob("*.typ"):
        assert '"@' not in template.read_text(encoding="utf-8"), f"{template.name} would ask the network for a package"
