"""What became of every report of a consignment, as a table that leaves the house."""

import csv
import io
from collections.abc import Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import xlsxwriter
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from giamsat.front.console.exports import BYTE_ORDER_MARK, KEPT_IN_MEMORY, guarded
from giamsat.intake.consignments import queries
from giamsat.intake.consignments.choices import Result

ROWS_AT_ONCE = 2_000
MOST_ON_A_SHEET = 1_000_000
WIDTHS = (36, 8, 12, 34, 10, 10, 18, 26, 90, 10)


def header() -> list[str]:
    return [
        _("File"), _("Line"), _("Unit code"), _("Unit"), _("Form"), _("Period"), _("Result"), _("Code"),
        _("Why"), _("Findings to explain"),
    ]  # fmt: skip


def rows(consignment: Any) -> Iterator[Sequence[Any]]:
    """One for each report, in the order they were taken in; however many, some thousand in memory."""
    language = (get_language() or "vi")[:2]
    for each in queries.outcomes_of(consignment).iterator(chunk_size=ROWS_AT_ONCE):
        yield (
            each.file, each.line or None, each.unit_code, each.unit.name(language) if each.unit else "",
            each.form_code, each.period_key, Result(each.result).label, each.code, each.sentence,
            each.findings or None,
        )  # fmt: skip


def write_csv(consignment: Any, target: IO[bytes]) -> None:
    """As a CSV file that Excel opens, no cell of which runs anything."""
    text = io.TextIOWrapper(target, encoding="utf-8", newline="", write_through=True)
    text.write(BYTE_ORDER_MARK)
    table = csv.writer(text)
    table.writerow(header())
    for row in rows(consignment):
        table.writerow([guarded(value) for value in row])
    text.detach()


def workbook(consignment: Any) -> IO[bytes]:
    """As a workbook; a sheet holds a million lines, what is left goes to the next."""
    target: IO[bytes] = SpooledTemporaryFile(KEPT_IN_MEMORY)  # type: ignore[assignment] # noqa: SIM115 - the caller's
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        bold = book.add_format({"bold": True, "bg_color": "#E8EEF6", "border": 1})
        sheet = None
        for number, row in enumerate(_with_one_at_least(consignment)):
            place = number % MOST_ON_A_SHEET
            if place == 0 or sheet is None:
                sheet = book.add_worksheet()
                for column, width in enumerate(WIDTHS):
                    sheet.set_column(column, column, width)
                sheet.freeze_panes(1, 0)
                sheet.write_row(0, 0, header(), bold)
            for column, value in enumerate(row):
                sheet.write(place + 1, column, value if isinstance(value, int) else guarded(value))
    target.seek(0)
    return target


def _with_one_at_least(consignment: Any) -> Iterator[Sequence[Any]]:
    """An empty report has its headings all the same."""
    empty = True
    for empty, row in ((False, row) for row in rows(consignment)):  # noqa: B007
        yield row
    if empty:
        yield ()
