"""Reports × cells as exact integers: a DECIMAL(18,4) is a whole number of ten-thousandths."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

SCALE = 10_000
DECIMALS = 4
LARGEST = 10**12
Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]
_EXACT = pa.decimal128(18, DECIMALS)
_SMALL = np.array([str(number) for number in range(10_000)], object)


@dataclass(frozen=True)
class Grid:
    """Figures of many reports in the order of a form's cells; ``texts`` keeps what was no storable number."""

    scaled: Whole
    present: Mask
    texts: Mapping[tuple[int, int], str] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int]:
        return self.scaled.shape[0], self.scaled.shape[1]

    @classmethod
    def blank(cls, reports: int, cells: int) -> "Grid":
        return cls(np.zeros((reports, cells), np.int64), np.zeros((reports, cells), np.bool_))

    @classmethod
    def of(cls, rows: Sequence[Sequence[object]]) -> "Grid":
        """From rows of Decimal, int, None, or text that stood where a number belongs."""
        width = len(rows[0]) if rows else 0
        if len(rows) * width > 2_000:
            quick = _of_clean_rows(rows, width)
            if quick is not None:
                return quick
        grid = cls.blank(len(rows), width)
        texts: dict[tuple[int, int], str] = {}
        for report, row in enumerate(rows):
            for ordinal, value in enumerate(row):
                if value is None:
                    continue
                scaled = to_scaled(value)
                if scaled is None:
                    texts[report, ordinal] = str(getattr(value, "text", value))
                else:
                    grid.scaled[report, ordinal] = scaled
                    grid.present[report, ordinal] = True
        return cls(grid.scaled, grid.present, texts)

    @classmethod
    def of_floats(cls, matrix: NDArray[np.float64]) -> "Grid":
        """From a float matrix with NaN for blank, exact to four decimals up to 10^11."""
        present = ~np.isnan(matrix)
        scaled = np.rint(np.where(present, matrix, 0) * SCALE).astype(np.int64)
        return cls(scaled, present)

    def value(self, report: int, ordinal: int) -> Decimal | None:
        if not self.present[report, ordinal]:
            return None
        return from_scaled(int(self.scaled[report, ordinal]))

    def same_as(self, other: "Grid") -> bool:
        """Whether every cell holds the same, blanks included."""
        return (
            np.array_equal(self.scaled, other.scaled)
            and np.array_equal(self.present, other.present)
            and self.texts == other.texts
        )

    def at(self, reports: "slice | Sequence[int] | Whole") -> "Grid":
        """The same cells of some of the reports; texts stay behind."""
        return Grid(self.scaled[reports], self.present[reports])

    def spread(self, rows: Mask) -> "Grid":
        """Its reports in the marked rows of a taller grid, in their order; the others blank."""
        whole = Grid.blank(len(rows), self.shape[1])
        whole.scaled[rows], whole.present[rows] = self.scaled, self.present
        return whole

    def beside(self, other: "Grid") -> "Grid":
        """Two grids of the same reports, side by side."""
        return Grid(
            np.hstack([self.scaled, other.scaled]), np.hstack([self.present, other.present]), self.texts
        )

    def broadcast(self, reports: int) -> "Grid":
        """One row given for all reports becomes a row for each."""
        if self.shape[0] == reports:
            return self
        width = self.shape[1]
        return Grid(
            np.broadcast_to(self.scaled, (reports, width)), np.broadcast_to(self.present, (reports, width))
        )


def to_scaled(value: object) -> int | None:
    """A number in ten-thousandths; None for what is no number, has more decimals or is out of range."""
    try:
        number = Decimal(str(value)) if isinstance(value, float | int | np.number) else value
        if not isinstance(number, Decimal) or isinstance(value, bool) or not number.is_finite():
            return None
        if abs(number) >= LARGEST:
            return None
        scaled = number * SCALE
        whole = int(scaled)
    except InvalidOperation:
        return None
    return whole if whole == scaled else None


def from_scaled(scaled: int) -> Decimal:
    """The shortest exact decimal of a stored figure."""
    whole, rest = divmod(scaled, SCALE)
    return Decimal(whole) if not rest else (Decimal(scaled) / SCALE).normalize()


def whole_texts(whole: Whole) -> NDArray[np.object_]:
    """Whole numbers in digits. Most are small, and looked up."""
    texts = _SMALL[np.clip(whole, 0, len(_SMALL) - 1)]
    large = (whole < 0) | (whole >= len(_SMALL))
    texts[large] = [str(number) for number in whole[large].tolist()]
    return texts


def _of_clean_rows(rows: Sequence[Sequence[object]], width: int) -> Grid | None:
    """The fast way for many reports; None when any value needs the careful way."""
    try:
        flat = pa.array([value for row in rows for value in row], _EXACT)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, pa.ArrowKeyError):
        return None
    scaled = np.frombuffer(flat.buffers()[1], np.int64)[: 2 * len(flat) : 2].copy()
    present = np.asarray(flat.is_valid().to_numpy(zero_copy_only=False), np.bool_)
    scaled[~present] = 0
    if np.any(np.abs(scaled) >= LARGEST * SCALE):
        return None
    return Grid(scaled.reshape(len(rows), width), present.reshape(len(rows), width))
