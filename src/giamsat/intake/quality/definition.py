"""A rule as its reviewed file says it."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from giamsat.foundation.catalogue.errors import Problem
from giamsat.foundation.catalogue.queries import (
    LONGEST_NAME,
    fault_of,
    fault_of_day,
    faults_of_keys,
    faults_of_words,
)
from giamsat.intake.quality.choices import Effect, Severity, Stage
from giamsat.lib.formulas import EACH, Check, FormulaRefused, Layout, Only, compile_form
from giamsat.lib.formulas.frames import CellFact
from giamsat.lib.periods import REACH

Words = dict[str, str]
KEYS = {"code", "version", "valid_from", "severity", "name", "sentence", "source", "each", "checks"}
MAY = {"only", "basis", "periods", "runs", "effect", "note", "ends"}
CHECK_KEYS = {"expression", "when", "unless", "value", "expected", "sentence", "only", "each", "severity"}
ONLY_KEYS = {"additivity", "counts_persons", "required", "codes", "total", "whole"}
BASES = ("own", "consolidated", "any")
PERIODS = ("M", *REACH)
ARRIVING = (Stage.ENTRY.value, Stage.CONSOLIDATION.value)


class RuleWrong(ValueError):
    """A definition that is no rule, with every fault found."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems[0].what)
        self.problems = problems


@dataclass(frozen=True)
class Rule:
    """One version of one rule. Equal definitions are equal rules.

    ``severities`` and ``sentences`` are those of the checks, in their order; ``severity`` is what a check has that
    names none of its own.
    """

    code: str
    version: int
    severity: str
    valid_from: date
    name: Words
    source: Words
    basis: str
    periods: tuple[str, ...] | None
    runs: tuple[str, ...]
    effect: str
    checks: tuple[Check, ...]
    severities: tuple[str, ...]
    sentences: tuple[Words, ...]

    def __hash__(self) -> int:
        return hash((self.code, self.version))

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(check.name for check in self.checks)

    def asked_of(self, basis: str, period_kind: str | None, stage: str | None = None) -> bool:
        """Whether the rule speaks of reports of that basis and kind of period, at that stage if one is given."""
        right_basis = self.basis in ("any", basis)
        right_kind = self.periods is None or period_kind is None or period_kind in self.periods
        return right_basis and right_kind and (stage is None or stage in self.runs)

    def severity_of(self, check: Check) -> str:
        return self.severities[self.checks.index(check)]

    def sentence_of(self, check: Check) -> Words:
        return self.sentences[self.checks.index(check)]


def read_rule(content: dict[str, Any]) -> Rule:
    """Read a definition; RuleWrong says everything that is wrong with it."""
    rule, problems = _read(content)
    if rule is None:
        raise RuleWrong(problems)
    return rule


def problems_of(content: Any) -> list[Problem]:
    """Everything that keeps a definition from being a rule; nothing when it is one."""
    return _read(content)[1]


def _read(content: Any) -> tuple[Rule | None, list[Problem]]:
    problems = faults_of_keys("", _("A rule"), content, KEYS, MAY)
    if problems:
        return None, problems
    problems = [*_head(content), *faults_of_words("sentence", content["sentence"])]
    checks, faults = _checks(content)
    problems += faults
    return (None, problems) if problems else (_rule(content, checks), [])


def _rule(content: dict[str, Any], checks: tuple[Check, ...]) -> Rule:
    return Rule(
        code=content["code"],
        version=content["version"],
        severity=content["severity"],
        valid_from=_day(content["valid_from"]),
        name=content["name"],
        source=content["source"],
        basis=content.get("basis", "any"),
        periods=tuple(content["periods"]) if "periods" in content else None,
        runs=_runs(content),
        effect=content.get("effect", Effect.NONE.value),
        checks=checks,
        severities=tuple(entry.get("severity", content["severity"]) for entry in content["checks"]),
        sentences=tuple(entry.get("sentence", content["sentence"]) for entry in content["checks"]),
    )


