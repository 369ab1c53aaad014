"""Which shape should accepted figures have in PostgreSQL: a row for each cell, or a report packed in an array?

Loads the same invented reports (8 forms of 150 filled cells, 3,361 units, 15 periods a year) in three shapes into
a server of its own, then does to each what the house does all day. Packed goes to ten years, 605 million cells;
rows stop at one year, 60 million, because ten years would need some 50 GB: what is said of 600 million rows is
extrapolated and named so. Writes bench/results/storage_shapes.json. Some ten minutes and 15 GB of temporary disk:

    make bench-storage-shapes     (or .venv/bin/python -m bench.storage_shapes [--folder TEMP] [--periods 150])
"""

import argparse
import io
import itertools
import json
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from struct import pack

import duckdb
import psycopg
from pyarrow import csv

from bench.storage_shapes_ways import (
    A_YEAR,
    CELLS,
    FORMS,
    PER_PERIOD,
    UNITS,
    Figures,
    Packed,
    RowsKeyed,
    RowsNarrow,
    Shape,
    field,
    reports,
)
from giamsat.config import postgres

HERE = Path(__file__).resolve().parent
FRESH = itertools.count(10**9)  # numbers of versions made after loading
SMALL, MIDDLE = 5, 15  # periods: 20 and 60 million cells


def copy_in(connection: psycopg.Connection, table: str, blobs: Iterator[bytes]) -> None:
    with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT binary)") as target:
        buffer = io.BytesIO()
        buffer.write(b"PGCOPY\n\xff\r\n\x00" + bytes(8))
        for blob in blobs:
            if buffer.write(blob) and buffer.tell() > 2**21:
                target.write(buffer.getvalue())
                buffer = io.BytesIO()
        target.write(buffer.getvalue() + pack(">h", -1))


def load(shape: Shape, connection: psycopg.Connection, first: int, last: int) -> float:
    """Fill periods first..last with the keys in place, as deliveries would; seconds it took."""
    began = time.perf_counter()
    copy_in(connection, "report", (
        pack(">h", 7) + field(pack(">q", n)) + field(pack(">q", unit)) + field(b"BM%02d" % form)
        + field(b"P%03d" % period) + field(b"own") + field(b"TIEP_NHAN") + field(pack(">q", n))
        for n, unit, period, form in reports(first, last)
    ))  # fmt: skip
    copy_in(connection, "version", (shape.version(n, period) for n, _, period, _ in reports(first, last)))
    if "cell" in shape.tables:
        copy_in(connection, "cell", (shape.cells(*key) for key in reports(first, last)))
    return time.perf_counter() - began


def size(shape: Shape, connection: psycopg.Connection) -> tuple[int, int]:
    """Bytes of the tables (with what was moved aside), and of their indexes."""
    rows = [
        connection.execute("SELECT pg_table_size(%s), pg_indexes_size(%s)", [table, table]).fetchone()
        for table in shape.tables
    ]
    return sum(row[0] for row in rows), sum(row[1] for row in rows)


def quantiles(times: list[float]) -> tuple[float, float]:
    ordered = sorted(times)
    return statistics.median(ordered) * 1e3, ordered[int(len(ordered) * 0.95)] * 1e3


