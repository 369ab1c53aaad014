"""Lists of very many reports, cut into parts that are read one by one: CSV by lines, Parquet by its row groups.

A part is a small CSV list of its own. Parquet becomes one, exactly: whole numbers and decimals as digits.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from giamsat.intake.sources.errors.archives import ParquetUnreadable
from giamsat.intake.sources.files.csv_reader import OPTIONAL, REQUIRED
from giamsat.intake.sources.files.guard import LARGEST_FILE, MEGABYTE
from giamsat.intake.sources.files.numerals import MOST_DECIMALS

LINES_AT_ONCE = 3_000
LARGEST_ROW_GROUP = 2_000 * MEGABYTE
MOST_ROWS = 50_000_000
WORDS = {*REQUIRED, *OPTIONAL}
EXACT = pa.decimal128(38, MOST_DECIMALS)


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines of a list under its heading; ``first_line`` is where they begin in the whole."""

    content: bytes
    first_line: int
    lines: int


def records(content: bytes) -> list[bytes]:
    """Lines as they stand, those that a quotation mark keeps open joined; blank ones left out."""
    return [record for record in _joined(iter(content.splitlines(keepends=True))) if record.strip()]


def parts_of_csv(file: io.BufferedIOBase) -> Iterator[Part]:
    """A list part by part, each under the list's heading; one that is small enough is one part, as it came."""
    lines = _joined(iter(lambda: file.readline(LARGEST_FILE), b""))
    heading = next(lines, b"")
    held: list[bytes] = []
    first, size = 2, len(heading)
    for line in lines:
        if len(held) == LINES_AT_ONCE or size + len(line) > LARGEST_FILE:
            yield Part(heading + b"".join(held), first, len(held))
            first, size, held = first + len(held), len(heading), []
        held.append(line)
        size += len(line)
    if held or first == 2:
        yield Part(heading + b"".join(held), first, len(held))


def _joined(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Lines that end inside quotation marks go with those after them, within the size of a file."""
    held: list[bytes] = []
    quotes = size = 0
    for line in lines:
        held.append(line)
        quotes += line.count(b'"')
        size += len(line)
        if quotes % 2 == 0 or size > LARGEST_FILE:
            yield b"".join(held)
            held, quotes, size = [], 0, 0
    if held:
        yield b"".join(held)


def parts_of_parquet(path: Path) -> Iterator[Part]:
    """A Parquet file part by part, never whole in memory; raises ParquetUnreadable at the first column that cannot
    be meant."""
    try:
        file = pq.ParquetFile(path)
        _look(file)
        first = 2
        for batch in file.iter_batches(batch_size=LINES_AT_ONCE):
            yield Part(_as_csv(batch), first, batch.num_rows)
            first += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        if getattr(error, "errno", None):
            raise
        raise ParquetUnreadable(_("it is damaged, or no Parquet file"), library=str(error)) from error
    if first == 2:
        raise ParquetUnreadable(_("it holds no line with figures"))


def _look(file: pq.ParquetFile) -> None:
    """Heading, types and size, before a figure is read."""
    schema, meta = file.schema_arrow, file.metadata
    missing = [name for name in REQUIRED if name not in schema.names]
    if missing:
        raise ParquetUnreadable(_("column %(names)s is missing") % {"names": ", ".join(missing)})
    twice = sorted({name for name in schema.names if schema.names.count(name) > 1})
    if twice:
        raise ParquetUnreadable(_("column %(names)s stands there twice") % {"names": ", ".join(twice)})
    for field in schema:
        if not _may_hold(field):
            facts = {"name": field.name, "type": str(field.type)}
            raise ParquetUnreadable(
                _("column %(name)s holds %(type)s, which is no figure of a report") % facts
            )
    groups = (meta.row_group(number).total_byte_size for number in range(meta.num_row_groups))
    if meta.num_rows > MOST_ROWS or max(groups, default=0) > LARGEST_ROW_GROUP:
        raise ParquetUnreadable(_("it is larger than can be read in parts; divide it"))


def _may_hold(field: pa.Field) -> bool:
    kind = field.type
    return _is_text(kind) or (pa.types.is_integer(kind) if field.name in WORDS else _is_number(kind))


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)


def _is_number(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_decimal(kind) or pa.types.is_floating(kind)


def _as_csv(batch: pa.RecordBatch) -> bytes:
    columns = [_digits(name, column) for name, column in zip(batch.schema.names, batch.columns, strict=True)]
    target = io.BytesIO()
    pa.csv.write_csv(pa.table(dict(zip(batch.schema.names, columns, strict=True))), target)
    return target.getvalue()


def _digits(name: str, column: pa.Array) -> pa.Array:
    """A column as it is written: exact, or refused."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
    if pa.types.is_floating(kind):
        return _whole(name, column)
    if pa.types.is_decimal(kind) and kind.scale > 2:
        return _exact(name, column)
    return column.cast(pa.string())


def _exact(name: str, column: pa.Array) -> pa.Array:
    try:
        return column.cast(EXACT).cast(pa.string())
    except pa.ArrowInvalid as error:
        raise ParquetUnreadable(
            _("column %(name)s holds a number with more than four decimals, or one too large")
            % {"name": name},
            library=str(error),
        ) from error


def _whole(name: str, column: pa.Array) -> pa.Array:
    """Counts that a program kept as floating point because some were blank; true fractions are not exact there."""
    column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    try:
        return column.cast(pa.int64()).cast(pa.string())
    except pa.ArrowInvalid as error:
        raise ParquetUnreadable(
            _(
                "column %(name)s holds floating point fractions, which are not exact; write it as DECIMAL(18,4)"
            )
            % {"name": name},
            library=str(error),
        ) from error
