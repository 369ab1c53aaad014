"""Figures put to the published rules, without a database."""

from giamsat.intake.quality.checking import Checked, check_reports
from giamsat.intake.sources.layout import Cell
from giamsat.lib.formulas import Grid
from giamsat.lib.periods import Period
from tools.definitions import all_rules, cell, rule


def cells_of(*keys: str) -> tuple[Cell, ...]:
    """Cells by their keys, ``B04`` or ``B04.lvl=XA``."""
    return tuple(cell(*key.partition(".")[::2], ordinal=at) for at, key in enumerate(keys))


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
