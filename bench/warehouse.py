"""How long from accepted to readable, and how fast is reading, on two years of the real country and forms?

Plants the real tree, fills every form that is due with invented figures (some 10 million cells), builds the
warehouse, then corrects, locks, joins, checks and asks. Writes bench/results/warehouse.json. A few minutes:

    make bench-warehouse     (or .venv/bin/python -m bench.warehouse [--communes 3321])
"""

import argparse
import json
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FOLDER = Path(tempfile.mkdtemp(prefix="warehouse-bench-"))
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "giamsat.config.settings",
    "GIAMSAT_DATA_DIR": str(FOLDER),
    "GIAMSAT_CLOCK_SHIFT_SECONDS": "0",
    "DATABASE_URL": f"postgresql://postgres@/giamsat?host={FOLDER / 'postgres'}",
}
AT = datetime(2026, 10, 1, tzinfo=UTC)
CUMULATIVE = ["Q1", "6M", "9M", "Y"]
OWED = {"BMT": [f"M{month:02}" for month in range(1, 13)], "BM01": ["6M", "Y"]}
OWED.update(dict.fromkeys(("BM02", "BM04", "BM05", "BM11", "BM19", "BM21"), CUMULATIVE))
ROWS: list[dict[str, object]] = []


def say(
    what: str, value: float, unit: str, *, goal: float | None = None, baseline: float | None = None
) -> None:
    ROWS.append({
        "what": what, "value": round(value, 3), "unit": unit, "baseline": baseline and round(baseline, 3),
        "ratio": baseline and round(value / baseline, 3), "goal": goal, "met": None if goal is None else value <= goal,
    })  # fmt: skip
    print(f"{what:75} {value:12,.2f} {unit}", flush=True)


def timed(what: str, doing: Callable[[int], object], repeats: int, *, goal: float | None = None) -> float:
    """Wall time, and this process's own processor time, which other people's work disturbs less."""
    walls, own = [], []
    for turn in range(repeats):
        began, worked = time.perf_counter(), time.process_time()
        doing(turn)
        walls.append((time.perf_counter() - began) * 1e3)
        own.append((time.process_time() - worked) * 1e3)
    say(f"{what}, median", statistics.median(walls), "ms", goal=goal)
    if repeats >= 10:
        say(f"{what}, p95", sorted(walls)[int(repeats * 0.95)], "ms", goal=goal)
    say(f"{what}, processor time, median", statistics.median(own), "ms")
    return statistics.median(walls)


def plant(communes: int) -> list[int]:
    from django.conf import settings

    from giamsat.foundation.catalogue import services as catalogue
    from giamsat.foundation.units import queries as units
    from giamsat.foundation.units import services as territory
    from giamsat.intake.sources import services as sources

    territory.load_territory(settings.DEFINITIONS_DIR / "territory")
    catalogue.load_definitions(settings.DEFINITIONS_DIR)
    sources.load_definitions(settings.DEFINITIONS_DIR, at=AT)
    return list(units.all_units().filter(depth=3, valid_to=None).values_list("pk", flat=True)[:communes])


def fill(unit_ids: list[int], years: range) -> int:
    """Reports in force by COPY, past every check: the warehouse is what is measured. Returns the number of cells."""
    from django.db import connection

    from giamsat.intake.sources import queries as sources
    from giamsat.lib.periods import Period

    dice, number, cells = random.Random(7), 0, 0
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for year, (code, parts) in product(years, OWED.items()):
            for part in parts:
                period = Period.parse(f"{year}-{part}")
                form = sources.form_for(code, period)
                fill_period(cursor, form, period, unit_ids, number, dice)
                number += len(unit_ids)
                cells += len(unit_ids) * len(form.cells)
        for table in ("report", "reportversion"):
            cursor.execute(f"SELECT setval('observations_{table}_id_seq', %s)", [number])
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")
    return cells


