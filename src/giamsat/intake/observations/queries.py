"""Reads of reports: for a person from ``reports_for`` on, for other rooms as they ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from giamsat.foundation.access import queries as access
from giamsat.foundation.access.choices import Action
from giamsat.foundation.catalogue.choices import Additivity
from giamsat.foundation.units import queries as units
from giamsat.intake.observations.choices import Status
from giamsat.intake.observations.errors import ReportNotFound
from giamsat.intake.observations.estimates import declarations, figures_for
from giamsat.intake.observations.late import (
    awaiting_second,
    late_opening,
    opening_of,
    openings_of,
    openings_that_hold,
)
from giamsat.intake.observations.models import Report, ReportVersion
from giamsat.intake.observations.parts import Part, Parts, parts_of
from giamsat.intake.observations.punctuality import (
    Counted,
    Duty,
    Owed,
    Tally,
    counted,
    duties,
    one_by_one,
    total,
)
from giamsat.intake.observations.queries_packed import (
    Head,
    Packed,
    Total,
    heads_in_force,
    kept_versions,
    packed_versions,
    published_years,
    totals_in_force,
)
from giamsat.intake.observations.reading import (
    decides,
    is_delivery_readable,
    is_readable,
    makes_reports,
    reports_readable_in,
    version_for,
)
from giamsat.intake.observations.withdrawing import withdrawn
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Basis
from giamsat.lib.periods import CUMULATIVE_KINDS, Period

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account
    from giamsat.foundation.access.queries import Scope
    from giamsat.foundation.units.models import Unit
    from giamsat.intake.sources.models import Form


__all__ = [
    "Counted",
    "Duty",
    "Head",
    "Owed",
    "Packed",
    "Part",
    "Parts",
    "Tally",
    "Total",
    "awaiting_second",
    "counted",
    "decides",
    "declarations",
    "duties",
    "figures_for",
    "heads_in_force",
    "is_delivery_readable",
    "is_readable",
    "kept_versions",
    "late_opening",
    "makes_reports",
    "one_by_one",
    "opening_of",
    "openings_of",
    "openings_that_hold",
    "packed_versions",
    "parts_of",
    "published_years",
    "reports_readable_in",
    "total",
    "totals_in_force",
    "version_for",
    "withdrawn",
]


def reports_for(viewer: Account, *, at: datetime) -> QuerySet[Report]:
    """Every report the viewer may know about. All reads for a person start here."""
    return Report.objects.filter(unit__in=access.units_visible_to(viewer, at=at))


def report_for(viewer: Account, report_id: int, *, at: datetime) -> Report:
    """One report with its unit and versions, if there is anything of it that the viewer may read."""
    scope = access.scope_for(viewer, at=at)
    readable = Report.objects.filter(unit__in=scope.units_where(Action.REPORT_READ))
    found = readable.select_related("unit", "current", "in_force").filter(pk=report_id).first()
    if found is None or not is_readable(scope, found):
        raise ReportNotFound(report_id)
    return found


def readable_reports_of(scope: Scope, unit: Unit, period_key: str) -> list[Report]:
    """A unit's reports for a period of which this person may read something, in the order of the forms."""
    if not scope.may(Action.REPORT_READ, unit):
        return []
    filed = Report.objects.filter(unit=unit, period_key=period_key).select_related(
        "unit", "current__letter", "in_force__letter"
    )
    return [each for each in filed.order_by("form_code", "basis", "pk") if is_readable(scope, each)]


def report(report_id: int) -> Report:
    """One report by its number, for rooms that have checked who asks."""
    try:
        return Report.objects.select_related("unit", "current", "in_force").get(pk=report_id)
    except Report.DoesNotExist:
        raise ReportNotFound(report_id) from None


def reports_of(unit_ids: Iterable[int], period_keys: Iterable[str] | None = None) -> QuerySet[Report]:
    """Reports of some units, for some periods or all."""
    reports = Report.objects.filter(unit_id__in=list(unit_ids)).order_by("period_key", "form_code", "unit_id")
    return reports if period_keys is None else reports.filter(period_key__in=list(period_keys))


def report_of(unit: Unit, form_code: str, period_key: str, basis: str = Basis.OWN) -> Report | None:
    """What a unit has filed on a form for a period; None when nothing."""
    return (
        Report.objects.select_related("unit", "current", "in_force")
        .filter(unit=unit, form_code=form_code, period_key=period_key, basis=basis)
        .order_by("pk")
        .first()
    )


def reports_of_delivery(delivery_id: int) -> QuerySet[Report]:
    """The reports that a delivery gave a version to: one of a form, as many as lines passed of a list."""
    found = Report.objects.filter(versions__delivery_id=delivery_id).select_related("unit")
    return found.order_by("period_key", "form_code", "unit__sort_key", "pk").distinct()


def awaiting_acceptance(viewer: Account, *, at: datetime) -> QuerySet[Report]:
    """Submitted reports of the units directly below those for which the viewer accepts, oldest first."""
    scope = access.scope_for(viewer, at=at)
    below = scope.units_where("report.accept").filter(scope.directly_below()).order_by()
    return (
        Report.objects.filter(status=Status.DA_NOP, unit__in=below)
        .select_related("unit", "current", "in_force")
        .order_by("submitted_at", "pk")
    )


def later_in_year(report: Report) -> list[Report]:
    """Reports of the same unit, family of forms and basis for the later cumulative periods of the year, in their order;
    months follow months, and quarters quarters."""
    later = {each.key: place for place, each in enumerate(periods_after(report.period))}
    found = Report.objects.select_related("unit", "current", "in_force").filter(
        unit=report.unit_id,
        form_code__in=sources.family(report.form_code),
        period_key__in=list(later),
        basis=report.basis,
    )
    return sorted(found, key=lambda each: later[each.period_key])


