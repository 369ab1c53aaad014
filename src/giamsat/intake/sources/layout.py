"""Cells of a form: what is asked, in which order, and under which key."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from giamsat.foundation.catalogue import queries as catalogue


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell to fill in. ``ordinal`` is its place in every stored report of this form version.

    ``row`` counts rows through all sections of the form, ``column`` counts columns within its section; ``row_code``
    is what stands at the head of its row.
    """

    ordinal: int
    indicator: str
    breakdown: str
    row: int
    column: int
    required: bool
    decimals: int
    key: str
    row_code: str = ""
    section: int = 0
    additivity: str = "F"
    counts_persons: bool = False


def cells_of(layout: dict[str, Any]) -> list[Cell]:
    """Every cell of a layout: rows in order, and within a row its columns."""
    return list(_cells(layout))


def row_code(row: dict[str, Any]) -> str:
    """What a row is called by: its indicator, with the value of the breakdown that the whole row is of."""
    _, _, value = row.get("breakdown", "").partition("=")
    return " ".join(filter(None, (row["indicator"], value)))


def _cells(layout: dict[str, Any]) -> Iterator[Cell]:
    ordinal = row_number = 0
    for section_number, section in enumerate(layout["sections"]):
        for row in section["rows"]:
            for column_number, column in enumerate(section["columns"]):
                breakdown = row.get("breakdown") or column["breakdown"]
                yield Cell(
                    ordinal=ordinal,
                    indicator=row["indicator"],
                    breakdown=breakdown,
                    row=row_number,
                    column=column_number,
                    required=row["required"],
                    decimals=row["decimals"],
                    key=catalogue.cell_key(row["indicator"], breakdown),
                    row_code=row_code(row),
                    section=section_number,
                    additivity=row["additivity"],
                    counts_persons=row["counts_persons"],
                )
                ordinal += 1
            row_number += 1
