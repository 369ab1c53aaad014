"""The level above takes an acceptance back, and decides anew.

The figures stay in force until others are accepted, as after a re-opening: a sum that fell by one unit's figures would
tell outsiders what they were.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from giamsat.foundation.audit import services as audit
from giamsat.foundation.outbox import services as outbox
from giamsat.foundation.units import queries as units
from giamsat.intake.observations import conditions, rights
from giamsat.intake.observations.choices import IN_FORCE, REOPENABLE, Status
from giamsat.intake.observations.errors import ContainedAbove, NotAccepted
from giamsat.intake.observations.events import AcceptanceTakenBack
from giamsat.intake.observations.holding import held
from giamsat.intake.observations.models import AcceptanceWithdrawal, Report
from giamsat.intake.observations.telling import deed
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Basis
from giamsat.lib.actors import Actor

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account

    By = Actor | Account


@transaction.atomic
def take_back(
    report: Report, *, reason: str, by: By, at: datetime, seen_version: int | None = None
) -> Report:
    """Withdraw an acceptance: the report awaits a decision again.

    Refused once the level above the one that accepted has accepted a sum that holds these figures, or the period is
    locked.
    """
    report = held(report.pk)
    actor = rights.require_acceptance(by, report, at=at)
    conditions.require_not_locked(sources.reporting_period(report.period_key))
    if report.in_force_id is None or report.status not in REOPENABLE:
        raise NotAccepted(report.form_code, report.period_key, Status(report.status).label)
    version = conditions.version_seen(report, seen_version)
    conditions.require_reason(reason, _("Taking back an acceptance"))
    _require_not_contained(report)
    AcceptanceWithdrawal.objects.create(
        report=report, version=version, at=at, by_id=actor.id, by_name=actor.name, reason=reason.strip()
    )
    report.status = Status.DA_NOP
    report.save(update_fields=["status"])
    facts = {"version": version.number, "reason": reason.strip()}
    audit.record_many([deed("report.acceptance_withdrawn", report, actor, at, **facts)])
    outbox.announce(AcceptanceTakenBack(report.pk, report.unit_id, report.form_code, report.period_key))
    return report


def _require_not_contained(report: Report) -> None:
    """Own figures are held by the sum of their unit, and by those above; a signed sum by those above alone.

    Whoever accepts such a sum holds its parts first, and so waits for this, or this for that.
    """
    inside = list(units.ancestors(report.unit))
    if report.basis == Basis.OWN:
        inside.append(report.unit)
    sums = Report.objects.filter(
        unit__in=inside,
        form_code__in=sources.family(report.form_code),
        period_key=report.period_key,
        basis=Basis.CONSOLIDATED,
        status__in=IN_FORCE,
    )
    found = sums.exclude(pk=report.pk).select_related("unit").order_by("unit__depth").first()
    if found is not None:
        superior = units.direct_superior(found.unit)
        name = superior.name_vi if superior else found.accepted_by_name
        raise ContainedAbove(found.form_code, found.period_key, found.unit.name_vi, name)
