"""What this room tells the others, after the fact."""

from dataclasses import dataclass
from typing import ClassVar

from giamsat.foundation.outbox.events import Event


@dataclass(frozen=True)
class ReportSubmitted(Event):
    """The head has sent a report to the level above."""

    name: ClassVar[str] = "observations.report_submitted"
    report_id: int
    unit_id: int
    form_code: str
    period_key: str


@dataclass(frozen=True)
class ReportAccepted(Event):
    """A version of a report is in force from now on."""

    name: ClassVar[str] = "observations.report_accepted"
    report_id: int
    unit_id: int
    form_code: str
    period_key: str


@dataclass(frozen=True)
class ReportReturned(Event):
    """A report went back to its unit with a reason; an accepted version, if any, stays in force."""

    name: ClassVar[str] = "observations.report_returned"
    report_id: int
    unit_id: int
    form_code: str
    period_key: str


@dataclass(frozen=True)
class ReportsAccepted(Event):
    """Many reports of one form and period came in force at once, by the bulk way."""

    name: ClassVar[str] = "observations.reports_accepted"
    form_code: str
    period_key: str
    basis: str
    report_ids: list[int]


@dataclass(frozen=True)
class ReportsMoved(Event):
    """Reports in force were consolidated or locked: the same figures in another state."""

    name: ClassVar[str] = "observations.reports_moved"
    status: str
    period_key: str
    report_ids: list[int]


@dataclass(frozen=True)
class AcceptanceTakenBack(Event):
    """The level above withdrew its acceptance and decides anew; the figures stay in force meanwhile."""

    name: ClassVar[str] = "observations.acceptance_taken_back"
    report_id: int
    unit_id: int
    form_code: str
    period_key: str


@dataclass(frozen=True)
class OpenedLate(Event):
    """A unit may report a form for a period that is over, until a day."""

    name: ClassVar[str] = "observations.opened_late"
    opening_id: int
    unit_id: int
    form_code: str
    period_key: str


@dataclass(frozen=True)
class ReportCorrected(Event):
    """The version that came in force, as ReportAccepted told, has replaced another."""

    name: ClassVar[str] = "observations.report_corrected"
    report_id: int
    unit_id: int
    form_code: str
    period_key: str
