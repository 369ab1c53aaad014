"""The rules of a form as formulas of its workbook."""

from collections.abc import Iterable, Sequence

from giamsat.intake.quality.choices import Severity, Stage
from giamsat.intake.quality.definition import Rule
from giamsat.intake.quality.frames import fact_of
from giamsat.intake.sources.queries import Cell
from giamsat.intake.sources.services import SheetCheck
from giamsat.lib.formulas import Check, Layout, Where, Written, written
from giamsat.lib.formulas.language import NEVER_BLANK, terms

LATER = frozenset({Stage.CONSOLIDATION.value, Stage.SCHEDULE.value})  # when the form has long been sent


def checks_on_sheet(
    cells: Sequence[Cell],
    rules: Iterable[Rule],
    *,
    period_kind: str,
    basis: str,
    now: Where,
    before: Where | None,
) -> list[SheetCheck]:
    """Every check of a rule that blocks or asks for an explanation, at every cell of which it can be written."""
    layout = Layout(tuple(map(fact_of, cells)))
    asked = [
        (rule, check)
        for rule in rules
        if rule.asked_of(basis, period_kind) and not LATER.issuperset(rule.runs)
        for check in rule.checks
        if rule.severity_of(check) != Severity.INFORMATION
    ]
    return [
        _sheet_check(rule, each)
        for rule, check in sorted(asked, key=lambda pair: (not _blocks(*pair), pair[0].code))
        for each in written(check, layout, now=now, before=before or _nowhere)
    ]


def _blocks(rule: Rule, check: Check) -> bool:
    return rule.severity_of(check) == Severity.ERROR


def _nowhere(place: int) -> None:
    return None


def _sheet_check(rule: Rule, each: Written) -> SheetCheck:
    return SheetCheck(
        ordinal=each.place,
        rule=rule.code,
        name=rule.name,
        blocks=_blocks(rule, each.check),
        blank=all(term.word in NEVER_BLANK for term in terms(each.check.tree)),
        assessed=each.assessed,
        holds=each.holds,
        relation=each.relation,
        value=each.value,
        expected=each.expected,
    )