def fallen(earlier: ReportVersion, later: ReportVersion | None) -> dict[str, tuple[Decimal, Decimal]]:
    """By cell key, cumulative figures that stand lower in a later report of the year than in the earlier one (R-05)."""
    said, now = values_of(earlier), values_of(later)
    flows = [cell.key for cell in form_of(earlier).cells if cell.additivity == Additivity.FLOW]
    both = {key: (said.get(key), now.get(key)) for key in flows}
    return {
        key: (before, after)
        for key, (before, after) in both.items()
        if before is not None and after is not None and after < before
    }


def versions(report: Report) -> list[ReportVersion]:
    """Every version of a report, the newest first."""
    return list(ReportVersion.objects.filter(report=report).select_related("form").order_by("-number"))


def form_of(version: ReportVersion) -> Form:
    """The form version on which figures were given, from memory."""
    return sources.form_by_id(version.form_id)


def values_of(version: ReportVersion | None) -> dict[str, Decimal | None]:
    """A version's values by cell key; nothing for no version."""
    if version is None:
        return {}
    return version.by_key(list(form_of(version).cell_by_key))


def current_values(report: Report) -> dict[str, Decimal | None]:
    """The figures at hand, accepted or not."""
    return values_of(report.current)


def version_as_known(report: Report, on: datetime) -> ReportVersion | None:
    """The version that was in force at an instant; None when nothing had been accepted."""
    return (
        ReportVersion.objects.filter(report=report, accepted_at__lte=on)
        .filter(Q(superseded_at=None) | Q(superseded_at__gt=on))
        .order_by("-number")
        .first()
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """One cell as the approver reads it: now, against the period before, against the same one last year."""

    key: str
    ordinal: int
    value: Decimal | None
    previous: Decimal | None
    last_year: Decimal | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A report beside the period reported just before and the same period last year."""

    previous_period: Period
    last_year_period: Period
    rows: list[Compared]
    previous_version_id: int | None
    last_year_version_id: int | None


def comparison(
    report: Report, version: ReportVersion, *, to: Scope, as_known: datetime | None = None
) -> Comparison:
    """A version beside the period before and the same one last year, as this person reads them now or as they were
    known at an instant."""
    before = period_before(report.period)
    last_year = report.period.same_last_year()
    then = {
        each.period_key: version_as_known(each, as_known)
        if as_known
        else each.in_force or version_for(to, each)
        for each in Report.objects.filter(
            unit_id=report.unit_id,
            form_code__in=sources.family(report.form_code),
            period_key__in=[before.key, last_year.key],
            basis=report.basis,
        )
        .select_related("unit", "in_force", "current")
        .order_by("pk")
    }
    now = values_of(version)
    at_last, a_year_ago = then.get(before.key), then.get(last_year.key)
    earlier, year = values_of(at_last), values_of(a_year_ago)
    rows = [
        Compared(key, ordinal, value, earlier.get(key), year.get(key))
        for ordinal, (key, value) in enumerate(now.items())
    ]
    ids = [each.pk if each else None for each in (at_last, a_year_ago)]
    return Comparison(before, last_year, rows, *ids)


def reported_below(unit: Unit, form_codes: Iterable[str], period: Period) -> dict[str, tuple[int, int]]:
    """By form, of the units below that owe their own figures on it: how many are in force, and how many owe."""
    families = {code: set(sources.family(code)) for code in form_codes}
    owed = {
        (each.unit_kind, each.form_code) for each in sources.obligations(period) if each.basis == Basis.OWN
    }
    below = units.subtree(unit, sources.cut_off_on(period)).filter(withheld=False).exclude(pk=unit.pk)
    there = dict(below.order_by().values_list("kind").annotate(Count("pk")))
    sent = Report.objects.filter(
        unit__in=below.order_by().values("pk"), form_code__in=set().union(*families.values()),
        period_key=period.key, basis=Basis.OWN, in_force__isnull=False,
    )  # fmt: skip
    in_force = list(
        sent.order_by().values_list("unit__kind", "form_code").annotate(Count("unit", distinct=True))
    )
    return {
        code: (
            sum(count for kind, form, count in in_force if form in family and (kind, form) in owed),
            sum(there.get(kind, 0) for kind in {kind for kind, form in owed if form in family}),
        )
        for code, family in families.items()
    }


def reported_periods(form_code: str | None = None) -> set[str]:
    """Keys of the periods of which a report is known, or one of a form; looked up by period, sooner than reading all
    reports."""
    known = Report.objects.filter(period_key=OuterRef("key"))
    known = known.filter(form_code=form_code) if form_code else known
    return set(sources.reporting_periods().filter(Exists(known)).order_by().values_list("key", flat=True))


def periods_after(period: Period) -> list[Period]:
    """The periods of the year whose cumulative figures hold this one's: those that follow it step by step."""
    kinds = {"M": ("M",)}.get(period.kind, CUMULATIVE_KINDS)
    later = [
        each.period
        for each in sources.reporting_periods(kinds=kinds)
        if each.year == period.year and each.period.ends_on > period.ends_on
    ]
    return sorted(later, key=lambda each: each.ends_on)


def period_before(period: Period) -> Period:
    """The previous cumulative period of the year, else the one of its kind before."""
    return period.previous_cumulative() or period.earlier_same_kind(1)[0]
