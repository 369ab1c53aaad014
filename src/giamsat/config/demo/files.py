"""Reports as the files in which they arrive."""

from collections.abc import Sequence

import numpy as np

from giamsat.lib.formulas.grids import whole_texts

LEADING = ("form", "version", "unit", "vintage", "period", "basis")


def csv_file(
    *,
    form: str,
    version: int,
    period: str,
    basis: str,
    units: Sequence[tuple[str, str]],
    keys: Sequence[str],
    values: np.ndarray,
) -> bytes:
    """One line for each unit (code, vintage), one column for each cell; blanks stay blank."""
    texts = as_texts(values)
    lines = [",".join([*LEADING, *keys])]
    lines += [
        f"{form},{version},{code},{vintage},{period},{basis},{','.join(row)}"
        for (code, vintage), row in zip(units, texts, strict=True)
    ]
    return ("\n".join(lines) + "\n").encode()


def as_texts(values: np.ndarray) -> np.ndarray:
    """Numbers as people type them into a file: whole ones without a point."""
    known = np.isfinite(values)
    whole = np.where(known, np.rint(values), 0).astype(np.int64)
    texts = whole_texts(whole)
    for row, column in zip(*np.nonzero(known & (np.abs(values - whole) > 1e-9)), strict=True):
        texts[row, column] = f"{values[row, column]:.4f}".rstrip("0").rstrip(".")
    texts[~known] = ""
    return texts
