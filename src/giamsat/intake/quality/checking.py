"""The rules put to many reports of one form at once; pure, so that a test needs no database."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from giamsat.intake.quality.choices import Effect, Severity
from giamsat.intake.quality.definition import Rule
from giamsat.intake.quality.findings import Finding, Label
from giamsat.intake.quality.frames import Children, History, build_frames, fact_of
from giamsat.intake.sources.queries import Cell
from giamsat.intake.sources.services import why_unreadable
from giamsat.lib.formulas import (
    FAILS,
    HOLDS,
    NOT_ASSESSED,
    CellFact,
    Failure,
    Grid,
    Layout,
    Outcomes,
    Program,
    compile_form,
    run,
)
from giamsat.lib.formulas.frames import Percentile
from giamsat.lib.formulas.grids import Whole
from giamsat.lib.periods import Period

Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]
COUNTED = (Severity.ERROR.value, Severity.WARNING.value)


@dataclass(frozen=True)
class Checked:
    """What the rules say of each report, by its number in the grid. Findings are worded on demand."""

    layout: Layout
    outcomes: Outcomes
    rules: tuple[Rule, ...]
    children: Children | None
    label: Label

    @property
    def reports(self) -> int:
        return self.outcomes.frames.reports

    def findings(self, report: int = 0, *, severities: Iterable[str] = Severity.values) -> list[Finding]:
        """What does not hold in one report: what blocks first, then by rule and cell.

        Of a cell that blocks nothing is merely noted: its figure is about to change.
        """
        found = self._found(report, self._names(severities))
        wrong = {key for each in found if each.blocks for key in each.cell_keys}
        return [
            each for each in found if each.severity != Severity.INFORMATION or not wrong & {*each.cell_keys}
        ]

    def has(self, severity: str) -> Flags:
        """Per report, whether any rule of that severity fails."""
        return self._count(FAILS, (severity,)) > 0

    @cached_property
    def blocked(self) -> Flags:
        """Per report, whether a rule that blocks fails."""
        return self.has(Severity.ERROR)

    @cached_property
    def suppressed(self) -> Flags:
        """Reports × cells that outsiders may not see (R-43)."""
        hidden = np.zeros((self.reports, len(self.layout.cells)), np.bool_)
        for rule in self.rules:
            for check in rule.checks:
                if rule.effect == Effect.SUPPRESS and check.each == "cell":
                    hidden |= self.outcomes.places(check, FAILS)
        return hidden

    @cached_property
    def passed(self) -> Counts:
        """Per report, how many E and W rules hold wherever they could be assessed."""
        shares = [self.shares_of(rule.code) for rule in self.rules if rule.severity in COUNTED]
        whole = [(assessed > 0) & (holds == assessed) for holds, assessed in shares]
        return sum((each.astype(np.int64) for each in whole), np.zeros(self.reports, np.int64))

    @cached_property
    def failed(self) -> Counts:
        """Per report, how many E and W rules fail anywhere."""
        shares = [self.shares_of(rule.code) for rule in self.rules if rule.severity in COUNTED]
        anywhere = [holds < assessed for holds, assessed in shares]
        return sum((each.astype(np.int64) for each in anywhere), np.zeros(self.reports, np.int64))

    def not_assessed(self, report: int = 0) -> list[str]:
        """Rules that a blank, or figures nobody handed over, kept from saying anything anywhere."""
        return [
            rule.code
            for rule in self.rules
            if not any(self._at(report, check, FAILS, HOLDS) for check in rule.checks)
            and any(self._at(report, check, NOT_ASSESSED) for check in rule.checks)
        ]

    def shares_of(self, code: str) -> tuple[Counts, Counts]:
        """Per report, how many places of one rule's checks hold, and how many were assessed."""
        if code not in self._shares:
            checks = [check for rule in self.rules if rule.code == code for check in rule.checks]
            zero = np.zeros(self.reports, np.int64)
            holds = sum((self.outcomes.count(check, HOLDS) for check in checks), zero)
            fails = sum((self.outcomes.count(check, FAILS) for check in checks), zero)
            self._shares[code] = (holds, holds + fails)
        return self._shares[code]

    def failed_cells(self, report: int, code: str | None = None) -> list[str]:
        """Keys of the cells that E and W rules fault (or one rule), in the order of the form."""
        names = self._names(COUNTED, code)
        keys = {key for finding in self._found(report, names) for key in finding.cell_keys}
        return [cell.key for cell in self.layout.everything if cell.key in keys]

    @cached_property
    def _shares(self) -> dict[str, tuple[Counts, Counts]]:
        return {}

    def _names(self, severities: Iterable[str], code: str | None = None) -> set[str]:
        """Of the checks of these severities, of one rule or of all."""
        wanted = set(severities)
        return {
            check.name
            for rule in self.rules
            for check, severity in zip(rule.checks, rule.severities, strict=True)
            if severity in wanted and code in (None, rule.code)
        }

    def _found(self, report: int, among: set[str]) -> list[Finding]:
        found = [
            self._worded(failure, self._rule_of[failure.check.name])
            for failure in self.outcomes.failures(report, among)
        ]
        order = {severity: place for place, severity in enumerate(Severity.values)}
        return sorted(found, key=lambda each: (order[each.severity], each.rule, each.check, each.cell_keys))

    @cached_property
    def _rule_of(self) -> dict[str, Rule]:
        return {check.name: rule for rule in self.rules for check in rule.checks}

    @cached_property
    def _figures(self) -> Grid:
        """Of all reports, with those of their siblings beside."""
        frames = self.outcomes.frames
        return frames.current.beside(frames.siblings) if frames.siblings else frames.current

    def _at(self, report: int, check: Any, *states: int) -> bool:
        return any(self.outcomes.count(check, state)[report] for state in states)

    def _count(self, state: int, severities: Sequence[str]) -> Counts:
        names, zero = self._names(severities), np.zeros(self.reports, np.int64)
        counted = [check for rule in self.rules for check in rule.checks if check.name in names]
        return sum((self.outcomes.count(check, state) for check in counted), zero)

    def _worded(self, failure: Failure, rule: Rule) -> Finding:
        frames, cells = self.outcomes.frames, [self.layout.everything[at] for at in failure.cells]
        current = self._figures
        values: tuple[Decimal | str | None, ...] = tuple(
            frames.current.texts.get((failure.report, at), current.value(failure.report, at))
            for at in failure.cells
        )
        more: dict[str, Any] = {"decimals": cells[0].decimals if cells else 0}
        if isinstance(values[0] if values else None, str):
            more["unreadable"] = why_unreadable(str(values[0])).value
        more |= {"value_is": _word(failure.check.value), "expected_is": _word(failure.check.expected)}
        if self.children and failure.report < len(self.children.missing):
            more["missing"] = list(self.children.missing[failure.report])
        return Finding(
            rule=rule.code,
            version=rule.version,
            severity=rule.severity_of(failure.check),
            effect=rule.effect,
            check=failure.check.name,
            cell_keys=tuple(cell.key for cell in cells),
            values=values,
            value=failure.value if failure.value is not None else next(iter(values), None),
            relation=failure.check.relation,
            expected=failure.expected,
            template=rule.sentence_of(failure.check),
            label=self.label,
            more=more,
        )


