"""A report's steps to the level above, submitted and accepted: one report, or many together under the same rules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from giamsat.foundation.audit import services as audit
from giamsat.foundation.outbox import services as outbox
from giamsat.foundation.units import queries as units
from giamsat.intake.observations import (
    asking_again,
    conditions,
    holding,
    late,
    numbering,
    rights,
    sums,
    telling,
)
from giamsat.intake.observations.choices import Status
from giamsat.intake.observations.errors import ReportNotFound
from giamsat.intake.observations.events import ReportsMoved, ReportSubmitted
from giamsat.intake.observations.lookups import among
from giamsat.intake.observations.models import Report, ReportVersion
from giamsat.intake.observations.withdrawing import end_withdrawals
from giamsat.intake.quality import queries as quality_queries
from giamsat.intake.quality import services as quality
from giamsat.intake.quality.choices import Part
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Basis, PeriodState
from giamsat.lib.actors import Actor
from giamsat.lib.clock import day_of
from giamsat.lib.periods import Period
from giamsat.lib.refusals import Refusal

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from giamsat.foundation.access.models import Account

    By = Actor | Account


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of reports that were to take a step together, by their numbers: taken, or refused and left."""

    reports: Mapping[int, Report]
    refusals: Mapping[int, Refusal]

    def only(self) -> Report:
        """The one report there was; its refusal is raised."""
        for refusal in self.refusals.values():
            raise refusal
        [report] = self.reports.values()
        return report


def submit(
    report: Report, *, by: By, at: datetime, seen_version: int | None = None, symbol: str = ""
) -> Report:
    """The head sends the report to the level above. A returned one may go again as it is: those above are told.

    ``symbol``: number and symbol of the letter it goes with, where there is one.
    """
    return submit_many([report], by=by, at=at, seen_versions={report.pk: seen_version}, symbol=symbol).only()


def accept(report: Report, *, by: By, at: datetime, seen_version: int | None = None) -> Report:
    """The level directly above accepts: from now on these figures are in force, no earlier ones."""
    return accept_many([report], by=by, at=at, seen_versions={report.pk: seen_version}).only()


@transaction.atomic
def submit_many(
    reports: Iterable[Report],
    *,
    by: By,
    at: datetime,
    seen_versions: Mapping[int, int | None] | None = None,
    symbol: str = "",
) -> Moved:
    """The same for many: what is refused is told and left, the others go, with the letter of that number."""
    seen = seen_versions or {}
    symbol = numbering.read_symbol(symbol)
    refusals: dict[int, Refusal] = {}
    asking = rights.person(by, at=at)
    theirs = _meeting(lambda each: asking.require("report.submit", each.unit), reports, refusals)
    there = _held(theirs, refusals)
    period_of, unexplained = cache(sources.reporting_period), _unexplained(there)

    def require_ready(report: Report) -> None:
        conditions.require_not_submitted(report)
        version = conditions.version_seen(report, seen.get(report.pk))
        conditions.require_explained(unexplained.get(version.pk, []))
        conditions.require_submittable(report)
        period = period_of(report.period_key)
        late.require_taken(period, report.unit, report.form_code, report.basis, at=at)
        if report.basis == Basis.CONSOLIDATED:
            sums.require_true_sum(report)
        if symbol:
            version.letter = numbering.letter_for(report, symbol, at=at)

    ready = _meeting(require_ready, there, refusals)
    refusals |= asking_again.doubts(ready)
    ready = [each for each in ready if each.pk not in refusals]
    _send(ready, asking.actor, at)
    if symbol:
        ReportVersion.objects.bulk_update([_at_hand(each) for each in ready], ["letter"])
    _score_as_sent(ready, at)
    audit.record_many(
        telling.deed(
            "report.submitted",
            each,
            asking.actor,
            at,
            version=_at_hand(each).number,
            **({"symbol": symbol} if symbol else {}),
            **({"figures_unchanged": True} if each.came_back_unchanged else {}),
        )
        for each in ready
    )
    outbox.announce(
        *(ReportSubmitted(each.pk, each.unit_id, each.form_code, each.period_key) for each in ready)
    )
    return Moved({each.pk: each for each in ready}, refusals)


