"""Forms and rules straight from the reviewed files, so that most tests need no database."""

from functools import cache
from pathlib import Path

import yaml

from giamsat.intake.quality.checking import Checked, check_reports
from giamsat.intake.quality.definition import Rule, read_rule
from giamsat.intake.sources.layout import Cell
from giamsat.lib.formulas import Grid
from giamsat.lib.periods import Period

DEFINITIONS = Path(__file__).resolve().parents[3] / "definitions"


@cache
def _read(file: Path):
    return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@cache
def indicators() -> dict[str, dict]:
    files = sorted((DEFINITIONS / "indicators").glob("*.yaml"))
    return {entry["code"]: entry for file in files for entry in _read(file)["indicators"]}


@cache
def form(name: str) -> tuple[Cell, ...]:
    """The cells of a published form, like ``BM02.v1``."""
    sections = _read(DEFINITIONS / "forms" / f"{name}.yaml")["sections"]
    keys = [
        (row["indicator"], column["breakdown"], row["required"])
        for section in sections
        for row in section["rows"]
        for column in section["columns"]
    ]
    return tuple(
        cell(code, breakdown, required=required, ordinal=at)
        for at, (code, breakdown, required) in enumerate(keys)
    )


def cell(code: str, breakdown: str = "", *, required: bool = True, ordinal: int = 0) -> Cell:
    facts = indicators()[code]
    return Cell(
        ordinal=ordinal, indicator=code, breakdown=breakdown, row=0, column=0, required=required,
        decimals=facts.get("decimals", 0), key=f"{code}.{breakdown}" if breakdown else code,
        additivity=facts["additivity"], counts_persons=facts["counts_persons"],
    )  # fmt: skip


def cells_of(*keys: str) -> tuple[Cell, ...]:
    """Cells by their keys, ``B04`` or ``B04.lvl=XA``."""
    return tuple(cell(*key.partition(".")[::2], ordinal=at) for at, key in enumerate(keys))


@cache
def rule(code: str) -> Rule:
    return read_rule(_read(DEFINITIONS / "rules" / f"{code}.v1.yaml"))


@cache
def all_rules() -> tuple[Rule, ...]:
    return tuple(read_rule(_read(file)) for file in sorted((DEFINITIONS / "rules").glob("*.yaml")))


def checked(figures: dict[str, object], *rules: str, period: str | None = None, **beside) -> Checked:
    """One report given as {key: figure}, put to the rules named (all without a name)."""
    cells = cells_of(*figures)
    if "previous" in beside:
        beside["previous"] = row(figures, beside["previous"])
    if "own" in beside:
        beside["own"] = row(figures, beside["own"])
    beside["history"] = {
        Period.parse(key): row(figures, past) for key, past in beside.get("history", {}).items()
    }
    return check_reports(
        cells,
        Grid.of([list(figures.values())]),
        [rule(code) for code in rules] if rules else all_rules(),
        label=lambda key, language: key,
        period=Period.parse(period) if period else None,
        **beside,
    )


def row(figures: dict[str, object], given: dict[str, object]) -> Grid:
    """Another report of the same unit, in the same cells; what is not given is blank."""
    return Grid.of([[given.get(key) for key in figures]])


def found(figures: dict[str, object], *rules: str, **beside) -> list[str]:
    """The findings in English."""
    return [each.sentence("en") for each in checked(figures, *rules, **beside).findings()]
