"""What the rules found at night: in reports that were sent, and of units that sent none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from giamsat.front.console.findings import about_persons
from giamsat.front.console.viewer import Viewer
from giamsat.intake.observations import queries as observations
from giamsat.intake.quality import queries as quality

MOST = 30


@dataclass(frozen=True, slots=True)
class LaterLine:
    """One finding that stands, and where to go about it."""

    unit: Any
    forms: str
    period_key: str
    basis: str
    rule: str
    severity: str
    sentence: str
    found_at: datetime
    url: str


@dataclass(frozen=True, slots=True)
class Later:
    """The first findings of some units, how many of them are ``shown`` and how many there are."""

    lines: Sequence[LaterLine]
    shown: int
    whole: int

    @property
    def cut(self) -> bool:
        return self.whole > self.shown


def of_report(viewer: Viewer, found: Any) -> list[LaterLine]:
    """Those of one report."""
    kept = quality.later_findings_of(found.unit_id, found.form_code, found.period_key, found.basis)
    return _lines(viewer, kept)


def of_units(viewer: Viewer, unit_ids: Sequence[int]) -> Later:
    """Those of some units, what asks to be looked at first; as many as fit on a page."""
    standing = quality.later_findings(unit_ids)
    kept = list(standing[: MOST + 1])
    whole = len(kept) if len(kept) <= MOST else standing.count()
    return Later(_lines(viewer, kept[:MOST]), min(whole, MOST), whole)


def _lines(viewer: Viewer, kept: Any) -> list[LaterLine]:
    """What is said of several forms of one unit and period in the same words is one line."""
    kept, label = list(kept), quality.labels()
    filed = (
        observations.reports_of({each.unit_id for each in kept}, {each.period_key for each in kept})
        if kept
        else ()
    )
    reports = {(each.unit_id, each.form_code, each.period_key, str(each.basis)): each.pk for each in filed}
    together: dict[tuple[object, ...], list[Any]] = {}
    for each in kept:
        said = _sentence(viewer, each, label)
        alike = (each.unit_id, each.period_key, each.basis, each.rule_code, each.severity, said)
        together.setdefault(alike, []).append(each)
    return [
        LaterLine(
            unit=some[0].unit,
            forms=", ".join(dict.fromkeys(each.form_code for each in some)),
            period_key=some[0].period_key,
            basis=some[0].basis,
            rule=some[0].rule_code,
            severity=some[0].severity,
            sentence=str(alike[-1]),
            found_at=some[0].found_at,
            url=_url(viewer, some[0], reports),
        )
        for alike, some in together.items()
    ]


def _sentence(viewer: Viewer, found: Any, label: Any) -> str:
    """Outside the unit and its superior nothing is told of figures of persons."""
    if not viewer.lens.sees_small(found.unit_id) and about_persons(found.cell_keys):
        return _(
            "A check on figures of persons. Its figures are shown inside the unit and to its direct superior."
        )
    return str(found.sentence(viewer.language, label))


def _url(viewer: Viewer, found: Any, reports: Mapping[tuple[int, str, str, str], int]) -> str:
    """The report; where there is none, its form for those who fill it in, and the unit's page for others."""
    report_id = reports.get((found.unit_id, found.form_code, found.period_key, str(found.basis)))
    if report_id is not None:
        return reverse("console:report", args=[report_id])
    if viewer.may("report.compile", found.unit):
        return reverse(
            "console:entry_form", args=[found.unit.code, found.form_code, found.period_key, found.basis]
        )
    return reverse("console:unit", args=[found.unit.code])
