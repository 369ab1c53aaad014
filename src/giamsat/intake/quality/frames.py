"""From reports and their past to the frames that rules read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from giamsat.foundation.access import queries as access
from giamsat.intake.sources.queries import Cell
from giamsat.lib.formulas import CellFact, Frames, Grid, Layout
from giamsat.lib.formulas.grids import SCALE
from giamsat.lib.periods import Period

COMPARED = 4
PERCENTS = (5, 25, 50, 75, 95)
MIDDLE = 50
FEWEST_PEERS = 10
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


@dataclass(frozen=True)
class PeerRates:
    """Percentiles of figures per member among units of a kind; blank where fewer than ten are known.

    One of persons is told whole, the ends of the band outwards: with the digits behind it the rate would name the
    unit that it is of.
    """

    rates: Mapping[int, NDArray[np.float64]]
    persons: NDArray[np.bool_]

    def at_size(self, sizes: Sequence[float]) -> dict[int, Grid]:
        """What the percentiles come to in units of these sizes."""
        found = {}
        for percent, rates in self.rates.items():
            figures = np.outer(np.asarray(sizes, np.float64), rates)
            whole = np.floor if percent < MIDDLE else np.ceil if percent > MIDDLE else np.round
            found[percent] = Grid.of_floats(np.where(self.persons, whole(figures), np.round(figures, 4)))
        return found


def fact_of(cell: Cell) -> CellFact:
    """What the rules know of a form's cell."""
    return CellFact(
        cell.indicator, cell.breakdown, cell.additivity, cell.counts_persons, cell.required, cell.decimals
    )


def peer_rates(figures: Grid, sizes: Sequence[float], *, persons: Sequence[bool]) -> PeerRates:
    """Nearest-rank percentiles over the reports of one kind of unit, each divided by its size.

    ``persons``: which columns count persons. One to four of them count as the middle of what they may be: whoever
    tries figures against the band learns nothing of a small cell.
    """
    size = np.maximum(np.asarray(sizes, np.float64), 1)[:, None]
    told, of_persons = figures.scaled / SCALE, np.asarray(persons, np.bool_)
    small = of_persons & (told != 0) & (np.abs(told) < access.FEWEST_PERSONS)
    told = np.where(small, np.copysign(access.HIDDEN_PEER, told), told)
    rates = np.where(figures.present, told / size, np.nan)
    ordered = np.sort(rates, axis=0)
    known = figures.present.sum(axis=0)
    found = {}
    for percent in PERCENTS:
        rank = np.maximum(np.ceil(percent / 100 * known).astype(int) - 1, 0)
        at_rank = (
            np.take_along_axis(ordered, rank[None], axis=0)[0]
            if len(ordered)
            else np.full(len(known), np.nan)
        )
        found[percent] = np.where(known >= FEWEST_PEERS, at_rank, np.nan)
    return PeerRates(found, of_persons)


def increments(cells: Sequence[Cell], figures: Grid, history: History, period: Period) -> Grid:
    """What reports of a period added to the year; blank where the period before is not known."""
    flow = np.array([cell.additivity == "F" for cell in cells])
    return _added(figures, _known(history, period.previous_cumulative()), period, flow)


def periods_needed(period: Period) -> list[Period]:
    """The earlier periods that rules may look at: fetch these, hand over those there are."""
    same = period.earlier_same_kind(COMPARED)
    before = _just_before(period)
    wanted = [period.previous_cumulative(), before, before.previous_cumulative(), *same]
    wanted += [earlier.previous_cumulative() for earlier in same]
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
    peers: Mapping[int, Grid],
    register: Grid | None,
    siblings: Grid | None,
) -> Frames:
    """Work out increments, earlier increments and the period just before from what was handed over."""
    flow = np.array([cell.additivity == "F" for cell in layout.cells])
    previous = previous or _known(history, period.previous_cumulative() if period else None)
    same = [_known(history, each) for each in period.earlier_same_kind(COMPARED)] if period else []
    past = (
        [_increment_of(each, history, flow) for each in period.earlier_same_kind(COMPARED)] if period else []
    )
    blank = Grid.blank(*current.shape)
    return Frames(
        current=current,
        previous=previous,
        increments=_added(current, previous, period, flow) if period else None,
        last_increments=_increment_of(_just_before(period), _with(history, period, previous), flow)
        if period
        else None,
        past_increments=[grid for grid in past if grid is not None],
        same=[grid or blank for grid in same] if any(same) else [],
        own=own,
        children=children.sums if children else None,
        children_expected=children.expected if children else None,
        children_received=children.received if children else None,
        peers=peers,
        register=register,
        siblings=siblings,
    )


def _just_before(period: Period) -> Period:
    """The period whose increment came right before this one's, over the year's end if need be."""
    last = Period("M", period.year - 1, 12) if period.kind == "M" else Period("Y", period.year - 1)
    return period.previous_cumulative() or last


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
