"""What of published figures those outside a unit are told: veiled cells of reports, sums without what waits for
company, and sums that are small themselves."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from giamsat.analysis.warehouse.choices import Level
from giamsat.analysis.warehouse.held_back import Held, standings, waits
from giamsat.analysis.warehouse.hidden_sums import hidden_sums, meaning
from giamsat.analysis.warehouse.models import Veil
from giamsat.analysis.warehouse.persons import person_cells
from giamsat.analysis.warehouse.reader import Snapshot
from giamsat.foundation.catalogue import queries as catalogue

Where = tuple[str, int, str]  # place, period, indicator


@dataclass(frozen=True)
class Outside:
    """What outsiders are not told of some figures, by place, period and indicator."""

    veiled: set[Where] = field(default_factory=set)
    held: Mapping[Where, Held] = field(default_factory=dict)


def persons(codes: Iterable[str]) -> list[str]:
    known = catalogue.indicators()
    return [code for code in codes if code in known and known[code].counts_persons]


def of_units(
    generation: int,
    codes: Iterable[str],
    *,
    breakdown: str,
    periods: Collection[int],
    basis: str,
    unit_ids: Collection[int] | None,
) -> set[Where]:
    """Cells of reports that are shown; every other figure of persons is not."""
    rows = Veil.objects.filter(period__in=periods, basis=basis, generation__lte=generation)
    if unit_ids is not None:
        rows = rows.filter(unit_id__in=unit_ids)
    by_form: dict[int, list[tuple[int, int, int, bytes]]] = defaultdict(list)
    for version, form, unit, period, hidden in rows.order_by().values_list(
        "version_id", "form_id", "unit_id", "period", "hidden"
    ):
        by_form[form].append((version, unit, period, bytes(hidden)))
    keys = {catalogue.cell_key(code, breakdown): code for code in codes}
    newest: dict[Where, tuple[int, bool]] = {}
    for form, veils in by_form.items():
        cells = person_cells(form)
        wanted = [(at, keys[key]) for at, key in enumerate(cells.keys) if key in keys]
        if not wanted:
            continue
        hidden = cells.unpacked([bits for *_, bits in veils])
        for row, (version, unit, period, _) in enumerate(veils):
            for column, code in wanted:
                where = (str(unit), period, code)
                newest[where] = max(newest.get(where, (0, False)), (version, not hidden[row, column]))
    return {where for where, (_, open_one) in newest.items() if open_one}


def of_versions(version_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """Hidden cells of versions, by their keys."""
    found = {}
    for veil in Veil.objects.filter(version_id__in=list(version_ids)).order_by("version_id"):
        cells = person_cells(veil.form_id)
        [row] = cells.unpacked([bytes(veil.hidden)])
        found[veil.version_id] = frozenset(key for key, hidden in zip(cells.keys, row, strict=True) if hidden)
    return found


def veils_of(year: int, generation: int) -> tuple[list[int], dict[str, list[Any]]]:
    """A year's versions that were decided about, and their hidden cells as columns of a table."""
    rows = Veil.objects.filter(
        period__gte=year * 100, period__lt=year * 100 + 100, generation__lte=generation
    )
    by_form: dict[int, list[tuple[int, bytes]]] = defaultdict(list)
    for version, form, hidden in rows.order_by("version_id").values_list("version_id", "form_id", "hidden"):
        by_form[form].append((version, bytes(hidden)))
    numbers = {key: each.pk for key, each in catalogue.breakdowns().items()}
    columns: dict[str, list[Any]] = {"version_id": [], "indicator": [], "breakdown": []}
    for form, veils in by_form.items():
        cells = person_cells(form)
        split = [catalogue.split_cell_key(key) for key in cells.keys]
        for row, column in np.argwhere(cells.unpacked([bits for _, bits in veils])).tolist():
            columns["version_id"].append(veils[row][0])
            columns["indicator"].append(split[column][0])
            columns["breakdown"].append(numbers[split[column][1]])
    return [version for veils in by_form.values() for version, _ in veils], columns


def states_of_sums(snapshot: Snapshot, periods: Collection[int]) -> dict[int, Hashable]:
    """What each period's sums, and what outsiders are told of them, stand on: while it is the same, so are they."""
    waiting, there, rest = standings(snapshot.number, periods), snapshot.years(), meaning()
    return {
        period: (snapshot.files_of(period), waiting.get(period), rest)
        for period in periods
        if period // 100 in there
    }


def of_places(
    snapshot: Snapshot, level: Level, codes: Iterable[str], breakdown: int, periods: Collection[int]
) -> Outside:
    """Sums: what they hold of reports that wait, and which of them are small or would tell a small one."""
    codes, part = set(codes), (level.value, breakdown)
    waiting = standings(snapshot.number, periods)
    hidden = hidden_sums(snapshot, periods, waiting)
    return Outside(
        veiled={
            (place, period, code)
            for period, sums in hidden.items()
            for place, code in sums.get(part, ())
            if code in codes
        },
        held={
            (place, standing.period, code): held
            for standing, parts in waits(snapshot.number, waiting.values()).items()
            for (place, code), held in parts.get(part, {}).items()
            if code in codes
        },
    )