@transaction.atomic
def accept_many(
    reports: Iterable[Report], *, by: By, at: datetime, seen_versions: Mapping[int, int | None] | None = None
) -> Moved:
    """The same for many: what is refused is told and left, the others come in force."""
    seen = seen_versions or {}
    refusals: dict[int, Refusal] = {}
    reports = list(reports)
    there = _held(reports, refusals, parts=_parts_to_hold(reports))
    asking = rights.person(by, at=at)
    period_of = cache(sources.reporting_period)

    def require_ready(report: Report) -> None:
        asking.require_acceptance(report)
        conditions.require_submitted(report)
        late.require_acceptable(period_of(report.period_key), report)
        conditions.version_seen(report, seen.get(report.pk))
        if report.basis == Basis.CONSOLIDATED:
            sums.require_own_in_force(report)

    ready = _meeting(require_ready, there, refusals)
    earlier = {each.pk: each.in_force.number if each.in_force else None for each in ready}
    locked = {each.pk for each in ready if period_of(each.period_key).state == PeriodState.LOCKED}
    _put_in_force([each for each in ready if each.pk not in locked], Status.TIEP_NHAN, asking.actor, at)
    _put_in_force([each for each in ready if each.pk in locked], Status.KHOA, asking.actor, at)
    end_withdrawals([each.pk for each in ready], at=at)
    _close_late(ready, locked, at)
    audit.record_many(
        telling.deed(
            "report.accepted", each, asking.actor, at, version=_at_hand(each).number, earlier=earlier[each.pk]
        )
        for each in ready
    )
    telling.announce_accepted(ready)
    telling.announce_corrected(
        each for each in ready if earlier[each.pk] not in {None, _at_hand(each).number}
    )
    for each in ready:
        if each.basis == Basis.CONSOLIDATED:
            _mark_consolidated(each)
    return Moved({each.pk: each for each in ready}, refusals)


def move(ids: Sequence[int], status: Status, period_key: str) -> None:
    """Reports in force go to another state, with the same figures."""
    for start in range(0, len(ids), telling.EVENT_BATCH):
        some = list(ids[start : start + telling.EVENT_BATCH])
        Report.objects.filter(among("pk", some)).update(status=status)
        outbox.announce(ReportsMoved(status.value, period_key, some))


def _meeting(
    require: Callable[[Report], object], reports: Iterable[Report], refusals: dict[int, Refusal]
) -> list[Report]:
    """The reports that meet what is required; of the others the refusal is noted."""
    met = []
    for report in reports:
        try:
            require(report)
        except Refusal as refusal:
            refusals[report.pk] = refusal
        else:
            met.append(report)
    return met


def _held(
    reports: Iterable[Report], refusals: dict[int, Refusal], *, parts: Sequence[int] = ()
) -> list[Report]:
    """The reports as they stand once nobody else works on them, in the order of their numbers.

    Own reports that a consolidated one takes along are held with it, in that order too: held after it, two who
    move them in another order would wait for each other.
    """
    wanted = [report.pk for report in reports]
    if parts:
        holding.hold([*wanted, *parts])
    asked = Report.objects.filter(among("pk", wanted))
    there = holding.held_reports(asked, "unit", "current", "in_force") if wanted else []
    gone = set(wanted) - {report.pk for report in there}
    refusals |= {number: ReportNotFound(number) for number in gone}
    return there


def _at_hand(report: Report) -> ReportVersion:
    assert report.current is not None  # without one no step is taken
    return report.current


def _unexplained(reports: Sequence[Report]) -> dict[int, list[str]]:
    """By version, the rules whose findings nobody has explained."""
    rules: dict[int, list[str]] = {}
    for finding in quality_queries.unexplained(*(each.current_id for each in reports if each.current_id)):
        rules.setdefault(finding.report_version_id, []).append(finding.rule_code)
    return rules


