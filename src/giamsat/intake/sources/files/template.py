"""The workbook a unit downloads, fills in and sends back."""

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from giamsat.intake.sources.choices import Basis
from giamsat.intake.sources.files.check_sheet import write_checks
from giamsat.intake.sources.files.sheet import (
    CODE_COLUMN,
    FIRST_COLUMN,
    FIRST_ROW,
    META,
    META_KEYS,
    NAME_COLUMN,
    SHEET,
    UNIT_COLUMN,
    Sheet,
    SheetCheck,
)
from giamsat.intake.sources.layout import Cell, row_code
from giamsat.intake.sources.models import Form
from giamsat.lib.periods import Period

if TYPE_CHECKING:
    from giamsat.foundation.units.models import Unit

# The form is a document in one language, not a page: its few words stand here, for every unit alike.
WORDS = {
    "vi": {
        "form": "Biểu {code} (phiên bản {version})", "numbers": "biểu số {numbers}",
        "unit": "Đơn vị báo cáo: {name} ({code})",
        "period": "Kỳ báo cáo: {label} – {basis} – chốt số liệu ngày {day}",
        "own": "số liệu của đơn vị", "consolidated": "số liệu tổng hợp",
        "note": "Nhập số vào ô trắng. Không phát sinh thì ghi 0, không để trống. "
                "Không thêm, xóa, đổi chỗ dòng; không dùng công thức. Trang “Kiểm tra” đối chiếu ngay khi nhập.",
        "code": "Mã", "measure": "Đơn vị tính", "previous": "Kỳ trước: {label}", "page": "Trang &P/&N",
        "wrong": "Ô này chỉ nhận số không âm", "whole": "Nhập số nguyên từ 0 trở lên, ví dụ 12.",
        "decimal": "Nhập số từ 0 trở lên, ví dụ 1234,5.",
    },
    "en": {
        "form": "Form {code} (version {version})", "numbers": "official number {numbers}",
        "unit": "Reporting unit: {name} ({code})",
        "period": "Period: {label} – {basis} – cut-off {day}",
        "own": "own figures", "consolidated": "consolidated figures",
        "note": "Type numbers into the white cells. Where there is nothing to report type 0. "
                "Do not add, delete or move rows; use no formulas. The sheet “Kiểm tra” checks what is typed at once.",
        "code": "Code", "measure": "Unit", "previous": "Before: {label}", "page": "Page &P/&N",
        "wrong": "This cell takes numbers from 0 up", "whole": "Type a whole number from 0 up, such as 12.",
        "decimal": "Type a number from 0 up, such as 1234.5.",
    },
}  # fmt: skip
GREY, HEADING = PatternFill("solid", fgColor="E9EBEE"), PatternFill("solid", fgColor="DCE4EF")
THIN = Side(style="thin", color="B6BCC6")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
WRAP = Alignment(wrap_text=True, vertical="center")
CENTRE = Alignment(wrap_text=True, vertical="center", horizontal="center")
WIDTHS = {CODE_COLUMN: 7, NAME_COLUMN: 52, UNIT_COLUMN: 11}


def template_workbook(
    form: Form,
    unit: "Unit",
    period: Period,
    previous_values: Sequence[Decimal | str | None] | None = None,
    *,
    previous_period: Period | None = None,
    basis: str = Basis.OWN,
    cut_off: str = "",
    values: Sequence[Decimal | None] | None = None,
    checks: Sequence[SheetCheck] = (),
    language: str = "vi",
) -> bytes:
    """The protected form for one unit and period; last period's figures in grey beside the cells.

    ``checks`` are worked out on a sheet of their own as somebody types, never on the form's: what comes back with a
    formula among the figures is refused.
    """
    words, sheet = WORDS.get(language, WORDS["en"]), Sheet(form)
    workbook = Workbook()
    page = workbook.active
    page.title = SHEET
    _write_head(
        page,
        [
            _form_line(words, form),
            form.name(language),
            words["unit"].format(name=unit.name(language), code=unit.code),
            words["period"].format(label=period.label(language), basis=words[basis], day=cut_off),
            words["note"],
        ],
    )
    _write_sections(page, words, sheet, language)
    _write_cells(page, sheet, values or [])
    if previous_values is not None:
        label = previous_period.label(language) if previous_period else ""
        _write_previous(page, words["previous"].format(label=label), sheet, previous_values)
    _add_validation(page, words, sheet)
    _set_page(page, words, sheet, with_previous=previous_values is not None)
    if checks:
        write_checks(workbook, sheet, checks, language)
    _write_meta(workbook, form, unit, period, basis)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def _form_line(words: dict[str, str], form: Form) -> str:
    line = words["form"].format(code=form.code, version=form.version)
    return f"{line} – {words['numbers'].format(numbers=', '.join(form.numbers))}" if form.numbers else line


def _write_head(page: Worksheet, lines: list[str]) -> None:
    fonts = (
        Font(size=9, color="5B6573"),
        Font(bold=True, size=14),
        Font(bold=True),
        Font(),
        Font(italic=True, color="5B6573"),
    )
    for row, (text, font) in enumerate(zip(lines, fonts, strict=True), start=1):
        cell = page.cell(row, CODE_COLUMN, text)
        cell.font = font
        cell.alignment = Alignment(vertical="center")


