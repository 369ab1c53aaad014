"""Key figures: each with its state, who has reported, its change since last year, and its past."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from giamsat.analysis.indicators import queries as indicators
from giamsat.analysis.warehouse.choices import Level, State
from giamsat.foundation.access.choices import SUPPRESSION_LEGEND
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.catalogue.choices import Additivity
from giamsat.foundation.units import queries as units
from giamsat.front.console import changes, screens, told
from giamsat.front.console.viewer import Viewer
from giamsat.lib.numbers import format_number
from giamsat.lib.periods import CUMULATIVE_KINDS, Period

STATES = {
    State.PROVISIONAL: ("provisional", gettext_lazy("provisional")),
    State.CONSOLIDATED: ("consolidated", gettext_lazy("consolidated")),
    State.LOCKED: ("locked", gettext_lazy("locked")),
}
NO_STATE = ("none", gettext_lazy("no figures yet"))
SPARK_PERIODS = 8


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
    change: changes.Change
    spark: str
    href: str
    title: str


def state_shown(state: Any) -> StateShown:
    code, label = STATES[State(state)] if state else NO_STATE
    return StateShown(code, str(label))


def places_below(place: Any) -> Level:
    """At which level the units directly below a place are asked for."""
    return Level.POINT if place.is_centre else Level.UNIT


def rows_below(place: Any, seen: Sequence[Any], codes: Sequence[str], periods: Sequence[Period]) -> list[Any]:
    """Figures of the units directly below a place: points with all below them, else each unit's own."""
    ids = tuple(unit.pk for unit in seen)
    return told.rows(places_below(place), ids, codes, periods) if ids else []


def rows_at(place: Any, codes: Sequence[str], periods: Sequence[Period]) -> list[Any]:
    """Figures of a place as a whole: the one series that tiles, lines, tables and maps show of it."""
    if place.is_centre:
        return told.rows(Level.COUNTRY, None, codes, periods)
    return told.rows(Level.POINT if place.is_point else Level.UNIT, (place.pk,), codes, periods)


@dataclass(frozen=True)
class KeyFigures:
    """The cards, with the rows they were made from for whoever needs more of them."""

    cards: list[KeyFigure]
    whole: Any | None  # the first key figure's row for the place as a whole
    counts: dict[int, tuple[int, int]]  # unit below → reports in and expected, of the first key figure


