"""Workbooks: what is written comes back, and what cannot be trusted is refused with its reason."""

import io
import zipfile
from decimal import Decimal

import pytest
from django.utils.translation import override
from openpyxl import load_workbook

from giamsat.intake.sources import services
from giamsat.intake.sources.errors import (
    CorruptWorkbook,
    EncryptedWorkbook,
    FormulaCell,
    FormUnknown,
    LegacyWorkbook,
    Macros,
    NotOurForm,
    TooLarge,
    WrongFormVersion,
    WrongPeriod,
    ZipBomb,
)
from giamsat.intake.sources.files import guard
from giamsat.lib.periods import Period
from tests.intake.house import AUGUST, SEPTEMBER, form
from tests.intake.sources.files import edited, filled, other_workbook, with_part

OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.fixture
def workbook(country, flash):
    return filled(flash, country.hua_bum, SEPTEMBER)


def test_what_is_typed_into_the_template_is_read_back(country, flash):
    values = [number * 3 for number in range(len(flash.cells))]
    read = services.read_workbook(filled(flash, country.hua_bum, SEPTEMBER, values))
    assert read.values == values
    assert (read.form_code, read.form_version) == ("BMT", 1)
    assert (read.unit_code, read.unit_vintage, read.period_key, read.basis) == (
        "03466",
        "2025-07",
        "2026-M09",
        "own",
    )
    assert read.positions[:3] == ["Biểu!D8", "Biểu!D9", "Biểu!D11"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1.234", 1234),
        (" 12 ", 12),
        ("", None),
        (None, None),
        (2.5, Decimal("2.5")),
        ("12 345", 12345),
        ("một trăm", "một trăm"),
        ("1,234", "1,234"),
        (True, "TRUE"),
        ("-", "-"),
        ("#DIV/0!", "#DIV/0!"),
        (0.00001, "0.00001"),
        (1e13, "10000000000000"),
    ],
)
def test_a_cell_is_a_number_a_blank_or_the_text_that_stands_there(country, flash, typed, read):
    submission = services.read_workbook(filled(flash, country.hua_bum, SEPTEMBER, cells={"B07": typed}))
    value = submission.values[flash.cell_by_key["B07"].ordinal]
    assert (str(value) if isinstance(value, services.RawText) else value) == read


def test_the_template_protects_all_but_the_cells_and_shows_last_period_in_grey(country, flash):
    previous = [Decimal(number) for number in range(len(flash.cells))]
    content = services.template_workbook(
        flash, country.hua_bum, SEPTEMBER, previous, previous_period=AUGUST, cut_off="20/09/2026"
    )
    book = load_workbook(io.BytesIO(content))
    page = book["Biểu"]
    assert page.protection.sheet
    assert book["meta"].sheet_state == "veryHidden"
    assert [page["D8"].protection.locked, page["E8"].protection.locked, page["B8"].protection.locked] == [
        False,
        True,
        True,
    ]
    assert page["E9"].value == 1
    assert "Tháng 8/2026" in page["E7"].value
    assert page["A3"].value == "Đơn vị báo cáo: Xã Hua Bum (03466)"
    assert {rule.type for rule in page.data_validations.dataValidation} == {"whole", "decimal"}
    assert page.print_title_rows == "$1:$5"


def test_a_file_over_the_limit_is_refused_before_it_is_opened():
    with pytest.raises(TooLarge, match=r"The file has 50\.0 MB, the limit is 20 MB"):
        services.read_workbook(b"x" * 50_000_000)


def test_what_is_wrong_with_a_file_is_told_in_the_readers_language():
    with override("vi"):
        with pytest.raises(CorruptWorkbook, match="tệp bị hỏng, chỉ đến một phần") as broken:
            services.read_workbook(b"not a workbook")
        assert broken.value.facts["library"] == "File is not a zip file"
        with pytest.raises(TooLarge, match=r"50,0 MB.* 20 MB"):
            services.read_workbook(b"0" * 50_000_000)


def test_a_workbook_with_a_password_is_refused():
    locked = OLE + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 500
    with pytest.raises(EncryptedWorkbook, match="remove the password"):
        services.read_workbook(locked)


def test_the_old_xls_format_is_refused():
    with pytest.raises(LegacyWorkbook, match=r"old \.xls format"):
        services.read_workbook(OLE + b"\0" * 500)


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 half a file"])
def test_what_is_no_workbook_is_refused(content):
    with pytest.raises(CorruptWorkbook, match="not a readable Excel workbook"):
        services.read_workbook(content)


@pytest.mark.parametrize("lost", [1, 200, 2_000])
def test_a_workbook_without_its_beginning_is_refused(workbook, lost):
    with pytest.raises(CorruptWorkbook):
        services.read_workbook(workbook[lost:])


def test_a_damaged_workbook_is_refused(workbook):
    middle = len(workbook) // 2
    with pytest.raises(CorruptWorkbook):
        services.read_workbook(workbook[:middle] + bytes(200) + workbook[middle + 200 :])


def test_a_zip_without_a_workbook_is_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("readme.txt", "no workbook")
    with pytest.raises(CorruptWorkbook, match=r"not an \.xlsx workbook"):
        services.read_workbook(target.getvalue())


@pytest.mark.parametrize(
    "part", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml", "xl/embeddings/oleObject1.bin"]
)
def test_programs_inside_are_refused(workbook, part):
    with pytest.raises(Macros) as refusal:
        services.read_workbook(with_part(workbook, part, b"program"))
    assert refusal.value.facts["part"] == part


