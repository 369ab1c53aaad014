"""The rule language: expressions in definitions, checked over many reports in one exact query.

    layout = Layout(cells)                                 # the cells of a form
    checks = [Check("R-06.1", "column", "cell(B04) <= cell(B02)")]
    frames = Frames(Grid.of(rows))                         # reports × cells
    outcomes = run(compile_form(layout, checks, frames.offered), frames)

A blank makes a check not assessed, except ``required()``. Figures are exact to four decimals.
"""

from giamsat.lib.formulas.checks import EACH, Check, Only
from giamsat.lib.formulas.compiling import FAILS, HOLDS, NOT_ASKED, NOT_ASSESSED, Program, compile_form
from giamsat.lib.formulas.errors import FormulaRefused, FormulasTooSlow
from giamsat.lib.formulas.frames import CellFact, Frames, Layout
from giamsat.lib.formulas.grids import Grid, from_scaled, to_scaled
from giamsat.lib.formulas.parsing import parse
from giamsat.lib.formulas.running import Failure, Outcomes, run
from giamsat.lib.formulas.spreadsheet import Where, Written, written

__all__ = [
    "EACH",
    "FAILS",
    "HOLDS",
    "NOT_ASKED",
    "NOT_ASSESSED",
    "CellFact",
    "Check",
    "Failure",
    "FormulaRefused",
    "FormulasTooSlow",
    "Frames",
    "Grid",
    "Layout",
    "Only",
    "Outcomes",
    "Program",
    "Where",
    "Written",
    "compile_form",
    "from_scaled",
    "parse",
    "run",
    "to_scaled",
    "written",
]  # fmt: skip
