"""How often do the two detectors cry wolf, and how small a change do they see?

Five hundred quiet countries of three kinds (the detectors' own battery of tests knows only the first), then the same
with one unit's newest figure made larger or smaller, by how many occurrences the unit usually has. Then practice
countries of twenty seeds, on the real tree. Writes bench/results/detector_power.json. Half a minute:

    make bench-detector-power
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from bench import country
from giamsat.analysis.early_warning.detectors import DETECTORS, Detector
from giamsat.analysis.early_warning.detectors.base import Panel
from giamsat.config.demo import scenario
from giamsat.config.demo.country_figures import Figures, sum_by_parent
from giamsat.lib.periods import Period

COUNTRIES, BENT, FIRST_SEED = 500, 250, 10_000
PRACTICE_SEEDS = range(41, 61)
SEASON = np.array([2, 3.5, 4.5, 7, 8, 9, 10, 10.7, 11.3, 13, 12, 9]) / 100
MONTHS = tuple(f"2026-M{month:02}" for month in range(1, 13))
UNITS, RATE, FINAL = 40, 0.03, 30.0
SIZES = ((0, 30, "under 30"), (30, 100, "30 to 99"), (100, 300, "100 to 299"), (300, np.inf, "300 and more"))
CHANGES, SHORTFALLS = (0.5, 1.5, 2.0, 3.0), (0.95, 0.85, 0.75, 0.5)
Row = dict[str, object]


@dataclass(frozen=True)
class World:
    """How unlike bodies are in habit, how much each wanders from month to month, how unlike they are in size."""

    name: str
    unlike: float
    wander: float
    sizes: float

    def members(self, rng: np.random.Generator) -> np.ndarray:
        return np.rint(rng.lognormal(11, self.sizes, UNITS))


WORLDS = (
    World("as in the tests", 0.15, 0.10, 0.7),
    World("unlike bodies", 0.35, 0.10, 1.4),
    World("restless bodies", 0.15, 0.25, 0.7),
)


def counts(world: World, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Members, and occurrences of units × months: nothing is wrong."""
    members = world.members(rng)
    habit = rng.gamma(1 / world.unlike**2, world.unlike**2, UNITS)
    mean = RATE * members[:, None] * SEASON * habit[:, None]
    return members, rng.poisson(mean * rng.gamma(1 / world.wander**2, world.wander**2, mean.shape)).astype(
        float
    )


def quiet(world: World, seed: int) -> Panel:
    members, values = counts(world, np.random.default_rng(seed))
    whole = np.ones(values.shape, bool)
    return Panel("B07", np.arange(len(members)), MONTHS, values, members, whole)


def on_path(world: World, seed: int, done: float = 1.1, place: int | None = None) -> Panel:
    """Cumulative members inspected per thousand, a tenth above the path; one unit at ``done`` of it."""
    rng = np.random.default_rng(seed)
    members = world.members(rng)
    reach = np.full(len(members), 1.1)
    if place is not None:
        reach[place] = done
    wander = rng.gamma(1 / world.wander**2, world.wander**2, (len(members), len(MONTHS)))
    mean = members[:, None] / 1_000 * FINAL * SEASON * reach[:, None] * wander
    counted, path = np.cumsum(rng.poisson(mean), axis=1).astype(float), FINAL * np.cumsum(SEASON)
    values = 1_000 * counted / members[:, None]
    words = tuple("CHAM" if value < 0.9 * path[-1] else "TRONG_KE_HOACH" for value in values[:, -1])
    return Panel(
        "T01", np.arange(len(members)), MONTHS, values, members, np.ones(values.shape, bool), counted=counted,
        due=path, final=FINAL, status=words, forecast=(None,) * len(members),
    )  # fmt: skip


def false_alarms(detector: Detector, world: World, draw: Callable[[World, int], Panel]) -> Row:
    found = [len(detector.look(draw(world, FIRST_SEED + n)).signals) for n in range(COUNTRIES)]
    what = f"{detector.name}, {world.name}: quiet countries with a false alarm"
    return row(what, np.count_nonzero(found), COUNTRIES)


