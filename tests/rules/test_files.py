"""Uploads are judged by what is in them: a corpus of good files, liars, polyglots and bombs."""

import io
import re
import struct
import tempfile
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import IO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import files

MEGABYTE = 1024 * 1024

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(20) + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(30)
TIF = b"II*\x00\x08\x00\x00\x00" + bytes(20)
RAR4 = b"Rar!\x1a\x07\x00" + b"\xcf\x90\x73\x00\x00\x0d\x00" + bytes(20)
RAR4_LOCKED = b"Rar!\x1a\x07\x00" + b"\xce\x99\x73\x80\x00\x0d\x00" + bytes(20)
RAR5 = b"Rar!\x1a\x07\x01\x00" + b"\x33\x92\xb5\xe5\x0a\x01\x05\x06" + bytes(20)
RAR5_LOCKED = b"Rar!\x1a\x07\x01\x00" + b"\x33\x92\xb5\xe5\x21\x04\x00\x00" + bytes(20)
HTML = b"<html><body><script>alert(1)</script></body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
MZ = b"MZ\x90\x00\x03" + bytes(60) + b"PE\x00\x00"
ELF = b"\x7fELF\x02\x01\x01" + bytes(20)


def zipped(*names: str, content: bytes = b"text", comment: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
        archive.comment = comment
    return buffer.getvalue()


def compound(*names: str, shift: int = 9) -> bytes:
    """Build the smallest compound file: header, one sector of the allocation table, a chain of directory sectors."""
    size = 1 << shift
    per_sector = size // 128
    sectors = [names[start : start + per_sector] for start in range(0, len(names), per_sector)]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(22) + struct.pack("<H", shift) + bytes(16)
    header += struct.pack("<I", 1) + bytes(24) + struct.pack("<I", 0)
    table = [0xFFFFFFFD, *range(2, len(sectors) + 1), 0xFFFFFFFE]
    body = struct.pack(f"<{len(table)}I", *table).ljust(size, b"\xff")
    for sector in sectors:
        body += b"".join(directory_entry(name) for name in sector).ljust(size, b"\0")
    return header.ljust(size, b"\xff") + body


def directory_entry(name: str) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    return (raw.ljust(64, b"\0") + struct.pack("<H", len(raw))).ljust(128, b"\0")


DOCX = zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml")
XLSX = zipped("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml")
ZIP = zipped("План.pdf", "Схема/Лист 1.dwg")
DOC = compound("Root Entry", "1Table", "\x05SummaryInformation", "Data", "WordDocument")
XLS = compound("Root Entry", "Workbook")


def odt() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<office:document-content/>")
        archive.writestr("META-INF/manifest.xml", "<manifest:manifest/>")
    return buffer.getvalue()


def kind_of(name: str, content: bytes, limit: int = files.DEFAULT_LIMIT) -> str:
    return files.recognise(name, io.BytesIO(content), limit).code


def refusal(name: str, content: bytes, limit: int = files.DEFAULT_LIMIT) -> str:
    with pytest.raises(ValueError, match=r"^[А-ЯЁ]") as caught:
        kind_of(name, content, limit)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("Паспорт.pdf", PDF, "pdf"),
        ("ПЛАН.PDF", PDF, "pdf"),
        ("scan.pdf", b"\xef\xbb\xbf\r\n " + PDF, "pdf"),
        ("Договор", PDF, "pdf"),
        ("Отчёт за 12.05", PDF, "pdf"),
        ("photo.jpg", JPG, "jpg"),
        ("photo.jpeg", JPG, "jpg"),
        ("photo.jpg", PNG, "png"),
        ("a.png", PNG, "png"),
        ("a.tif", TIF, "tif"),
        ("a.tiff", b"MM\x00*" + bytes(20), "tif"),
        ("a.doc", DOC, "doc"),
        ("a.doc", DOCX, "docx"),
        ("a.xls", XLS, "xls"),
        ("a.xls", compound("Root Entry", "Book", shift=12), "xls"),
        ("a.docx", DOCX, "docx"),
        ("a.xlsx", XLSX, "xlsx"),
        ("a.odt", odt(), "odt"),
        ("a.zip", ZIP, "zip"),
        ("a.zip", zipped("a.txt", comment=b"comment" * 100), "zip"),
        ("a.zip", zipped("папка/", "папка/внутри.zip", content=ZIP), "zip"),
        ("a.rar", RAR4, "rar"),
        ("a.rar", RAR5, "rar"),
        ("a.zip", RAR5, "rar"),
    ],
)
def test_accepted_kinds_are_recognised_by_content(name: str, content: bytes, code: str) -> None:
    assert kind_of(name, content) == code


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("план.pdf", MZ),
        ("план.pdf", ELF),
        ("план.pdf", HTML),
        ("план.pdf", HTML + PDF),
        ("план.pdf", MZ + PDF),
        ("план.pdf", b" " * 40 + PDF),
        ("план.pdf", SVG),
        ("план.svg", SVG),
        ("план.html", HTML),
        ("план.pdf", b"%PDF"),
        ("a.jpg", b"GIF89a" + bytes(20)),
        ("a.docx", b"{\\rtf1}"),
        ("a.pdf", b"\x00"),
        ("a.doc", compound("Root Entry", "Installer")),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("a.doc", compound("Root Entry", "WordDocument", "Workbook")),
    ],
)
def test_what_is_something_else_inside_is_refused_whatever_its_name(name: str, content: bytes) -> None:
    assert refusal(name, content).startswith("Приложите ")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("план.PDF.exe", PDF),
        ("план.pdf.exe ", PDF),
        ("план.exe.", PDF),
        ("план\u202efdp.exe", PDF),
        ("план.pdf", ZIP),
        ("план.zip", PDF),
        ("план.doc", XLS),
        ("план.docx", XLSX),
        ("план.jpg", PDF),
        ("план.zip", DOCX),
        ("план.svg", PNG),
    ],
)
def test_content_must_agree_with_the_family_of_the_name(name: str, content: bytes) -> None:
    assert "." in refusal(name, content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (zipped("META-INF/MANIFEST.MF", "a/Main.txt"), "программы"),
        (zipped("a/Main.class"), "программы"),
        (zipped("AndroidManifest.xml"), "программы"),
        (zipped("счёт.pdf.exe"), "счёт.pdf.exe"),
        (zipped("dir/run.BAT"), "программы"),
        (zipped("a.exe ."), "программы"),
        (zipped("a.js:stream"), "программы"),
        (zipped("../../etc/passwd"), "программы"),
        (zipped("..\\a.txt"), "программы"),
        (zipped(*(f"{n}.txt" for n in range(1001))), "больше 1000 файлов"),
        (zipped(), "пустой"),
        (zipped("a.txt")[:-10], "повреждён"),
        (b"PK\x03\x04" + bytes(200), "повреждён"),
    ],
)
def test_harmful_and_damaged_archives_are_refused(content: bytes, words: str) -> None:
    assert words in refusal("a.zip", content)


