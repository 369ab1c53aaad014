"""Which cells of a form count persons, and which of them can be worked out from which others."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from giamsat.foundation.access import queries as access
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.catalogue.choices import Additivity
from giamsat.intake.quality import queries as quality
from giamsat.intake.sources import queries as sources


@dataclass(frozen=True)
class PersonCells:
    """The cells of one form version that count persons, in its order, as the columns of a table.

    ``sums``: a total and what it adds up from; ``overlaps``: a total and parts of which one person may have several.
    ``apart``: columns of parts whose total another form asks, so that nothing here can guard them.
    """

    family: str
    width: int
    ordinals: tuple[int, ...]
    keys: tuple[str, ...]
    flows: tuple[bool, ...]
    sums: tuple[access.Sum, ...]
    overlaps: tuple[access.Sum, ...]
    apart: tuple[int, ...]

    def packed(self, hidden: Any) -> list[bytes]:
        """A bit for each cell of the form, for rows of hidden columns."""
        whole = np.zeros((len(hidden), self.width), bool)
        whole[:, list(self.ordinals)] = hidden
        return [row.tobytes() for row in np.packbits(whole, axis=1)]

    def unpacked(self, bits: list[bytes]) -> Any:
        """Rows of hidden columns again."""
        rows = np.frombuffer(b"".join(bits), np.uint8).reshape(len(bits), -1)
        return np.unpackbits(rows, axis=1, count=self.width).astype(bool)[:, list(self.ordinals)]

    def read(self, texts: list[str]) -> Any:
        """PostgreSQL's arrays as numbers; a blank is not a number."""
        flat = ",".join(text[1:-1] for text in texts).replace("NULL", "nan")
        return np.array(flat.split(","), float).reshape(len(texts), self.width)[:, list(self.ordinals)]


def person_cells(form_id: int) -> PersonCells:
    """Of one form version, under the rules of today."""
    return _person_cells(form_id, quality.identities())


@lru_cache(maxsize=256)
def _person_cells(form_id: int, known: quality.Identities) -> PersonCells:
    form = sources.form_by_id(form_id)
    cells = [cell for cell in form.cells if cell.counts_persons]
    keys = tuple(cell.key for cell in cells)
    return PersonCells(
        family=form.family,
        width=len(form.cells),
        ordinals=tuple(cell.ordinal for cell in cells),
        keys=keys,
        flows=tuple(cell.additivity == Additivity.FLOW for cell in cells),
        sums=sums_among(keys, known),
        overlaps=overlaps_among(keys, known),
        apart=tuple(
            column
            for column, (code, part) in enumerate(map(catalogue.split_cell_key, keys))
            if part and code not in keys
        ),
    )


def sums_among(keys: tuple[str, ...], known: quality.Identities) -> tuple[access.Sum, ...]:
    """Sums along a table with these columns: a total of its breakdowns, and an indicator of others."""
    at = {key: column for column, key in enumerate(keys)}
    split = {key: catalogue.split_cell_key(key) for key in keys}
    found = [each for dimension, each in _divided(keys) if dimension in known.dimensions]
    for breakdown in dict.fromkeys(part for _, part in split.values()):
        for sides in known.sums:
            named = ([_in_column(key, breakdown) for key in _of_persons(side)] for side in sides)
            whole, parts = sorted(named, key=len)
            if len(whole) == 1 and parts and all(name in at for name in (*whole, *parts)):
                found.append(access.Sum(at[whole[0]], tuple(at[name] for name in parts)))
    return tuple(dict.fromkeys(found))


def _in_column(key: str, breakdown: str) -> str:
    """A cell that a rule names with its part is that one, whatever the column."""
    return key if "." in key else catalogue.cell_key(key, breakdown)


def overlaps_among(keys: tuple[str, ...], known: quality.Identities) -> tuple[access.Sum, ...]:
    """Totals with the parts by a dimension that no rule adds up: the parts may overlap."""
    return tuple(each for dimension, each in _divided(keys) if dimension not in known.dimensions)


def _divided(keys: tuple[str, ...]) -> list[tuple[str, access.Sum]]:
    """By dimension, every total with its parts."""
    parts: dict[tuple[str, str], list[int]] = defaultdict(list)
    at = {key: column for column, key in enumerate(keys)}
    for column, (code, part) in enumerate(map(catalogue.split_cell_key, keys)):
        if part and code in at:
            parts[part.partition("=")[0], code].append(column)
    return [
        (dimension, access.Sum(at[code], tuple(some))) for (dimension, code), some in sorted(parts.items())
    ]


def _of_persons(keys: Iterable[str]) -> list[str]:
    """What counts no persons is told everywhere: beside it a sum says as much as without."""
    known = catalogue.indicators()
    return [key for key in keys if known[catalogue.split_cell_key(key)[0]].counts_persons]