def key_figures(viewer: Viewer, place: Any, period: Period, below: Sequence[Any]) -> KeyFigures:
    """The cards of a place and period; two questions to the warehouse however many cards there are.

    What the lines and the map beside them draw is asked for along with it: one question costs as much as another.
    """
    keys = screens.keys(period)
    codes = [key.indicator for key in keys]
    past, drawn_by = _past(period), screens.drawn_by(period)
    whole = _by_code_and_period(rows_at(place, codes, [*past, period, *two_years(period)]))
    parts = rows_below(place, below, [*codes, *drawn_by], [period.same_last_year(), period])
    known = _Known(
        viewer,
        place,
        period,
        past,
        whole,
        parts,
        part_year={
            unit: day
            for (unit, _key), day in indicators.counted_from(
                [place, *below], [period.same_last_year()]
            ).items()
        },
        below={unit.pk: unit for unit in below},
        drawn_by=drawn_by,
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
    part_year: Mapping[int, date]  # whose flows of last year do not begin with it, and their day
    below: Mapping[int, Any]
    drawn_by: Mapping[str, str]  # indicator → layer of the map

    def shown(self, code: str, period: Period) -> Any:
        """A figure of the place as this viewer may see it."""
        return self.viewer.lens.figure(self.whole.get((code, period.key)), self.place)


def _card(known: _Known, key: screens.Key) -> KeyFigure:
    viewer, period = known.viewer, known.period
    indicator = catalogue.indicator(key.indicator)
    row = known.whole.get((key.indicator, period.key))
    shown = known.shown(key.indicator, period)
    change = changes.Change("") if shown.hidden else _change(known, indicator)
    name = key.name(viewer.language)
    state = state_shown(row.state if row else None)
    waiting = changes.waiting_for(viewer, known.place, row)
    reported = reported_text(row, viewer.language, waiting)
    return KeyFigure(
        code=key.indicator,
        name=name,
        unit=indicator.unit_name(viewer.language),
        text=figure_text(shown, viewer.language),
        reported=_n_of_n(row, viewer.language, waiting) or reported,
        state=state.label,
        change=change,
        spark=_spark(known, indicator),
        href=_where_drawn(known, key.indicator),
        title=f"{key.indicator} · {indicator.name(viewer.language)} · {period.label(viewer.language)}"
        f" · {reported} · {state.label}{f' · {SUPPRESSION_LEGEND}' if shown.hidden else ''}"
        f"{f' · {change.text}, {change.against}' if change.against else ''}",
    )


def _where_drawn(known: _Known, indicator: str) -> str:
    """The map of a figure; the list of units where no map draws it."""
    asked = {"period": known.period.key}
    if layer := known.drawn_by.get(indicator):
        return f"{reverse('console:map')}?{urlencode({**asked, 'layer': layer})}"
    place = {} if known.place.is_centre or known.place.valid_to else {"place": known.place.code}
    return f"{reverse('console:units')}?{urlencode({**place, **asked})}"


def figure_text(shown: Any, language: str, decimals: int | None = None) -> str:
    """A number as the reader writes it, a suppressed cell as its mark, a blank as a dash: never as zero."""
    if shown.hidden:
        return str(shown.text)
    return "–" if shown.value is None else format_number(shown.value, language, decimals)


def reported_text(row: Any, language: str, waiting: int = 0) -> str:
    """n of N units reported, as far as the figure has any; and how many of them are not yet in what is shown."""
    if row is None or not row.expected:
        return _("nobody has reported")
    counts = {
        "n": format_number(row.reported, language),
        "all": format_number(row.expected, language),
    }
    if not waiting:
        return _("%(n)s/%(all)s reported") % counts
    return _(
        "%(n)s/%(all)s reported; %(in_sum)s are in the figure, %(waiting)s wait until three units can be told together"
    ) % {
        **counts,
        "in_sum": format_number(row.reported - waiting, language),
        "waiting": format_number(waiting, language),
    }


def _n_of_n(row: Any, language: str, waiting: int) -> str:
    """How many are in the figure, for a card; nothing where there is nothing to count."""
    if row is None or not row.expected:
        return ""
    return in_the_figure(row.reported - waiting, row.expected, waiting, language)


def in_the_figure(reported: int, expected: int, waiting: int, language: str) -> str:
    """How many of those who owe are in a figure, and how many more wait to be let in."""
    n_of_n = f"{format_number(reported, language)}/{format_number(expected, language)}"
    if not waiting:
        return n_of_n
    return _("%(n_of_n)s, %(waiting)s waiting") % {
        "n_of_n": n_of_n,
        "waiting": format_number(waiting, language),
    }


def _change(known: _Known, indicator: Any) -> changes.Change:
    code, period = indicator.code, known.period
    return changes.change_of(
        changes.Compared(
            known.viewer,
            known.place,
            indicator,
            period,
            now=known.whole.get((code, period.key)),
            then=known.whole.get((code, period.same_last_year().key)),
            parts=known.parts,
            below=known.below,
            part_year=known.part_year,
        )
    )


def _spark(known: _Known, indicator: Any) -> str:
    """Increments for months, whole figures otherwise; a gap where one is hidden, missing or of part of a year."""
    values: list[str] = []
    flow = indicator.additivity == Additivity.FLOW
    broken = known.period.year - 1 if known.place.pk in known.part_year else None
    for period in [*known.past, known.period]:
        if period.year == broken and flow:
            values.append("")
            continue
        value = known.shown(indicator.code, period).value
        before = period.previous_cumulative() if period.kind == "M" and flow else None
        if before is not None and value is not None:
            earlier = known.shown(indicator.code, before).value
            value = value - earlier if earlier is not None else None
        values.append("" if value is None else f"{value:f}")
    return ",".join(values)


def _past(period: Period) -> list[Period]:
    return list(reversed(period.earlier_same_kind(SPARK_PERIODS)))


def two_years(period: Period) -> list[Period]:
    """The periods of the same kind in last year and in this one, oldest first."""
    last_year, this_year = period.year - 1, period.year
    if period.kind == "M":
        return [Period("M", year, month) for year in (last_year, this_year) for month in range(1, 13)]
    return [Period(kind, year) for year in (last_year, this_year) for kind in CUMULATIVE_KINDS]


@dataclass(frozen=True)
class Series:
    """A place's figures over some periods as a viewer is told them, and what its blanks are."""

    values: list[float | None]
    note: str


def series_of(viewer: Viewer, place: Any, code: str, periods: Sequence[Period]) -> Series:
    """The line of a place that every page draws: over the maps; blank where a flow counts from part of a year."""
    rows = {row.period_key: row for row in rows_at(place, [code], periods)}
    flow = catalogue.indicator(code).additivity == Additivity.FLOW
    began = (
        {key: day for (_unit, key), day in indicators.counted_from([place], periods).items()} if flow else {}
    )
    cells = [None if each.key in began else viewer.lens.figure(rows.get(each.key), place) for each in periods]
    days = {day for key, day in began.items() if key in rows}
    return Series(
        values=[None if cell is None or cell.value is None else float(cell.value) for cell in cells],
        note=part_year_note(max(days)) if days else "",
    )


def own_counted_from(unit: Any, period: Period) -> date | None:
    """The day from which a unit's own cumulative flows of a period count, where that is not the first of its year.

    Its own reports hold what it was made of only where a change made it.
    """
    began = unit.valid_from
    if not date(period.year, 1, 1) < began <= period.ends_on or unit.pk in units.counting_since_january():
        return None
    return began


def part_year_note(day: date) -> str:
    return _("%(year)s is left blank: its figures count from %(day)s") % {
        "year": day.year,
        "day": f"{day:%d/%m/%Y}",
    }


def _by_code_and_period(rows: Iterable[Any]) -> dict[tuple[str, str], Any]:
    return {(row.indicator, row.period_key): row for row in rows}
