"""What the rules may look at beside the figures: the unit's past, its other forms, those below, its peers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from os.path import commonprefix
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from django.db import connection

from giamsat.foundation.units import queries as units_queries
from giamsat.intake.observations import inheritance
from giamsat.intake.observations.figures import AT_HAND, IN_FORCE, IN_FORCE_OR_AT_HAND, stored
from giamsat.intake.observations.models import Estimate, Report
from giamsat.intake.quality import queries as quality
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Basis
from giamsat.intake.sources.queries import Cell
from giamsat.lib.formulas import Grid
from giamsat.lib.formulas.grids import Whole
from giamsat.lib.periods import Period

if TYPE_CHECKING:
    from giamsat.intake.sources.models import Form

FEWEST_PEERS = 10
MOST_RATES_KEPT = 200
OF_PEERS = frozenset({"peer_pct", "peer_share"})
Shares = tuple[tuple[int, int, str], ...]
Named = dict[str, str]  # in both languages
_known_rates: dict[tuple[object, ...], Any] = {}


class Body(NamedTuple):
    """What the checks know of a reporting unit."""

    pk: int
    kind: str
    path: str
    members: int | None


@dataclass(frozen=True)
class Evidence:
    """Grids over the same units and cells as the reports that are checked. What is None is not known."""

    history: Mapping[Period, Grid] = field(default_factory=dict)
    own: Grid | None = None
    children: Any = None
    peers: Mapping[Any, Grid] = field(default_factory=dict)
    predecessors: Grid | None = None
    about: Mapping[str, Whole] = field(default_factory=dict)
    siblings: Sequence[tuple[Sequence[Cell], Grid]] = ()
    siblings_history: Mapping[Period, Grid] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """Reports of one form, period and basis, the rules they are put to, and ``which`` figures of the past count.

    ``estimates``: what a sum declares in the place of missing reports.
    """

    units: Sequence[Body]
    form: Form
    period: Period
    basis: str
    rules: tuple[quality.Rule, ...]
    which: str = AT_HAND
    estimates: Sequence[Estimate] = ()

    @property
    def keys(self) -> list[str]:
        return [cell.key for cell in self.form.cells]

    @property
    def unit_ids(self) -> list[int]:
        return [unit.pk for unit in self.units]


def evidence_for(asked: Asked, current: Grid) -> Evidence:
    """Everything that these rules look at for a batch of reports, by a few questions."""
    beside = _forms_beside(asked)
    cells = tuple(cell for _, cells in beside for cell in cells)
    looks = quality.looks(tuple(asked.form.cells), cells, asked.rules)
    history = _history(asked, sources.family(asked.form.code), asked.keys, looks.words)
    consolidated = asked.basis == Basis.CONSOLIDATED
    added = quality.increments(asked.form.cells, current, history, asked.period)
    return Evidence(
        history=history,
        own=_own(asked) if consolidated else None,
        children=_children(asked) if consolidated else None,
        peers=_peers(asked, added, looks.shares) if looks.words & OF_PEERS else {},
        predecessors=inheritance.left_by_predecessors(asked) if "predecessors_sum" in looks.words else None,
        about=_about(asked.units, looks.words, asked.period),
        siblings=[(some, _siblings(asked, code, some, asked.period)) for code, some in beside],
        siblings_history=_past_beside(asked, beside, looks.siblings),
    )


def _history(
    asked: Asked, form_codes: Sequence[str], keys: Sequence[str], words: frozenset[str]
) -> dict[Period, Grid]:
    """Earlier periods, as the unit last told them.

    On arrival the figures at hand count, accepted or not: a unit that has corrected March and waits for its superior
    must not be held to its old March in June.
    """
    wanted = quality.periods_needed(asked.period, words)
    told = Report.objects.filter(
        form_code__in=form_codes, period_key__in=[each.key for each in wanted], basis=asked.basis
    )
    reported = set(told.order_by().values_list("period_key", flat=True).distinct())
    return {
        each: stored(
            keys,
            asked.unit_ids,
            form_codes=form_codes,
            period_key=each.key,
            basis=asked.basis,
            which=asked.which,
        )
        for each in wanted
        if each.key in reported
    }


def _own(asked: Asked) -> Grid:
    """Beside a consolidated figure: what the unit itself did; a correction under way does not count yet."""
    return stored(
        asked.keys,
        asked.unit_ids,
        form_codes=[asked.form.code],
        period_key=asked.period.key,
        basis=Basis.OWN,
        which=IN_FORCE_OR_AT_HAND if asked.which == AT_HAND else asked.which,
    )


def _children(asked: Asked) -> Any:
    """Own figures in force of everyone below each unit, summed; who owes them, who has sent, who is missing.

    A cell that the children's form does not ask counts as nothing. Declared estimates count where nothing is in force.
    """
    keys, units, form, period = asked.keys, asked.units, asked.form, asked.period
    below = _owing_below(units, form, period)
    owing = list(dict.fromkeys(pk for children in below for pk in children))
    grid = stored(
        keys,
        owing,
        form_codes=sources.family(form.code),
        period_key=period.key,
        basis=Basis.OWN,
        which=IN_FORCE,
    )
    place = {pk: row for row, pk in enumerate(owing)}
    _put_in_place(asked.estimates, grid, place, keys)
    sent = np.asarray(grid.present.any(axis=1))
    rows = [[place[pk] for pk in children] for children in below]
    total = [grid.scaled[each].sum(axis=0, dtype=np.int64) for each in rows]
    return quality.Children(
        Grid(np.array(total), np.ones((len(units), len(keys)), np.bool_)),
        np.array([len(each) for each in rows]),
        np.array([int(sent[each].sum()) for each in rows]),
        [[name for pk, name in children.items() if not sent[place[pk]]] for children in below],
    )


def _put_in_place(
    estimates: Sequence[Estimate], grid: Grid, place: Mapping[int, int], keys: Sequence[str]
) -> None:
    """Declared estimates, where nothing is in force."""
    for each in estimates:
        row = place.get(each.unit_id)
        if row is None or grid.present[row].any():
            continue
        said = each.values_by_key
        told = Grid.of([[said.get(key) for key in keys]])
        grid.scaled[row], grid.present[row] = told.scaled[0], told.present[0]


def _owing_below(units: Sequence[Body], form: Form, period: Period) -> list[dict[int, Named]]:
    """Per unit, those below it that owe a form of the same family, with their names."""
    below: list[dict[int, Named]] = [{} for _ in units]
    rows = {unit.path: row for row, unit in enumerate(units)}
    lengths = sorted({len(path) for path in rows})
    together = commonprefix(list(rows))  # noqa: RUF071 - paths of the tree have no separators
    for form_code in sources.family(form.code):
        owing = sources.obliged_units(form_code, period).filter(path__startswith=together)
        for pk, path, code, vi, en in owing.values_list("pk", "path", "code", "name_vi", "name_en"):
            name = {"vi": f"{vi} ({code})", "en": f"{en} ({code})"}
            for length in lengths:
                if length < len(path) and path[:length] in rows:
                    below[rows[path[:length]]][pk] = name
    return below


def _about(units: Sequence[Body], words: frozenset[str], period: Period) -> dict[str, Whole]:
    """What is known of each unit as a whole; below 0 where it is not."""
    known: dict[str, Whole] = {}
    if "members" in words:
        known["members"] = np.array([-1 if unit.members is None else unit.members for unit in units])
    if "units_below" in words:
        below = units_queries.counts_below([unit.path for unit in units], on=sources.cut_off_on(period))
        known["units_below"] = np.array([below.get(unit.path, -1) for unit in units])
    return known


def _forms_beside(asked: Asked) -> list[tuple[str, tuple[Cell, ...]]]:
    """The units' other forms with those of their cells that a rule compares with this one."""
    wanted = quality.codes_beside(frozenset(cell.indicator for cell in asked.form.cells), asked.rules)
    if not wanted:
        return []
    kinds = {unit.kind for unit in asked.units}
    codes = sorted(
        {
            each.form_code
            for each in sources.obligations(asked.period)
            if each.unit_kind in kinds and each.basis == asked.basis and each.form_code != asked.form.code
        }
    )
    beside = (
        (code, tuple(each for each in sources.form_for(code, asked.period).cells if each.indicator in wanted))
        for code in codes
    )
    return [(code, cells) for code, cells in beside if cells]