def _write_sections(page: Worksheet, words: dict[str, str], sheet: Sheet, language: str) -> None:
    for section, row in zip(sheet.form.layout["sections"], sheet.heading_rows, strict=True):
        heads = [words["code"], section["title"][language], words["measure"]]
        heads += [column["name"][language] for column in section["columns"]]
        for column, text in enumerate(heads, start=1):
            _style(
                page,
                row,
                column,
                text,
                fill=HEADING,
                alignment=WRAP if column == NAME_COLUMN else CENTRE,
                bold=True,
            )
        page.row_dimensions[row].height = 45
        for offset, line in enumerate(section["rows"], start=1):
            _style(page, row + offset, CODE_COLUMN, row_code(line), fill=GREY, alignment=CENTRE)
            named = _style(page, row + offset, NAME_COLUMN, line["name"][language], fill=GREY, alignment=WRAP)
            if "help" in line:
                named.comment = Comment(line["help"][language], "Giamsat")
            _style(page, row + offset, UNIT_COLUMN, line["unit"][language], fill=GREY, alignment=CENTRE)
            page.row_dimensions[row + offset].height = 30 if len(line["name"][language]) > 50 else 18


def _style(
    page: Worksheet,
    row: int,
    column: int,
    value: Any,
    *,
    fill: PatternFill | None = None,
    alignment: Alignment | None = None,
    bold: bool = False,
) -> Any:
    cell = page.cell(row, column, value)
    cell.border = BOX
    if fill:
        cell.fill = fill
    if alignment:
        cell.alignment = alignment
    if bold:
        cell.font = Font(bold=True)
    return cell


def _number_format(cell: Cell) -> str:
    return "#,##0" if not cell.decimals else "#,##0." + "#" * cell.decimals


def _write_cells(page: Worksheet, sheet: Sheet, values: Sequence[Decimal | None]) -> None:
    for cell in sheet.form.cells:
        value = values[cell.ordinal] if cell.ordinal < len(values) else None
        box = _style(page, sheet.row_of(cell), sheet.column_of(cell), value)
        box.protection = Protection(locked=False)
        box.number_format = _number_format(cell)


def _write_previous(
    page: Worksheet, title: str, sheet: Sheet, previous: Sequence[Decimal | str | None]
) -> None:
    first = FIRST_COLUMN + sheet.width
    for section, row in zip(sheet.form.layout["sections"], sheet.heading_rows, strict=True):
        for column in range(len(section["columns"])):
            name = page.cell(row, FIRST_COLUMN + column).value
            _style(page, row, first + column, f"{title}\n{name}", fill=GREY, alignment=CENTRE)
    for cell in sheet.form.cells:
        value = previous[cell.ordinal]
        box = _style(page, sheet.row_of(cell), first + cell.column, value, fill=GREY)
        box.number_format = _number_format(cell)
        box.font = Font(color="5B6573")


def _add_validation(page: Worksheet, words: dict[str, str], sheet: Sheet) -> None:
    """Excel says at once what the system would say later."""
    for kind, decimal in (("whole", False), ("decimal", True)):
        places = [sheet.coordinate(cell) for cell in sheet.form.cells if bool(cell.decimals) is decimal]
        if not places:
            continue
        rule = DataValidation(type=kind, operator="greaterThanOrEqual", formula1="0", allow_blank=True)
        rule.errorTitle, rule.error, rule.showErrorMessage = words["wrong"][:32], words[kind], True
        for place in places:
            rule.add(place)
        page.add_data_validation(rule)


def _set_page(page: Worksheet, words: dict[str, str], sheet: Sheet, *, with_previous: bool) -> None:
    last_column = FIRST_COLUMN + sheet.width * (2 if with_previous else 1) - 1
    for column in range(1, last_column + 1):
        page.column_dimensions[get_column_letter(column)].width = WIDTHS.get(column, 15)
    page.freeze_panes = page.cell(FIRST_ROW, FIRST_COLUMN)
    page.print_area = f"A1:{get_column_letter(last_column)}{sheet.last_row}"
    page.print_title_rows = "1:5"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.orientation = "landscape" if last_column > 5 else "portrait"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_options.horizontalCentered = True
    page.oddFooter.center.text = words["page"]
    page.protection.sheet = True
    page.protection.formatColumns = page.protection.formatRows = False


def _write_meta(workbook: Workbook, form: Form, unit: "Unit", period: Period, basis: str) -> None:
    """What the file is, where no hand passes by: the reader goes by this sheet, not by the title."""
    meta = workbook.create_sheet(META)
    meta.sheet_state = "veryHidden"
    meta.protection.sheet = True
    said = (form.code, str(form.version), unit.code, unit.vintage, period.key, basis)
    for row, (key, value) in enumerate(zip(META_KEYS, said, strict=True), start=1):
        meta.cell(row, 1, key)
        cell = meta.cell(row, 2, value)
        cell.number_format = "@"