def test_macros_are_refused_in_a_document_that_may_not_have_them() -> None:
    assert "макросы" in refusal("a.docx", zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"))


def test_a_program_named_in_the_old_russian_code_page_is_named_in_russian() -> None:
    content = zipped("cxet.exe").replace(b"cxet.exe", "счёт.exe".encode("cp866"))
    assert "«счёт.exe»" in refusal("a.zip", content)


def test_a_name_cut_by_a_zero_byte_is_refused() -> None:
    assert "повреждён" in refusal("a.zip", zipped("a.txt_.exe").replace(b"a.txt_.exe", b"a.txt\0.xyz"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF.replace(b"/Root", b"/Encrypt 5 0 R /Root")),
        ("a.pdf", PDF.replace(b"/Root", b"/Encrypt<</Filter /Standard>> /Root")),
        ("a.pdf", PDF.replace(b"/Root", b"/Encrypt 5 0 R /Root") + bytes(200_000)),
        ("a.zip", ZIP.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")),
        ("a.rar", RAR4_LOCKED),
        ("a.rar", RAR5_LOCKED),
        ("a.docx", compound("Root Entry", "EncryptionInfo", "EncryptedPackage")),
    ],
)
def test_locked_files_are_refused(name: str, content: bytes) -> None:
    assert "защищён паролем" in refusal(name, content)


def test_a_pdf_that_writes_about_encryption_is_not_locked() -> None:
    assert kind_of("a.pdf", PDF + b"(the word /Encrypt in a text) /EncryptMetadata false") == "pdf"


# Bombs


def bomb(unpacked: int, name: str = "a.txt", copies: int = 1) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(copies):
            with archive.open(f"{number}{name}", "w") as entry:
                for _ in range(unpacked // MEGABYTE):
                    entry.write(bytes(MEGABYTE))
    return buffer.getvalue()


def test_an_archive_that_grows_over_the_total_is_refused() -> None:
    assert "больше 200 МБ" in refusal("a.zip", bomb(201 * MEGABYTE))


def test_an_archive_that_grows_out_of_proportion_is_refused() -> None:
    assert "вырастает" in refusal("a.zip", bomb(50 * MEGABYTE))


def test_a_small_file_that_packs_well_is_no_bomb() -> None:
    assert kind_of("a.zip", bomb(9 * MEGABYTE)) == "zip"


def test_an_archive_that_lies_about_its_sizes_is_refused() -> None:
    honest = zipped("a.txt", content=bytes(range(256)) * 40_000)
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        declared = struct.pack("<I", archive.infolist()[0].file_size)
    assert "повреждён" in refusal("a.zip", honest.replace(declared, struct.pack("<I", 10)))


def test_an_archive_whose_entries_overlap_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "kernel" * 100)
        archive.filelist.append(archive.filelist[0])
    assert "повреждён" in refusal("a.zip", buffer.getvalue())


@pytest.mark.alone
def test_an_archive_that_promises_more_entries_than_may_be_read_costs_no_memory() -> None:
    entry = zipped("a")
    start = entry.index(b"PK\x01\x02")
    directory = entry[start : entry.index(b"PK\x05\x06")] * 65_536
    content = entry[:start] + directory
    content += struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), start, 0)
    tracemalloc.start()
    begun = time.process_time()
    assert "больше 1000 файлов" in refusal("a.zip", content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30 * MEGABYTE
    assert time.process_time() - begun < 1


def test_a_directory_of_64_bits_is_held_to_the_same_measure() -> None:
    entry = zipped("a")
    start = entry.index(b"PK\x01\x02")
    directory = entry[start : entry.index(b"PK\x05\x06")] * 40_000
    end64 = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 40_000, 40_000, len(directory), start)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, start + len(directory), 1)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    assert "больше 1000 файлов" in refusal("a.zip", entry[:start] + directory + end64 + locator + end)