def fill_period(
    cursor: Any, form: Any, period: Any, unit_ids: list[int], number: int, dice: random.Random
) -> None:
    """One accepted report of each unit, numbered from ``number`` + 1, a version under the same number."""
    pool = [
        "{" + ",".join(str(dice.choice([0, 0, dice.randrange(99)])) for _ in form.cells) + "}"
        for _ in range(500)
    ]
    owns = range(number + 1, number + 1 + len(unit_ids))
    with cursor.copy(
        "COPY observations_report (id, unit_id, form_code, period_key, basis, status, current_id,"
        " in_force_id, accepted_at, submitted_by_name, accepted_by_name, returned_by_name,"
        " return_reason) FROM STDIN"
    ) as copy:
        for own, unit in zip(owns, unit_ids, strict=True):
            key = (own, unit, form.code, period.key, "own")
            copy.write_row((*key, "TIEP_NHAN", own, own, AT, "", "b", "", ""))
    with cursor.copy(
        'COPY observations_reportversion (id, report_id, number, form_id, "values", recorded_at,'
        " recorded_by_name, accepted_at) FROM STDIN"
    ) as copy:
        for own in owns:
            copy.write_row((own, own, 1, form.pk, pool[own % 500], AT, "b", AT))


def correct(unit_ids: list[int], turn: int, *, form: str = "BM05", period: str = "2026-9M") -> None:
    """A unit's next version comes in force, and the news of it is heard."""
    from django.db import transaction

    from giamsat.analysis.warehouse import services
    from giamsat.intake.observations.models import Report, ReportVersion

    with transaction.atomic():
        report = Report.objects.select_related("in_force").get(
            unit_id=unit_ids[turn * 37 % len(unit_ids)], form_code=form, period_key=period, basis="own"
        )
        old = report.in_force
        version = ReportVersion.objects.create(
            report=report, number=old.number + 1, form_id=old.form_id,
            values=[(value or 0) + 1 for value in old.values],
            recorded_at=AT, recorded_by_name="b", accepted_at=AT,
        )  # fmt: skip
        Report.objects.filter(pk=report.pk).update(current=version, in_force=version)
        services.note([report.pk], event_id=10**9 + version.pk, at=AT)


def ask(label: str, unit_ids: list[int]) -> None:
    from giamsat.analysis.warehouse import queries

    year = [f"2026-M{month:02}" for month in range(1, 13)]
    many = ["D01", "D02", "D03", "D04", "D05", "D06", "D07", "D08", "D09", "D10"]
    for what, question in [
        ("1 indicator, country, 12 periods", lambda _: queries.figures(["D01"], year, level="country")),
        ("10 indicators, points, 1 period", lambda _: queries.figures(many, ["2026-9M"], level="point")),
        ("1 indicator, points, 12 periods", lambda _: queries.figures(["D01"], year, level="point")),
        ("1 indicator, every unit, 1 period", lambda _: queries.figures(["D01"], ["2026-9M"], level="unit")),
        ("10 indicators, 100 units, 1 period", lambda _: queries.figures(many, ["2026-9M"], units=unit_ids[:100])),
        ("history of one unit, 12 periods", 
         lambda _: queries.figures(["D01"], year, units=unit_ids[7:8])),
    ]:  # fmt: skip
        question(0)
        timed(f"read {label}: {what}", question, 15, goal=100)


