"""What a change of units means for reports: which stay open and for whom, which are no longer owed, what forbids it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from giamsat.foundation.units import services as units
from giamsat.foundation.units.choices import Concern
from giamsat.intake.observations.choices import Status
from giamsat.intake.observations.models import Report, ReportVersion
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import PeriodState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from giamsat.intake.sources.models import ReportingPeriod

UNFINISHED = (Status.NHAP, Status.CHO_DUYET, Status.TRA_LAI)
MOST_NAMED = 5


def touched_by(effects: units.Effects) -> Iterator[units.Consequence]:
    """Reports of the units that end: a unit owes every period whose cut-off lies before the day, its heir the later."""
    periods = list(sources.reporting_periods())
    later = {each.key for each in periods if each.cut_off_on >= effects.on}
    closings = {each.unit.pk: each for each in effects.closings}
    reports = Report.objects.filter(unit__in=closings).filter(
        Q(period_key__in=later) | Q(status__in=[*UNFINISHED, Status.DA_NOP])
    )
    for report in reports.order_by("period_key", "form_code", "unit_id"):
        yield _of_report(report, closings[report.unit_id], is_later=report.period_key in later)
    yield from _still_owed(effects, [each for each in periods if each.key not in later])
    if first := min((each for each in periods if each.key in later), key=_by_cut_off, default=None):
        yield from _first_owed(effects, first)


def reasons_against(undoing: units.Undoing) -> Iterator[str]:
    """The first report that knows the new units: received from one of them, or for a later period."""
    later = [each.key for each in sources.reporting_periods() if each.cut_off_on >= undoing.change.on]
    received = ReportVersion.objects.filter(
        Q(report__unit__in=undoing.opened)
        | Q(report__unit__in=undoing.growing, report__period_key__in=later, recorded_at__gt=undoing.since)
    )
    first = received.select_related("report__unit").order_by("recorded_at", "pk").first()
    if first is not None:
        yield _("%(unit)s has sent %(form)s for %(period)s.") % {
            "unit": first.report.unit.name(get_language()),
            "form": first.report.form_code,
            "period": first.report.period.label(get_language()),
        }


def _of_report(report: Report, closing: units.Closing, *, is_later: bool) -> units.Consequence:
    language = get_language()
    what = _("%(form)s of %(unit)s, %(period)s, %(state)s") % {
        "form": report.form_code,
        "unit": closing.unit.name(language),
        "period": report.period.label(language),
        "state": Status(report.status).label,
    }
    heir = closing.heir.name(language) if closing.heir else ""
    forbids = is_later and (report.in_force_id is not None or report.status not in UNFINISHED)
    if forbids:
        becomes = _("its cut-off is on the day or after it, when the unit is no more: choose a later day")
    elif is_later:
        becomes = _("is no longer owed and stays a draft; %s reports anew") % (heir or _("nobody"))
    elif report.status == Status.DA_NOP:
        becomes = _("is accepted or sent back as before, by the unit that stood above")
    else:
        becomes = _("stays open under its own name and is finished by %s") % (heir or _("nobody"))
    return units.Consequence(
        Concern.REPORTS, report.unit_id, f"{report.pk}:{report.status}", what, becomes, forbids
    )


def _still_owed(effects: units.Effects, earlier: list[ReportingPeriod]) -> Iterator[units.Consequence]:
    """What units that end owe of the running year and have not begun; it stays theirs, and their heirs' to send."""
    language = get_language()
    open_ones = [each for each in earlier if each.state == PeriodState.OPEN and each.year == effects.on.year]
    begun: dict[int, set[tuple[str, str, str]]] = defaultdict(set)
    known = Report.objects.filter(
        unit__in=effects.closed_ids(), period_key__in=[each.key for each in open_ones]
    )
    for unit_id, form, period, basis in known.values_list("unit_id", "form_code", "period_key", "basis"):
        begun[unit_id].add((form, period, basis))
    duties = {each.key: sources.obligations(each.period) for each in open_ones}
    for closing in effects.closings:
        unit = closing.unit
        owed = [
            (duty.form_code, each)
            for each in open_ones
            if not unit.withheld and unit.valid_from <= each.cut_off_on
            for duty in duties[each.key]
            if duty.unit_kind == unit.kind and (duty.form_code, each.key, duty.basis) not in begun[unit.pk]
        ]
        if owed:
            named = ", ".join(f"{code} {each.period.label(language)}" for code, each in owed[:MOST_NAMED])
            yield units.Consequence(
                Concern.REPORTS,
                unit.pk,
                f"owed:{len(owed)}",
                _("%(count)s reports that %(unit)s owes: %(named)s")
                % {"count": len(owed), "unit": unit.name(language), "named": named},
                _("stay owed under its own name; %s sends them")
                % (closing.heir.name(language) if closing.heir else _("nobody")),
            )


def _first_owed(effects: units.Effects, first: ReportingPeriod) -> Iterator[units.Consequence]:
    language = get_language()
    for place in effects.openings:
        if place.line is None:
            continue  # goes along with its superior
        yield units.Consequence(
            Concern.REPORTS,
            0,
            f"first:{place.code}:{first.key}",
            place.name(language),
            _(
                "reports from %(period)s on; what is counted since January is counted for all it now consists of"
            )
            % {"period": first.period.label(language)},
        )


def _by_cut_off(period: ReportingPeriod) -> tuple[object, ...]:
    return period.cut_off_on, period.key
