"""Targets by unit: what is to be reached, what the path asks for by now, what was reached, and the word for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from giamsat.analysis.indicators import queries as indicators
from giamsat.analysis.indicators.choices import UNMET, Direction, TargetStatus
from giamsat.foundation.access import queries as access
from giamsat.foundation.units import queries as units
from giamsat.foundation.units.choices import POINT_LEVEL
from giamsat.front.console.choice import Choice, choose, one_of, page_asked
from giamsat.front.console.exports import recorded_csv
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.lib.periods import Period
from giamsat.lib.text import fold

TONES = {
    TargetStatus.MET: "green",
    TargetStatus.ON_TRACK: "blue",
    TargetStatus.BEHIND: "amber",
    TargetStatus.AT_RISK: "red",
    TargetStatus.MISSED: "red",
}
ICONS = {"green": "check", "blue": "trend", "amber": "late", "red": "alert"}
ROWS_ON_A_PAGE = 100
UNMET_SHOWN = "unmet"  # behind, at risk or missed: where somebody has to act


@dataclass(frozen=True)
class Row:
    """How one unit stands to one target."""

    target: Any
    unit: Any
    period_key: str
    reached: Any
    due: Any
    final: Any
    status: str
    source: str

    @property
    def label(self) -> str:
        return str(TargetStatus(self.status).label)

    @property
    def tone(self) -> str:
        return TONES.get(TargetStatus(self.status), "")

    @property
    def icon(self) -> str:
        return ICONS.get(self.tone, "clock")

    def bare(self, language: str) -> str:
        """What it is found by."""
        return fold(
            f"{self.target.code} {self.target.name[language]} {self.unit.code} {self.unit.name(language)}"
        )

    @property
    def sign(self) -> str:
        return "≥" if self.target.direction == Direction.UP else "≤"


@dataclass(frozen=True)
class Wish:
    """What of the list is to be seen: a state, and words of the target or the unit in any spelling."""

    state: str
    words: str

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Wish":
        state = one_of(asked.get("state", ""), (UNMET_SHOWN, *TargetStatus.values), _("states"))
        return cls(state, asked.get("words", "").strip())

    def among(self, found: Iterable[Row], language: str) -> list[Row]:
        states = UNMET if self.state == UNMET_SHOWN else (self.state,)
        words = fold(self.words).split()
        return [
            row
            for row in found
            if (not self.state or row.status in states) and all(word in row.bare(language) for word in words)
        ]


@login_required
@require_safe
def targets(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    choice = choose(viewer, request.GET)
    if choice is None:
        return render(request, "console/nothing_yet.html")
    every = rows(viewer, choice.period, _places(viewer, choice))
    wish = Wish.of(request.GET)
    page = Paginator(wish.among(every, viewer.language), ROWS_ON_A_PAGE).get_page(page_asked(request.GET))
    context = {
        "rows": page.object_list,
        "page": page,
        "query": urlencode({"place": choice.place.code, "period": choice.period.key, **asdict(wish)}),
        "unmet": sum(row.status in UNMET for row in every),
        "all_rows": len(every),
        "states": [(UNMET_SHOWN, _("not on the path")), *TargetStatus.choices],
        "state": wish.state,
        "words": wish.words,
        "place": choice.place,
        "centre": units.centre(),
        "period": choice.period,
        "periods": choice.offered,
        "cut_off_on": choice.cut_off_on,
    }
    return render(request, "console/targets.html", context)


@login_required
@require_safe
def targets_csv(request: HttpRequest) -> HttpResponseBase:
    viewer = viewer_of(request)
    choice = choose(viewer, request.GET)
    found = rows(viewer, choice.period, _places(viewer, choice)) if choice else []
    found = Wish.of(request.GET).among(found, viewer.language)
    header = [_("Code"), _("Target"), _("Unit code"), _("Unit"), _("Period"), _("Reached"), _("Path by now"),
              _("Whole year"), _("State"), _("Source")]  # fmt: skip
    table = [
        [row.target.code, row.target.name[viewer.language], row.unit.code, row.unit.name(viewer.language),
         row.period_key, row.reached.text if row.reached.hidden else row.reached.value, row.due, row.final,
         row.label, row.source]
        for row in found
    ]  # fmt: skip
    return recorded_csv(viewer, "targets", header, table, asked=request.GET.urlencode())


def rows(viewer: Viewer, period: Period, places: Sequence[Any]) -> list[Row]:
    """Every target of these points at the newest period up to this one that it is read at; unmet ones first."""
    ids = [place.pk for place in places]
    found = []
    for code, target in indicators.targets().items():
        if POINT_LEVEL not in target.levels:
            continue
        read_at = indicators.read_at(target, period)
        known = indicators.standings(code, read_at, unit_ids=ids) if read_at else {}
        for place in places:
            told = (known[place.pk, each.key] for each in reversed(read_at) if (place.pk, each.key) in known)
            standing = next((each for each in told if each.value is not None), None)
            last = read_at[-1] if read_at else period
            found.append(_row(viewer, target, place, last, standing))
    return sorted(found, key=lambda row: row.status not in UNMET)


def _row(viewer: Viewer, target: Any, place: Any, last: Period, standing: Any) -> Row:
    read_on = Period.parse(standing.period_key) if standing else last
    return Row(
        target=target,
        unit=place,
        period_key=read_on.key,
        reached=_shown(viewer, place, standing),
        due=target.due(read_on),
        final=target.final(read_on.year),
        status=standing.status if standing else TargetStatus.NO_DATA,
        source=standing.source if standing else "",
    )


def _shown(viewer: Viewer, place: Any, standing: Any) -> Any:
    """What was reached; a mark where it would tell a sum that is kept from this person, or of one to four persons."""
    if standing and standing.veiled and not viewer.lens.sees_small(place.pk):
        return access.SUPPRESSED
    few = viewer.lens.show(standing and standing.counted, unit_id=place.pk, counts_persons=True)
    return (
        few
        if few.hidden
        else viewer.lens.show(standing and standing.value, unit_id=place.pk, counts_persons=False)
    )


def _places(viewer: Viewer, choice: Choice) -> list[Any]:
    """The points whose aggregates this person may read, or the one that was chosen."""
    if not choice.place.is_centre:
        return [choice.place]
    return [point for point in units.points(choice.cut_off_on) if viewer.may("aggregate.read", point)]
