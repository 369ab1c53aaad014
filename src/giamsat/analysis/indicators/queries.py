"""Reads of what figures mean: ratios from parts, increments, how units stand to targets, published series.

Figures come from the warehouse as accepted; who may see which is settled where they are shown.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from giamsat.analysis.indicators import rules
from giamsat.analysis.indicators.choices import DefinitionKind, TargetStatus
from giamsat.analysis.indicators.models import TargetValue
from giamsat.analysis.indicators.over_maps import counted_from, figures_over_maps
from giamsat.analysis.indicators.readings import (
    Cells,
    DerivedFigure,
    Figure,
    any_veiled,
    cells,
    derived,
    derived_indicator,
    derived_indicators,
    derived_of,
    forget,
    increments,
    newest_definitions,
    target,
    targets,
)
from giamsat.analysis.indicators.rules import Derived, Ratio, Standing, Target
from giamsat.analysis.warehouse.choices import Level
from giamsat.foundation.units import queries as units
from giamsat.lib.periods import CUMULATIVE_KINDS, Period

if TYPE_CHECKING:
    from giamsat.foundation.units.models import Unit

__all__ = [
    "Beside",
    "BoardCell",
    "Cells",
    "Derived",
    "DerivedFigure",
    "Figure",
    "Ratio",
    "Standing",
    "Target",
    "any_veiled",
    "cells",
    "counted_from",
    "derived",
    "derived_indicator",
    "derived_indicators",
    "derived_of",
    "figures_over_maps",
    "forget",
    "increments",
    "national_sums",
    "read_at",
    "reference_beside",
    "standings",
    "target",
    "target_board",
    "target_status",
    "targets",
]


def standings(
    code: str,
    periods: Sequence[Period],
    *,
    level: str = Level.POINT,
    unit_ids: Iterable[int] | None = None,
) -> dict[tuple[int, str], Standing]:
    """How each unit stands to a target at each period: computed from reports, or as recorded."""
    definition = target(code)
    chosen = None if unit_ids is None else list(unit_ids)
    if definition.indicator is None:
        return _recorded(definition, periods, chosen)
    found = derived(definition.indicator, periods, level=level, unit_ids=chosen)
    return {
        (unit_id, key): rules.standing(
            definition,
            unit_id,
            Period.parse(key),
            figure.ratio.value,
            counted=figure.ratio.numerator,
            reported=figure.reported,
            expected=figure.expected,
        )
        for (unit_id, key), figure in found.items()
    }


def _recorded(
    definition: Target, periods: Sequence[Period], chosen: list[int] | None
) -> dict[tuple[int, str], Standing]:
    rows = TargetValue.objects.filter(target=definition.code, period_key__in=[each.key for each in periods])
    if chosen is not None:
        rows = rows.filter(unit_id__in=chosen)
    return {  # in the order of recording, so that the newest stays
        (row.unit_id, row.period_key): rules.standing(
            definition,
            row.unit_id,
            Period.parse(row.period_key),
            row.value,
            reported=1,
            expected=1,
            source=f"{row.source} ({row.as_of:%d/%m/%Y})",
        )
        for row in rows.order_by("recorded_at", "id")
    }


def target_status(unit: "Unit", period: Period) -> list[Standing]:
    """Every target of the unit's level at the newest period up to ``period`` that the target is read at."""
    level = Level.POINT if unit.level <= 1 else Level.UNIT
    found = []
    for code, definition in targets().items():
        if unit.level not in definition.levels:
            continue
        periods = read_at(definition, period)
        if not periods:
            continue
        known = standings(code, periods, level=level, unit_ids=[unit.pk])
        newest = [known[unit.pk, each.key] for each in reversed(periods) if (unit.pk, each.key) in known]
        nothing = rules.standing(definition, unit.pk, periods[-1], None)
        found.append(next((each for each in newest if each.value is not None), nothing))
    return found


