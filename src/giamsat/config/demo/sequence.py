"""What is reported for which period, in the order in which it was."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType as Frozen

from giamsat.intake.sources import queries as forms
from giamsat.lib.periods import CUMULATIVE_KINDS, Period

# Streams are sent side by side; within one, a form comes after those it is compared with. The second sends a period
# when the first is through with it, so that a rule over both finds the same whoever is faster.
STREAMS = (
    ("BM02", "BM04", "BM05", "BM11", "BMT"),
    ("BM14", "BM19", "BM21", "BM01", "BM07", "BM09", "BM17", "BM24", "BM25", "BM26"),
)
OF_POINTS_ALONE = ("BM24", "BM25", "BM26")
KINDS = Frozen(
    {
        "BMT": ("M",),
        "BM25": ("M",),
        "BM26": ("M",),
        **dict.fromkeys(("BM01", "BM14", "BM24"), ("6M", "Y")),
        **dict.fromkeys(("BM07", "BM09", "BM17"), ("Y",)),
    }
)  # the others every quarter
FORMS = tuple(form for stream in STREAMS for form in stream)
MONTHLY = "BMT"
OF_ALL_LEVELS = ("BM01", MONTHLY)  # points report the others on forms of their own
Step = tuple[Period, str]


def steps(codes: Sequence[str], some: Collection[Period] | None = None) -> list[Step]:
    """Which form is sent for which period, oldest first."""
    wanted = periods() if some is None else sorted(some, key=_as_reported)
    return [(period, code) for period in wanted for code in codes if _asked(code, period)]


def periods() -> list[Period]:
    """Every period of the practice country, in the order in which it was reported."""
    former = [Period(kind, year) for year in range(2021, 2025) for kind in ("Q1", "6M", "9M", "Y")]
    former += [Period("Q1", 2025), Period("6M", 2025)]
    present = [Period("9M", 2025), Period("Y", 2025), *(Period(kind, 2026) for kind in ("Q1", "6M", "9M"))]
    months = [Period("M", 2025, month) for month in range(9, 13)]
    months += [Period("M", 2026, month) for month in range(1, 10)]
    return sorted([*former, *present, *months], key=_as_reported)


def is_former(period: Period) -> bool:
    """Reported by the provinces before the merger."""
    return period.ends_on < date(2025, 7, 1)


def of_points(code: str) -> str:
    """The form by which a point reports the same."""
    return code if code in OF_ALL_LEVELS else f"{code}P"


def closing(period: Period) -> datetime:
    """The evening of the last day of a period's usual traffic."""
    day = forms.cut_off_on(period) + timedelta(days=24)
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


def _asked(code: str, period: Period) -> bool:
    if is_former(period) and code in OF_POINTS_ALONE:
        return False
    return period.kind in KINDS.get(code, CUMULATIVE_KINDS)


def _as_reported(period: Period) -> tuple[date, str]:
    return period.ends_on, period.kind
