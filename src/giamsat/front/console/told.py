"""What the warehouse has told of some places: asked for anew only when what a figure stands on is no longer the same.

Published figures know no viewer; whoever shows them passes each through the viewer's lens.
"""

import threading
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from giamsat.analysis.indicators import queries as indicators
from giamsat.analysis.warehouse import queries as warehouse
from giamsat.analysis.warehouse.choices import Level
from giamsat.lib.periods import Period


def rows(
    level: Level, ids: tuple[int, ...] | None, codes: Sequence[str], periods: Sequence[Period]
) -> list[Any]:
    """Figures by period, code and place; what was told once is kept for all who ask the same."""
    if not codes:
        return []
    states: Mapping[Period, Hashable]
    if level == Level.UNIT:
        generation = warehouse.newest()
        states = dict.fromkeys(periods, generation.number) if generation else {}
    else:
        states = indicators.states_of_figures(periods)
    return _told(level, ids).rows(codes, states)


class _Told:
    """What has been told of some places: a figure is asked for anew when what it stands on is no longer the same."""

    def __init__(self, level: Level, ids: tuple[int, ...] | None) -> None:
        self.level, self.ids = level, ids
        self.known: dict[tuple[str, Period], tuple[Hashable, list[Any]]] = {}
        self.lock = threading.Lock()

    def rows(self, codes: Iterable[str], states: Mapping[Period, Hashable]) -> list[Any]:
        """By period, code and place; one question for all that is missing."""
        wanted = [(code, period) for period in sorted(states) for code in sorted(set(codes))]
        with self.lock:
            missing = [each for each in wanted if self._state(each) != states[each[1]]]
            if missing:
                self._ask({code for code, _ in missing}, {period: states[period] for _, period in missing})
            return [row for each in wanted for row in self.known[each][1]]

    def _state(self, figure: tuple[str, Period]) -> Hashable:
        return self.known[figure][0] if figure in self.known else None

    def _ask(self, codes: Collection[str], states: Mapping[Period, Hashable]) -> None:
        asked, periods = sorted(codes), sorted(states)
        if self.level == Level.UNIT:
            found = warehouse.figures(asked, periods, level=self.level, units=self.ids, for_outsiders=True)
        else:
            found = indicators.figures_over_maps(asked, periods, level=self.level, unit_ids=self.ids)
        self.known |= {(code, period): (states[period], []) for code in asked for period in periods}
        for row in found:
            self.known[row.indicator, Period.parse(row.period_key)][1].append(row)


@lru_cache(maxsize=256)
def _told(level: Level, ids: tuple[int, ...] | None) -> _Told:
    return _Told(level, ids)
