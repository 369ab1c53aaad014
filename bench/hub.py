"""The data hub at the size of ten years: reading in six shapes, rebuilding, a burst, beside a denormalised table.

Makes the bench profile (200 series × 3,401 units × 120 months, some 82 million cells) in a PostgreSQL of its own,
builds the warehouse from it and the baseline beside it, puts the same six questions to both in turn, then brings 200
forms in force at once. Writes bench/results/hub.json. Some fifteen minutes and 20 GB of temporary disk:

    make bench-hub      (or .venv/bin/python -m bench.hub [--years 10])
"""

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = Path(tempfile.mkdtemp(prefix="hub-bench-"))
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "giamsat.config.settings",
    "GIAMSAT_DATA_DIR": str(FOLDER),
    "GIAMSAT_CLOCK_SHIFT_SECONDS": "0",
    "DATABASE_URL": f"postgresql://postgres@/giamsat?host={FOLDER / 'postgres'}",
}
REPEATS = 25
ROWS: list[dict[str, object]] = []
Question = Callable[[], object]


def say(
    what: str, value: float, unit: str, *, goal: float | None = None, baseline: float | None = None,
    at_least: bool = False,
) -> None:  # fmt: skip
    met = None if goal is None else (value >= goal if at_least else value <= goal)
    ROWS.append({
        "what": what, "value": round(value, 3), "unit": unit, "baseline": baseline and round(baseline, 3),
        "ratio": baseline and round(value / baseline, 3), "goal": goal, "met": met,
    })  # fmt: skip
    beside = f"   baseline {baseline:,.1f}" if baseline else ""
    print(f"{what:75} {value:12,.2f} {unit}{beside}", flush=True)


def shapes(unit_ids: list[int], years: list[int]) -> dict[str, tuple[Question, Question, Question]]:
    """By name: the question to the warehouse, to its cells alone, and to the baseline."""
    from bench import denormalised
    from bench.ten_years import CODES, PROVINCE
    from giamsat.analysis.warehouse import queries, sql
    from giamsat.analysis.warehouse.reader import newest_snapshot
    from giamsat.analysis.warehouse.rules import period_code
    from giamsat.analysis.warehouse.upstream import Tree
    from giamsat.foundation.units.models import Unit
    from giamsat.intake.observations import queries as observations
    from giamsat.lib.periods import Period

    last = years[-1]
    year = [f"{last}-M{month:02}" for month in range(1, 13)]
    ever = [f"{each}-M{month:02}" for each in years for month in range(1, 13)]
    province = Unit.objects.get(code=PROVINCE, depth=2, valid_to=None)
    under = Unit.objects.filter(path__startswith=province.path, depth=3).values_list("pk", flat=True)
    below = sorted(set(under) & set(unit_ids))
    one, path = below[7], Unit.objects.get(pk=below[7]).path

    def added(codes: list[str], periods: list[str], group: dict[int, str]) -> Question:
        """Cells added up on the way, and only that, as the baseline does: no roll-ups, and no n of N."""
        numbers = list(dict.fromkeys(group.values()))
        spread = sorted({int(period[:4]) for period in periods})
        where = sql.wanted(codes, [period_code(Period.parse(period)) for period in periods], 0)

        def ask() -> object:
            with newest_snapshot() as snapshot:
                snapshot.give(
                    "given", unit_id=list(group), place=[numbers.index(name) for name in group.values()]
                )
                head = snapshot.tables("facts", years=spread)
                return snapshot.ask_columns(
                    f"{head} SELECT place, period, indicator, sum(value) FROM facts JOIN given USING (unit_id)"
                    f" WHERE {where} GROUP BY ALL"
                )

        return ask

    def page() -> object:
        """One unit's figures as its page reads them: by key, from PostgreSQL."""
        reports = observations.reports_of([one], year).select_related("in_force")
        return [(each.period_key, observations.values_of(each.in_force)) for each in reports]

    def table(select: str, where: str) -> Question:
        return lambda: denormalised.ask(
            f"SELECT {select}, sum(value) FROM analytics WHERE {where} GROUP BY {select}"
        )

    def numbers(codes: list[str]) -> str:
        return ", ".join(str(denormalised.number(code)) for code in codes)

    months = f"period BETWEEN {last}01 AND {last}12"
    twenty, ten = CODES[30:50], CODES[60:70]
    tree = Tree()
    by_point = {unit: str(tree.place(unit).point_id) for unit in unit_ids}
    country, selves = dict.fromkeys(unit_ids, ""), {unit: str(unit) for unit in below}
    return {
        "1 series × points × 12 months": (
            lambda: queries.table(["X017"], year, level="point"),
            added(["X017"], year, by_point),
            table("point, period", f"indicator = 17 AND {months}")),
        "20 series × points × 12 months": (
            lambda: queries.table(twenty, year, level="point"),
            added(twenty, year, by_point),
            table("indicator, point, period", f"indicator IN ({numbers(twenty)}) AND {months}")),
        f"a province's {len(below)} communes × 10 series × 12 months": (
            lambda: queries.table(ten, year, units=below),
            added(ten, year, selves),
            table("indicator, unit, period",
                  f"path LIKE '{province.path}%' AND indicator IN ({numbers(ten)}) AND {months}")),
        "one unit × 200 series × 12 months": (
            page, page, table("indicator, period", f"path LIKE '{path}%' AND {months}")),
        f"1 series × country × {len(ever)} months": (
            lambda: queries.table(["X017"], ever, level="country"),
            added(["X017"], ever, country),
            table("period", f"indicator = 17 AND period BETWEEN {years[0]}01 AND {last}12")),
        "200 series × points × 1 month": (
            lambda: queries.table(CODES, [year[5]], level="point"),
            added(CODES, [year[5]], by_point),
            table("indicator, point", f"period = {last}06")),
    }  # fmt: skip


