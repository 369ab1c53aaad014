"""What a check may look at beside the figures themselves, and where each word finds its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from giamsat.lib.formulas.grids import DECIMALS, SCALE, Grid, Mask, Whole
from giamsat.lib.formulas.language import NUMBER, THIS, WORDS, Argument, Term

Percentile = int | tuple[str, int]


@dataclass(frozen=True, slots=True)
class CellFact:
    """One cell of a form with what the catalogue says of its indicator."""

    code: str
    breakdown: str = ""
    additivity: str = "F"
    counts_persons: bool = False
    required: bool = False
    decimals: int = 0

    @property
    def key(self) -> str:
        return f"{self.code}.{self.breakdown}" if self.breakdown else self.code

    @property
    def dimension(self) -> str:
        return self.breakdown.partition("=")[0]


@dataclass(frozen=True)
class Layout:
    """The cells of a form, then those of its sibling forms, and how to find them."""

    cells: tuple[CellFact, ...]
    siblings: tuple[CellFact, ...] = ()

    @cached_property
    def everything(self) -> tuple[CellFact, ...]:
        return self.cells + self.siblings

    @cached_property
    def places(self) -> dict[tuple[str, str], int]:
        """Where a figure stands; the form at hand counts before its siblings."""
        found: dict[tuple[str, str], int] = {}
        for place, cell in enumerate(self.everything):
            found.setdefault((cell.code, cell.breakdown), place)
        return found

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The breakdowns of the form at hand, the total first."""
        return tuple(dict.fromkeys(["", *(cell.breakdown for cell in self.cells)]))

    @cached_property
    def parts(self) -> dict[tuple[str, str], list[int]]:
        """Which cells split a total by a dimension."""
        found: dict[tuple[str, str], list[int]] = {}
        for place, cell in enumerate(self.cells):
            if cell.breakdown:
                found.setdefault((cell.code, cell.dimension), []).append(place)
        return found

    def of_term(self, term: Term, each: str) -> Whole:
        """Per cell or per column, where the term's figure stands; -1 where the forms have none."""
        if each == "cell" and term.code == THIS:
            return np.arange(len(self.cells))
        where = [""] if each == "report" else self.columns
        places = [self.places.get((term.code or "", _breakdown(term, column)), -1) for column in where]
        return np.array(places)

    def has_parts(self, term: Term, places: Whole) -> Mask:
        """Where a breakdown term has something to sum: totals that the form splits by that dimension."""
        split = {self.places.get((code, ""), -1) for code, by in self.parts if by == term.argument}
        return np.array([place >= 0 and place in split for place in places])


def _breakdown(term: Term, column: str) -> str:
    return column if term.breakdown is None else term.breakdown


