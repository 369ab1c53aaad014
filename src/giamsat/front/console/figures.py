"""Key figures: each with its state, who has reported, the change among the same reporters, and its past."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from giamsat.analysis.warehouse import queries as warehouse
from giamsat.analysis.warehouse.choices import Level, State
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.front.console import screens
from giamsat.lib.numbers import format_number
from giamsat.lib.periods import Period

from .viewer import Viewer

STATES = {
    State.PROVISIONAL: ("provisional", gettext_lazy("provisional")),
    State.CONSOLIDATED: ("consolidated", gettext_lazy("consolidated")),
    State.LOCKED: ("locked", gettext_lazy("locked")),
}
NO_STATE = ("none", gettext_lazy("no figures yet"))
SPARK_PERIODS = 8
TOO_LITTLE_TO_COMPARE = Decimal(10)


@dataclass(frozen=True)
class StateShown:
    code: str
    label: str


@dataclass(frozen=True)
class KeyFigure:
    """One card."""

    code: str
    name: str
    unit: str
    text: str
    reported: str
    state: str
    change: str
    way: str
    tone: str
    spark: str
    href: str
    title: str


def state_shown(state: Any) -> StateShown:
    code, label = STATES[State(state)] if state else NO_STATE
    return StateShown(code, str(label))


def places_below(place: Any) -> Level:
    """At which level the units directly below a place are asked for."""
    return Level.POINT if place.depth == 1 else Level.UNIT


def rows_below(place: Any, seen: Sequence[Any], codes: Sequence[str], periods: Sequence[Period]) -> list[Any]:
    """Figures of the units directly below a place: points with all below them, else each unit's own."""
    ids = tuple(unit.pk for unit in seen)
    return _rows(places_below(place), ids, codes, periods) if ids else []


def rows_at(place: Any, codes: Sequence[str], periods: Sequence[Period]) -> list[Any]:
    """Figures of a place as a whole."""
    if place.depth == 1:
        return _rows(Level.COUNTRY, None, codes, periods)
    return _rows(Level.POINT if place.depth == 2 else Level.UNIT, (place.pk,), codes, periods)


def _rows(
    level: Level, ids: tuple[int, ...] | None, codes: Sequence[str], periods: Sequence[Period]
) -> list[Any]:
    """Published figures know no viewer, so what was asked of one generation is kept for all who ask the same."""
    generation = warehouse.newest()
    if generation is None or not codes:
        return []
    return _kept(generation.number, level, ids, tuple(codes), tuple(periods))


@lru_cache(maxsize=512)
def _kept(
    _generation: int,
    level: Level,
    ids: tuple[int, ...] | None,
    codes: tuple[str, ...],
    periods: tuple[Period, ...],
) -> list[Any]:
    return warehouse.figures(codes, periods, level=level, units=ids, for_outsiders=True)


@dataclass(frozen=True)
class KeyFigures:
    """The cards, with the rows they were made from for whoever needs more of them."""

    cards: list[KeyFigure]
    whole: Any | None  # the first key figure's row for the place as a whole
    counts: dict[int, tuple[int, int]]  # unit below → reports in and expected, of the first key figure


def key_figures(viewer: Viewer, place: Any, period: Period, below: Sequence[Any]) -> KeyFigures:
    """The cards of a place and period; two questions to the warehouse however many cards there are."""
    keys = screens.keys(period)
    codes = [key.indicator for key in keys]
    past = _past(period)
    whole = _by_code_and_period(rows_at(place, codes, [*past, period]))
    parts = rows_below(place, below, codes, [period.same_last_year(), period])
    known = _Known(
        viewer,
        place,
        period,
        past,
        whole,
        parts,
        young={unit.pk for unit in [place, *below] if began_during(unit, period.year - 1)},
        below={unit.pk: unit for unit in below},
    )
    first = [row for row in parts if (row.indicator, row.period_key) == (codes[0], period.key)]
    return KeyFigures(
        cards=[_card(known, key) for key in keys],
        whole=whole.get((codes[0], period.key)),
        counts={row.unit_id: (row.reported, row.expected) for row in first if row.unit_id is not None},
    )


@dataclass(frozen=True)
class _Known:
    """What the warehouse said: of the place over the periods, of the units below for this and last year."""

    viewer: Viewer
    place: Any
    period: Period
    past: Sequence[Period]
    whole: Mapping[tuple[str, str], Any]
    parts: Sequence[Any]
    young: set[int]
    below: Mapping[int, Any]

    def shown(self, code: str, period: Period) -> Any:
        """A figure of the place as this viewer may see it."""
        return self.viewer.lens.figure(self.whole.get((code, period.key)), self.place)


