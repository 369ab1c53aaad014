"""From reports and their past to the frames that rules read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from giamsat.foundation.access import queries as access
from giamsat.intake.sources.queries import Cell
from giamsat.lib.formulas import CellFact, Frames, Grid, Layout
from giamsat.lib.formulas.frames import Percentile
from giamsat.lib.formulas.grids import SCALE, Whole
from giamsat.lib.periods import Period

COMPARED = 4
PERCENTS = (5, 25, 50, 75, 95)
MIDDLE = 50
FEWEST_PEERS = 10
FEWEST_OF = 10
OF_EARLIER = frozenset({"same_period", "median", "mad", "history_count"})
ALL_WORDS = OF_EARLIER | {"prev", "increment", "last_increment", "opening", "year_opening"}
Row = Sequence[object]
History = Mapping[Period, Grid]


@dataclass(frozen=True)
class Children:
    """What the units below have reported: their sum, how many owe and how many have sent, who is missing.

    ``missing``: per report, the name of each in both languages.
    """

    total: Grid
    expected: NDArray[np.int64]
    received: NDArray[np.int64]
    missing: Sequence[Sequence[Mapping[str, str]]] = field(default_factory=list)

    @property
    def sums(self) -> Grid:
        """Blank until all have reported: a partial sum would call an honest parent wrong."""
        complete = (self.expected == self.received)[:, None]
        return Grid(self.total.scaled, self.total.present & complete)


class Share(NamedTuple):
    """A percentile of one cell out of another, by their places; ``of``: the indicator it is out of.

    It is told in whole ``hundredths``, outwards; None where fewer than ten units have enough to be counted.
    """

    part: int
    whole: int
    of: str
    percent: int
    hundredths: int | None

    def out_of(self, scaled: Whole) -> Whole:
        """What it comes to, whole and outwards as well: reckoned in whole numbers, so that 7 % of 100 is 7."""
        unit = 100 * SCALE
        slack = {True: 0, False: unit - 1}[self.percent < MIDDLE] if self.percent != MIDDLE else unit // 2
        return (scaled * (self.hundredths or 0) + slack) // unit * SCALE


@dataclass(frozen=True)
class PeerRates:
    """Percentiles of figures per member among units of a kind; blank where fewer than ten are known.

    One of persons is told whole, the ends of the band outwards: with the digits behind it the rate would name the
    unit that it is of.
    """

    rates: Mapping[int, NDArray[np.float64]]
    persons: NDArray[np.bool_]
    shares: Sequence["Share"] = ()

    def at_size(self, sizes: Sequence[float], added: Grid | None = None) -> dict[Percentile, Grid]:
        """What the percentiles come to in units of these sizes; shares, at what the units ``added`` themselves."""
        found: dict[Percentile, Grid] = {}
        for percent, rates in self.rates.items():
            figures = np.outer(np.asarray(sizes, np.float64), rates)
            found[percent] = Grid.of_floats(
                np.where(self.persons, _outwards(percent, figures), np.round(figures, 4))
            )
        return found if added is None else found | self._shares_of(added)

    def _shares_of(self, added: Grid) -> dict[Percentile, Grid]:
        found: dict[Percentile, Grid] = {}
        for share in self.shares:
            grid = found.setdefault((share.of, share.percent), Grid.blank(*added.shape))
            grid.scaled[:, share.part] = share.out_of(added.scaled[:, share.whole])
            grid.present[:, share.part] = added.present[:, share.whole] & (share.hundredths is not None)
        return found


def fact_of(cell: Cell) -> CellFact:
    """What the rules know of a form's cell."""
    return CellFact(
        cell.indicator, cell.breakdown, cell.additivity, cell.counts_persons, cell.required, cell.decimals
    )


def peer_rates(
    figures: Grid,
    sizes: Sequence[float],
    *,
    persons: Sequence[bool],
    shares: Sequence[tuple[int, int, str]] = (),
) -> PeerRates:
    """Nearest-rank percentiles over the reports of one kind of unit, each divided by its size.

    ``persons``: which columns count persons. One to four of them count as the middle of what they may be: whoever
    tries figures against the band learns nothing of a small cell. ``shares``: of which columns the percentiles out
    of another column are wanted, and the indicator that stands in that one; units with fewer than ten of it, whose
    share says little, are left out.
    """
    size = np.maximum(np.asarray(sizes, np.float64), 1)[:, None]
    told, of_persons = figures.scaled / SCALE, np.asarray(persons, np.bool_)
    small = of_persons & (told != 0) & (np.abs(told) < access.FEWEST_PERSONS)
    told = np.where(small, np.copysign(access.HIDDEN_PEER, told), told)
    rates = np.where(figures.present, told / size, np.nan)
    found = {percent: _at_rank(rates, percent) for percent in PERCENTS}
    parts, wholes = [part for part, _, _ in shares], [whole for _, whole, _ in shares]
    counted = figures.present[:, wholes] & (told[:, wholes] >= FEWEST_OF)
    out_of = np.where(
        figures.present[:, parts] & counted, told[:, parts] / np.maximum(told[:, wholes], 1), np.nan
    )
    told_of = {
        percent: _outwards(percent, np.round(100 * _at_rank(out_of, percent), 6)) for percent in PERCENTS
    }
    return PeerRates(
        found,
        of_persons,
        [
            Share(part, whole, of, percent, None if np.isnan(told := told_of[percent][place]) else int(told))
            for place, (part, whole, of) in enumerate(shares)
            for percent in PERCENTS
        ],
    )