def test_an_entry_that_lies_before_the_file_or_behind_it_is_refused() -> None:
    honest = zipped("a.txt")
    start = honest.index(b"PK\x01\x02") + 42
    for offset in (b"\xff\xff\xff\x7f", b"\x01\0\0\0"):
        assert "повреждён" in refusal("a.zip", honest[:start] + offset + honest[start + 4 :])
    end = honest.index(b"PK\x05\x06") + 16
    assert "повреждён" in refusal("a.zip", honest[:end] + struct.pack("<I", start + 900) + honest[end + 4 :])


def test_the_size_of_a_locked_rar_header_may_take_two_bytes() -> None:
    assert "защищён паролем" in refusal("a.rar", RAR5_LOCKED.replace(b"\x21\x04", b"\xa1\x00\x04"))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[:30] + b"\x07\x00" + content[32:],
        lambda content: content[:48] + b"\xff\xff\xff\x7f" + content[52:],
        lambda content: content[:76] + b"\xff\xff\xff\x7f" + content[80:],
        lambda content: content[:48] + struct.pack("<I", 128 * 109) + content[52:].ljust((128 * 109 + 3) * 512),
    ],
    ids=["sector size", "no directory", "no table", "far directory"],
)
def test_a_compound_file_that_leads_nowhere_is_refused(spoil: Callable[[bytes], bytes]) -> None:
    content = compound("Root Entry", "1", "2", "3", "WordDocument")
    assert kind_of("a.doc", content) == "doc"
    assert "Word или Excel" in refusal("a.doc", spoil(content))


def test_a_directory_chain_that_bites_its_tail_ends() -> None:
    content = bytearray(compound("Root Entry", "Nothing"))
    content[512 + 4 : 512 + 8] = struct.pack("<I", 1)
    assert "Word или Excel" in refusal("a.doc", bytes(content))


# Size


def test_a_file_of_exactly_the_limit_passes_and_one_byte_more_does_not() -> None:
    whole = PDF.ljust(20 * MEGABYTE, b"\n")
    assert kind_of("a.pdf", whole) == "pdf"
    sentence = "Файл больше 20 МБ (в нём 20,1 МБ). Уменьшите его или разделите на части"
    assert refusal("a.pdf", whole + b"\n") == sentence


def test_the_limit_is_named_with_the_size() -> None:
    assert refusal("a.pdf", bytes(34), 20).startswith("Файл больше 0,1 МБ (в нём 0,1 МБ)")
    assert files.megabytes(34 * MEGABYTE) == "34 МБ"