def _siblings(asked: Asked, code: str, cells: Sequence[Cell], period: Period) -> Grid:
    """What the units told on another form."""
    keys = [cell.key for cell in cells]
    return stored(
        keys, asked.unit_ids, form_codes=[code], period_key=period.key, basis=asked.basis, which=asked.which
    )


def _past_beside(
    asked: Asked, beside: Sequence[tuple[str, tuple[Cell, ...]]], words: frozenset[str]
) -> dict[Period, Grid]:
    """The same of the earlier periods that the rules look at."""
    past: dict[Period, Grid] = {}
    for period in quality.periods_needed(asked.period, words) if beside else ():
        grids = [_siblings(asked, code, cells, period) for code, cells in beside]
        past[period] = reduce(Grid.beside, grids)
    return past


def _peers(asked: Asked, added: Grid, shares: Shares) -> dict[Any, Grid]:
    """Percentiles of what units of the same kind added in the same period, at each unit's size."""
    found: dict[Any, Grid] = {}
    persons = [cell.counts_persons for cell in asked.form.cells]
    for kind in sorted({unit.kind for unit in asked.units}):
        rows = [row for row, unit in enumerate(asked.units) if unit.kind == kind]
        sizes = [asked.units[row].members or 1 for row in rows]
        if len(rows) >= FEWEST_PEERS:
            rates = quality.peer_rates(added.at(rows), sizes, persons=persons, shares=shares)
        else:
            rates = _rates_of_kind(kind, asked, shares)
        for percent, grid in rates.at_size(sizes, added.at(rows)).items():
            whole = found.setdefault(percent, Grid.blank(*added.shape))
            whole.scaled[rows], whole.present[rows] = grid.scaled, grid.present
    return found