def test_a_zip_bomb_is_refused_by_what_its_directory_promises(workbook):
    bomb = with_part(workbook, "xl/worksheets/sheet9.xml", b"\0" * 20_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(ZipBomb, match="It was not opened"):
        services.read_workbook(bomb)


def test_a_file_of_very_many_parts_is_refused_for_their_number():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for number in range(1_000):
            package.writestr(f"{number}", b"")
    with pytest.raises(ZipBomb, match=r"packed from 1,000 parts, a form from at most 500"):
        services.read_workbook(target.getvalue())


def test_a_zip_bomb_that_lies_about_its_size_is_refused(workbook, monkeypatch):
    monkeypatch.setattr(guard, "LARGEST_UNPACKED", 10_000)
    monkeypatch.setattr(guard, "_refuse_bomb", lambda packed, parts: None)
    with pytest.raises(ZipBomb):
        guard.unpack(workbook)


def test_a_workbook_that_declares_entities_is_refused(workbook):
    bad = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'
    with zipfile.ZipFile(io.BytesIO(workbook)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["xl/worksheets/sheet1.xml"] = bad
    with pytest.raises(CorruptWorkbook, match="declares its own entities"):
        guard.refuse_formulas(parts, "Biểu")


@pytest.mark.parametrize("sheet", ["Biểu", "meta"])
def test_a_value_at_the_end_of_the_sheet_is_refused_before_the_sheet_is_laid_out(workbook, sheet):
    with pytest.raises(CorruptWorkbook, match="row 1048576, column 16384"):
        services.read_workbook(edited(workbook, {"XFD1048576": 1}, sheet))


def test_a_plain_table_with_a_value_at_the_end_of_the_sheet_is_refused_too():
    content = edited(other_workbook(), {"XFD1048576": 1}, "Sheet")
    with pytest.raises(CorruptWorkbook, match="row 1048576, column 16384"):
        services.read_table(content)


def test_a_cell_without_a_place_counts_from_the_one_before_it():
    cells = b'<row r="2"><c r="IV2"><v>1</v></c><c><v>2</v></c></row>'
    parts = {
        "xl/workbook.xml": "<workbook><sheet name='Biểu' id='r1'/></workbook>".encode(),
        "xl/_rels/workbook.xml.rels": b"<a><Relationship Id='r1' Target='s.xml'/></a>",
        "xl/s.xml": b"<worksheet>" + cells + b"</worksheet>",
    }
    with pytest.raises(CorruptWorkbook, match="row 2, column 257"):
        guard.refuse_far_cells(parts, "Biểu")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_stands_there_twice_is_refused(workbook):
    with pytest.raises(CorruptWorkbook, match="a part twice"):
        services.read_workbook(with_part(workbook, "xl/Worksheets/sheet1.xml", b"<worksheet/>"))


def test_a_sheet_that_is_named_twice_is_refused(workbook):
    with zipfile.ZipFile(io.BytesIO(workbook)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    book = parts["xl/workbook.xml"]
    parts["xl/workbook.xml"] = book.replace(b'name="meta"', 'name="Biểu"'.encode())
    with pytest.raises(CorruptWorkbook, match="names Biểu twice"):
        guard.refuse_formulas(parts, "Biểu")


def test_formula_cells_are_refused_with_sheet_and_cell(country, flash):
    content = filled(flash, country.hua_bum, SEPTEMBER, cells={"D01": "=1+1", "L01": "=SUM(D1:D9)"})
    with pytest.raises(FormulaCell) as refusal:
        services.read_workbook(content)
    assert refusal.value.facts["sheet"] == "Biểu"
    assert [cell["cell"] for cell in refusal.value.facts["cells"]] == ["D11", "D28"]
    assert "cell D11 holds a formula (=1+1); 2 cells do" in refusal.value.message


def test_a_workbook_of_ones_own_is_refused():
    with pytest.raises(NotOurForm, match="no sheet meta"):
        services.read_workbook(other_workbook())


def test_an_inserted_row_is_noticed(workbook):
    book = load_workbook(io.BytesIO(workbook))
    book["Biểu"].insert_rows(12)
    target = io.BytesIO()
    book.save(target)
    with pytest.raises(NotOurForm, match="Biểu!A12"):
        services.read_workbook(target.getvalue())


@pytest.mark.parametrize("version", ["7", 7])
def test_a_form_of_another_version_is_refused_with_the_right_one(workbook, version):
    with pytest.raises(WrongFormVersion, match="version 7, but September 2026 is reported on version 1"):
        services.read_workbook(edited(workbook, {"B2": version}, "meta"))


def test_a_version_typed_as_a_number_is_the_same_version(workbook):
    assert services.read_workbook(edited(workbook, {"B2": 1}, "meta")).form_version == 1


@pytest.mark.parametrize(
    ("cell", "value", "refusal"),
    [("B5", "2026-M13", WrongPeriod), ("B5", "2026-X", WrongPeriod), ("B1", "BM99", FormUnknown)],
)
def test_a_period_or_form_that_does_not_exist_is_refused(workbook, cell, value, refusal):
    with pytest.raises(refusal):
        services.read_workbook(edited(workbook, {cell: value}, "meta"))


@pytest.mark.slow
def test_every_published_form_survives_the_way_there_and_back(country):
    for code in ("BM01", "BM02", "BM04", "BM05", "BM11", "BM19", "BM21", "BMT"):
        period = SEPTEMBER if code == "BMT" else Period("6M", 2026)
        asked = form(code, period)
        values = list(range(len(asked.cells)))
        assert services.read_workbook(filled(asked, country.hua_bum, period, values)).values == values
