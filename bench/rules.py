"""How fast are all published rules put to a national batch, and to one report while it is typed?

3,321 reports of one wide form (250 cells: 63 lines in four columns) with previous period, four earlier periods and
peers. Writes bench/results/rules.json:

    make bench-rules
"""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import yaml

from giamsat.lib.formulas import CellFact, Check, Frames, Grid, Layout, Only, Program, compile_form, run

ROOT = Path(__file__).resolve().parents[1]
REPORTS, CELLS = 3_321, 250
COLUMNS = ("", "lvl=TINH", "lvl=XA", "lvl=CS")
LINES = {"B": 12, "C": 9, "D": 13, "G": 8, "K": 6, "L": 15}
CODES = [f"{group}{line:02}" for group, lines in LINES.items() for line in range(1, lines + 1)]
SHARED = ("B02", "B07", "D01", "D06", "G01", "G04")
PERSONS = {"B07", "B08", "B09", "B10", "B11", "D06", "D07", "D08", "D09", "D10", "L01", "L02", "L03"}


def published_checks() -> list[Check]:
    """Every check of the newest version of each rule in definitions/rules."""
    newest = {}
    for file in sorted((ROOT / "definitions" / "rules").glob("*.yaml")):
        rule = yaml.safe_load(file.read_text(encoding="utf-8"))
        newest[rule["code"]] = rule
    found = []
    for rule in newest.values():
        for number, entry in enumerate(rule["checks"], start=1):
            asked = entry.get("only", rule.get("only", {}))
            only = {key: tuple(v) if isinstance(v, list) else v for key, v in asked.items()}
            words = {
                key: entry[key]
                for key in ("expression", "when", "unless", "value", "expected")
                if key in entry
            }
            each = entry.get("each", rule["each"])
            found.append(Check(f"{rule['code']}.{number}", each, only=Only(**only), **words))
    return found


def frames(reports: int, rng: np.random.Generator) -> Frames:
    def grid(mean: float) -> Grid:
        figures = rng.poisson(mean, (reports, CELLS)).astype(np.int64) * 10_000
        return Grid(figures, rng.random(figures.shape) > 0.01)

    return Frames(
        grid(40),
        previous=grid(30),
        increments=grid(10),
        last_increments=grid(10),
        past_increments=[grid(10) for _ in range(4)],
        opening=grid(30),
        year_opening=grid(60),
        peers={
            **{percent: grid(mean) for percent, mean in ((5, 5), (50, 40), (95, 90))},
            **{(of, percent): grid(8) for of in SHARED for percent in (5, 50, 95)},
        },
        about={word: np.full(reports, 400) for word in ("members", "units_below")},
    )


def seconds(ask: Callable[[], object], times: int) -> tuple[float, float]:
    """Median of wall and of processor time."""
    walls, processors = [], []
    for _ in range(times):
        wall, processor = time.perf_counter(), time.process_time()
        ask()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    return statistics.median(walls), statistics.median(processors)


def cells() -> tuple[CellFact, ...]:
    """The first 250 cells of the codes in four columns."""
    keys = [(code, column) for code in CODES for column in COLUMNS][:CELLS]
    return tuple(
        CellFact(code, column, counts_persons=code in PERSONS, required=True) for code, column in keys
    )


def ask(program: Program, given: Frames) -> None:
    """One run over frames that have worked nothing out yet."""
    run(program, replace(given))


def main() -> None:
    layout, checks, rng = Layout(cells()), published_checks(), np.random.default_rng(1)
    size, rows = f"{len(checks)} checks, {CELLS} cells", []
    for reports, times, goal in ((REPORTS, 7, 2.0), (1, 60, 0.02)):
        given = frames(reports, rng)
        program = compile_form(layout, checks, given.offered)
        ask(program, given)
        wall, processor = seconds(lambda p=program, g=given: ask(p, g), times)
        rows.append(row(f"{reports:,} reports, {size}, compiled and warm", wall, goal))
        rows.append(row(f"{reports:,} reports, {size}, processor time", processor, goal))
    begun = time.perf_counter()
    compile_form(layout, checks, given.offered)
    rows.append(row(f"compiling a form, {size}", time.perf_counter() - begun, 0.1))
    results = ROOT / "bench" / "results" / "rules.json"
    results.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    for each in rows:
        print(f"{each['what']:60} {each['value']:8.4f} s, goal {each['goal']} s, met: {each['met']}")


def row(what: str, value: float, goal: float) -> dict[str, object]:
    return {
        "what": what,
        "value": round(value, 5),
        "unit": "s",
        "baseline": goal,
        "ratio": round(value / goal, 3),
        "goal": goal,
        "met": value <= goal,
    }


if __name__ == "__main__":
    main()
