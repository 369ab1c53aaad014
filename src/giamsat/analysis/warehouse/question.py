"""One question for published figures: checked, in the files' own numbers, and put to a generation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from giamsat.analysis.warehouse import outsiders, sql, upstream
from giamsat.analysis.warehouse.choices import Level
from giamsat.analysis.warehouse.errors import ConsolidatedIsNotAdded, RatioIsNotAdded
from giamsat.analysis.warehouse.reader import Snapshot
from giamsat.analysis.warehouse.rules import period_code
from giamsat.intake.sources.choices import Basis
from giamsat.lib.periods import Period

PeriodLike = Period | str


@dataclass(frozen=True)
class Question:
    """What is asked, checked and in the files' own numbers."""

    indicators: tuple[str, ...]
    periods: tuple[int, ...]
    breakdown: str
    breakdown_number: int
    persons: frozenset[str]
    height: Level
    basis: Basis
    units: list[int] | None
    group_by: Mapping[int, str] | None

    @property
    def years(self) -> set[int]:
        return {code // 100 for code in self.periods}

    @property
    def of_units(self) -> bool:
        """Whether it is about what units said themselves, not about roll-ups."""
        return self.height == Level.UNIT or self.basis != Basis.OWN

    def put_to(self, snapshot: Snapshot) -> pa.Table:
        return _put_to_units(snapshot, self) if self.of_units else _put_to_places(snapshot, self)


def question_of(
    indicators: Iterable[str],
    periods: Iterable[PeriodLike],
    *,
    level: Level | str | None,
    units: Iterable[int] | None,
    breakdown: str,
    basis: Basis | str,
    group_by: Mapping[int, str] | None,
) -> Question | None:
    """None when nothing is asked; refusals where figures must not be added."""
    codes = tuple(sorted({_code(period) for period in periods}))
    names = tuple(sorted(set(indicators)))
    named = None if units is None else sorted(set(units))
    if not names or not codes or named == []:
        return None
    height = Level(level) if level else Level.UNIT
    own, added = Basis(basis) == Basis.OWN, group_by is not None or height != Level.UNIT
    if added and own:
        _refuse_ratios(names)
    if added and not own and not (height == Level.POINT and group_by is None):
        raise ConsolidatedIsNotAdded
    persons = frozenset(outsiders.persons(names))
    number = upstream.breakdown_number(breakdown)
    return Question(names, codes, breakdown, number, persons, height, Basis(basis), named, group_by)


def _code(period: PeriodLike) -> int:
    return period_code(period if isinstance(period, Period) else Period.parse(period))


def _refuse_ratios(indicators: Sequence[str]) -> None:
    for code in sorted(upstream.ratios().intersection(indicators)):
        raise RatioIsNotAdded(code)


def _put_to_units(snapshot: Snapshot, asked: Question) -> pa.Table:
    """Places are numbers on the way, of units or of the caller's groups: quicker to compare than names."""
    head = snapshot.tables("facts", "reports", "obliged", "carried", years=asked.years)
    which = asked.indicators, asked.periods, asked.breakdown_number
    names: pa.Array | None = None
    if asked.units is not None or asked.group_by is not None:
        ids = asked.units if asked.units is not None else sorted(asked.group_by or ())
        of_each = pa.array(
            [(asked.group_by or {}).get(unit_id, str(unit_id)) for unit_id in ids], pa.string()
        )
        numbered = of_each.dictionary_encode()
        names = numbered.dictionary
        snapshot.give("given", unit_id=ids, place=numbered.indices)
    query = sql.of_units(
        head,
        *which,
        forms=[form for (form,) in snapshot.ask(sql.forms_asking(head, *which))],
        basis=asked.basis.value,
        everyone=names is None,
        points_only=asked.height == Level.POINT,
    )
    found = snapshot.ask_columns(query)
    places = found["place"].cast(pa.string()) if names is None else names.take(found["place"])
    return found.set_column(0, "place", places)


def _put_to_places(snapshot: Snapshot, asked: Question) -> pa.Table:
    head = snapshot.tables("sums", "coverage", "carried", years=asked.years)
    if asked.units is not None:
        snapshot.give("given", place=[str(unit_id) for unit_id in asked.units])
    query = sql.of_places(
        head,
        asked.indicators,
        asked.periods,
        asked.breakdown_number,
        level=asked.height.value,
        some=asked.units is not None,
    )
    return snapshot.ask_columns(query)
