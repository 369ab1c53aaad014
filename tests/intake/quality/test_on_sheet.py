"""The rules as formulas of a workbook: where they stand, and that they say what the house says."""

import io
import random
import shutil
import subprocess
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from giamsat.intake.quality import queries as quality
from giamsat.intake.quality import services
from giamsat.intake.sources import queries as sources_queries
from giamsat.intake.sources import services as sources
from giamsat.intake.sources.errors import FormulaCell
from giamsat.intake.sources.files.sheet import CHECKS, SHEET, Sheet
from giamsat.lib.formulas import Grid
from giamsat.lib.periods import Period
from tests.intake import house
from tests.intake.sources.files import edited

NINE_MONTHS, SIX_MONTHS = Period("9M", 2026), Period("6M", 2026)


@pytest.fixture
def unit(db):
    house.load_everything()
    return house.make_country().hua_bum


def checks_of(form, period=NINE_MONTHS, *, before=True):
    sheet = Sheet(form)
    return quality.sheet_checks(
        form, period, basis="own", now=sheet.address, before=sheet.address_before if before else None
    )


def downloaded(form, unit, values, previous=None) -> bytes:
    return sources.template_workbook(
        form, unit, NINE_MONTHS, previous, previous_period=SIX_MONTHS, values=values,
        checks=checks_of(form, before=previous is not None),
    )  # fmt: skip


def test_each_rule_stands_where_the_house_would_point(unit):
    form = house.form("BM05", NINE_MONTHS)
    by_cell = {}
    for check in checks_of(form):
        by_cell.setdefault(form.cells[check.ordinal].key, []).append(check.rule)
    assert by_cell["D02"] == ["R-00", "R-01", "R-01", "R-01", "R-02", "R-05", "R-10"]
    assert "R-02" not in by_cell["D02.lvl=XA"]  # a part has no levels of its own
    assert "R-33" not in {
        rule for rules in by_cell.values() for rule in rules
    }  # rests on what no workbook holds


def test_without_last_period_beside_nothing_is_held_against_it(unit):
    rules = {check.rule for check in checks_of(house.form("BM05", NINE_MONTHS), before=False)}
    assert "R-10" in rules
    assert "R-05" not in rules


def test_formulas_stand_on_their_own_sheet_and_the_figures_are_read_as_ever(unit):
    form = house.form("BM05", NINE_MONTHS)
    values = [Decimal(number) for number in range(len(form.cells))]
    content = downloaded(form, unit, values, [0] * len(values))
    book = load_workbook(io.BytesIO(content))
    formulas = {page.title: sum(cell.data_type == "f" for row in page for cell in row) for page in book}
    assert formulas == {SHEET: 0, CHECKS: len(form.cells) + 1, "meta": 0}
    assert book[CHECKS].protection.sheet
    assert sources.read_workbook(content).values == values
    place = Sheet(form).coordinate(form.cell_by_key["D02"])
    assert "'Biểu'!$D$9" in book[CHECKS][place].value


def test_who_writes_into_the_sheet_of_checks_changes_nothing_and_no_formula_goes_in_as_a_figure(unit):
    form = house.form("BM05", NINE_MONTHS)
    content = downloaded(form, unit, [Decimal(0)] * len(form.cells))
    place = Sheet(form).coordinate(form.cell_by_key["D02"])
    told_right = edited(content, {place: "✓", "A2": "=1+1"}, sheet=CHECKS)
    assert sources.read_workbook(told_right).values == sources.read_workbook(content).values
    with pytest.raises(FormulaCell):
        sources.read_workbook(edited(content, {place: f"='{CHECKS}'!{place}"}))


@pytest.mark.soak
@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice to work the formulas out")
def test_a_spreadsheet_program_says_of_each_cell_what_the_house_says(unit, tmp_path):
    chance, told = random.Random(20261001), {}
    asked = [
        form
        for form in sources_queries.forms(on=sources_queries.cut_off_on(NINE_MONTHS))
        if "9M" in form.period_kinds
    ]
    for form in asked:
        for number in range(3):
            values = [
                None if chance.random() < 0.1 else Decimal(chance.choice([0, 0, 1, 2, 3, 7]))
                for _ in form.cells
            ]
            previous = [Decimal(chance.choice([0, 0, 1, 2])) for _ in form.cells]
            name = f"{form.code}-{number}"
            (tmp_path / f"{name}.xlsx").write_bytes(downloaded(form, unit, values, previous))
            told[name] = (form, said_by_the_house(form, values, previous))
    files = [str(tmp_path / f"{name}.xlsx") for name in told]
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "ods",
         "--outdir", str(tmp_path / "out"), *files],
        check=True, capture_output=True,
    )  # fmt: skip
    for name, (form, expected) in told.items():
        rows = (
            CalamineWorkbook.from_path(tmp_path / "out" / f"{name}.ods").get_sheet_by_name(CHECKS).to_python()
        )
        sheet = Sheet(form)
        found = {cell.key: rows[sheet.row_of(cell) - 1][sheet.column_of(cell) - 1][:1] for cell in form.cells}
        assert found == expected, name


def said_by_the_house(form, values, previous):
    """The mark of every cell, from the rules themselves."""
    rules = [
        rule
        for rule in quality.rules_on(NINE_MONTHS.ends_on)
        if rule.code in {c.rule for c in checks_of(form)}
    ]
    checked = services.check_many(
        form.cells, Grid.of([values]), period=NINE_MONTHS, previous=Grid.of([previous]), rules=rules
    )
    marks = {cell.key: "✓" for cell in form.cells}
    for finding in sorted(checked.findings(), key=lambda each: (each.severity != "W", each.rule != "R-01")):
        key = finding.cell_keys[0]
        marks[key] = "○" if finding.rule == "R-00" else "✗" if finding.severity == "E" else "!"
    return {key: "○" if value is None else marks[key] for (key, value) in zip(marks, values, strict=True)}