def _word(expression: str | None) -> str:
    """By which word a check says what its finding shows: ``increment(this)`` is an increment."""
    return expression.partition("(")[0] if expression and "(" in expression else ""


def check_reports(
    cells: Sequence[Cell],
    current: Grid,
    rules: Sequence[Rule],
    *,
    label: Label,
    period: Period | None = None,
    stage: str | None = None,
    previous: Grid | None = None,
    history: History | None = None,
    basis: str = "own",
    own: Grid | None = None,
    children: Children | None = None,
    peers: Mapping[Percentile, Grid] | None = None,
    register: Grid | None = None,
    predecessors: Grid | None = None,
    about: Mapping[str, Whole] | None = None,
    siblings: Sequence[tuple[Sequence[Cell], Grid]] = (),
    siblings_history: History | None = None,
) -> Checked:
    """Put the rules that apply to this basis, period and stage (without one: all) to every report of the grid."""
    layout = _layout(tuple(cells), tuple(tuple(sibling_cells) for sibling_cells, _ in siblings))
    asked = tuple(rule for rule in rules if rule.asked_of(basis, period.kind if period else None, stage))
    beside: Grid | None = None
    for _, grid in siblings:
        beside = grid if beside is None else beside.beside(grid)
    frames = build_frames(
        layout, current, period=period, previous=previous, history=history or {}, own=own,
        children=children, peers=peers or {}, register=register, predecessors=predecessors, about=about or {},
        siblings=beside, siblings_history=siblings_history or {},
    )  # fmt: skip
    outcomes = run(_program(layout, asked, frames.offered), frames)
    return Checked(layout, outcomes, asked, children, label)


@lru_cache(maxsize=256)
def _layout(cells: tuple[Cell, ...], siblings: tuple[tuple[Cell, ...], ...]) -> Layout:
    facts: Callable[[Iterable[Cell]], tuple[CellFact, ...]] = lambda some: tuple(map(fact_of, some))  # noqa: E731
    return Layout(facts(cells), tuple(fact for sibling in siblings for fact in facts(sibling)))


@lru_cache(maxsize=512)
def _program(layout: Layout, rules: tuple[Rule, ...], offered: frozenset[str]) -> Program:
    return compile_form(layout, [check for rule in rules for check in rule.checks], offered)
