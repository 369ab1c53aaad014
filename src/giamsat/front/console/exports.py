"""What leaves by a download: tables that a spreadsheet opens without running anything in them, and files."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from giamsat.foundation.audit import services as trail
from giamsat.front.console.viewer import Viewer

DANGEROUS_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
BYTES = "application/octet-stream"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads Vietnamese as another encoding


def guarded(value: Any) -> str:
    """One cell. Text that a spreadsheet would run is led by an apostrophe; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%d/%m/%Y %H:%M:%S")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    text = str(value)
    return f"'{text}" if text.lstrip(" \u00a0").startswith(DANGEROUS_STARTS) else text


def csv_response(filename: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """The table as a download; ``filename`` is without the ending."""
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    csv.writer(text).writerows([guarded(value) for value in row] for row in chain([header], rows))
    return download(text.getvalue(), f"{filename}.csv", "text/csv; charset=utf-8")


def recorded_csv(
    viewer: Viewer, what: str, header: Sequence[Any], rows: Sequence[Sequence[Any]], *, asked: str = ""
) -> HttpResponse:
    """A list as a download, with who took how many rows of it in the trail; ``asked``: by which filter."""
    facts = {"rows": len(rows), **({"filter": asked} if asked else {})}
    trail.record(f"{what}.exported", subject=what, by=viewer.actor, at=viewer.at, facts=facts)
    return csv_response(what, header, rows)


def download(content: bytes | str, filename: str, content_type: str = BYTES) -> HttpResponse:
    """Saved under its name, never opened inside the house, never kept on the way."""
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": content_disposition_header(True, filename) or "attachment",
            "Cache-Control": "no-store",
        },
    )
