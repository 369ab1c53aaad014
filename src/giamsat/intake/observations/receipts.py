"""What became of one report that came in."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from giamsat.intake.observations.models import Report
from giamsat.intake.quality.queries import Finding
from giamsat.lib.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one report that came in: stored with its findings, or refused with the reason.

    Of a refused one ``unit_id`` is whose it was, where that was found, and ``delivery_id`` where it is kept by itself.
    """

    unit_code: str
    form_code: str
    period_key: str
    report: Report | None = None
    findings: list[Finding] = field(default_factory=list)
    refusal: Refusal | None = None
    unit_id: int | None = None
    delivery_id: int | None = None

    @property
    def refused(self) -> bool:
        return self.refusal is not None

    @property
    def to_explain(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.needs_explanation]

    @property
    def sentence(self) -> str:
        """One line for a person."""
        words = {"unit": self.unit_code, "form": self.form_code, "period": self.period_key}
        if self.refusal is not None:
            return f"{self.unit_code} {self.form_code} {self.period_key}: {self.refusal.message}"
        waiting = len(self.to_explain)
        if waiting:
            return _("%(unit)s %(form)s %(period)s: stored; %(count)s findings to explain.") % {
                **words,
                "count": waiting,
            }
        return _("%(unit)s %(form)s %(period)s: stored; awaiting the head.") % words
