"""Tables as files a spreadsheet opens without running anything in them."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

DANGEROUS_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
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
    """The table as a download; ``filename`` is plain ASCII without the ending."""
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    csv.writer(text).writerows([guarded(value) for value in row] for row in chain([header], rows))
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}.csv"'
    response["Cache-Control"] = "no-store"
    return response