def _at_rank(rates: NDArray[np.float64], percent: int) -> NDArray[np.float64]:
    """The percentile of each column by nearest rank; not a number where fewer than ten are known."""
    known = np.count_nonzero(~np.isnan(rates), axis=0)
    if not len(rates):
        return np.full(len(known), np.nan)
    rank = np.maximum(np.ceil(percent / 100 * known).astype(int) - 1, 0)
    at_rank = np.take_along_axis(np.sort(rates, axis=0), rank[None], axis=0)[0]
    return np.where(known >= FEWEST_PEERS, at_rank, np.nan)


def _outwards(percent: int, figures: NDArray[np.float64]) -> NDArray[np.float64]:
    """Whole, the ends of a band away from its middle."""
    return (
        np.floor(figures) if percent < MIDDLE else np.ceil(figures) if percent > MIDDLE else np.round(figures)
    )


def increments(cells: Sequence[Cell], figures: Grid, history: History, period: Period) -> Grid:
    """What reports of a period added to the year; blank where the period before is not known."""
    flow = np.array([cell.additivity == "F" for cell in cells])
    return _added(figures, _known(history, period.previous_cumulative()), period, flow)


def periods_needed(period: Period, words: frozenset[str] = ALL_WORDS) -> list[Period]:
    """The earlier periods that these words, or any, look at: fetch these, hand over those there are."""
    same = period.earlier_same_kind(COMPARED) if words & OF_EARLIER else []
    before = just_before(period)
    by_word: dict[str, list[Period | None]] = {
        "prev": [period.previous_cumulative()],
        "increment": [period.previous_cumulative()],
        "last_increment": [before, before.previous_cumulative()],
        "opening": [before],
        "year_opening": [year_end(period)],
    }
    wanted = [each for word, some in by_word.items() if word in words for each in some]
    wanted += [*same, *(earlier.previous_cumulative() for earlier in same)]
    return sorted({each for each in wanted if each is not None}, reverse=True)


def build_frames(
    layout: Layout,
    current: Grid,
    *,
    period: Period | None,
    previous: Grid | None,
    history: History,
    own: Grid | None,
    children: Children | None,
    peers: Mapping[Percentile, Grid],
    register: Grid | None,
    predecessors: Grid | None,
    about: Mapping[str, Whole],
    siblings: Grid | None,
    siblings_history: History,
) -> Frames:
    """Work out increments, earlier increments and the period just before from what was handed over."""
    flow = np.array([cell.additivity == "F" for cell in layout.cells])
    previous = previous or _known(history, period.previous_cumulative() if period else None)
    same = [_known(history, each) for each in period.earlier_same_kind(COMPARED)] if period else []
    past = (
        [_increment_of(each, history, flow) for each in period.earlier_same_kind(COMPARED)] if period else []
    )
    blank = Grid.blank(*current.shape)
    counted = (
        {"children_expected": children.expected, "children_received": children.received} if children else {}
    )
    return Frames(
        current=current,
        previous=previous,
        increments=_added(current, previous, period, flow) if period else None,
        last_increments=_increment_of(just_before(period), _with(history, period, previous), flow)
        if period
        else None,
        past_increments=[grid for grid in past if grid is not None],
        same=[grid or blank for grid in same] if any(same) else [],
        opening=_known(_with(history, period, previous), just_before(period)) if period else None,
        year_opening=_known(history, year_end(period) if period else None),
        own=own,
        children=children.sums if children else None,
        predecessors=predecessors,
        about={**about, **counted},
        peers=peers,
        register=register,
        siblings=siblings,
        siblings_past=_past_of_siblings(layout, siblings, siblings_history, period)
        if period and siblings
        else {},
    )


def _past_of_siblings(layout: Layout, siblings: Grid, history: History, period: Period) -> dict[str, Grid]:
    """The words that look back, for the cells of the unit's other forms."""
    flow = np.array([cell.additivity == "F" for cell in layout.siblings])
    previous = _known(history, period.previous_cumulative())
    found = {
        "prev": previous,
        "increment": _added(siblings, previous, period, flow),
        "opening": _known(history, just_before(period)),
        "year_opening": _known(history, year_end(period)),
    }
    return {word: grid for word, grid in found.items() if grid is not None}


def year_end(period: Period) -> Period:
    """The period with which the year before ended, in the series of this one."""
    return Period("M", period.year - 1, 12) if period.kind == "M" else Period("Y", period.year - 1)


def just_before(period: Period) -> Period:
    """The period whose increment came right before this one's, over the year's end if need be."""
    return period.previous_cumulative() or year_end(period)


def _known(history: History, period: Period | None) -> Grid | None:
    return history.get(period) if period else None


def _with(history: History, period: Period, previous: Grid | None) -> History:
    before = period.previous_cumulative()
    return {**history, before: previous} if before and previous else history


def _increment_of(period: Period, history: History, flow: "NDArray[np.bool_]") -> Grid | None:
    """What an earlier period added; None where its report is not known."""
    figures = history.get(period)
    if figures is None:
        return None
    return _added(figures, _known(history, period.previous_cumulative()), period, flow)


def _added(figures: Grid, previous: Grid | None, period: Period, flow: "NDArray[np.bool_]") -> Grid:
    """Flows less what stood before in the year; stocks as they are."""
    if period.previous_cumulative() is None:
        return Grid(figures.scaled, figures.present)
    previous = previous or Grid.blank(*figures.shape)
    scaled = np.where(flow, figures.scaled - previous.scaled, figures.scaled)
    return Grid(scaled, np.where(flow, figures.present & previous.present, figures.present))
