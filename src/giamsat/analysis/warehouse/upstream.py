"""What the warehouse takes from the rooms before it, in the form it needs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from giamsat.analysis.warehouse.choices import State
from giamsat.analysis.warehouse.rules import period_code
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.catalogue.choices import Additivity
from giamsat.foundation.units import queries as units
from giamsat.foundation.units.choices import CENTRE_DEPTH, POINT_DEPTH
from giamsat.intake.observations import queries as observations
from giamsat.intake.observations.choices import Status
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Basis
from giamsat.lib.periods import Period

# while a correction is under way the accepted figures stay, and count as provisional
STATES = {Status.TONG_HOP.value: State.CONSOLIDATED, Status.KHOA.value: State.LOCKED}


class Shown(NamedTuple):
    """A report as it may be shown: its newest accepted version. ``values`` is PostgreSQL's text of the array."""

    report_id: int
    version_id: int
    unit_id: int
    point_id: int | None
    region: str
    form: str
    form_version: int
    period: int
    basis: str
    state: int
    values: str


class Owed(NamedTuple):
    """``units`` are (unit, point, region); each owes every one of ``duties``, (form, basis)."""

    duties: list[tuple[str, str]]
    units: list[tuple[int, int | None, str]]


class Place(NamedTuple):
    point_id: int | None
    region: str


class Tree:
    """Where units stand: under which point, in which region. Read once for each piece of work."""

    def __init__(self) -> None:
        nowhere = Place(None, "")
        rows = list(units.all_units().order_by().values_list("pk", "path", "depth", "region"))
        points = {path: Place(pk, region) for pk, path, depth, region in rows if depth == POINT_DEPTH}
        step = min(map(len, points), default=0)
        self.places = {
            pk: points.get(path[:step], nowhere) if depth > CENTRE_DEPTH else nowhere
            for pk, path, depth, _ in rows
        }
        self.under: dict[int | None, list[int]] = defaultdict(list)  # a point's units, itself not among them
        for pk, place in self.places.items():
            if pk != place.point_id:
                self.under[place.point_id].append(pk)

    def place(self, unit_id: int) -> Place:
        return self.places[unit_id]


def shown_reports(
    tree: Tree, *, report_ids: Iterable[int] | None = None, year: int | None = None
) -> Iterator[Shown]:
    """Accepted reports, some or those of a year; a report with nothing accepted is left out."""
    for packed in observations.packed_versions(report_ids=report_ids, year=year):
        report, version, unit, form, form_version, period, basis, status, values = packed
        place = tree.place(unit)
        yield Shown(
            report,
            version,
            unit,
            *place,
            form,
            form_version,
            code_of(period),
            basis,
            state_of(status),
            values,
        )


class Head(NamedTuple):
    report_id: int
    version_id: int
    period: int
    state: int


def heads(*, report_ids: Iterable[int] | None = None, year: int | None = None) -> Iterator[Head]:
    """The same without figures."""
    for head in observations.heads_in_force(report_ids=report_ids, year=year):
        yield Head(head.report_id, head.version_id, code_of(head.period_key), state_of(head.status))


def totals(year: int) -> dict[tuple[str, int, str], tuple[int, int, Decimal]]:
    """(reports, cells, sum) of each form, period and basis, as PostgreSQL adds them up."""
    return {
        (each.form_code, code_of(each.period_key), each.basis): (
            each.reports,
            each.cells,
            each.total,
        )
        for each in observations.totals_in_force(year)
    }


def state_of(status: str) -> State:
    return STATES.get(status, State.PROVISIONAL)


@cache
def code_of(period_key: str) -> int:
    return period_code(Period.parse(period_key))


def shown_years() -> list[int]:
    """The years that have accepted reports."""
    return sorted(observations.published_years())


def owed(tree: Tree, period: Period) -> Iterator[Owed]:
    """Who owes what for a period, one piece for the forms that the same units owe."""
    kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in sources.obligations(period):
        kinds[each.form_code, each.basis].add(each.unit_kind)
    together: dict[frozenset[str], list[tuple[str, str]]] = defaultdict(list)
    for duty, owing in sorted(kinds.items()):
        together[frozenset(owing)].append(duty)
    for duties in together.values():
        form, basis = duties[0]
        ids = list(sources.obliged_units(form, period, Basis(basis)).values_list("pk", flat=True))
        yield Owed(duties, [(unit_id, *tree.place(unit_id)) for unit_id in ids])


def cells_of(form: str, version: int) -> list[tuple[int, str, int]]:
    """(ordinal, indicator, breakdown number) of each cell of a form."""
    numbers = {key: each.pk for key, each in catalogue.breakdowns().items()}
    return [
        (cell.ordinal, cell.indicator, numbers[cell.breakdown]) for cell in sources.form(form, version).cells
    ]


def form_in_force(form: str, period: Period) -> int:
    return sources.form_for(form, period).version


def breakdown_number(key: str) -> int:
    return catalogue.breakdowns()[key].pk


def ratios() -> set[str]:
    """Indicators that must be recomputed from parts, never added."""
    return {code for code, each in catalogue.indicators().items() if each.additivity == Additivity.RATIO}


def breakdown_keys() -> dict[int, str]:
    return {each.pk: key for key, each in catalogue.breakdowns().items()}
