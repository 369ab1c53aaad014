"""A rule as its reviewed file says it."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from giamsat.intake.quality.choices import Effect, Severity, Stage
from giamsat.lib.formulas import EACH, Check, Layout, Only, compile_form
from giamsat.lib.formulas.frames import CellFact

Words = dict[str, str]
KEYS = {"code", "version", "valid_from", "severity", "name", "sentence", "source", "each", "checks"}
MAY = {"only", "basis", "periods", "runs", "effect", "note"}
CHECK_KEYS = {"expression", "when", "unless", "value", "expected", "sentence", "only", "each", "severity"}
ONLY_KEYS = {"additivity", "counts_persons", "required", "codes", "total", "whole"}
BASES = ("own", "consolidated", "any")
ARRIVING = (Stage.ENTRY.value, Stage.CONSOLIDATION.value)


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
    """Read a definition; ValueError says what is wrong with it, FormulaRefused with an expression."""
    _check_keys("A rule", content, KEYS, MAY)
    severity, effect = content["severity"], content.get("effect", Effect.NONE.value)
    _one_of("severity", severity, Severity.values)
    _one_of("effect", effect, Effect.values)
    _one_of("basis", content.get("basis", "any"), BASES)
    for field in ("name", "sentence", "source"):
        _check_words(field, content[field])
    if not content["checks"]:
        raise ValueError("checks: at least one is needed.")
    checks = tuple(_check(content, number) for number in range(1, len(content["checks"]) + 1))
    sentences = tuple(entry.get("sentence", content["sentence"]) for entry in content["checks"])
    severities = tuple(entry.get("severity", severity) for entry in content["checks"])
    for each in severities:
        _one_of("severity", each, Severity.values)
    for words in sentences:
        _check_words("sentence", words)
    return Rule(
        code=content["code"],
        version=content["version"],
        severity=severity,
        valid_from=_day(content["valid_from"]),
        name=content["name"],
        source=content["source"],
        basis=content.get("basis", "any"),
        periods=tuple(content["periods"]) if "periods" in content else None,
        runs=_runs(content),
        effect=effect,
        checks=checks,
        severities=severities,
        sentences=sentences,
    )


def _check(content: dict[str, Any], number: int) -> Check:
    entry = content["checks"][number - 1]
    _check_keys(f"Check {number}", entry, {"expression"}, CHECK_KEYS)
    each = entry.get("each", content["each"])
    _one_of("each", each, EACH)
    only = entry.get("only", content.get("only", {}))
    _check_keys("only", only, set(), ONLY_KEYS)
    check = Check(
        name=f"{content['code']}.{number}",
        each=each,
        expression=entry["expression"],
        only=_only(only),
        when=entry.get("when"),
        unless=entry.get("unless"),
        value=entry.get("value"),
        expected=entry.get("expected"),
    )
    _compile_once(check)
    return check


def _runs(content: dict[str, Any]) -> tuple[str, ...]:
    """When the rule is asked. Without a word about it: as figures arrive, and what blocks again when they are sent."""
    if "runs" not in content:
        return (*ARRIVING, Stage.SUBMIT.value) if content["severity"] == Severity.ERROR else ARRIVING
    for stage in content["runs"]:
        _one_of("runs", stage, Stage.values)
    return tuple(content["runs"])


def _only(content: dict[str, Any]) -> Only:
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in content.items()
    }
    return Only(**values)


def _compile_once(check: Check) -> None:
    """Every fault of an expression shows when the rule is loaded, not when a report arrives."""
    check.parse_all()
    compile_form(Layout((CellFact("A01"),)), [check], frozenset())


def _check_keys(what: str, content: dict[str, Any], needed: set[str], may: set[str]) -> None:
    if not isinstance(content, dict):
        raise ValueError(f"{what} is a list of key: value, not {content!r}.")
    if missing := needed - content.keys():
        raise ValueError(f"{what} lacks {', '.join(sorted(missing))}.")
    if unknown := content.keys() - needed - may:
        allowed = ", ".join(sorted(needed | may))
        raise ValueError(f"{what} has no {', '.join(sorted(unknown))}; allowed are {allowed}.")


def _check_words(field: str, words: Any) -> None:
    if not isinstance(words, dict) or not words.get("vi") or not words.get("en"):
        raise ValueError(f"{field}: both vi and en are needed.")


def _one_of(field: str, value: Any, allowed: Any) -> None:
    if value not in allowed:
        raise ValueError(f"{field} is one of {', '.join(allowed)}, not {value!r}.")


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
