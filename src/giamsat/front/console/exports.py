"""What leaves by a download: tables that a spreadsheet opens without running anything in them, and files."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import xlsxwriter
from asgiref.sync import sync_to_async
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header

from giamsat.foundation.audit import services as trail
from giamsat.front.console.viewer import Viewer

DANGEROUS_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
BYTES = "application/octet-stream"
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_AT_ONCE = 1_000
KEPT_IN_MEMORY, PIECE = 1 << 20, 1 << 16  # bytes
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


def csv_response(filename: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponseBase:
    """The table as a download, whole however long; ``filename`` is without the ending."""
    return _written(header, rows)[0].as_download(filename)


def recorded_csv(
    viewer: Viewer, what: str, header: Sequence[Any], rows: Iterable[Sequence[Any]], *, asked: str = ""
) -> HttpResponseBase:
    """A list as a download, with who took how many rows of it in the trail; ``asked``: by which filter."""
    table, count = _written(header, rows)
    facts = {"rows": count, **({"filter": asked} if asked else {})}
    trail.record(f"{what}.exported", subject=what, by=viewer.actor, at=viewer.at, facts=facts)
    return table.as_download(what)


def recorded_xlsx(
    viewer: Viewer, what: str, header: Sequence[Any], rows: Iterable[Sequence[Any]], *, asked: str = ""
) -> HttpResponse:
    """The same as a workbook: numbers stay numbers, days are days, and nothing in it is a formula."""
    target = io.BytesIO()
    count = 0
    with xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        bold = book.add_format({"bold": True, "bg_color": "#E8EEF6", "border": 1, "text_wrap": True})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [str(each) for each in header], bold)
        for count, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                _write_cell(sheet, count, column, value, day)
        sheet.autofit()
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, count, len(header) - 1)
    facts = {"rows": count, **({"filter": asked} if asked else {})}
    trail.record(f"{what}.exported", subject=what, by=viewer.actor, at=viewer.at, facts=facts)
    return download(target.getvalue(), f"{what}.xlsx", XLSX)


def _write_cell(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:
    if isinstance(value, int | float | Decimal):
        sheet.write_number(row, column, value)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, day)
    elif value is not None:
        sheet.write_string(row, column, str(value))


def in_batches(found: QuerySet[Any]) -> Iterator[list[Any]]:
    """All of a long list, so many at a time as memory holds, as it was when it was asked for."""
    rows = found.iterator(chunk_size=ROWS_AT_ONCE)
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        yield batch


def download(content: bytes | str, filename: str, content_type: str = BYTES) -> HttpResponse:
    """Saved under its name, never opened inside the house, never kept on the way."""
    return HttpResponse(content, content_type=content_type, headers=_saved_as(filename))


def download_file(file: IO[bytes], filename: str, content_type: str) -> HttpResponseBase:
    """The same for what is too long for the memory: sent piece by piece, and closed then."""
    return Pieces(_pieces(file), content_type=content_type, headers=_saved_as(filename))


class Pieces(StreamingHttpResponse):
    """A file piece by piece: left to itself, Django reads all of it into memory before an async server sends any."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces: Iterator[bytes] = iter(self.streaming_content)  # type: ignore[arg-type]
        following = sync_to_async(lambda: next(pieces, b""))
        while piece := await following():
            yield piece


@dataclass(frozen=True)
class _Table:
    """A table written out: in memory while it is small, then on disk."""

    file: IO[bytes]
    size: int

    def as_download(self, name: str) -> HttpResponseBase:
        self.file.seek(0)
        filename, kind = f"{name}.csv", "text/csv; charset=utf-8"
        if self.size <= KEPT_IN_MEMORY:
            with self.file:
                return download(self.file.read(), filename, kind)
        headers = {**_saved_as(filename), "Content-Length": str(self.size)}
        return Pieces(_pieces(self.file), content_type=kind, headers=headers)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece


def _written(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> tuple[_Table, int]:
    """The table, and how many rows it has."""
    file: IO[bytes] = SpooledTemporaryFile(KEPT_IN_MEMORY)  # type: ignore[assignment] # noqa: SIM115 - closed when sent
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    text.write(BYTE_ORDER_MARK)
    write = csv.writer(text).writerow
    count = -1  # the header is no row
    for count, row in enumerate(chain([header], rows)):  # noqa: B007
        write([guarded(value) for value in row])
    text.detach()
    return _Table(file, file.tell()), count


def _saved_as(filename: str) -> dict[str, str]:
    return {
        "Content-Disposition": content_disposition_header(True, filename) or "attachment",
        "Cache-Control": "no-store",
    }
