"""What the rules themselves are evidence of; later rooms hand over the rest."""

from decimal import Decimal
from typing import Any

import numpy as np

from giamsat.intake.quality import rules
from giamsat.intake.quality.checking import Checked
from giamsat.intake.quality.choices import Part
from giamsat.intake.quality.rules import Evidence

FORMAT_RULE = "R-01"
MOST_KEYS = 200


def evidence_of(checked: Checked, report: int) -> dict[str, Evidence]:
    """Rules passed, required cells filled, formats right, units below, same fact across forms."""
    right, assessed = (int(each[report]) for each in checked.shares_of(FORMAT_RULE))
    found = {
        Part.RULES: rules_passed(checked, report),
        Part.REQUIRED: required_filled(checked, report),
        Part.FORMATS: Evidence(
            rules.share(right, assessed),
            tuple(checked.failed_cells(report, FORMAT_RULE)) if right < assessed else (),
        ),
        Part.AGREEMENT: same_across_forms(checked, report),
    }
    if checked.children is not None:
        found[Part.CHILDREN] = children_received(checked, report)
    return {str(part.value): evidence for part, evidence in found.items()}


def rules_passed(checked: Checked, report: int) -> Evidence:
    passed, failed = int(checked.passed[report]), int(checked.failed[report])
    keys = tuple(checked.failed_cells(report)[:MOST_KEYS]) if failed else ()
    return Evidence(rules.share(passed, passed + failed), keys)


def required_filled(checked: Checked, report: int) -> Evidence:
    """An explicit 0 counts, a blank does not."""
    required = [at for at, cell in enumerate(checked.layout.cells) if cell.required]
    present = checked.outcomes.frames.current.present[report, required]
    blank = tuple(
        checked.layout.cells[at].key for at, filled in zip(required, present, strict=True) if not filled
    )
    return Evidence(rules.share(int(np.count_nonzero(present)), len(required)), blank[:MOST_KEYS])


def children_received(checked: Checked, report: int) -> Evidence:
    children = checked.children
    if children is None:
        return Evidence(None)
    missing = tuple(children.missing[report]) if report < len(children.missing) else ()
    share = rules.share(int(children.received[report]), int(children.expected[report]))
    return Evidence(share, missing[:MOST_KEYS])


def same_across_forms(checked: Checked, report: int) -> Evidence:
    """Figures that this form and a sibling form of the period both ask."""
    frames, layout = checked.outcomes.frames, checked.layout
    if frames.siblings is None:
        return Evidence(None)
    right, wrong = 0, []
    for at, cell in enumerate(layout.siblings):
        here = layout.places[cell.code, cell.breakdown]
        if here >= len(layout.cells):
            continue
        mine, theirs = frames.current.value(report, here), frames.siblings.value(report, at)
        if mine is not None and theirs is not None:
            right += mine == theirs
            wrong += [cell.key] if mine != theirs else []
    return Evidence(rules.share(right, right + len(wrong)), tuple(wrong))


def as_json(evidence: dict[str, Evidence]) -> dict[str, Any]:
    """Shares to six places, keys of what failed."""
    return {
        part: {"share": None if known.share is None else f"{known.share:.6f}", "failed": list(known.failed)}
        for part, known in evidence.items()
    }


def from_json(parts: dict[str, Any]) -> dict[str, Evidence]:
    """Evidence as it was stored."""
    return {
        part: Evidence(None if known["share"] is None else Decimal(known["share"]), tuple(known["failed"]))
        for part, known in parts.items()
    }
