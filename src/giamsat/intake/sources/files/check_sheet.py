"""The sheet beside the form that says of each cell what the rules say, while it is filled in without the house."""

from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from giamsat.intake.sources.files.sheet import (
    CHECKS,
    CODE_COLUMN,
    FIRST_COLUMN,
    FIRST_ROW,
    NAME_COLUMN,
    SHEET,
    UNIT_COLUMN,
    Sheet,
    SheetCheck,
)
from giamsat.intake.sources.layout import row_code

RIGHT, BLANK, WRONG, DOUBTED = "✓", "○", "✗", "!"
RELATIONS = {"=": "=", "<>": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}
WORDS = {
    "vi": {
        "title": "Kiểm tra số liệu: {form}", "must": "phải", "blank": "chưa nhập",
        "result": '"Còn "&{wrong}&" lỗi phải sửa; "&{blank}&" ô chưa nhập; "&{doubted}&" ô phải giải trình"',
        "passed": "Đạt mọi quy tắc kiểm tra được tại đây. Khi nhận, hệ thống kiểm tra lại đầy đủ.",
        "note": "✓ đạt   ○ chưa nhập   ✗ lỗi phải sửa   ! bất thường, phải giải trình khi nộp. "
                "Trang này tự tính, không nhập vào đây.",
        "code": "Mã", "rules": "Các quy tắc",
    },
    "en": {
        "title": "Checks: {form}", "must": "must be", "blank": "blank",
        "result": '{wrong}&" errors to correct; "&{blank}&" blank cells; "&{doubted}&" cells to explain"',
        "passed": "Passes every rule that can be checked here. All of them are checked when the file is received.",
        "note": "✓ right   ○ blank   ✗ error to correct   ! unusual, to be explained. "
                "This sheet works by itself, type nothing here.",
        "code": "Code", "rules": "The rules",
    },
}  # fmt: skip
COLOURS = {RIGHT: "1B6E3C", BLANK: "5B6573", WRONG: "A4121C", DOUBTED: "8A5300"}
FILLS = {WRONG: PatternFill(bgColor="F9D6D5"), DOUBTED: PatternFill(bgColor="FCE8C8")}
GREY, HEADING = PatternFill("solid", fgColor="E9EBEE"), PatternFill("solid", fgColor="DCE4EF")
THIN = Side(style="thin", color="B6BCC6")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
WRAP = Alignment(wrap_text=True, vertical="center")
WIDTHS = {CODE_COLUMN: 9, NAME_COLUMN: 46, UNIT_COLUMN: 3}
LONGEST_TEXT = 200  # a formula holds texts of up to 255 characters


def write_checks(workbook: Workbook, sheet: Sheet, checks: Sequence[SheetCheck], language: str) -> None:
    """The sheet of checks, every cell where the form has it, and the form's own cells coloured by it."""
    words = WORDS.get(language, WORDS["en"])
    page = workbook.create_sheet(CHECKS)
    by_cell: dict[int, list[SheetCheck]] = {}
    for check in checks:
        by_cell.setdefault(check.ordinal, []).append(check)
    _write_rows(page, words, sheet, language)
    for cell in sheet.form.cells:
        box = page.cell(sheet.row_of(cell), sheet.column_of(cell))
        box.value = f"={_said(by_cell.get(cell.ordinal, []), words, language)}"
        box.border, box.alignment = BOX, WRAP
    _write_head(page, words, sheet, language)
    _write_rules(page, words, sheet, checks, language)
    _set_page(page, sheet)
    _colour(workbook[SHEET], page, sheet)


def _said(checks: Iterable[SheetCheck], words: dict[str, str], language: str) -> str:
    """One formula: what the first check that fails says, else that all hold."""
    text = f'"{RIGHT}"'
    for check in reversed(list(checks)):
        fails = f"NOT({check.holds})"
        if check.assessed:
            fails = f"IF({check.assessed},{fails},FALSE)"
        text = f"IF({fails},{_sentence(check, words, language)},{text})"
    return text


def _sentence(check: SheetCheck, words: dict[str, str], language: str) -> str:
    """``✗ R-06: 12, phải ≤ 10`` where two figures are compared, else what the rule is called."""
    if check.blank:
        return _quoted(f"{BLANK} {words['blank']}")
    mark = WRONG if check.blocks else DOUBTED
    if not check.relation:
        return _quoted(f"{mark} {check.rule}: {check.name.get(language) or check.name['vi']}")
    relation = RELATIONS[check.relation]
    between = _quoted(f", {words['must']} {relation} ")
    return f"{_quoted(f'{mark} {check.rule}: ')}&{check.value}&{between}&{check.expected}"


