"""The auditor's trail: who did what, to what, when and with which facts; and the state of its chain."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from giamsat.foundation.audit import queries as trail
from giamsat.foundation.audit import services as trail_services
from giamsat.foundation.units import queries as units
from giamsat.front.console.errors import NotOffered
from giamsat.front.console.exports import in_batches, recorded_csv
from giamsat.front.console.fact_words import FactWords, facts_shown
from giamsat.front.console.forms import TrailFilter, require_read
from giamsat.front.console.templatetags.desk import person
from giamsat.front.console.verbs import what_was_done
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.lib.clock import HOME_ZONE
from giamsat.lib.numbers import counting_number

ROWS_ON_A_PAGE = 100


@dataclass(frozen=True)
class Row:
    """One entry as a person reads it."""

    at: datetime
    by_name: str
    verb: str
    what: str
    subject: str
    unit: Any
    facts: list[tuple[str, str]]


@login_required
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    return _page(request, viewer_of(request))


@login_required
@require_POST
def audit_verify(request: HttpRequest) -> HttpResponse:
    """Recompute the whole chain now; it reads everything, so it is asked for and never done on the way."""
    viewer = viewer_of(request)
    viewer.require_anywhere("audit.read")
    return _page(request, viewer, verification=trail_services.verify())


@login_required
@require_safe
def audit_csv(request: HttpRequest) -> HttpResponseBase:
    viewer = viewer_of(request)
    chosen = TrailFilter(request.GET)
    entries = _chosen(viewer, chosen)
    require_read(chosen)
    lines_of = _lines_for(viewer)
    rows = (
        [row.at, person(row.by_name), row.verb, row.what, row.subject, row.unit.code if row.unit else "",
         "; ".join(f"{name}: {value}" for name, value in row.facts)]
        for batch in in_batches(entries)
        for row in _rows(batch, lines_of)
    )  # fmt: skip
    header = [_("When"), _("Who"), _("Code"), _("What was done"), _("On what"), _("Unit code"), _("Facts")]
    return recorded_csv(viewer, "audit", header, rows, asked=request.GET.urlencode())


def _page(request: HttpRequest, viewer: Viewer, verification: Any = None) -> HttpResponse:
    chosen = TrailFilter(request.GET)
    entries = _chosen(viewer, chosen)
    if before := request.GET.get("before", ""):
        entries = _older_than(entries, before)
    found = list(entries[: ROWS_ON_A_PAGE + 1])
    context = {
        "filter": chosen,
        "query": _query(request.GET),
        "page": {
            "rows": _rows(found[:ROWS_ON_A_PAGE], _lines_for(viewer)),
            "older": _query(request.GET, before=found[ROWS_ON_A_PAGE - 1].pk)
            if len(found) > ROWS_ON_A_PAGE
            else "",
            "newer": (_query(request.GET) or "all=1") if "before" in request.GET else "",
        },
        "chain": _chain(),
        "verification": verification,
        "may_verify": True,
    }
    return render(request, "console/audit.html", context)


def _chosen(viewer: Viewer, chosen: TrailFilter) -> QuerySet[Any]:
    """The entries this viewer may read, narrowed by what could be read of the filter."""
    viewer.require_anywhere("audit.read")
    chosen.is_valid()
    wanted = chosen.cleaned_data
    unit_ids = viewer.unit_ids_for("audit.read")
    entries = trail.entries_for(
        unit_ids,
        verb=wanted.get("verb", ""),
        subject=wanted.get("subject", ""),
        since=_midnight(wanted.get("since")),
        until=_midnight(wanted.get("until"), days=1),
        with_unplaced=unit_ids is None,
    )
    if wanted.get("who"):
        entries = entries.filter(by_name__icontains=wanted["who"])
    if wanted.get("unit"):
        entries = entries.filter(unit_id__in=units.all_units().filter(code=wanted["unit"]).values("pk"))
    return entries


def _older_than(entries: QuerySet[Any], asked: str) -> QuerySet[Any]:
    """Entries after a known one in the order of the page, so that new ones do not shift the reader's place."""
    last = counting_number(asked)
    known = trail.entries_for(None).filter(pk=last or 0)
    at = known.values_list("at", flat=True).first()
    if at is None:
        raise NotOffered(asked, _("entries of the trail"))
    return entries.filter(Q(at__lt=at) | Q(at=at, pk__lt=last))


def _lines_for(viewer: Viewer) -> Callable[[Any], list[tuple[str, str]]]:
    words = FactWords.now()
    return lambda entry: words.lines(facts_shown(entry, viewer.lens))


def _rows(entries: Any, lines_of: Callable[[Any], list[tuple[str, str]]]) -> list[Row]:
    entries = list(entries)
    named = units.all_units().in_bulk({entry.unit_id for entry in entries if entry.unit_id})
    return [
        Row(
            at=entry.at,
            by_name=entry.by_name,
            verb=entry.verb,
            what=what_was_done(entry.verb),
            subject=entry.subject,
            unit=named.get(entry.unit_id),
            facts=lines_of(entry),
        )
        for entry in entries
    ]


def _chain() -> dict[str, Any]:
    seal = trail.last_seal()
    known = {"seq": seal.seq, "sealed_at": seal.sealed_at, "digest": bytes(seal.chain).hex()} if seal else {}
    return {**known, "waiting": trail.waiting_for_seal()}


def _query(asked: QueryDict, **changed: Any) -> str:
    kept = QueryDict(mutable=True)
    for name in TrailFilter.base_fields:
        if asked.get(name):
            kept[name] = str(asked[name])
    for name, value in changed.items():
        kept[name] = str(value)
    return kept.urlencode()


def _midnight(day: date | None, *, days: int = 0) -> datetime | None:
    return datetime.combine(day + timedelta(days=days), time(), HOME_ZONE) if day else None
