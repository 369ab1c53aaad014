"""Everything that arrives at a period's end at once: forms as workbooks, and a list of millions of cells.

    make bench-bursts         (writes bench/results/bursts.json; GIAMSAT_BENCH_UNITS=600 for a smaller country)

A house of its own in .cache/bench/bursts, made anew: the published tree, calendar and rules, and one form of 150 cells
that asks what the quarterly forms of communes ask. Figures are those of the clean practice country. Everything is sent
as one consignment by one account, through the checks of entry. Baseline of the list: COPY of the same packed arrays
into a twin of the table of versions with the same keys, in the same run.
"""

import io
import json
import os
import re
import resource
import shutil
import time
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import yaml

REPOSITORY = Path(__file__).resolve().parents[1]
HOUSE = REPOSITORY / ".cache" / "bench" / "bursts"
RESULT = REPOSITORY / "bench" / "results" / "bursts.json"
WHOLE, INTO, CELLS = ("BM11", "BM21", "BM19", "BM02", "BM05", "BM04"), "BM11", 150
FORMS_AT = "2026-9M"
LISTS_AT = ("2025-9M", "2025-Y", "2026-Q1", "2026-6M")
SENTINEL, UNIT = 700_000, "77777777"
GOAL_SECONDS, GOAL_SHARE = 90, 0.3
UNITS = int(os.environ.get("GIAMSAT_BENCH_UNITS", "3321"))


def main() -> None:
    shutil.rmtree(HOUSE, ignore_errors=True)
    HOUSE.mkdir(parents=True)
    os.environ["GIAMSAT_DATA_DIR"] = str(HOUSE)
    os.environ.pop("DATABASE_URL", None)
    from giamsat.config.cli.surroundings import house

    with house(needs_tables=False):
        clerk, units = _furnish()
        rows = [*_workbooks(clerk, units), *_list(clerk, units)]
    RESULT.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for each in rows:
        print(
            f"{each['what']:72} {each['value']:>12} {each['unit']:10} {each['ratio'] or '':>6} met: {each['met']}"
        )


def _furnish() -> tuple[Any, list[Any]]:
    """The tree and the definitions, an account that compiles for everybody, and the communes."""
    from django.conf import settings

    from giamsat.config import setup
    from giamsat.foundation.access import services as access
    from giamsat.foundation.access.models import Account
    from giamsat.foundation.units import queries as units
    from giamsat.intake.sources import services as sources
    from giamsat.lib import clock

    settings.DEFINITIONS_DIR = _one_wide_form(settings.DEFINITIONS_DIR, HOUSE / "definitions")
    setup.prepare(print)
    sources.open_periods([2025, 2026])
    now = clock.now()
    clerk = Account.objects.create(
        username="bench", display_name="bench", unit=units.centre(), must_change_password=False,
        password_changed_at=now,
    )  # fmt: skip
    access.give_grant(
        clerk, role="compiler", unit=units.centre(), subtree=True, valid_from=date(2025, 1, 1), reason="bench",
        by=None, at=now,
    )  # fmt: skip
    communes = (
        units.all_units()
        .valid_on(date(2026, 9, 15))
        .filter(level=2, kind__in=("commune", "ward", "special_zone"))
    )
    return clerk, list(communes.exclude(withheld=True).order_by("code")[:UNITS])