def power_out_of_line(detector: Detector, world: World) -> list[Row]:
    hits = {(change, words): [0, 0] for change in CHANGES for _, _, words in SIZES}
    for number in range(BENT):
        panel = quiet(world, FIRST_SEED + number)
        usual = RATE * panel.members * SEASON[-1]
        place = number % len(panel)
        words = next(words for low, high, words in SIZES if low <= usual[place] < high)
        for change in CHANGES:
            values = panel.values.copy()
            values[place, -1] = np.rint(values[place, -1] * change)
            found = {each.unit_id for each in detector.look(replace(panel, values=values)).signals}
            hits[change, words][0] += place in found
            hits[change, words][1] += 1
    return [
        row(f"{detector.name}, {world.name}: a month × {change:g} found, usual {words}", *hit)
        for (change, words), hit in hits.items()
        if hit[1]
    ]


def power_target(detector: Detector, world: World) -> list[Row]:
    hits = {(done, words): [0, 0] for done in SHORTFALLS for _, _, words in SIZES}
    for number in range(BENT):
        place = number % UNITS
        for done in SHORTFALLS:
            panel = on_path(world, FIRST_SEED + number, done, place)
            usual = FINAL * panel.members[place] / 1_000
            words = next(words for low, high, words in SIZES if low <= usual < high)
            found = {each.unit_id for each in detector.look(panel).signals}
            hits[done, words][0] += place in found
            hits[done, words][1] += 1
    return [
        row(f"{detector.name}, {world.name}: at {done:.0%} of the path found, due {words}", *hit)
        for (done, words), hit in hits.items()
        if hit[1]
    ]


def practice_panel(figures: Figures, last: int) -> tuple[Panel, np.ndarray]:
    """Members inspected month by month in each province, and which of them the scenario bends."""
    people, codes = figures.population, np.array(figures.population.points.codes)
    months = [Period("M", 2025, n) for n in range(9, 13)] + [Period("M", 2026, n) for n in range(1, last + 1)]
    flash = people.communes.territorial[:, None]
    standing = [
        sum_by_parent(people, figures.communes.cells(["B07", "A04"], each) * flash) for each in months
    ]
    provinces = standing[-1][:, 1] > 0
    added = np.full((len(codes), len(months)), np.nan)
    for column, month in enumerate(months):
        before = standing[column - 1][:, 0] if month.number > 1 else 0.0
        if column or month.number == 1:
            added[:, column] = standing[column][:, 0] - before
    keep = np.flatnonzero(provinces)
    panel = Panel(
        "B07", keep, tuple(each.key for each in months), added[keep], standing[-1][keep, 1],
        np.isfinite(added[keep]),
    )  # fmt: skip
    bent = (scenario.OUT_OF_LINE_POINT, scenario.BEHIND_POINT, scenario.FALLING_BEHIND_POINT)
    return panel, np.isin(codes[keep], bent)


def practice(detector: Detector) -> list[Row]:
    """On the real tree: alarms where nothing was bent, and whether the bent month is found."""
    alarms, panels, found = 0, 0, 0
    for seed in PRACTICE_SEEDS:
        figures = country.draw.__wrapped__(seed)
        for last in (6, 7, 8, 9):
            panel, bent = practice_panel(figures, last)
            signals = {each.unit_id for each in detector.look(panel).signals}
            alarms += bool(signals & set(panel.unit_ids[~bent].tolist()))
            panels += 1
        place = figures.population.points.place[scenario.OUT_OF_LINE_POINT]
        found += place in signals
    return [
        row(f"{detector.name}, practice countries: months with a false alarm", alarms, panels),
        row(f"{detector.name}, practice countries: the tripled September found", found, len(PRACTICE_SEEDS)),
    ]


def row(what: str, hit: int, of: int) -> Row:
    return {"what": what, "value": round(int(hit) / of, 4), "unit": "share", "hit": int(hit), "of": of}


def main() -> None:
    began, rows = time.perf_counter(), []
    out_of_line, behind = (DETECTORS[name]() for name in ("out_of_line", "target_behind"))
    for world in WORLDS:
        rows.append(false_alarms(out_of_line, world, quiet))
        rows.append(false_alarms(behind, world, on_path))
        rows += power_out_of_line(out_of_line, world)
        rows += power_target(behind, world)
    rows += practice(out_of_line)
    for each in rows:
        print(f"{each['what']:90} {100 * float(str(each['value'])):6.1f} % of {each['of']}")
    print(f"{time.perf_counter() - began:.0f} s")
    text = ",\n".join(json.dumps(each, ensure_ascii=False) for each in rows)
    results = country.RESULTS / "detector_power.json"
    results.write_text(f"[\n{text}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
