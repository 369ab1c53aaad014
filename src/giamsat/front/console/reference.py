"""Published figures of the whole country beside the sums of the reports kept here; the two are never mixed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from giamsat.analysis.indicators import queries as indicators
from giamsat.analysis.warehouse import queries as warehouse
from giamsat.front.console import figures, screens
from giamsat.front.console.choice import choose
from giamsat.front.console.viewer import viewer_of
from giamsat.lib.numbers import format_number
from giamsat.lib.periods import Period

MARKS = {">": "> ", "~": "≈ "}


@dataclass(frozen=True)
class Row:
    """One published figure and what the reports here add up to."""

    code: str
    name: str
    period_key: str
    sort_key: str
    published: Decimal
    published_text: str
    here: Decimal | None
    share: Decimal | None
    computed: bool
    source: str
    as_of: Any
    note: str


@login_required
@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    choice = choose(viewer, {})
    rows = [_row(each, viewer.language) for each in _beside(_generation())]
    context = {"rows": rows, "known": sum(row.here is not None for row in rows)}
    if choice is not None:
        key = screens.keys(choice.period)[0].indicator
        whole = next(iter(figures.rows_at(choice.place, [key], [choice.period])), None)
        context |= {"period": choice.period, "reported": figures.reported_text(whole, viewer.language)}
    return render(request, "console/reference.html", context)


def _generation() -> int:
    newest = warehouse.newest()
    return newest.number if newest else 0


@lru_cache(maxsize=2)
def _beside(_generation: int) -> Sequence[indicators.Beside]:
    """Asked for once a generation: published figures know no viewer."""
    return indicators.reference_beside()


def _row(beside: indicators.Beside, language: str) -> Row:
    period = Period.parse(beside.period_key)
    ratio = beside.ratio
    return Row(
        code=beside.indicator,
        name=beside.name.get(language) or beside.name["vi"],
        period_key=beside.period_key,
        sort_key=f"{period.year}-{period.reach:02}",
        published=beside.published,
        published_text=MARKS.get(beside.relation, "") + format_number(beside.published, language),
        here=beside.here,
        share=None if ratio is None else ratio * 100,
        computed=beside.computed,
        source=beside.source.get(language) or beside.source["vi"],
        as_of=parse_date(beside.as_of),
        note=(beside.note or {}).get(language, ""),
    )
