"""The doors of this room: documents as files."""

from giamsat.front.reports.printing import as_pdf
from giamsat.front.reports.workbook import as_workbook

__all__ = ["as_pdf", "as_workbook"]