def _head(content: dict[str, Any]) -> list[Problem]:
    problems = [
        *fault_of("severity", content["severity"], Severity.values),
        *fault_of("effect", content.get("effect", Effect.NONE.value), Effect.values),
        *fault_of("basis", content.get("basis", "any"), BASES),
        *fault_of("each", content["each"], EACH),
        *(fault for kind in content.get("periods", ()) for fault in fault_of("periods", kind, PERIODS)),
        *(fault for stage in content.get("runs", ()) for fault in fault_of("runs", stage, Stage.values)),
        *faults_of_keys("only", "only", content.get("only", {}), set(), ONLY_KEYS),
        *faults_of_words("name", content["name"], most=LONGEST_NAME),
        *faults_of_words("source", content["source"]),
    ]
    return problems + fault_of_day("valid_from", content["valid_from"])


def _checks(content: dict[str, Any]) -> tuple[tuple[Check, ...], list[Problem]]:
    entries = content["checks"]
    if not isinstance(entries, list) or not entries:
        return (), [Problem("checks", _("checks: at least one is needed."))]
    found: list[Check] = []
    problems: list[Problem] = []
    for number, entry in enumerate(entries):
        faults = _check_faults(f"checks.{number}", entry, content)
        if not faults:
            check = _check(content, entry, number + 1)
            faults = _formula_faults(f"checks.{number}", entry, check)
            found.append(check)
        problems += faults
    return tuple(found), problems


def _check_faults(at: str, entry: Any, content: dict[str, Any]) -> list[Problem]:
    faults = faults_of_keys(at, _("A check"), entry, {"expression"}, CHECK_KEYS)
    if faults:
        return faults
    only = entry.get("only", {})
    faults = [
        *fault_of(f"{at}.each", entry.get("each", content["each"]), EACH),
        *(fault_of(f"{at}.severity", entry["severity"], Severity.values) if "severity" in entry else []),
        *faults_of_keys(f"{at}.only", "only", only, set(), ONLY_KEYS),
    ]
    return faults + (faults_of_words(f"{at}.sentence", entry["sentence"]) if "sentence" in entry else [])


def _check(content: dict[str, Any], entry: dict[str, Any], number: int) -> Check:
    return Check(
        name=f"{content['code']}.{number}",
        each=entry.get("each", content["each"]),
        expression=entry["expression"],
        only=_only(entry.get("only", content.get("only", {}))),
        when=entry.get("when"),
        unless=entry.get("unless"),
        value=entry.get("value"),
        expected=entry.get("expected"),
    )


def _runs(content: dict[str, Any]) -> tuple[str, ...]:
    """When the rule is asked. Without a word about it: as figures arrive, and what blocks again when they are sent."""
    if "runs" in content:
        return tuple(content["runs"])
    return (*ARRIVING, Stage.SUBMIT.value) if content["severity"] == Severity.ERROR else ARRIVING


def _only(content: dict[str, Any]) -> Only:
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in content.items()
    }
    return Only(**values)


def _formula_faults(at: str, entry: dict[str, Any], check: Check) -> list[Problem]:
    """Every fault of an expression shows when the rule is loaded, not when a report arrives."""
    try:
        check.parse_all()
        compile_form(Layout((CellFact("A01"),)), [check], frozenset())
    except FormulaRefused as refusal:
        return [Problem(f"{at}.{_field_of(entry, refusal.expression)}", refusal.told(_), refusal.position)]
    return []


def _field_of(entry: dict[str, Any], expression: str) -> str:
    """Which of a check's expressions was refused: by its text, of which a long one is cut."""
    fields = ("expression", "when", "unless", "value", "expected")
    texts = {field: " ".join(str(entry.get(field) or "").split()) for field in fields}
    wanted = " ".join(expression.split())
    return next((field for field, text in texts.items() if text and text.startswith(wanted)), "expression")


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
