"""From frames to outcomes: build the two tables, ask once, unpack."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from giamsat.lib.formulas import engine
from giamsat.lib.formulas.checks import Check
from giamsat.lib.formulas.compiling import FAILS, HOLDS, NOT_ASKED, NOT_ASSESSED, Program, Table
from giamsat.lib.formulas.frames import Frames
from giamsat.lib.formulas.grids import DECIMALS, Mask, Whole
from giamsat.lib.formulas.language import NUMBER, WORDS, Term

States = NDArray[np.uint8]
_CARRIED = pa.decimal64(18, DECIMALS)


@dataclass(frozen=True, slots=True)
class Failure:
    """One check that does not hold, at one cell or column of one report."""

    report: int
    check: Check
    place: int
    value: Decimal | None
    expected: Decimal | None


@dataclass(frozen=True)
class Outcomes:
    """Per report, place and check: holds, fails, not assessed, not asked. Failures are unpacked on demand."""

    program: Program
    cells: States
    columns: States
    failing: pa.Table

    def count(self, check: Check, state: int) -> Whole:
        """Per report, in how many places a check came out so."""
        if check in self.program.silent:
            places = int(check.applies(self.program.layout).sum())
            reports = len(self.cells)
            return np.full(reports, places if state == NOT_ASSESSED else 0, np.int64)
        table, states = self._of(check)
        if check not in table.checks:
            return np.zeros(len(states), np.int64)
        asked = states[:, :, table.checks.index(check)]
        return np.count_nonzero(asked == state, axis=1).astype(np.int64)

    def places(self, check: Check, state: int) -> Mask:
        """Reports × places where a check came out so."""
        table, states = self._of(check)
        if check not in table.checks:
            return np.zeros(states.shape[:2], np.bool_)
        return np.asarray(states[:, :, table.checks.index(check)] == state)

    def failures(self, report: int) -> Iterator[Failure]:
        """What does not hold in a report, with what was found and what it was held against."""
        start, stop = np.searchsorted(self._reports, [report, report + 1])
        for row in self.failing.slice(start, stop - start).to_pylist():
            table, states = (self.program.cells, self.cells) if not row["shape"] else (self.program.columns, self.columns)
            place = row["place"] % states.shape[1]
            for number, check in enumerate(table.checks):
                if states[report, place, number] == FAILS:
                    value, bound = row["values"][number], row["bounds"][number]
                    yield Failure(report, check, place, _plain(value), _plain(bound))

    @cached_property
    def _reports(self) -> Whole:
        return np.asarray(self.failing["report"].to_numpy(), np.int64)

    def _of(self, check: Check) -> tuple[Table, States]:
        if check.each == "cell":
            return self.program.cells, self.cells
        return self.program.columns, self.columns


def run(program: Program, frames: Frames, *, seconds: float = engine.SECONDS) -> Outcomes:
    """Ask every check of every report at once."""
    tables, shapes = {}, []
    for table in (program.cells, program.columns):
        width = len(program.layout.cells if table is program.cells else program.layout.columns)
        shapes.append((frames.reports, width, len(table.checks)))
        if table.terms or table.checks or table.masks:
            tables[table.name] = _table(table, program, frames, width)
    if not program.sql or not frames.reports:
        empty = [np.full(shape, NOT_ASKED, np.uint8) for shape in shapes]
        return Outcomes(program, empty[0], empty[1], _failing(pa.table(_NOTHING), shapes))
    answer = engine.run(program.sql, tables, seconds=seconds)
    shape = answer["shape"].to_numpy()
    cells = _states(answer.filter(pa.array(shape == 0)), program.cells, program, shapes[0])
    columns = _states(answer.filter(pa.array(shape == 1)), program.columns, program, shapes[1])
    return Outcomes(program, cells, columns, _failing(answer, shapes))


_NOTHING = {
    "shape": pa.array([], pa.int32()), "place": pa.array([], pa.int32()), "outcomes": pa.array([], pa.null()),
    "values": pa.array([], pa.null()), "bounds": pa.array([], pa.null()),
}  # fmt: skip


def _table(table: Table, program: Program, frames: Frames, width: int) -> pa.Table:
    places = pa.array(np.arange(frames.reports * width, dtype=np.int32))
    columns = {"place": places}
    each = "cell" if table is program.cells else "column"
    for number, term in enumerate(table.terms.values()):
        columns[f"f{number}"] = _column(term, program, frames, each, width)
    for number, check in enumerate(table.masks):
        admitted = np.array([check.only.admits(cell) for cell in program.layout.cells])
        columns[f"m{number}"] = pa.array(np.tile(admitted, frames.reports))
    return pa.table(columns)


def _column(term: Term, program: Program, frames: Frames, each: str, width: int) -> pa.Array:
    """A term's figures, report after report."""
    if term.code is None:
        counted = frames.children_expected if term.word == "children_expected" else frames.children_received
        return _decimals(np.repeat(np.asarray(counted) * 10**DECIMALS, width), None)
    places = program.layout.of_term(term, each)
    if WORDS[term.word].gives != NUMBER:
        return _yes_no(term, program, frames, places)
    grid = frames.grid(term, program.layout)
    whole = each == "cell" and grid.shape[1] == width
    if whole:
        return _decimals(grid.scaled.ravel(), grid.present.ravel())
    inside = (places >= 0) & (places < grid.shape[1])
    scaled, present = grid.scaled[:, places * inside], grid.present[:, places * inside] & inside
    return _decimals(scaled.ravel(), present.ravel())