def read_at(definition: Target, period: Period) -> list[Period]:
    """Periods of the same year at which a target is read, up to the end of ``period``, oldest first."""
    kinds = [kind for kind in CUMULATIVE_KINDS if kind in definition.period_kinds]
    periods = [Period(kind, period.year) for kind in kinds]
    if "M" in definition.period_kinds:
        periods += [Period("M", period.year, month) for month in range(1, period.reach + 1)]
    return sorted(each for each in periods if each.ends_on <= period.ends_on)


@dataclass(frozen=True, slots=True)
class BoardCell:
    """How the units of one region stand to one target: how many in each state."""

    target: str
    sector: str
    region: str
    period_key: str
    counts: dict[str, int]
    units: dict[str, list[int]]


def target_board(period: Period, unit_ids: Iterable[int]) -> list[BoardCell]:
    """Sector × region over some points: where targets are met, behind or at risk."""
    chosen = list(unit_ids)
    regions = dict(units.all_units().filter(pk__in=chosen).order_by().values_list("pk", "region"))
    board = []
    for code, definition in targets().items():
        periods = read_at(definition, period)
        known = standings(code, periods, unit_ids=chosen) if periods else {}
        places: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for unit_id in chosen:
            newest = (known[unit_id, each.key] for each in reversed(periods) if (unit_id, each.key) in known)
            standing = next((each for each in newest if each.value is not None), None)
            word = standing.status if standing else str(TargetStatus.NO_DATA)
            places[regions[unit_id]][word].append(unit_id)
        last = periods[-1].key if periods else period.key
        board += [
            BoardCell(
                code, definition.sector, region, last, {w: len(ids) for w, ids in words.items()}, dict(words)
            )
            for region, words in sorted(places.items())
        ]
    return board


@dataclass(frozen=True, slots=True)
class Beside:
    """A published figure of the whole country, and the sum of the reports kept here for the same time."""

    series: str
    indicator: str
    name: dict[str, str]
    period_key: str
    published: Decimal
    relation: str
    computed: bool
    source: dict[str, str]
    as_of: str
    note: dict[str, str] | None
    here: Decimal | None

    @property
    def ratio(self) -> Decimal | None:
        return None if self.here is None or not self.published else self.here / self.published


def reference_beside() -> list[Beside]:
    """Every published figure beside the sum of reports; the two are never mixed."""
    series = newest_definitions(DefinitionKind.REFERENCE, dict)
    wanted: dict[str, set[Period]] = defaultdict(set)
    for entry in series.values():
        for point in entry["points"]:
            for _sign, code in rules.parse_terms(entry["indicator"]):
                wanted[code].add(Period.parse(point["period"]))
    sums = national_sums(wanted)
    return [_beside(entry, point, sums) for entry in series.values() for point in entry["points"]]


def _beside(entry: dict[str, Any], point: dict[str, Any], sums: dict[tuple[str, str], Decimal]) -> Beside:
    """A point says its own source and day where they differ from its series'."""
    terms = rules.parse_terms(entry["indicator"])
    told = entry | point
    return Beside(
        series=entry["code"],
        indicator=entry["indicator"],
        name=entry["name"],
        period_key=point["period"],
        published=Decimal(str(point["value"])),
        relation=point["relation"],
        computed=point.get("computed", False),
        source=told["source"],
        as_of=told["as_of"],
        note=entry.get("note"),
        here=rules.total(terms, {code: sums.get((code, point["period"])) for _, code in terms}),
    )


def national_sums(wanted: dict[str, set[Period]]) -> dict[tuple[str, str], Decimal]:
    """The country's sums as everybody is told them, over the maps."""
    sums = {}
    for period in sorted({each for some in wanted.values() for each in some}):
        codes = [code for code, some in wanted.items() if period in some]
        for row in figures_over_maps(codes, [period], level=Level.COUNTRY):
            if row.outside is not None and not row.veiled:
                sums[row.indicator, row.period_key] = row.outside
    return sums
