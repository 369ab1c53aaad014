"""Reading a plain table: the first sheet of a workbook, or a CSV file, as rows of text."""

import io

from python_calamine import CalamineError, CalamineWorkbook

from giamsat.intake.sources.errors import CorruptWorkbook
from giamsat.intake.sources.files import guard
from giamsat.intake.sources.files.csv_reader import csv_rows
from giamsat.intake.sources.files.numerals import as_seen

ZIP_HEADER = b"PK"


def read_table(content: bytes) -> list[list[str]]:
    """Every row as text, after the same refusals as for a form: programs, bombs, locks, old encodings."""
    if content.startswith((ZIP_HEADER, guard.OLE_HEADER)):
        return _workbook_rows(content)
    guard.check_size(content)
    return csv_rows(content)


def _workbook_rows(content: bytes) -> list[list[str]]:
    parts = guard.unpack(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        name = book.sheet_names[0]
        guard.refuse_far_cells(parts, name)
        guard.refuse_formulas(parts, name)
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, IndexError) as error:
        raise CorruptWorkbook(library=str(error) or type(error).__name__) from error
    return [[as_seen(cell) for cell in row] for row in rows]
