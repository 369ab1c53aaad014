"""What happened to a report or a warning, from the trail: when, who, which act; its facts stay with the auditor, what
people wrote left out of them (``fact_words``).

Whoever reads the subject reads the acts on its way; what a unit did before it sent a report is told to its makers
alone, and who looked at or exported it to the auditor alone. Why a report came back may tell of a small cell, as an
explanation may: it is told to those who see them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from giamsat.foundation.audit import queries as trail
from giamsat.front.console.verbs import what_was_done
from giamsat.front.console.viewer import Viewer
from giamsat.intake.observations import queries as observations

INSIDE_THE_UNIT = frozenset({"report.received", "report.explained"})
CAME_BACK = frozenset({
    "report.returned", "report.reopened", "report.acceptance_withdrawn", "report.late_opening_asked",
    "report.opened_late", "report.late_opening_ended",
})  # fmt: skip
ON_ITS_WAY = CAME_BACK | {"report.submitted", "report.accepted"}
OF_A_WARNING = frozenset({
    "warning.raised", "warning.dismissed", "warning.explained", "warning.explanation_requested",
    "warning.explanation_answered", "warning.answer_returned", "warning.request_withdrawn",
})  # fmt: skip


@dataclass(frozen=True)
class Act:
    at: datetime
    by: str
    what: str
    words: str = ""


def of_report(viewer: Viewer, report: Any) -> list[Act]:
    makes = observations.makes_reports(viewer.scope, report.unit)
    told = CAME_BACK if viewer.lens.sees_small(report.unit_id) else frozenset()
    return _acts(report.subject, ON_ITS_WAY | INSIDE_THE_UNIT if makes else ON_ITS_WAY, with_reason=told)


def of_warning(warning: Any) -> list[Act]:
    return _acts(f"warning:{warning.pk}", OF_A_WARNING)


def _acts(subject: str, verbs: Collection[str], *, with_reason: Collection[str] = ()) -> list[Act]:
    """Oldest first; the caller has found the subject visible."""
    return [
        Act(
            entry.at,
            entry.by_name,
            what_was_done(entry.verb),
            entry.facts.get("reason", "") if entry.verb in with_reason else "",
        )
        for entry in trail.history_of(subject).filter(verb__in=verbs)
    ]