def _yes_no(term: Term, program: Program, frames: Frames, places: Whole) -> pa.Array:
    """Questions about how a cell was filled."""
    current, asked = frames.current, np.clip(places, 0, len(program.layout.cells) - 1)
    present = current.present[:, asked]
    if term.word == "required":
        return pa.array(present.ravel())
    wrong = np.zeros(current.shape, np.bool_)
    for report, ordinal in current.texts:
        wrong[report, ordinal] = True
    if term.word == "is_number":
        wrong = wrong[:, asked]
        return pa.array(present.ravel(), mask=~(present | wrong).ravel())
    allowed = np.array([10 ** max(0, DECIMALS - cell.decimals) for cell in program.layout.cells])
    fits = (current.scaled % allowed == 0)[:, asked]
    return pa.array(fits.ravel(), mask=~present.ravel())


def _decimals(scaled: Whole, present: Mask | None) -> pa.Array:
    """Whole ten-thousandths as exact decimals, without copying a figure."""
    scaled = np.ascontiguousarray(scaled)
    bits = None if present is None else pa.py_buffer(np.packbits(present, bitorder="little"))
    return pa.Array.from_buffers(_CARRIED, len(scaled), [bits, pa.py_buffer(scaled)])


def _states(rows: pa.Table, table: Table, program: Program, shape: tuple[int, int, int]) -> States:
    """Back to reports × places × checks, with what a check is not asked of marked so."""
    states = np.full(shape, NOT_ASKED, np.uint8)
    if not table.checks:
        return states
    flat = rows["outcomes"].combine_chunks().flatten().to_numpy().reshape(-1, shape[2])
    states.reshape(-1, shape[2])[rows["place"].to_numpy()] = flat
    for number, check in enumerate(table.checks):
        states[:, ~check.applies(program.layout), number] = NOT_ASKED
    return states


def _failing(answer: pa.Table, shapes: list[tuple[int, int, int]]) -> pa.Table:
    """The rows where something fails, by report."""
    rows = answer.filter(pc.is_valid(answer["values"]))
    widths = np.array([shapes[0][1], shapes[1][1]])[rows["shape"].to_numpy()]
    report = rows["place"].to_numpy() // np.maximum(widths, 1)
    rows = rows.append_column("report", pa.array(report.astype(np.int32)))
    return rows.sort_by([("report", "ascending"), ("shape", "ascending"), ("place", "ascending")])


def _plain(value: Decimal | None) -> Decimal | None:
    """Without the zeros that eight places bring."""
    if value is None:
        return None
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


__all__ = ["FAILS", "HOLDS", "NOT_ASKED", "NOT_ASSESSED", "Failure", "Outcomes", "run"]
