"""What the rules themselves are evidence of; later rooms hand over the rest."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from giamsat.intake.quality import rules
from giamsat.intake.quality.checking import Checked
from giamsat.intake.quality.choices import Part
from giamsat.intake.quality.rules import Evidence
from giamsat.lib.formulas import Grid

FORMAT_RULE = "R-01"
MOST_KEYS = 200


@dataclass(frozen=True)
class Looked:
    """One part over all reports: how much is right of how much, and what is not, worked out where it is asked."""

    part: Part
    right: Sequence[int]
    assessed: Sequence[int]
    wrong: Callable[[int], Iterable[str]]

    def of(self, report: int) -> Evidence:
        right, assessed = self.right[report], self.assessed[report]
        wrong = () if right == assessed else tuple(self.wrong(report))[:MOST_KEYS]
        return Evidence(rules.share(right, assessed), wrong)


class Weighed(NamedTuple):
    """Evidence as it is kept: JSON text, the four scores it comes to, and the weight each rests on."""

    parts: str
    scores: tuple[Decimal | None, ...]
    assessed: tuple[int, ...]


def evidence_of(checked: Checked) -> list[dict[str, Evidence]]:
    """Per report: rules passed, required cells filled, formats right, units below, same fact across forms."""
    looked = [_rules_passed(checked), _required_filled(checked), _formats_right(checked)]
    looked += [each for each in (_same_across_forms(checked), _children_received(checked)) if each]
    return [{each.part.value: each.of(report) for each in looked} for report in range(checked.reports)]


@lru_cache(maxsize=4096)
def weighed(evidence: tuple[tuple[str, Evidence], ...]) -> Weighed:
    """Most reports of a batch have the same evidence, so it is weighed and written out once."""
    known = dict(evidence)
    return Weighed(
        parts=json.dumps(as_json(known), ensure_ascii=False),
        scores=tuple(rules.scores(known).values()),
        assessed=tuple(rules.weight_assessed(name, known) for name in rules.WEIGHTS),
    )


def _rules_passed(checked: Checked) -> Looked:
    passed = checked.passed
    return Looked(Part.RULES, passed.tolist(), (passed + checked.failed).tolist(), checked.failed_cells)


def _required_filled(checked: Checked) -> Looked:
    """An explicit 0 counts, a blank does not."""
    required = [at for at, cell in enumerate(checked.layout.cells) if cell.required]
    filled = checked.outcomes.frames.current.present[:, required]
    keys = np.array([checked.layout.cells[at].key for at in required], object)
    return Looked(
        Part.REQUIRED,
        filled.sum(axis=1).tolist(),
        [len(required)] * checked.reports,
        lambda report: keys[~filled[report]],
    )


def _formats_right(checked: Checked) -> Looked:
    right, assessed = checked.shares_of(FORMAT_RULE)
    return Looked(
        Part.FORMATS,
        right.tolist(),
        assessed.tolist(),
        lambda report: checked.failed_cells(report, FORMAT_RULE),
    )


def _children_received(checked: Checked) -> Looked | None:
    children = checked.children
    if children is None:
        return None
    missing = children.missing
    return Looked(
        Part.CHILDREN,
        children.received.tolist(),
        children.expected.tolist(),
        lambda report: [name["vi"] for name in missing[report]] if report < len(missing) else (),
    )


def _same_across_forms(checked: Checked) -> Looked:
    """Figures that this form and a sibling form of the period both ask."""
    frames, layout = checked.outcomes.frames, checked.layout
    places = [(layout.places[cell.code, cell.breakdown], at) for at, cell in enumerate(layout.siblings)]
    shared = [(here, there) for here, there in places if here < len(layout.cells)]
    here, there = [here for here, _ in shared], [there for _, there in shared]
    mine, theirs = frames.current, frames.siblings or Grid.blank(checked.reports, len(layout.siblings))
    known = mine.present[:, here] & theirs.present[:, there]
    same = known & (mine.scaled[:, here] == theirs.scaled[:, there])
    keys = np.array([layout.siblings[at].key for at in there], object)
    return Looked(
        Part.AGREEMENT,
        same.sum(axis=1).tolist(),
        known.sum(axis=1).tolist(),
        lambda report: keys[(known & ~same)[report]],
    )


def as_json(evidence: Mapping[str, Evidence]) -> dict[str, Any]:
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