@dataclass(frozen=True)
class Frames:
    """Grids over the same reports and the same cells. What is None was not handed over.

    ``peers``: by percent what its peers' percentile comes to; by (indicator, percent) their share of that indicator.
    ``about``: by word what is known of each unit as a whole; below 0 it is not known.
    ``siblings``: the current figures of sibling forms, ``siblings_past`` by word those of earlier periods.
    """

    current: Grid
    previous: Grid | None = None
    increments: Grid | None = None
    last_increments: Grid | None = None
    opening: Grid | None = None
    year_opening: Grid | None = None
    past_increments: Sequence[Grid] = ()
    same: Sequence[Grid] = ()
    own: Grid | None = None
    children: Grid | None = None
    predecessors: Grid | None = None
    about: Mapping[str, Whole] = field(default_factory=dict)
    peers: Mapping[Percentile, Grid] = field(default_factory=dict)
    register: Grid | None = None
    siblings: Grid | None = None
    siblings_past: Mapping[str, Grid] = field(default_factory=dict)

    @property
    def reports(self) -> int:
        return self.current.shape[0]

    @cached_property
    def offered(self) -> frozenset[str]:
        """The words that have something to read."""
        words = {word for word, frame in self._handed_over.items() if frame is not None}
        words |= self.about.keys() | self.siblings_past.keys()
        words |= {"median", "mad"} if self.past_increments else set()
        words |= {"peer_pct" if isinstance(percent, int) else "peer_share" for percent in self.peers}
        words |= {f"same_period {back}" for back in range(1, len(self.same) + 1)}
        always = (
            "cell required is_number is_round fits_decimals rest breakdown_sum breakdown_max history_count"
        )
        return frozenset(words | set(always.split()))

    @property
    def _handed_over(self) -> dict[str, Grid | None]:
        return {
            "prev": self.previous, "increment": self.increments, "last_increment": self.last_increments,
            "opening": self.opening, "year_opening": self.year_opening, "own": self.own,
            "children_sum": self.children, "register_count": self.register, "predecessors_sum": self.predecessors,
        }  # fmt: skip

    @cached_property
    def _known(self) -> dict[tuple[str, Argument], Grid]:
        return {}

    def grid(self, term: Term, layout: Layout) -> Grid:
        """The grid a term reads: reports × the form's cells (and siblings', for reported figures)."""
        key = (term.word, term.argument)
        if key not in self._known:
            self._known[key] = self._make(term, layout).broadcast(self.reports)
        return self._known[key]

    def _make(self, term: Term, layout: Layout) -> Grid:
        found = self._handed_over.get(term.word)
        if term.word == "cell":
            found = self.current.beside(self.siblings) if self.siblings else self.current
        elif term.word == "same_period" and isinstance(term.argument, int):
            found = self.same[term.argument - 1]
        elif term.word in ("peer_pct", "peer_share"):
            found = self._of_peers(term)
        elif term.word == "rest":
            found = self._rest(layout)
        elif term.word.startswith("breakdown_"):
            found = self._over_parts(term.word, str(term.argument), layout)
        elif WORDS[term.word].gives != NUMBER:
            found = self._filled(term.word, layout)
        elif term.word in ("median", "mad", "history_count"):
            found = self._spread[term.word]
        found = found or Grid.blank(*self.current.shape)
        past = self.siblings_past.get(term.word)
        return found.beside(past) if past else found

    def _of_peers(self, term: Term) -> Grid | None:
        return None if isinstance(term.argument, str | None) else self.peers.get(term.argument)

    def _filled(self, word: str, layout: Layout) -> Grid:
        """How the cells were filled: 1 where the answer is yes, 0 where it is no."""
        present = self.current.present
        if word in ("required", "is_number"):
            filled = present.copy()
            for report, ordinal in self.current.texts:
                filled[report, ordinal] = True
            yes, known = (filled, np.ones_like(filled)) if word == "required" else (present, filled)
        else:
            fits = [10 ** max(0, DECIMALS - cell.decimals) for cell in layout.cells]
            yes, known = (
                self.current.scaled % (5 * SCALE if word == "is_round" else np.array(fits)) == 0,
                present,
            )
        return Grid(yes.astype(np.int64) * SCALE, known)

    def _over_parts(self, word: str, dimension: str, layout: Layout) -> Grid:
        """Sum or largest of the columns, set where the total stands; blank if any column is."""
        grid = Grid.blank(*self.current.shape)
        join = np.sum if word == "breakdown_sum" else np.max
        for (code, by), parts in layout.parts.items():
            total = layout.places.get((code, ""), -1)
            if by == dimension and 0 <= total < len(layout.cells):
                grid.scaled[:, total] = join(self.current.scaled[:, parts], axis=1)
                grid.present[:, total] = self.current.present[:, parts].all(axis=1)
        return grid

    def _rest(self, layout: Layout) -> Grid:
        """A total as it is; a part's total less the part, blank where the form has no total."""
        scaled, present = self.current.scaled.copy(), self.current.present.copy()
        for (code, _), parts in layout.parts.items():
            total = layout.places.get((code, ""), len(layout.cells))
            if total < len(layout.cells):
                scaled[:, parts] = self.current.scaled[:, [total]] - scaled[:, parts]
                present[:, parts] &= self.current.present[:, [total]]
            else:
                present[:, parts] = False
        return Grid(scaled, present)

    @cached_property
    def _spread(self) -> dict[str, Grid]:
        """Median (doubled) and median distance from it (four times) of the increments known, as integers."""
        past = self.past_increments or [Grid.blank(*self.current.shape)]
        known = np.stack([grid.present for grid in past])
        values = np.stack([grid.scaled for grid in past])
        count = known.sum(axis=0)
        median = _doubled_median(values, known, count)
        distance = np.abs(2 * values - median)
        present = count > 0
        counted = Grid(count.astype(np.int64) * SCALE, np.ones_like(present))
        return {
            "median": Grid(median, present),
            "mad": Grid(_doubled_median(distance, known, count), present),
            "history_count": counted,
        }


def _doubled_median(values: Whole, known: Mask, count: Whole) -> Whole:
    """Twice the median along the first axis, over the known ones: exact in whole numbers."""
    ordered = np.sort(np.where(known, values, np.iinfo(np.int64).max), axis=0)
    lower = np.take_along_axis(ordered, np.maximum(count - 1, 0)[None] // 2, axis=0)[0]
    upper = np.take_along_axis(ordered, count[None] // 2, axis=0)[0]
    return np.asarray(np.where(count > 0, lower, 0) + np.where(count > 0, upper, 0), np.int64)