def formats() -> None:
    """The same cells, sorted the same way, as a native file and as Parquet."""
    from giamsat.analysis.warehouse import services
    from giamsat.analysis.warehouse.reader import newest_snapshot

    began = time.perf_counter()
    exported = services.export_parquet(FOLDER / "open")
    say("export to Parquet", time.perf_counter() - began, "s")
    files = sorted(exported.folder.glob("*/*.parquet"))
    parquet_bytes = sum(file.stat().st_size for file in files)
    say("Parquet: bytes a cell", parquet_bytes / exported.rows, "bytes")
    with newest_snapshot() as snapshot:
        head = snapshot.tables("facts", years=[2026])
        parquet = f"read_parquet('{FOLDER / 'open'}/year=2026/figures.parquet')"
        for what, native, other in [
            ("one indicator of a year",
             f"{head} SELECT period, sum(value) FROM facts WHERE indicator = 'D01' AND breakdown = 0 GROUP BY 1",
             f"SELECT period, sum(value) FROM {parquet} WHERE indicator = 'D01' AND breakdown = '' GROUP BY 1"),
            ("one report of 2026",
             f"{head} SELECT sum(value) FROM facts WHERE unit_id = 500 AND period = 202623 AND form = 'BM05'",
             f"SELECT sum(value) FROM {parquet} WHERE unit_id = 500 AND period = '2026-9M' AND form = 'BM05'"),
            ("everything by indicator",
             f"{head} SELECT indicator, sum(value) FROM facts GROUP BY 1",
             f"SELECT indicator, sum(value) FROM {parquet} GROUP BY 1"),
        ]:  # fmt: skip
            first = timed(f"native file: {what}", lambda _, q=native: snapshot.ask(q), 15)
            second = timed(f"Parquet: {what}", lambda _, q=other: snapshot.ask(q), 15)
            say(f"Parquet against native: {what}", second, "ms", baseline=first)


def measure(communes: int) -> None:
    from giamsat.analysis.warehouse import queries, services
    from giamsat.intake.observations.models import Report

    clock = AT + timedelta(days=1)
    unit_ids = plant(communes)
    cells = fill(unit_ids, range(2026, 2028))
    say("cells in force", cells, "cells")
    say("reports in force", Report.objects.count(), "reports")
    milliseconds = timed("rebuild of both years", lambda _: services.rebuild(at=clock), 1)
    say("cells rebuilt a second", cells / milliseconds * 1e3, "cells/s")
    say(
        "native files: bytes a cell, roll-ups included",
        queries.status().size / queries.status().cells,
        "bytes",
    )
    ask("of bases alone", unit_ids)

    def publish(turn: int) -> None:
        services.publish_pending(at=clock + timedelta(seconds=turn))
        queries.figures(["D01"], ["2026-9M"], level="country")

    def publish_corrected(turn: int) -> None:
        publish(turn)
        correct(unit_ids, turn + 1)

    correct(unit_ids, 0)
    timed("one correction stored, published and read in the country's sum", publish_corrected, 30, goal=2000)
    publish(30)
    ask("under 30 changes", unit_ids)
    for turn in range(30, 330):
        correct(unit_ids, turn)
    timed("300 corrected reports published at once", publish, 1, goal=2000)
    timed("joining 31 changes into the year", lambda _: services.compact(at=clock, force=True), 1)
    lock_and_reconcile(clock)
    formats()


def lock_and_reconcile(clock: datetime) -> None:
    """A period's reports change state at once; then both years are compared with the reports, cell for cell."""
    from giamsat.analysis.warehouse import services
    from giamsat.intake.observations.models import Report

    moved = list(Report.objects.filter(period_key="2026-9M").values_list("pk", flat=True))
    Report.objects.filter(pk__in=moved).update(status="KHOA")
    services.note(moved, event_id=5, at=clock)
    what = f"a period locked: {len(moved):,} reports change state"
    timed(what, lambda _: services.publish_pending(at=clock), 1)
    began = time.perf_counter()
    found = services.reconcile(at=clock)
    say("reconcile both years, cell for cell", time.perf_counter() - began, "s")
    say("problems found by it", len(found.problems), "problems", goal=0)
    services.compact(at=clock, force=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--communes", type=int, default=3321)
    parser.add_argument("--result", type=Path, default=HERE / "results" / "warehouse.json")
    options = parser.parse_args()
    os.nice(5)
    from giamsat.config import postgres

    server = postgres.start(FOLDER / "postgres")
    try:
        postgres.ensure_database(server.url, "giamsat")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0, skip_checks=True)
        measure(options.communes)
    finally:
        postgres.stop(FOLDER / "postgres")
        shutil.rmtree(FOLDER)
    options.result.write_text(json.dumps(ROWS, indent=1) + "\n")


if __name__ == "__main__":
    main()