def _rates_of_kind(kind: str, asked: Asked, shares: Shares) -> Any:
    """Percentiles per member over what one kind of unit has added in a period.

    Kept until an eighth more has come in: a band over thousands of units does not move with each of them.
    """
    form, period, basis = asked.form, asked.period, asked.basis
    told = Report.objects.filter(
        form_code=form.code, period_key=period.key, basis=basis, unit__kind=kind, current__isnull=False
    )
    count = told.count()
    step = int(np.log2(count + 1) * 6)
    key = (connection.settings_dict["NAME"], form.pk, period.key, basis, kind, step, shares)
    if key not in _known_rates:
        if len(_known_rates) > MOST_RATES_KEPT:
            _known_rates.clear()
        sizes = dict(told.order_by().values_list("unit_id", "unit__members"))
        earlier = period.previous_cumulative()
        history = {earlier: _told(list(sizes), form, earlier, basis)} if earlier else {}
        added = quality.increments(form.cells, _told(list(sizes), form, period, basis), history, period)
        _known_rates[key] = quality.peer_rates(
            added,
            [size or 1 for size in sizes.values()],
            persons=[cell.counts_persons for cell in form.cells],
            shares=shares,
        )
    return _known_rates[key]


def _told(unit_ids: Sequence[int], form: Form, period: Period, basis: str) -> Grid:
    """A period's figures of these units, in the cells of this form."""
    keys, family = [cell.key for cell in form.cells], sources.family(form.code)
    return stored(keys, unit_ids, form_codes=family, period_key=period.key, basis=basis, which=AT_HAND)