def test_an_empty_file_is_refused() -> None:
    assert refusal("a.pdf", b"") == "Файл пустой. Проверьте его и выберите снова"


def spooled(content: bytes) -> IO[bytes]:
    stream = tempfile.SpooledTemporaryFile(max_size=10)  # noqa: SIM115  the test closes it
    stream.write(content)
    return stream


@pytest.mark.parametrize("content", [PDF, ZIP, DOC, RAR5, MZ, b"", zipped("a.exe")])
def test_the_stream_is_at_its_start_afterwards(content: bytes) -> None:
    with spooled(content) as stream:
        with suppress(ValueError):
            files.recognise("file", stream)
        assert stream.read() == content


@pytest.mark.parametrize(("content", "code"), [(PDF, "pdf"), (DOCX, "docx"), (DOC, "doc")])
def test_a_stream_that_lies_on_disk_is_read_like_one_in_memory(content: bytes, code: str) -> None:
    with spooled(content) as stream:
        assert files.recognise("file", stream).code == code


# Names


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Паспорт.pdf", "Паспорт.pdf"),
        ('Паспорт "a";b.pdf', 'Паспорт "a";b.pdf'),
        ("C:\\Documents\\План.pdf", "План.pdf"),
        ("../../etc/План.pdf", "План.pdf"),
        ("/etc/passwd\\", "файл.pdf"),
        ("", "файл.pdf"),
        ("..", "файл.pdf"),
        (".pdf", "файл.pdf"),
        ("  План  участка .pdf", "План участка.pdf"),
        ("план\u202efdp.pdf", "планfdp.pdf"),
        ("план\r\nX-A: 1.pdf", "планX-A: 1.pdf"),
        ("план\0.pdf", "план.pdf"),
        ("план\ud800.pdf", "план.pdf"),
        ("Договор", "Договор.pdf"),
        ("Отчёт за 12.05", "Отчёт за 12.05.pdf"),
        ("Зимнии\u0306.pdf", "Зимний.pdf"),
    ],
)
def test_names_stay_russian_and_become_harmless(sent: str, shown: str) -> None:
    assert files.safe_name(sent, files.KINDS["pdf"]) == shown


def test_a_long_name_is_cut_and_keeps_its_extension() -> None:
    name = files.safe_name("п" * 500 + ".docx")
    assert len(name) == 200
    assert name.endswith("п.docx")


def test_a_chosen_file_is_described() -> None:
    chosen = files.choose("Паспорт.pdf", io.BytesIO(PDF))
    assert (chosen.name, chosen.size, chosen.kind.label) == ("Паспорт.pdf", len(PDF), "PDF")
    assert chosen.stream.read() == PDF


# The table


def test_the_browser_is_told_the_same_extensions() -> None:
    assert files.ACCEPT == ".pdf,.jpg,.jpeg,.png,.tif,.tiff,.doc,.docx,.xls,.xlsx,.odt,.zip,.rar"


def test_only_what_a_browser_draws_without_scripts_is_previewed() -> None:
    assert [code for code, kind in files.KINDS.items() if kind.previewable] == ["pdf", "jpg", "png"]


# Whatever comes


def judged(name: str, content: bytes) -> files.FileKind | str:
    try:
        return files.recognise(name, io.BytesIO(content))
    except ValueError as error:
        return str(error)


HEADS = [b"", PDF[:8], JPG[:4], PNG[:8], TIF[:4], RAR4[:7], RAR5[:8], DOC[:40], DOC, ZIP, DOCX, odt(), MZ]


def spoilt(parts: tuple[bytes, bytes, Iterable[tuple[int, int]]]) -> bytes:
    head, tail, changes = parts
    content = bytearray(head + tail)
    for place, value in changes:
        if content:
            content[place % len(content)] = value
    return bytes(content)


@settings(max_examples=300, deadline=None)
@given(
    st.tuples(
        st.sampled_from(HEADS),
        st.binary(max_size=60),
        st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=8),
    ),
    st.text(st.characters(exclude_categories=()), max_size=20) | st.sampled_from(["a.pdf", "a.doc", "a.zip", "a.docx"]),
)
def test_any_bytes_under_any_name_are_taken_or_refused_in_russian(
    parts: tuple[bytes, bytes, Iterable[tuple[int, int]]], name: str
) -> None:
    content = spoilt(parts)
    verdict = judged(name, content)
    assert isinstance(verdict, files.FileKind) or re.match(r"[А-ЯЁ]", verdict), verdict
    files.safe_name(name, files.KINDS["pdf"]).encode()