def milliseconds(question: Question) -> float:
    began = time.perf_counter()
    question()
    return (time.perf_counter() - began) * 1e3


def compare(unit_ids: list[int], years: list[int]) -> None:
    """Every shape in turn, and how many times faster than the baseline they are together."""
    times = [beside(what, ways) for what, ways in shapes(unit_ids, years).items()]
    with_sums, without = (statistics.geometric_mean(column) for column in zip(*times, strict=True))
    say(
        "times faster than the baseline, with roll-ups, geometric mean", with_sums, "×", goal=5, at_least=True
    )
    say("times faster than the baseline, without, geometric mean", without, "×", goal=3, at_least=True)


def beside(what: str, ways: tuple[Question, Question, Question]) -> tuple[float, float]:
    """One shape in three ways, one after the other, so that other people's work disturbs all alike."""
    cold = milliseconds(ways[0])
    for way in ways:
        way()
    times = [[milliseconds(way) for way in ways] for _ in range(REPEATS)]
    ours, plain, baseline = (statistics.median(column) for column in zip(*times, strict=True))
    say(f"{what}: cold", cold, "ms")
    say(f"{what}: warm median", ours, "ms", baseline=baseline)
    say(f"{what}: warm p95", sorted(row[0] for row in times)[int(REPEATS * 0.95)], "ms", goal=50)
    say(f"{what}: without roll-ups, median", plain, "ms", baseline=baseline)
    return baseline / ours, baseline / plain


def measure(years: int) -> None:
    from django.conf import settings

    from bench import denormalised, hub_burst, ten_years
    from giamsat.analysis.warehouse import queries, services
    from giamsat.foundation.catalogue import queries as catalogue

    began = time.perf_counter()
    profile = ten_years.plant(
        FOLDER / "definitions", Path(settings.DEFINITIONS_DIR) / "territory", years=years
    )
    say("cells in force", profile.cells, "cells")
    say("planted in", time.perf_counter() - began, "s")
    began = time.perf_counter()
    services.rebuild(at=ten_years.AT)
    took = time.perf_counter() - began
    say("full rebuild", took, "s", goal=180)
    say("cells rebuilt a second", profile.cells / took, "cells/s")
    state = queries.status()
    took, size = denormalised.build(profile.years)
    say(
        "bytes a cell, roll-ups and duties included",
        state.size / state.cells,
        "bytes",
        baseline=size / profile.cells,
    )
    say("the baseline made in", took, "s")
    with catalogue.one_look():  # as every page does
        compare(profile.units, profile.years)
    hub_burst.measure(profile, say)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--result", type=Path, default=HERE / "results" / "hub.json")
    options = parser.parse_args()
    from giamsat.config import postgres

    server = postgres.start(FOLDER / "postgres")
    try:
        postgres.ensure_database(server.url, "giamsat")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0, skip_checks=True)
        measure(options.years)
    finally:
        postgres.stop(FOLDER / "postgres")
        if not os.environ.get("KEEP"):
            shutil.rmtree(FOLDER)
    options.result.write_text(json.dumps(ROWS, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
