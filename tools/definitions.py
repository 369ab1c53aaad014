"""Indicators, forms and rules straight from the reviewed files: for tests and measurements that need no database."""

from functools import cache
from pathlib import Path

import yaml

from giamsat.intake.quality.definition import Rule, read_rule
from giamsat.intake.sources.layout import Cell

DEFINITIONS = Path(__file__).resolve().parents[1] / "definitions"


@cache
def _read(file: Path) -> dict:
    return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@cache
def indicators() -> dict[str, dict]:
    """Each indicator's entry by its code."""
    files = sorted((DEFINITIONS / "indicators").glob("*.yaml"))
    return {entry["code"]: entry for file in files for entry in _read(file)["indicators"]}


@cache
def form(name: str) -> tuple[Cell, ...]:
    """The cells of a published form, like ``BM02.v1``."""
    sections = _read(DEFINITIONS / "forms" / f"{name}.yaml")["sections"]
    keys = [
        (row["indicator"], row.get("breakdown") or column["breakdown"], row["required"])
        for section in sections
        for row in section["rows"]
        for column in section["columns"]
    ]
    return tuple(
        cell(code, breakdown, required=required, ordinal=at)
        for at, (code, breakdown, required) in enumerate(keys)
    )


def cell(code: str, breakdown: str = "", *, required: bool = True, ordinal: int = 0) -> Cell:
    """A cell of an indicator, with what the indicator says of its figures."""
    facts = indicators()[code]
    return Cell(
        ordinal=ordinal, indicator=code, breakdown=breakdown, row=0, column=0, required=required,
        decimals=facts.get("decimals", 0), key=f"{code}.{breakdown}" if breakdown else code,
        additivity=facts["additivity"], counts_persons=facts["counts_persons"],
    )  # fmt: skip


@cache
def rule(code: str) -> Rule:
    """The newest version of a rule."""
    return next(each for each in all_rules() if each.code == code)


@cache
def all_rules() -> tuple[Rule, ...]:
    """The newest version of every published rule, in the order of their codes."""
    published = [read_rule(_read(file)) for file in (DEFINITIONS / "rules").glob("*.yaml")]
    newest = {each.code: each for each in sorted(published, key=lambda rule: (rule.code, rule.version))}
    return tuple(newest.values())
