"""Reading a filled-in form workbook."""

import io
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from giamsat.intake.sources import queries
from giamsat.intake.sources.choices import Basis
from giamsat.intake.sources.errors import (
    CorruptWorkbook,
    FormUnknown,
    NotOurForm,
    WrongFormVersion,
    WrongPeriod,
)
from giamsat.intake.sources.errors.base import SourceRefusal
from giamsat.intake.sources.files import guard
from giamsat.intake.sources.files.numerals import RawText, Value, as_seen, from_float, read_number
from giamsat.intake.sources.files.sheet import CODE_COLUMN, META, META_KEYS, SHEET, Sheet
from giamsat.intake.sources.files.submission import Submission
from giamsat.intake.sources.layout import Cell
from giamsat.intake.sources.models import Form
from giamsat.lib.periods import Period


def read_workbook(content: bytes) -> Submission:
    """One report out of a workbook; refused when it is not a form of ours, filled in by hand."""
    parts = guard.unpack(content)
    for sheet_name in (META, SHEET):
        guard.refuse_far_cells(parts, sheet_name)
    workbook = _open(content)
    meta = _meta(workbook)
    form = _form_of(meta)
    guard.refuse_formulas(parts, META)
    guard.refuse_formulas(parts, SHEET)
    rows = _rows(workbook, SHEET)
    sheet = Sheet(form)
    _refuse_moved_rows(rows, sheet)
    errors = guard.sheet_errors(parts, SHEET)
    return Submission(
        form_code=form.code,
        form_version=form.version,
        unit_code=meta["unit"],
        unit_vintage=meta["vintage"],
        period_key=meta["period"],
        basis=meta["basis"] or Basis.OWN,
        values=[_value(rows, sheet, cell, errors) for cell in form.cells],
        positions=[f"{SHEET}!{sheet.coordinate(cell)}" for cell in form.cells],
        sheet=SHEET,
    )


def _form_of(meta: dict[str, str]) -> Form:
    """The form, else a refusal that knows what the file said of itself."""
    try:
        return form_of(meta["form"], meta["version"], meta["period"])
    except SourceRefusal as refusal:
        refusal.said = Submission(
            form_code=meta["form"],
            form_version=0,
            unit_code=meta["unit"],
            unit_vintage=meta["vintage"],
            period_key=meta["period"],
            basis=meta["basis"] or Basis.OWN,
            values=[],
            positions=[],
        )
        raise


def form_of(code: str, version: str, period_key: str) -> Form:
    """The form a file was filled in on; refused when the period is reported on another version."""
    try:
        period = Period.parse(period_key)
    except ValueError:
        raise WrongPeriod(period_key, _("it is no period; 2026-M09 or 2026-9M would be")) from None
    right = queries.form_for(code, period)
    if version != str(right.version):
        raise WrongFormVersion(code, version, period_key, right.version)
    return right


def _open(content: bytes) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except (CalamineError, OSError, ValueError) as error:
        raise CorruptWorkbook(library=str(error)) from error


def _rows(workbook: CalamineWorkbook, name: str) -> list[list[Any]]:
    if name not in workbook.sheet_names:
        raise NotOurForm(_("no sheet %(name)s") % {"name": name})
    try:
        return workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        raise CorruptWorkbook(library=str(error)) from error


def _meta(workbook: CalamineWorkbook) -> dict[str, str]:
    pairs = {as_seen(row[0]): as_seen(row[1]) for row in _rows(workbook, META) if len(row) > 1}
    if not pairs.get("form"):
        raise FormUnknown("")
    return {key: pairs.get(key, "") for key in META_KEYS}


def _refuse_moved_rows(rows: list[list[Any]], sheet: Sheet) -> None:
    """Each row still begins with its indicator; else a row was added, deleted or sorted."""
    for cell in sheet.form.cells:
        found = _at(rows, sheet.row_of(cell), CODE_COLUMN)
        if str(found).strip() != cell.row_code:
            place = f"{SHEET}!A{sheet.row_of(cell)}"
            facts = {"place": place, "found": found, "expected": cell.row_code}
            raise NotOurForm(_("%(place)s: “%(found)s”, %(expected)s expected") % facts)


def _at(rows: list[list[Any]], row: int, column: int) -> Any:
    return rows[row - 1][column - 1] if row <= len(rows) and column <= len(rows[row - 1]) else ""


def _value(rows: list[list[Any]], sheet: Sheet, cell: Cell, errors: dict[str, str]) -> Value:
    if error := errors.get(sheet.coordinate(cell)):
        return RawText(error)
    raw = _at(rows, sheet.row_of(cell), sheet.column_of(cell))
    if isinstance(raw, bool):
        return RawText(str(raw).upper())
    if isinstance(raw, (datetime, date, time, timedelta)):
        return RawText(str(raw))
    if isinstance(raw, (int, float)):
        return from_float(float(raw))
    return read_number(str(raw), decimals=cell.decimals)
