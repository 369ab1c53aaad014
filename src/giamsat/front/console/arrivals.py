"""What has come in for a period and what has not: the tiles, the counts, what is late or was sent back."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from giamsat.foundation.units import queries as units
from giamsat.front.console.addresses import unit_address
from giamsat.front.console.templatetags.desk import named
from giamsat.intake.observations import queries as observations
from giamsat.intake.observations.choices import RECEIVED, Status
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Basis
from giamsat.lib.periods import Period

IN, PARTLY, RETURNED, LATE, WAITING, WITHHELD, NOTHING_DUE = (
    "received", "partly", "returned", "late", "waiting", "withheld", "none",
)  # fmt: skip
WORDS = {
    IN: gettext_lazy("received"),
    PARTLY: gettext_lazy("partly received"),
    RETURNED: gettext_lazy("sent back"),
    LATE: gettext_lazy("late"),
    WAITING: gettext_lazy("not due yet"),
    WITHHELD: gettext_lazy("not public"),
    NOTHING_DUE: gettext_lazy("nothing due"),
}
MOST_TILES = 240


@dataclass(frozen=True, slots=True)
class Arrival:
    """One report one unit owes, and how far it has come."""

    form_code: str
    basis: str
    due_on: date
    report: Any | None

    @property
    def is_in(self) -> bool:
        return self.report is not None and self.report.status in RECEIVED

    @property
    def was_returned(self) -> bool:
        return self.report is not None and self.report.status == Status.TRA_LAI


@dataclass(frozen=True)
class Standing:
    """How one unit stands with all it owes for the period."""

    unit: Any
    duties: list[Arrival]
    today: date
    below: tuple[int, int] | None = None  # in and expected of those under it, where it owes nothing itself

    @property
    def state(self) -> str:
        if self.unit.withheld:
            return WITHHELD
        if not self.duties:
            return self._state_below()
        if any(duty.was_returned for duty in self.duties):
            return RETURNED
        missing = self.missing
        if not missing:
            return IN
        return LATE if missing[0].due_on < self.today else WAITING

    def _state_below(self) -> str:
        if not self.below or not self.below[1]:
            return NOTHING_DUE
        return IN if self.below[0] >= self.below[1] else PARTLY

    @property
    def missing(self) -> list[Arrival]:
        return sorted((duty for duty in self.duties if not duty.is_in), key=lambda duty: duty.due_on)

    @property
    def title(self) -> str:
        counts = f" · {self.below[0]}/{self.below[1]}" if self.below else ""
        return f"{named(self.unit)}: {WORDS[self.state]}{counts}"


@dataclass(frozen=True)
class Tile:
    code: str
    state: str
    href: str
    title: str


@dataclass(frozen=True)
class LegendLine:
    state: str
    label: str
    count: int


@dataclass(frozen=True)
class LateLine:
    """One unit that is late or was sent back, on one line."""

    unit: Any
    tone: str
    icon: str
    href: str
    what: str
    since: str


def standings(
    place: Any, period: Period, *, seen: Sequence[Any], below: dict[int, tuple[int, int]], today: date
) -> list[Standing]:
    """Units directly below the place, those the viewer may see by name, each with what it owes."""
    duties_by_kind = _duties_by_kind(period, {unit.kind for unit in seen})
    filed = {
        (report.unit_id, report.form_code, report.basis): report
        for report in observations.reports_of([unit.pk for unit in seen], [period.key])
    }
    found = []
    for unit in seen:
        owed = [] if unit.withheld else duties_by_kind.get(unit.kind, [])
        duties = [
            Arrival(form, basis, due_on, filed.get((unit.pk, form, basis))) for form, basis, due_on in owed
        ]
        found.append(Standing(unit, duties, today, None if duties else below.get(unit.pk)))
    return found


def units_of(place: Any, period: Period) -> list[Any]:
    """Units directly below a place on the day the period's figures were cut off."""
    return list(units.children(place, sources.cut_off_on(period))[:MOST_TILES])


def tiles(found: Iterable[Standing], period: Period) -> list[Tile]:
    return [Tile(each.unit.code, each.state, unit_address(each.unit, period), each.title) for each in found]


def legend(found: Iterable[Standing]) -> list[LegendLine]:
    """The states there are, with how many stand in each."""
    counts = Counter(each.state for each in found)
    return [LegendLine(state, str(WORDS[state]), counts[state]) for state in WORDS if counts[state]]


def late_lines(
    found: Iterable[Standing], period: Period, *, reads_why: Callable[[int], bool]
) -> list[LateLine]:
    """Longest overdue first, then what was sent back; why, for those who see the small cells of that unit."""
    late = [each for each in found if each.state == LATE]
    back = [each for each in found if each.state == RETURNED]
    late.sort(key=lambda each: (each.missing[0].due_on, each.unit.sort_key))
    back.sort(key=lambda each: (_returned(each).returned_at, each.unit.sort_key))
    return [_late_line(each, period) for each in late] + [
        _returned_line(each, period, with_reason=reads_why(each.unit.pk)) for each in back
    ]


def _late_line(each: Standing, period: Period) -> LateLine:
    days = (each.today - each.missing[0].due_on).days
    return LateLine(
        each.unit, "red", "late", unit_address(each.unit, period),
        _("not received: %(forms)s") % {"forms": _forms(each.missing)},
        ngettext("%(n)d day late", "%(n)d days late", days) % {"n": days},
    )  # fmt: skip


def _returned_line(each: Standing, period: Period, *, with_reason: bool) -> LateLine:
    report = _returned(each)
    return LateLine(
        each.unit, "amber", "returned", unit_address(each.unit, period),
        f"{report.form_code} · {report.return_reason}" if with_reason else report.form_code,
        _("since %(day)s") % {"day": f"{localtime(report.returned_at):%d/%m}"},
    )  # fmt: skip


def _returned(each: Standing) -> Any:
    """The report that has been back the longest."""
    reports = [duty.report for duty in each.duties if duty.report is not None and duty.was_returned]
    return min(reports, key=lambda report: report.returned_at)


def _forms(duties: Sequence[Arrival], most: int = 3) -> str:
    codes = list(dict.fromkeys(duty.form_code for duty in duties))
    more = _(" and %(n)d more") % {"n": len(codes) - most} if len(codes) > most else ""
    return ", ".join(codes[:most]) + more


def _duties_by_kind(period: Period, kinds: set[str]) -> dict[str, list[tuple[str, str, date]]]:
    """What each kind owes; where a unit signs for those below it, that is the report that counts here."""
    owed: dict[str, list[Any]] = {}
    for obligation in sources.obligations(period):
        if obligation.unit_kind in kinds:
            owed.setdefault(obligation.unit_kind, []).append(obligation)
    return {
        kind: [
            (each.form_code, str(each.basis), sources.due_on(each, period))
            for each in list_of
            if each.basis == Basis.CONSOLIDATED or not any(one.basis == Basis.CONSOLIDATED for one in list_of)
        ]
        for kind, list_of in owed.items()
    }
