"""Documents as a workbook: a sheet each, figures as numbers, text never as a formula."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import override
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from giamsat.foundation.access.queries import Shown
from giamsat.front.reports.document import FormDocument, Line, Stamp, Table
from giamsat.front.reports.stating import numbered, stamped, words

DANGEROUS_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
LONGEST_NAME = 31
FONT = "Times New Roman"
CODE, NAME, UNIT, FIRST = range(4)
NAME_WIDTH, LINE_HEIGHT, SIGNATURE_ROWS = 46, 15, 3
STYLES: dict[str, dict[str, Any]] = {
    "plain": {},
    "bold": {"bold": True},
    "centre": {"align": "center", "text_wrap": True},
    "strong": {"align": "center", "bold": True, "text_wrap": True},
    "title": {"align": "center", "valign": "vcenter", "bold": True, "font_size": 14, "text_wrap": True},
    "slanted": {"align": "center", "italic": True, "text_wrap": True},
    "small": {"italic": True, "font_size": 9},
    "head": {"align": "center", "valign": "vcenter", "bold": True, "border": 1, "text_wrap": True},
    "mark": {"align": "center", "italic": True, "border": 1, "font_size": 9},
    "section": {"bold": True, "border": 1, "bg_color": "#EEEEEE", "valign": "vcenter"},
    "text": {"border": 1, "text_wrap": True, "valign": "vcenter"},
    "part": {"border": 1, "text_wrap": True, "valign": "vcenter", "indent": 1, "italic": True},
    "unit": {"border": 1, "align": "center", "valign": "vcenter", "text_wrap": True},
    "hidden": {"border": 1, "align": "right", "valign": "vcenter"},
    "number": {"border": 1, "align": "right", "valign": "vcenter", "num_format": "#,##0"},
    "decimal": {"border": 1, "align": "right", "valign": "vcenter", "num_format": "#,##0.####"},
}


def as_workbook(documents: Sequence[FormDocument], stamp: Stamp) -> bytes:
    """Reports as sheets of one workbook. The same documents and stamp give the same bytes."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    book.set_properties({"author": stamp.by, "created": stamp.at.replace(tzinfo=None)})
    styles = _Styles.of(book)
    used: set[str] = set()
    with override(documents[0].language):
        for document in documents:
            page = book.add_worksheet(_free_name(document.key, used))
            _Sheet(page, styles, document, stamp).write()
    book.close()
    return file.getvalue()


def _free_name(key: str, used: set[str]) -> str:
    """The key as a sheet may be called; a second of the same name is numbered."""
    name, number = key[:LONGEST_NAME], 1
    while name.lower() in used:
        number += 1
        name = f"{key[: LONGEST_NAME - 4]} ({number})"
    used.add(name.lower())
    return name


