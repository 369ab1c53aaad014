"""Reads of what figures mean: ratios from parts, increments, how units stand to targets, published series.

Figures come from the warehouse as accepted; who may see which is settled where they are shown.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from giamsat.analysis.indicators import rules
from giamsat.analysis.indicators.choices import DefinitionKind
from giamsat.analysis.indicators.like_for_like import BothWays, both_ways, both_ways_of_unit
from giamsat.analysis.indicators.models import TargetValue
from giamsat.analysis.indicators.over_maps import counted_from, figures_over_maps, states_of_figures
from giamsat.analysis.indicators.readings import (
    CellFigure,
    Cells,
    DerivedFigure,
    any_veiled,
    cells,
    derived,
    derived_indicator,
    derived_indicators,
    derived_of,
    increments,
    newest_definitions,
    target,
    targets,
)
from giamsat.analysis.indicators.rules import Derived, Ratio, Standing, Target
from giamsat.analysis.warehouse.choices import Level
from giamsat.lib.periods import CUMULATIVE_KINDS, Period

__all__ = [
    "Beside",
    "BothWays",
    "CellFigure",
    "Cells",
    "Derived",
    "DerivedFigure",
    "Ratio",
    "Standing",
    "Target",
    "any_veiled",
    "both_ways",
    "both_ways_of_unit",
    "cells",
    "counted_from",
    "derived",
    "derived_indicator",
    "derived_indicators",
    "derived_of",
    "figures_over_maps",
    "increments",
    "national_sums",
    "read_at",
    "reference_beside",
    "standings",
    "states_of_figures",
    "target",
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
            veiled=figure.veiled,
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


def read_at(definition: Target, period: Period) -> list[Period]:
    """Periods of the same year at which a target is read, up to the end of ``period``, oldest first."""
    kinds = [kind for kind in CUMULATIVE_KINDS if kind in definition.period_kinds]
    periods = [Period(kind, period.year) for kind in kinds]
    if "M" in definition.period_kinds:
        periods += [Period("M", period.year, month) for month in range(1, period.reach + 1)]
    return sorted(each for each in periods if each.ends_on <= period.ends_on)


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
