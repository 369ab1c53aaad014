"""Cells of a form: what is asked, in which order, and under which key."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from giamsat.foundation.catalogue import queries as catalogue


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell to fill in. ``ordinal`` is its place in every stored report of this form version.

    ``row`` counts rows through all sections of the form, ``column`` counts columns within its section.
    """

    ordinal: int
    indicator: str
    breakdown: str
    row: int
    column: int
    required: bool
    decimals: int
    key: str
    section: int = 0
    additivity: str = "F"
    counts_persons: bool = False


def cells_of(layout: dict[str, Any]) -> list[Cell]:
    """Every cell of a layout: rows in order, and within a row its columns."""
    return list(_cells(layout))


def _cells(layout: dict[str, Any]) -> Iterator[Cell]:
    ordinal = row_number = 0
    for section_number, section in enumerate(layout["sections"]):
        for row in section["rows"]:
            for column_number, column in enumerate(section["columns"]):
                yield Cell(
                    ordinal=ordinal,
                    indicator=row["indicator"],
                    breakdown=column["breakdown"],
                    row=row_number,
                    column=column_number,
                    required=row["required"],
                    decimals=row["decimals"],
                    key=catalogue.cell_key(row["indicator"], column["breakdown"]),
                    section=section_number,
                    additivity=row["additivity"],
                    counts_persons=row["counts_persons"],
                )
                ordinal += 1
            row_number += 1