def _one_wide_form(published: Path, folder: Path) -> Path:
    """A copy of the definitions in which one form asks what four ask."""
    shutil.copytree(published, folder)
    read = {code: yaml.safe_load((folder / f"forms/{code}.v1.yaml").read_text()) for code in WHOLE}
    form = read[INTO]
    form["sections"], left = [], CELLS
    for section in (section for code in WHOLE for section in read[code]["sections"]):
        section["rows"] = section["rows"][: left // len(section["columns"])]
        left -= len(section["rows"]) * len(section["columns"])
        form["sections"] += [section] if section["rows"] else []
    form["groups"] = sorted({group for code in WHOLE for group in read[code]["groups"]})
    for code in WHOLE:
        (folder / f"forms/{code}.v1.yaml").unlink()
    (folder / f"forms/{INTO}.v1.yaml").write_text(yaml.safe_dump(form, allow_unicode=True), encoding="utf-8")
    calendar = (folder / "calendar.yaml").read_text()
    for code in WHOLE[1:]:
        calendar = re.sub(rf"(, )?\b{code}\b", "", calendar).replace("[, ", "[")
    (folder / "calendar.yaml").write_text(calendar, encoding="utf-8")
    return folder


def _figures(units: Sequence[Any], form: Any, key: str) -> np.ndarray:
    from bench import country
    from giamsat.lib.periods import Period

    drawn = country.draw(20).book("communes")
    place = {code: row for row, code in enumerate(drawn.bodies.codes)}
    cells = drawn.cells([cell.key for cell in form.cells], Period.parse(key))
    return np.nan_to_num(cells[[place[unit.code] for unit in units]]).astype(np.int64)


def _workbooks(clerk: Any, units: list[Any]) -> list[dict[str, Any]]:
    """Every commune's form in one ZIP: put together, read, checked, stored."""
    from giamsat.intake.sources import queries as sources
    from giamsat.lib.periods import Period

    form = sources.form_for(INTO, Period.parse(FORMS_AT))
    packed = HOUSE / "forms.zip"
    _write_workbooks(packed, form, units, _figures(units, form, FORMS_AT))
    kept, done, consignment = _take_in(clerk, "forms.zip", packed)
    taken = consignment.stored + consignment.to_explain
    what = f"{len(units):,} workbooks of {len(form.cells)} cells together"
    goal = GOAL_SECONDS * len(units) / 3_321
    return [
        _row(f"{what}: put together and kept", kept, "s"),
        _row(f"{what}: read, checked, stored", done, "s"),
        _row(
            f"{what}: all of it",
            kept + done,
            "s",
            baseline=goal,
            goal=f"≤ {goal:.0f} s",
            met=kept + done <= goal,
        ),
        _row(
            "… of them taken in", taken, "reports", baseline=len(units), goal="all", met=taken == len(units)
        ),
    ]


def _write_workbooks(packed: Path, form: Any, units: Sequence[Any], figures: np.ndarray) -> None:
    """One template with marks in its cells, filled in for each unit as Excel would save it."""
    from giamsat.intake.sources import services as sources
    from giamsat.lib.periods import Period

    first = units[0]
    marks = [SENTINEL + cell.ordinal for cell in form.cells]
    code, first.code = first.code, UNIT
    model = sources.template_workbook(form, first, Period.parse(FORMS_AT), values=marks)
    first.code = code
    with zipfile.ZipFile(io.BytesIO(model)) as parts:
        inside = {name: parts.read(name).decode() for name in parts.namelist()}
    mark = re.compile(rf"<v>({str(SENTINEL)[:3]}\d{{3}})</v>")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as all_of_them:
        for unit, row in zip(units, figures.tolist(), strict=True):
            target = io.BytesIO()
            with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book:
                for name, text in inside.items():
                    filled = mark.sub(lambda found, row=row: f"<v>{row[int(found[1]) - SENTINEL]}</v>", text)
                    book.writestr(name, filled.replace(UNIT, unit.code))
            all_of_them.writestr(f"{unit.code}.xlsx", target.getvalue())


def _list(clerk: Any, units: list[Any]) -> list[dict[str, Any]]:
    """Four earlier quarters of everybody as one Parquet file, beside a bare COPY of the same arrays."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from giamsat.intake.sources import queries as sources
    from giamsat.lib.periods import Period

    form = sources.form_for(INTO, Period.parse(LISTS_AT[0]))
    figures = np.vstack([_figures(units, form, key) for key in LISTS_AT])
    count = len(figures)
    words = {
        "form": [INTO] * count,
        "version": [str(form.version)] * count,
        "unit": [unit.code for unit in units] * len(LISTS_AT),
        "vintage": [unit.vintage for unit in units] * len(LISTS_AT),
        "period": [key for key in LISTS_AT for _unit in units],
    }
    table = pa.table(words | {cell.key: figures[:, cell.ordinal] for cell in form.cells})
    file = HOUSE / "quarters.parquet"
    pq.write_table(table, file)
    kept, done, consignment = _take_in(clerk, file.name, file)
    taken = consignment.stored + consignment.to_explain
    seconds, cells = kept + done, count * len(form.cells)
    bare = _copy_bare()
    share = (taken / seconds) / (bare[0] / bare[1])
    what = f"a Parquet list of {cells:,} cells"
    return [
        _row(f"{what}: cut and kept", kept, "s"),
        _row(f"{what}: checked and stored", round(taken * len(form.cells) / seconds), "cells/s",
             baseline=round(bare[0] * len(form.cells) / bare[1]), ratio=share, goal=f"≥ {GOAL_SHARE} of COPY",
             met=share >= GOAL_SHARE),
        _row("… of its reports taken in", taken, "reports", baseline=count, goal="all", met=taken == count),
        _row("memory at most", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "MB"),
    ]  # fmt: skip


def _take_in(clerk: Any, name: str, path: Path) -> tuple[float, float, Any]:
    """Seconds to keep it, seconds to take it in, and what became of it."""
    from giamsat.intake.consignments import services
    from giamsat.lib import clock

    begun = time.perf_counter()
    consignment = services.gather([services.Found(name, path)], name=name, by=clerk, at=clock.now())
    kept = time.perf_counter() - begun
    begun = time.perf_counter()
    consignment = services.run(consignment.pk, now=clock.now)
    return kept, time.perf_counter() - begun, consignment


def _copy_bare() -> tuple[int, float]:
    """How many versions go over by COPY into a twin table with the same keys, and in how many seconds."""
    from django.db import connection

    with connection.cursor() as cursor:
        with cursor.copy("COPY observations_reportversion TO STDOUT") as out:
            rows = b"".join(bytes(piece) for piece in out)
        cursor.execute("CREATE TABLE bench_twin (LIKE observations_reportversion INCLUDING ALL)")
        begun = time.perf_counter()
        with cursor.copy("COPY bench_twin FROM STDIN") as into:
            into.write(rows)
        seconds = time.perf_counter() - begun
        cursor.execute("SELECT count(*) FROM bench_twin")
        return cursor.fetchone()[0], seconds


def _row(what: str, value: float, unit: str, **more: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"baseline": None, "ratio": None, "goal": "", "met": None}
    row = {"what": what, "value": round(value, 2), "unit": unit, **empty, **more}
    return row | {"ratio": round(row["ratio"], 3) if row["ratio"] else None}


if __name__ == "__main__":
    main()
