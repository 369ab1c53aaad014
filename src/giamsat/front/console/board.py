"""The overview of one place and one period: what was done, where, how good the data is, what is late."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from giamsat.foundation.outbox import queries as outbox
from giamsat.foundation.units import queries as units
from giamsat.foundation.units.choices import Topic
from giamsat.front.console import arrivals, attention, figures, map_notes, scores, screens, trends
from giamsat.front.console.addresses import unit_address
from giamsat.front.console.choice import Choice
from giamsat.front.console.moments import of_this_moment
from giamsat.front.console.viewer import Viewer, language
from giamsat.lib.numbers import format_number
from giamsat.lib.periods import Period

MOST_LATE = 6


@dataclass(frozen=True)
class Received:
    """n of N, and a tile for each unit the viewer may see by name."""

    count: str
    expected: str
    name: str
    made_of: str  # what was counted, where it is not the units of today
    below_text: str
    tiles: list[arrivals.Tile]
    legend: list[arrivals.LegendLine]
    of_all: bool  # whether tiles and legend are of all that the count is of


@dataclass(frozen=True)
class LateBelow:
    unit: Any
    missing: int
    expected: int
    share: float
    href: str


@dataclass(frozen=True)
class Board:
    """Everything on the page."""

    choice: Choice
    as_of: datetime
    number: int
    state: figures.StateShown
    received: Received
    keys: list[figures.KeyFigure]
    quality: scores.Quality
    warnings: list[attention.WarningLine]
    open_warnings: int
    late: list[arrivals.LateLine]
    late_below: list[LateBelow]
    layers: list[screens.Layer]
    whose: str
    trend: trends.Trend | None
    weakest: scores.Weakest
    map_within: str

    @property
    def place(self) -> Any:
        return self.choice.place

    @property
    def warnings_address(self) -> str:
        return reverse("console:warnings")

    @property
    def live_address(self) -> str:
        query = f"period={self.choice.period.key}&place={self.place.code}&since={self.number}"
        return f"{reverse('console:overview_stream')}?{query}"

    @property
    def map_address(self) -> str:
        figures_of = f"{reverse('console:map_figures')}?period={self.choice.period.key}"
        return f"{figures_of}&layer={{layer}}&within={{within}}"

    @property
    def shapes_address(self) -> str:
        return f"{reverse('console:shapes')}?within={{within}}"


def assemble(viewer: Viewer, choice: Choice) -> Board:
    """The whole page, reckoned once a moment for all who see the same."""
    return of_this_moment("board", choice.key, viewer, lambda: _assemble(viewer, choice))


def _assemble(viewer: Viewer, choice: Choice) -> Board:
    """The number is asked for first: news that comes meanwhile is told again rather than missed."""
    number = outbox.last_number()
    parts = _Parts(viewer, choice)
    late = arrivals.late_lines(parts.standings, choice.period, reads_why=viewer.lens.sees_small)
    quality, weakest = scores.of_place(viewer, choice.place, choice.period, parts.seen)
    return Board(
        choice=choice,
        as_of=localtime(viewer.at),
        number=number,
        state=parts.state,
        received=parts.received,
        keys=parts.keys,
        quality=quality,
        warnings=parts.warnings,
        open_warnings=parts.open_warnings,
        late=late[:MOST_LATE],
        late_below=parts.late_below,
        layers=screens.layers(screens.carried(choice.period)),
        whose=map_notes.whose(choice.period),
        trend=trends.trend_of(viewer, choice.place, choice.period),
        weakest=weakest,
        map_within=_map_within(viewer, choice.place),
    )


class _Parts:
    """What several parts of the page need, each asked for once."""

    def __init__(self, viewer: Viewer, choice: Choice) -> None:
        place, period = choice.place, choice.period
        below = arrivals.units_of(place, period)
        self.seen = [unit for unit in below if viewer.may("report.read", unit)]
        known = figures.key_figures(viewer, place, period, below)
        self.keys, whole, counts = known.cards, known.whole, known.counts
        self.state = figures.state_shown(whole.state if whole else None)
        self.standings = arrivals.standings(
            place, period, seen=self.seen, below=counts if place.is_centre else {}, today=viewer.today
        )
        former = any(unit.valid_to is not None for unit in below)
        self.received = _received(
            self.standings, whole, choice, former=former, sees_all=len(self.seen) == len(below)
        )
        self.late_below = _late_below(self.seen, counts, period) if place.is_centre else []
        self.open_warnings, self.warnings = attention.open_warnings(viewer, place)


def _received(
    standings: Sequence[arrivals.Standing], whole: Any, choice: Choice, *, former: bool, sees_all: bool
) -> Received:
    """Counts of the units directly below where those owe reports themselves, else of all that report.

    Who may not see every one of them by name is told the aggregate, which is everybody's, not a count of their own few.
    """
    owing = [each for each in standings if each.duties] if sees_all or whole is None else []
    below = ""
    if whole is not None and whole.expected:
        below = f"{format_number(whole.reported, language())}/{format_number(whole.expected, language())}"
    if owing:
        count, expected = sum(each.state == arrivals.IN for each in owing), len(owing)
    elif whole is not None:
        count, expected = whole.reported, whole.expected
        below = ""
    else:
        count = expected = 0
    if whole is not None and (count, expected) == (whole.reported, whole.expected):
        below = ""  # the same once more would look like another count
    name = screens.word("points", language()) if owing and choice.place.is_centre else _("units")
    return Received(
        count=format_number(count, language()),
        expected=format_number(expected, language()),
        name=_("units of that time") if former else name,
        made_of=_made_of([each.unit for each in owing]) if former else "",
        below_text=below,
        tiles=arrivals.tiles(standings, choice.period),
        legend=arrivals.legend(standings),
        of_all=sees_all,
    )


def _made_of(found: Sequence[Any]) -> str:
    """How many of each kind: 63 provinces of then and four blocs that are still there are 67 units."""
    words = units.words(Topic.KIND)
    counts = Counter(unit.kind for unit in found)
    return " · ".join(f"{words[kind].name(language())}: {n}" for kind, n in counts.items() if kind in words)


def _late_below(
    seen: Sequence[Any], counts: Mapping[int, tuple[int, int]], period: Period
) -> list[LateBelow]:
    """Where most reports of units further down are missing. Only of units that stand is there an overview."""
    home = reverse("console:overview")
    lines = []
    for unit in seen:
        n, expected = counts.get(unit.pk, (0, 0))
        if n < expected:
            share = 100 * (expected - n) / expected
            stands = unit.valid_to is None
            href = f"{home}?place={unit.code}" if stands else unit_address(unit, period)
            lines.append(LateBelow(unit, expected - n, expected, share, href))
    return sorted(lines, key=lambda line: (-line.missing, line.unit.sort_key))[:MOST_LATE]


def _map_within(viewer: Viewer, place: Any) -> str:
    """The province whose communes the map opens with; the country for who may not see them by name."""
    opens = place.is_point and place.on_map and viewer.may("report.read", place)
    return place.code if opens else ""
