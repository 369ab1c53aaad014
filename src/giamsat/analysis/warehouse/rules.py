"""Pure decisions: how a period is written in files, how settled a sum is, when small files are joined."""

from giamsat.analysis.warehouse.choices import State
from giamsat.lib.periods import Period

CUMULATIVE = {"Q1": 21, "6M": 22, "9M": 23, "Y": 24, "T": 25}
KINDS = {number: kind for kind, number in CUMULATIVE.items()}
MOST_CHANGES = 48
MOST_CHANGED_CELLS = 1_000_000


def period_code(period: Period) -> int:
    """Year and kind as one number, which files sort and skip by: 202609 is a month, 202623 nine months."""
    return period.year * 100 + (period.number if period.kind == "M" else CUMULATIVE[period.kind])


def period_of(code: int) -> Period:
    year, part = divmod(code, 100)
    return Period("M", year, part) if part <= 12 else Period(KINDS[part], year)


def periods_reaching(month: int) -> list[int]:
    """The parts of a year, as ``period_code`` numbers them, whose cumulative figures end with a month."""
    return [part for part in (*range(1, 13), *KINDS) if period_of(part + 100).reach == month]


def least_settled(provisional: int, consolidated: int, locked: int) -> State | None:
    """The state of a sum of so many reports in each state; None when there are none."""
    for count, state in (
        (provisional, State.PROVISIONAL),
        (consolidated, State.CONSOLIDATED),
        (locked, State.LOCKED),
    ):
        if count:
            return state
    return None


def want_joining(changes: int, changed_cells: int) -> bool:
    """Whether a year's changes have become many enough to slow its readers."""
    return changes >= MOST_CHANGES or changed_cells >= MOST_CHANGED_CELLS
