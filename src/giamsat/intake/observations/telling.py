"""What the trail and the other rooms are told of reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from giamsat.foundation.audit.services import Deed
from giamsat.foundation.outbox import services as outbox
from giamsat.intake.observations.events import ReportAccepted, ReportCorrected, ReportsAccepted
from giamsat.intake.observations.models import Report
from giamsat.lib.actors import Actor

EVENT_BATCH = 5_000


def deed(verb: str, report: Report, actor: Actor, at: datetime, **facts: object) -> Deed:
    """What somebody did to one report, for the trail."""
    facts |= {"form": report.form_code, "period": report.period_key, "basis": report.basis}
    return Deed(verb, report.subject, by=actor, at=at, facts=facts, unit_id=report.unit_id)


def announce_accepted(reports: Sequence[Report]) -> None:
    """One by itself, or those of one form and period together, so that readers work once for all of them."""
    together: dict[tuple[str, str, str], list[Report]] = {}
    for report in reports:
        together.setdefault((report.form_code, report.period_key, report.basis), []).append(report)
    for key, some in together.items():
        if len(some) == 1:
            [report] = some
            outbox.announce(ReportAccepted(report.pk, report.unit_id, report.form_code, report.period_key))
        else:
            announce_many_accepted(*key, [report.pk for report in some])


def announce_corrected(reports: Iterable[Report]) -> None:
    """Those whose figures in force were replaced by others."""
    outbox.announce(
        *(ReportCorrected(each.pk, each.unit_id, each.form_code, each.period_key) for each in reports)
    )


def announce_many_accepted(form_code: str, period_key: str, basis: str, report_ids: Sequence[int]) -> None:
    """Reports of one form and period, however many."""
    outbox.announce(
        *(
            ReportsAccepted(form_code, period_key, basis, list(report_ids[start : start + EVENT_BATCH]))
            for start in range(0, len(report_ids), EVENT_BATCH)
        )
    )
