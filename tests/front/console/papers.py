"""What can be read in a PDF or a workbook: words and cells, one after another."""

import io
import zipfile

from pypdf import PdfReader
from python_calamine import CalamineWorkbook


def written_in(content: bytes) -> str:
    """All of it as ``D08 Violations concluded persons 3``; nothing of what is no such document."""
    if content.startswith(b"%PDF-1.7\n"):
        pages = PdfReader(io.BytesIO(content)).pages
        return " ".join(" ".join(page.extract_text().split()) for page in pages)
    if content.startswith(b"PK") and "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(content)).namelist():
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = (row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python())
        return " ".join(_cell(cell) for row in rows for cell in row if cell != "")
    return ""


def _cell(value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