def _send(reports: Sequence[Report], actor: Actor, at: datetime) -> None:
    sent = {
        "status": Status.DA_NOP,
        "submitted_at": at,
        "submitted_by_id": actor.id,
        "submitted_by_name": actor.name,
    }
    _change(reports, sent, first_sent_on=Coalesce("first_sent_on", Value(day_of(at))))


def _change(reports: Sequence[Report], alike: Mapping[str, object], **in_table: object) -> None:
    """What is ``alike`` for all is changed in the table and in the reports at hand, the rest in the table alone."""
    Report.objects.filter(among("pk", [each.pk for each in reports])).update(**alike, **in_table)
    for each in reports:
        for name, value in alike.items():
            setattr(each, name, value)


def _score_as_sent(reports: Sequence[Report], at: datetime) -> None:
    """From now on the scores count, and for how late they came; a report sent back keeps the day it was first sent."""
    for (form_code, period, basis), sent in by_series(reports).items():
        whose = [each.unit_id for each in sent]
        quality.count_as_sent(whose, form_code=form_code, period=period, basis=basis)
        late = {
            each.unit_id: {Part.TIMELINESS.value: _timeliness(each.due_on, at)}
            for each in sent
            if each.due_on is not None and each.returned_at is None
        }
        quality.hand_evidence_of_many(late, form_code=form_code, period=period, basis=basis, at=at)


def by_series(reports: Iterable[Report]) -> dict[tuple[str, Period, str], list[Report]]:
    """Reports of the same form, period and basis together."""
    series: dict[tuple[str, Period, str], list[Report]] = {}
    for each in reports:
        series.setdefault((each.form_code, each.period, each.basis), []).append(each)
    return series


def _timeliness(due_on: date, at: datetime) -> quality.Evidence:
    return quality.Evidence(quality.on_time((day_of(at) - due_on).days))


def _put_in_force(reports: Sequence[Report], status: Status, actor: Actor, at: datetime) -> None:
    """``status``: of a locked period, where they were sent late, they are official at once."""
    if not reports:
        return
    replaced = [each.in_force_id for each in reports if each.in_force_id not in {None, each.current_id}]
    if replaced:
        ReportVersion.objects.filter(among("pk", replaced)).update(superseded_at=at)
    versions = [_at_hand(each).pk for each in reports]
    ReportVersion.objects.filter(among("pk", versions), accepted_at=None).update(accepted_at=at)
    for each in reports:
        each.in_force = _at_hand(each)
        each.in_force.accepted_at = each.in_force.accepted_at or at
    accepted = {
        "status": status,
        "accepted_at": at,
        "accepted_by_id": actor.id,
        "accepted_by_name": actor.name,
    }
    _change(reports, accepted, in_force=F("current"))


def _close_late(reports: Sequence[Report], locked: Collection[int], at: datetime) -> None:
    """What a report was opened late for is done."""
    for each in reports:
        if each.pk in locked:
            late.openings_of(each.unit, each.form_code, each.period_key, each.basis).filter(
                ended_at=None
            ).update(ended_at=at)


def _parts_to_hold(reports: Iterable[Report]) -> list[int]:
    """The own reports that acceptance of the consolidated ones among these would mark; nobody moves a report to
    another unit, form or period, so they can be named before anything is held."""
    return [
        pk
        for each in reports
        if each.basis == Basis.CONSOLIDATED
        for pk in _own_of(each).order_by("pk").values_list("pk", flat=True)
    ]


def _own_of(report: Report) -> QuerySet[Report]:
    """The own reports, its unit's and those of all below, that a signed sum was made of."""
    return Report.objects.filter(
        unit__in=units.subtree(report.unit).order_by(),
        form_code__in=sources.family(report.form_code),
        period_key=report.period_key,
        basis=Basis.OWN,
    )


def _mark_consolidated(report: Report) -> None:
    """The own figures that a signed sum was made of are consolidated with it."""
    parts = _own_of(report).filter(status=Status.TIEP_NHAN).select_for_update(of=("self",))
    move([each.pk for each in parts.order_by("pk")], Status.TONG_HOP, report.period_key)