def timed(doing: Callable[[int], object], repeats: int) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds, after one unmeasured go."""
    times = []
    for turn in range(repeats + 1):
        began = time.perf_counter()
        doing(turn)
        times.append(time.perf_counter() - began)
    return quantiles(times[1:])


def told(shape: Shape, connection: psycopg.Connection, query: str, periods: int, turn: int) -> io.BytesIO:
    period, form = (periods - 1 - turn) % periods, turn % FORMS
    text = query.format(
        period=f"P{period:03}", number=period, form=f"BM{form:02}", first=form * 50, on="2026-11-01"
    )
    answer = io.BytesIO()
    with connection.cursor().copy(f"COPY ({text}) TO STDOUT (FORMAT csv, HEADER)") as source:
        for block in source:
            answer.write(block)
    answer.seek(0)
    return answer


def publish(shape: Shape, connection: psycopg.Connection, periods: int, turn: int) -> None:
    """What the publisher does: one form and period of every unit, as sorted columns in memory."""
    told_ = csv.read_csv(told(shape, connection, shape.one_form, periods, turn))
    found = duckdb.from_arrow(told_).query("told", shape.explode).order("ordinal, unit").to_arrow_table()
    assert found.num_rows == UNITS * CELLS, found.num_rows


def work(shape: Shape, connection: psycopg.Connection, periods: int) -> Iterator[tuple[str, float, str]]:
    """Everything the house does to figures at rest, measured on a warm machine."""
    dice = random.Random(9)

    def supersede(turn: int) -> None:
        with connection.transaction():
            shape.supersede(
                connection,
                dice.randrange(periods * PER_PERIOD),
                next(FRESH),
                shape.figures.values[turn],
            )

    def page(turn: int) -> None:
        last_year = range(periods - 12 if periods > 12 else 0, periods)
        keys = list(last_year) if isinstance(shape, RowsKeyed) else [f"P{period:03}" for period in last_year]
        connection.execute(shape.page, [dice.randrange(UNITS), keys]).fetchall()

    for what, doing, repeats in [
        ("one form of 150 cells as a new version, committed", supersede, 300),
        ("one unit's page: 8 forms x 12 periods", page, 100),
        (
            "publisher reads one form x period of 3,361 units",
            lambda t: publish(shape, connection, periods, t),
            8,
        ),
        ("the same as known on a date", lambda t: told(shape, connection, shape.known, periods, t), 8),
    ]:
        middle, high = timed(doing, repeats)
        yield f"{what}, median", middle, "ms"
        yield f"{what}, p95", high, "ms"


def variants(connection: psycopg.Connection) -> Iterator[tuple[str, float, str]]:
    """Other ways to pack the same third of a year; bytes of the table alone, for each cell."""
    few = SMALL * PER_PERIOD
    wide = "a.cells || b.cells || c.cells"
    three = "JOIN version b ON b.id = a.id + 1 JOIN version c ON c.id = a.id + 2"
    ways = {
        "numeric array as it is": ("cells numeric(18,4)[]", "cells", "", CELLS),
        "numeric array of 450 cells, over 2 KB and so compressed": ("cells numeric(18,4)[]", wide, three, 3 * CELLS),
        "scaled bigint array": (
            "cells bigint[]", "(SELECT array_agg((x * 10000)::bigint) FROM unnest(cells) x)", "", CELLS),
        "jsonb list": ("cells jsonb", "to_jsonb(cells)", "", CELLS),
    }  # fmt: skip
    for name, (column, expression, join, width) in ways.items():
        connection.execute(f"CREATE TABLE w (id bigint, {column})")
        connection.execute(
            f"INSERT INTO w SELECT a.id, {expression} FROM version a {join} WHERE a.id < {few}"
        )
        held = connection.execute("SELECT pg_table_size('w')").fetchone()[0]
        began = time.perf_counter()
        connection.execute("SELECT sum(length(cells::text)) FROM w WHERE id < %s" % (UNITS * 8)).fetchone()
        seconds = time.perf_counter() - began
        yield f"{name}: bytes a cell", held / (few * width), "bytes"
        yield f"{name}: cells to text a second", UNITS * 8 * width / seconds, "cells/s"
        connection.execute("DROP TABLE w")


class Report:
    """The rows of the result file; a later shape is compared with the narrow rows at the same size."""

    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = []

    def add(
        self, shape: str, cells: int, what: str, value: float, unit: str, baseline: float | None = None
    ) -> None:
        ratio = round(value / baseline, 3) if baseline else None
        self.rows.append({
            "what": f"{shape}, {cells / 1e6:.0f} M cells: {what}", "value": round(value, 3), "unit": unit,
            "baseline": baseline and round(baseline, 3), "ratio": ratio, "goal": None, "met": None,
        })  # fmt: skip
        print(f"{shape:22} {cells / 1e6:6.0f} M  {what:60} {value:12,.2f} {unit}  {ratio or ''}", flush=True)

    def baseline(self, cells: int, what: str) -> float | None:
        name = f"{RowsNarrow.name}, {cells / 1e6:.0f} M cells: {what}"
        return next((row["value"] for row in self.rows if row["what"] == name), None)


def measure(kind: type[Shape], figures: Figures, url: str, steps: list[int], report: Report) -> None:
    shape = kind(figures)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connection.execute(shape.ddl)
        done = 0
        for step in steps:
            seconds = load(shape, connection, done, step)
            cells = step * PER_PERIOD * CELLS
            loaded = (step - done) * PER_PERIOD * CELLS
            table, index = size(shape, connection)
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")
            results = [
                ("cells loaded a second, keys in place", loaded / seconds, "cells/s"),
                ("bytes a cell, indexes included", (table + index) / cells, "bytes"),
                ("tables", table / 1e9, "GB"), ("indexes", index / 1e9, "GB"),
                *work(shape, connection, step),
            ]  # fmt: skip
            for what, value, unit in results:
                report.add(shape.name, cells, what, value, unit, report.baseline(cells, what))
            done = step
        if kind is Packed:
            for what, value, unit in variants(connection):
                report.add("packed", SMALL * PER_PERIOD * CELLS, what, value, unit)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--folder", type=Path, help="where the temporary server may write (default: the system's)"
    )
    parser.add_argument(
        "--periods", type=int, default=10 * A_YEAR, help="periods of the packed shape; 15 are a year"
    )
    parser.add_argument("--result", type=Path, default=HERE / "results" / "storage_shapes.json")
    options = parser.parse_args()
    os.nice(10)
    folder = Path(tempfile.mkdtemp(prefix="storage-shapes-", dir=options.folder))
    server = postgres.start(folder)
    report, figures = Report(), Figures()
    try:
        rows = [step for step in (SMALL, MIDDLE) if step <= options.periods] or [options.periods]
        measure(RowsNarrow, figures, server.url, rows, report)
        measure(RowsKeyed, figures, server.url, rows[:1], report)
        measure(Packed, figures, server.url, sorted({*rows, options.periods}), report)
    finally:
        postgres.stop(folder)
        shutil.rmtree(folder)
        Path(f"{folder}.lock").unlink(missing_ok=True)
    options.result.parent.mkdir(exist_ok=True)
    options.result.write_text(json.dumps(report.rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
