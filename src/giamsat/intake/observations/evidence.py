"""What the rules may look at beside the figures: the unit's past, its other forms, those below, its peers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from os.path import commonprefix
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from django.db import connection

from giamsat.intake.observations.figures import AT_HAND, IN_FORCE, IN_FORCE_OR_AT_HAND, stored
from giamsat.intake.observations.models import Report
from giamsat.intake.quality import queries as quality
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Basis
from giamsat.intake.sources.queries import Cell
from giamsat.lib.formulas import Grid
from giamsat.lib.formulas.language import THIS, terms
from giamsat.lib.periods import Period

if TYPE_CHECKING:
    from giamsat.intake.quality.queries import Rule
    from giamsat.intake.sources.models import Form

FEWEST_PEERS = 10
MOST_RATES_KEPT = 200
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
    peers: Mapping[int, Grid] = field(default_factory=dict)
    siblings: Sequence[tuple[Sequence[Cell], Grid]] = ()


def evidence_for(
    units: Sequence[Body],
    form: Form,
    period: Period,
    basis: str,
    current: Grid,
    *,
    which: str = AT_HAND,
    rules: Sequence[Rule] | None = None,
) -> Evidence:
    """Everything for a batch of reports of one form, period and basis, by a few questions.

    ``which`` figures of the past count, and which ``rules`` are to be put to them: without any, those of the period.
    """
    keys = [cell.key for cell in form.cells]
    unit_ids = [unit.pk for unit in units]
    history = _history(keys, unit_ids, form, period, basis, which=which)
    consolidated = basis == Basis.CONSOLIDATED
    return Evidence(
        history=history,
        own=_own(keys, unit_ids, form, period, which) if consolidated else None,
        children=_children(keys, units, form, period) if consolidated else None,
        peers=_peers(units, form, period, basis, quality.increments(form.cells, current, history, period)),
        siblings=_siblings(units, form, period, basis, which=which, rules=rules),
    )


def _history(
    keys: Sequence[str], unit_ids: Sequence[int], form: Form, period: Period, basis: str, *, which: str
) -> dict[Period, Grid]:
    """Earlier periods, as the unit last told them.

    On arrival the figures at hand count, accepted or not: a unit that has corrected March and waits for its superior
    must not be held to its old March in June.
    """
    wanted = quality.periods_needed(period)
    reported = set(
        Report.objects.filter(
            form_code__in=sources.family(form.code), period_key__in=[each.key for each in wanted], basis=basis
        )
        .order_by()
        .values_list("period_key", flat=True)
        .distinct()
    )
    family = sources.family(form.code)
    return {
        each: stored(keys, unit_ids, form_codes=family, period_key=each.key, basis=basis, which=which)
        for each in wanted
        if each.key in reported
    }


def _own(keys: Sequence[str], unit_ids: Sequence[int], form: Form, period: Period, which: str) -> Grid:
    """Beside a consolidated figure: what the unit itself did; a correction under way does not count yet."""
    which = IN_FORCE_OR_AT_HAND if which == AT_HAND else which
    return stored(keys, unit_ids, form_codes=[form.code], period_key=period.key, basis=Basis.OWN, which=which)


def _children(keys: Sequence[str], units: Sequence[Body], form: Form, period: Period) -> Any:
    """Own figures in force of everyone below each unit, summed; who owes them, who has sent, who is missing.

    A cell that the children's form does not ask counts as nothing.
    """
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
    sent = np.asarray(grid.present.any(axis=1))
    rows = [[place[pk] for pk in children] for children in below]
    total = [grid.scaled[each].sum(axis=0, dtype=np.int64) for each in rows]
    return quality.Children(
        Grid(np.array(total), np.ones((len(units), len(keys)), np.bool_)),
        np.array([len(each) for each in rows]),
        np.array([int(sent[each].sum()) for each in rows]),
        [[name for pk, name in children.items() if not sent[place[pk]]] for children in below],
    )


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


def _siblings(
    units: Sequence[Body],
    form: Form,
    period: Period,
    basis: str,
    *,
    which: str,
    rules: Sequence[Rule] | None,
) -> list[tuple[Sequence[Cell], Grid]]:
    """Cells of the units' other forms that a rule compares with this one."""
    wanted = _codes_beside(
        frozenset(cell.indicator for cell in form.cells), rules or quality.rules_on(period.ends_on)
    )
    if not wanted:
        return []
    kinds = {unit.kind for unit in units}
    codes = sorted(
        {
            each.form_code
            for each in sources.obligations(period)
            if each.unit_kind in kinds and each.basis == basis and each.form_code != form.code
        }
    )
    beside: list[tuple[Sequence[Cell], Grid]] = []
    for code in codes:
        cells = [cell for cell in sources.form_for(code, period).cells if cell.indicator in wanted]
        if cells:
            keys = [cell.key for cell in cells]
            grid = stored(
                keys,
                [unit.pk for unit in units],
                form_codes=[code],
                period_key=period.key,
                basis=basis,
                which=which,
            )
            beside.append((cells, grid))
    return beside


def _codes_beside(own: frozenset[str], rules: Sequence[Rule]) -> set[str]:
    """Indicators of other forms that stand in one rule with an indicator of this one."""
    beside: set[str] = set()
    for rule in rules:
        for check in rule.checks:
            named = {
                term.code for tree in check.trees for term in terms(tree) if term.code and term.word == "cell"
            }
            if named & own:
                beside |= named - own - {THIS}
    return beside


def _peers(units: Sequence[Body], form: Form, period: Period, basis: str, added: Grid) -> dict[int, Grid]:
    """Percentiles of what units of the same kind added in the same period, at each unit's size."""
    found: dict[int, Grid] = {}
    persons = [cell.counts_persons for cell in form.cells]
    for kind in sorted({unit.kind for unit in units}):
        rows = [row for row, unit in enumerate(units) if unit.kind == kind]
        sizes = [units[row].members or 1 for row in rows]
        if len(rows) >= FEWEST_PEERS:
            rates = quality.peer_rates(added.at(rows), sizes, persons=persons)
        else:
            rates = _rates_of_kind(kind, form, period, basis)
        for percent, grid in rates.at_size(sizes).items():
            whole = found.setdefault(percent, Grid.blank(*added.shape))
            whole.scaled[rows], whole.present[rows] = grid.scaled, grid.present
    return found


def _rates_of_kind(kind: str, form: Form, period: Period, basis: str) -> Any:
    """Percentiles per member over what one kind of unit has added in a period.

    Kept until an eighth more has come in: a band over thousands of units does not move with each of them.
    """
    told = Report.objects.filter(
        form_code=form.code, period_key=period.key, basis=basis, unit__kind=kind, current__isnull=False
    )
    count = told.count()
    step = int(np.log2(count + 1) * 6)
    key = (connection.settings_dict["NAME"], form.pk, period.key, basis, kind, step)
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
        )
    return _known_rates[key]


def _told(unit_ids: Sequence[int], form: Form, period: Period, basis: str) -> Grid:
    """A period's figures of these units, in the cells of this form."""
    keys, family = [cell.key for cell in form.cells], sources.family(form.code)
    return stored(keys, unit_ids, form_codes=family, period_key=period.key, basis=basis, which=AT_HAND)