def _card(known: _Known, key: screens.Key) -> KeyFigure:
    viewer, period = known.viewer, known.period
    indicator = catalogue.indicator(key.indicator)
    row = known.whole.get((key.indicator, period.key))
    shown = known.shown(key.indicator, period)
    change, way, tone = ("", "", "") if shown.hidden else _change(known, indicator, viewer.language)
    name = key.name(viewer.language)
    state = state_shown(row.state if row else None)
    reported = reported_text(row, viewer.language)
    return KeyFigure(
        code=key.indicator,
        name=name,
        unit=indicator.unit_name(viewer.language),
        text=figure_text(shown, viewer.language),
        reported=_n_of_n(row, viewer.language) or reported,
        state=state.label,
        change=change,
        way=way,
        tone=tone,
        spark=_spark(known, indicator),
        href=f"{reverse('console:map')}?period={period.key}&indicator={key.indicator}",
        title=f"{key.indicator} · {indicator.name(viewer.language)} · {period.label(viewer.language)}"
        f" · {reported} · {state.label}",
    )


def figure_text(shown: Any, language: str, decimals: int | None = None) -> str:
    """A number as the reader writes it, a suppressed cell as its mark, a blank as a dash: never as zero."""
    if shown.hidden:
        return str(shown.text)
    return "–" if shown.value is None else format_number(shown.value, language, decimals)


def reported_text(row: Any, language: str) -> str:
    """n of N units reported, as far as the figure has any."""
    if row is None or not row.expected:
        return _("nobody has reported")
    return _("%(n)s/%(all)s reported") % {
        "n": format_number(row.reported, language),
        "all": format_number(row.expected, language),
    }


def _n_of_n(row: Any, language: str) -> str:
    """The same without the word, for a card; nothing where there is nothing to count."""
    if row is None or not row.expected:
        return ""
    return f"{format_number(row.reported, language)}/{format_number(row.expected, language)}"


def began_during(unit: Any, year: int) -> bool:
    """Whether a unit's cumulative figures of a year start later than January: they compare with no full year."""
    return unit.valid_from > date(year, 1, 1)


def _change(known: _Known, indicator: Any, language: str) -> tuple[str, str, str]:
    """Against the same period last year, over the units whose reports are all in for both: like for like.

    A flow of a unit that began during last year counts from its first day, so it is left out; so is what this viewer
    is not shown, or the change would tell it.
    """
    period = known.period
    now: dict[int, Decimal] = {}
    then: dict[int, Decimal] = {}
    for row in known.parts:
        if indicator.additivity == "F" and row.unit_id in known.young:
            continue
        if row.indicator != indicator.code or not row.complete or row.unit_id not in known.below:
            continue
        shown = known.viewer.lens.figure(row, known.below[row.unit_id])
        if shown.value is not None:
            (now if row.period_key == period.key else then)[row.unit_id] = Decimal(shown.value)
    both = now.keys() & then.keys()
    before = sum((then[unit] for unit in both), Decimal(0))
    if not both or before < TOO_LITTLE_TO_COMPARE:
        return _("no comparison"), "", ""
    share = (sum((now[unit] for unit in both), Decimal(0)) - before) / before * 100
    way = "up" if share > 0 else "down" if share < 0 else ""
    tone = {"high": {"up": "good", "down": "bad"}, "low": {"up": "bad", "down": "good"}}.get(
        indicator.good_when, {}
    )
    return f"{format_number(abs(share), language, 1)} %", way, tone.get(way, "")


def _spark(known: _Known, indicator: Any) -> str:
    """Increments for months, whole figures otherwise; a gap where one is hidden, missing or of half a year."""
    values: list[str] = []
    broken = known.period.year - 1 if known.young and indicator.additivity == "F" else None
    for period in [*known.past, known.period]:
        if period.year == broken:
            values.append("")
            continue
        value = known.shown(indicator.code, period).value
        before = period.previous_cumulative() if period.kind == "M" and indicator.additivity == "F" else None
        if before is not None and value is not None:
            earlier = known.shown(indicator.code, before).value
            value = value - earlier if earlier is not None else None
        values.append("" if value is None else f"{value:f}")
    return ",".join(values)


def _past(period: Period) -> list[Period]:
    return list(reversed(period.earlier_same_kind(SPARK_PERIODS)))


def _by_code_and_period(rows: Iterable[Any]) -> dict[tuple[str, str], Any]:
    return {(row.indicator, row.period_key): row for row in rows}