def _height(texts: Sequence[str], width: int) -> int:
    """How high a row must be for the longest of its texts, broken into lines of a column's width."""
    return LINE_HEIGHT * max(-(-len(text) // (width - 2)) for text in texts) + 3


@dataclass(frozen=True)
class _Styles:
    by_name: dict[str, Format]
    quoted: dict[str, Format]

    @classmethod
    def of(cls, book: xlsxwriter.Workbook) -> "_Styles":
        base = {"font_name": FONT, "font_size": 11}
        plain = {name: book.add_format(base | style) for name, style in STYLES.items()}
        quoted = {
            name: book.add_format(base | style | {"quote_prefix": True}) for name, style in STYLES.items()
        }
        return cls(plain, quoted)

    def of_text(self, name: str, text: str) -> Format:
        """Text that a spreadsheet would run if it were typed, or came back from a CSV, is marked as text."""
        runs = text.lstrip(" \u00a0").startswith(DANGEROUS_STARTS)
        return (self.quoted if runs else self.by_name)[name]


class _Sheet:
    """One document written from top to bottom."""

    def __init__(self, page: Worksheet, styles: _Styles, document: FormDocument, stamp: Stamp) -> None:
        self.page, self.styles, self.document, self.stamp = page, styles, document, stamp
        self.row = 0
        self.last = max(FIRST + document.width - 1, FIRST + 1)
        self.figure_width = 11 if document.width > 6 else 14

    def write(self) -> None:
        self._set_page()
        self._head()
        for table in self.document.tables:
            self._table(table)
            self.row += 1
        if self.document.withheld:
            self._text(self.row, CODE, self.document.withheld, "small")
            self.row += 1
        self._foot()

    def _set_page(self) -> None:
        page, width = self.page, self.document.width
        page.set_column(CODE, CODE, 7)
        page.set_column(NAME, NAME, NAME_WIDTH)
        page.set_column(UNIT, UNIT, 11)
        page.set_column(FIRST, self.last, self.figure_width)
        page.set_paper(8 if width > 14 else 9)
        if width > 6:
            page.set_landscape()
        page.fit_to_pages(1, 0)
        page.hide_gridlines(2)
        said = stamped(self.stamp)
        label = " · ".join(part for part in (said["label"].upper(), said["practice"], said["taken"]) if part)
        page.set_footer(f"&L&8{label.replace('&', '&&')} · {self.document.key}&R&8{words()['page']} &P/&N")

    def _head(self) -> None:
        document, head = self.document, self.document.letterhead
        left = [(head.above.upper(), "centre"), (head.body.upper(), "strong"), (head.mark, "centre"),
                (numbered(document), "centre")]  # fmt: skip
        right = [(line, "strong") for line in head.masthead] + [(document.dated, "slanted")]
        for row in range(max(len(left), len(right))):
            for pairs, first, last in ((left, CODE, NAME), (right, UNIT, self.last)):
                if row < len(pairs) and pairs[row][0]:
                    self._across(row, first, last, *pairs[row])
        self.row = max(len(left), len(right)) + 1
        of_form = " · ".join(part for part in (document.form, document.basis_of_form) if part)
        for text, style in (
            (of_form, "slanted"),
            (document.title.upper(), "title"),
            (document.subtitle, "centre"),
            (" · ".join(document.notes), "slanted"),
            (document.state, "strong"),
        ):
            self._across(self.row, CODE, self.last, text, style)
            self.page.set_row(self.row, 24 if style == "title" else LINE_HEIGHT + 2)
            self.row += 1
        self.row += 1

    def _table(self, table: Table) -> None:
        top = self.row
        grouped = any(name for name, _span in table.groups)
        low = top + 1 if grouped else top
        said = words()
        for column, text in enumerate((said["code"], said["indicator"], said["unit"])):
            self._down(top, low, column, text)
        place = 0
        for name, span in table.groups:
            columns = list(enumerate(table.columns[place : place + span], start=FIRST + place))
            if name:
                self._across(top, columns[0][0], columns[-1][0], name, "head")
            for column, text in columns:
                self._down(low if name else top, low, column, text)
            place += span
        self.page.set_row(low, _height(table.columns, self.figure_width))
        marks = ["A", "B", "C", *map(str, range(1, len(table.columns) + 1))]
        for column, mark in enumerate(marks):
            self._text(low + 1, column, mark, "mark")
        self.row = low + 2
        self.page.repeat_rows(top, low + 1)
        for section in table.sections:
            self._across(self.row, CODE, FIRST + len(table.columns) - 1, section.title, "section")
            self.page.set_row(self.row, LINE_HEIGHT + 2)
            self.row += 1
            for line in section.lines:
                self._line(line)

    def _line(self, line: Line) -> None:
        self.page.set_row(self.row, _height([line.name], NAME_WIDTH))
        self._text(self.row, CODE, line.code, "unit")
        self._text(self.row, NAME, line.name, "part" if line.part else "text")
        self._text(self.row, UNIT, line.unit, "unit")
        for column, value in enumerate(line.values, start=FIRST):
            self._figure(column, value, line.decimals)
        self.row += 1

    def _figure(self, column: int, shown: Shown, decimals: int) -> None:
        if shown.hidden:
            self._text(self.row, column, shown.text, "hidden")
        elif shown.value is None:
            self.page.write_blank(self.row, column, None, self.styles.by_name["hidden"])
        else:
            value = Decimal(shown.value)
            style = "decimal" if decimals or value != int(value) else "number"
            self.page.write_number(self.row, column, float(value), self.styles.by_name[style])

    def _foot(self) -> None:
        """Who compiled beside who signs, and below them for whom it is."""
        document, said = self.document, words()
        signer = [each.upper() for each in document.letterhead.signer]
        blank = [""] * SIGNATURE_ROWS
        compiler = [
            said["compiler"].upper(),
            *[""] * (len(signer) - 1),
            said["sign"],
            *blank,
            document.compiler,
        ]
        approver = [*signer, said["sign"], *blank, document.approver]
        row = self.row + 1
        for texts, first, last in ((compiler, NAME, NAME), (approver, UNIT, self.last)):
            for at, text in enumerate(texts, start=row):
                if text:
                    self._across(at, first, last, text, "slanted" if text == said["sign"] else "strong")
        recipients = [f"- {each}" for each in document.letterhead.recipients]
        lines = [said["recipients"], *recipients] if recipients else []
        for at, text in enumerate(lines, start=row + len(approver) + 1):
            self._text(at, CODE, text, "plain" if text in recipients else "bold")

    def _down(self, top: int, low: int, column: int, text: str) -> None:
        if top == low:
            self._text(top, column, text, "head")
        else:
            self.page.merge_range(top, column, low, column, "", self.styles.by_name["head"])
            self._text(top, column, text, "head")

    def _across(self, row: int, first: int, last: int, text: str, style: str) -> None:
        if first < last:
            self.page.merge_range(row, first, row, last, "", self.styles.by_name[style])
        self._text(row, first, text, style)

    def _text(self, row: int, column: int, text: str, style: str) -> None:
        self.page.write_string(row, column, text, self.styles.of_text(style, text))