def _quoted(text: str) -> str:
    return '"' + text[:LONGEST_TEXT].replace('"', '""') + '"'


def _write_head(page: Worksheet, words: dict[str, str], sheet: Sheet, language: str) -> None:
    last = f"{get_column_letter(FIRST_COLUMN + sheet.width - 1)}${sheet.last_row}"
    cells = f"${get_column_letter(FIRST_COLUMN)}${FIRST_ROW}:${last}"
    count = {
        name: f'COUNTIF({cells},"{mark}*")'
        for name, mark in (("wrong", WRONG), ("blank", BLANK), ("doubted", DOUBTED))
    }
    none_left = "+".join(count.values())
    result = f"=IF({none_left}=0,{_quoted(words['passed'])},{words['result'].format(**count)})"
    lines = (
        (words["title"].format(form=sheet.form.name(language)), Font(bold=True, size=14)),
        (result, Font(bold=True)),
        (words["note"], Font(italic=True, color="5B6573")),
    )
    for row, (text, font) in enumerate(lines, start=1):
        cell = page.cell(row, CODE_COLUMN, text)
        cell.font, cell.alignment = font, Alignment(vertical="center")


def _write_rows(page: Worksheet, words: dict[str, str], sheet: Sheet, language: str) -> None:
    for section, row in zip(sheet.form.layout["sections"], sheet.heading_rows, strict=True):
        heads = [words["code"], section["title"][language], ""]
        heads += [column["name"][language] for column in section["columns"]]
        for column, text in enumerate(heads, start=1):
            cell = page.cell(row, column, text)
            cell.fill, cell.border, cell.alignment, cell.font = HEADING, BOX, WRAP, Font(bold=True)
        page.row_dimensions[row].height = 30
        for offset, line in enumerate(section["rows"], start=1):
            for column, text in ((CODE_COLUMN, row_code(line)), (NAME_COLUMN, line["name"][language])):
                cell = page.cell(row + offset, column, text)
                cell.fill, cell.border, cell.alignment = GREY, BOX, WRAP
            page.row_dimensions[row + offset].height = 30


def _write_rules(
    page: Worksheet, words: dict[str, str], sheet: Sheet, checks: Sequence[SheetCheck], language: str
) -> None:
    """What each rule is called, below the table."""
    names = {check.rule: check.name.get(language) or check.name["vi"] for check in checks}
    row = sheet.last_row + 2
    page.cell(row, CODE_COLUMN, words["rules"]).font = Font(bold=True)
    for number, (code, name) in enumerate(sorted(names.items()), start=row + 1):
        page.cell(number, CODE_COLUMN, code)
        page.cell(number, NAME_COLUMN, name)


def _set_page(page: Worksheet, sheet: Sheet) -> None:
    for column in range(1, FIRST_COLUMN + sheet.width):
        page.column_dimensions[get_column_letter(column)].width = WIDTHS.get(column, 24)
    page.freeze_panes = page.cell(FIRST_ROW, FIRST_COLUMN)
    page.page_setup.paperSize, page.page_setup.orientation = page.PAPERSIZE_A4, "landscape"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.protection.sheet = True
    page.protection.formatColumns = page.protection.formatRows = False


def _colour(form: Worksheet, page: Worksheet, sheet: Sheet) -> None:
    """By the mark a cell's check begins with: the words on the sheet of checks, the ground of the cell on the form.

    The form asks by INDIRECT: formats of one sheet may not name another in every program that opens the file.
    """
    here = sheet.coordinate(sheet.form.cells[0])
    span = f"{here}:{get_column_letter(FIRST_COLUMN + sheet.width - 1)}{sheet.last_row}"
    beside = f"INDIRECT(\"'{CHECKS}'!\"&ADDRESS(ROW(),COLUMN()))"
    for mark, colour in COLOURS.items():
        page.conditional_formatting.add(
            span, FormulaRule([f'LEFT({here},1)="{mark}"'], font=Font(color=colour))
        )
    for mark, fill in FILLS.items():
        form.conditional_formatting.add(span, FormulaRule([f'LEFT({beside},1)="{mark}"'], fill=fill))
