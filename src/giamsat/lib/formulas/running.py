"""From frames to outcomes: build the two tables, ask once, unpack."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from giamsat.lib.formulas import engine
from giamsat.lib.formulas.checks import Check
from giamsat.lib.formulas.compiling import FAILS, NOT_ASKED, NOT_ASSESSED, Program, Table
from giamsat.lib.formulas.explaining import Explainer
from giamsat.lib.formulas.frames import Frames
from giamsat.lib.formulas.grids import DECIMALS, SCALE, Mask, Whole
from giamsat.lib.formulas.language import Term

States = NDArray[np.uint8]
SMALL = 50_000
_CARRIED = pa.decimal64(18, DECIMALS)


@dataclass(frozen=True, slots=True)
class Failure:
    """One check that does not hold, at one cell or column of one report.

    ``cells`` are the places of the cells it names, first those of the form at hand in the order of writing.
    """

    report: int
    check: Check
    place: int
    cells: tuple[int, ...]
    value: Decimal | None
    expected: Decimal | None


@dataclass(frozen=True)
class Outcomes:
    """Per report, place and check: holds, fails, not assessed or not asked; explained on demand."""

    program: Program
    frames: Frames
    cells: States
    columns: States

    def count(self, check: Check, state: int) -> Whole:
        """Per report, in how many places a check came out so."""
        if check in self.program.silent and state == NOT_ASSESSED:
            places = int(self.program.asked[check.name].sum())
            return np.full(self.frames.reports, places, np.int64)
        return np.count_nonzero(self.places(check, state), axis=1).astype(np.int64)

    def places(self, check: Check, state: int) -> Mask:
        """Reports × places where a check came out so."""
        table, states = self._of(check)
        if check not in table.checks:
            return np.zeros(states.shape[:2], np.bool_)
        return np.asarray(states[:, :, table.checks.index(check)] == state)

    def failures(self, report: int, among: Container[str] | None = None) -> Iterator[Failure]:
        """What does not hold in a report, with what was found and what it was held against.

        ``among`` are names of checks: others are not worked out.
        """
        tables = ((self.program.cells, self.cells), (self.program.columns, self.columns))
        for table, states in tables:
            for place, number in np.argwhere(states[report] == FAILS).tolist():
                check = table.checks[number]
                if among is None or check.name in among:
                    yield self._explained(check, report, place)

    def _explained(self, check: Check, report: int, place: int) -> Failure:
        value, expected = (self._explainer.value(node, check, report, place) for node in check.shown)
        cells = self._explainer.cells_named(check, place)
        return Failure(report, check, place, tuple(cells), value, expected)

    @cached_property
    def _explainer(self) -> Explainer:
        return Explainer(self.program.layout, self.frames)

    def _of(self, check: Check) -> tuple[Table, States]:
        if check.each == "cell":
            return self.program.cells, self.cells
        return self.program.columns, self.columns


def run(program: Program, frames: Frames, *, seconds: float = engine.SECONDS) -> Outcomes:
    """Ask every check of every report at once."""
    shapes = {
        "cells": (frames.reports, len(program.layout.cells), len(program.cells.checks)),
        "columns": (frames.reports, len(program.layout.columns), len(program.columns.checks)),
    }
    states = {name: np.full(shape, NOT_ASKED, np.uint8) for name, shape in shapes.items()}
    if program.sql and frames.reports:
        tables = {
            table.name: _table(table, program, frames, shapes[table.name][1])
            for table in (program.cells, program.columns)
        }
        threads = 1 if frames.reports * len(program.layout.cells) < SMALL else 2
        answer = engine.run(program.sql, tables, threads=threads, seconds=seconds)
        for table in (program.cells, program.columns):
            _unpack(answer, table, program, states[table.name])
    return Outcomes(program, frames, states["cells"], states["columns"])


def _table(table: Table, program: Program, frames: Frames, width: int) -> pa.Table:
    columns = {"place": pa.array(np.arange(frames.reports * width, dtype=np.int32))}
    each = "cell" if table is program.cells else "column"
    figures = [_figures(term, program, frames, each) for term in table.terms.values()]
    if table is program.cells:
        columns |= {f"f{n}": _decimals(scaled, present) for n, (scaled, present) in enumerate(figures)}
    elif figures:
        scaled = np.stack([figure[0] for figure in figures], axis=-1)
        present = np.stack([figure[1] for figure in figures], axis=-1)
        columns["f"] = pa.FixedSizeListArray.from_arrays(_decimals(scaled, present), len(figures))
    for number, check in enumerate(table.masks):
        admitted = np.array([check.only.admits(cell) for cell in program.layout.cells])
        columns[f"m{number}"] = pa.array(np.tile(admitted, frames.reports))
    return pa.table(columns)


def _figures(term: Term, program: Program, frames: Frames, each: str) -> tuple[Whole, Mask]:
    """A term's figures, reports × cells or columns; a yes is 1, a no is 0."""
    places = program.layout.of_term(term, each)
    if term.code is None:
        counted = np.repeat(np.asarray(frames.about[term.word], np.int64)[:, None], len(places), axis=1)
        return counted * SCALE, counted >= 0
    grid = frames.grid(term, program.layout)
    if each == "cell" and grid.shape[1] == len(places):
        return grid.scaled, grid.present
    inside = (places >= 0) & (places < grid.shape[1])
    return grid.scaled[:, places * inside], grid.present[:, places * inside] & inside


def _decimals(scaled: Whole, present: Mask) -> pa.Array:
    """Whole ten-thousandths as exact decimals, report after report, without copying a figure."""
    scaled = np.ascontiguousarray(scaled)
    bits = pa.py_buffer(np.packbits(present, bitorder="little"))
    return pa.Array.from_buffers(_CARRIED, scaled.size, [bits, pa.py_buffer(scaled)])


def _unpack(answer: pa.Table, table: Table, program: Program, states: States) -> None:
    """Back to reports × places × checks; what a check is not asked of keeps its mark."""
    if not table.checks:
        return
    shape = 0 if table is program.cells else 1
    rows = answer.filter(pa.array(answer["shape"].to_numpy() == shape))
    flat = rows["outcomes"].combine_chunks().flatten().to_numpy()
    found = states.reshape(-1, len(table.checks))
    found[rows["place"].to_numpy()] = flat.reshape(-1, len(table.checks))
    for number, check in enumerate(table.checks):
        states[:, ~program.asked[check.name], number] = NOT_ASKED
