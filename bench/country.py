"""The practice country for measurements: the real tree, forms and rules, any seed, and no database."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "giamsat.config.settings")
django.setup()

from giamsat.config.demo import country_figures  # noqa: E402 - after Django knows its settings
from giamsat.config.demo.bodies import UnitRow  # noqa: E402
from giamsat.config.demo.country_figures import Figures  # noqa: E402
from giamsat.foundation.units.manifest import read_manifest  # noqa: E402
from giamsat.foundation.units.reading import read_territory  # noqa: E402
from giamsat.intake.sources.layout import Cell  # noqa: E402
from tools.definitions import DEFINITIONS  # noqa: E402

RESULTS = Path(__file__).parent / "results"
FAMILIES = ("BM02", "BM04", "BM05", "BM11", "BM19", "BM21")
MONTHS = tuple(f"2025-M{n:02}" for n in range(9, 13)) + tuple(f"2026-M{n:02}" for n in range(1, 10))
QUARTERS = ("2025-9M", "2025-Y", "2026-Q1", "2026-6M", "2026-9M")
FORMER = tuple(f"{year}-{kind}" for year in range(2021, 2025) for kind in ("Q1", "6M", "9M", "Y"))
FORMER += ("2025-Q1", "2025-6M")


@dataclass(frozen=True)
class Tree:
    rows: tuple[UnitRow, ...]
    kinds: dict[tuple[str, str], str]  # by vintage and code


@cache
def tree() -> Tree:
    """The organisation as its files describe it, with the members that the practice country gives."""
    folder = DEFINITIONS / "territory"
    read = read_territory(folder, read_manifest(folder))
    drafts = {draft.key: draft for draft in read.drafts if draft.level <= 2}
    into = {before: after for before, after, *_ in read.successions}
    return Tree(tuple(_rows(drafts, into)), {key: draft.kind for key, draft in drafts.items()})


def _rows(drafts: dict, into: dict) -> Iterator[UnitRow]:
    parts = {after: list(into.values()).count(after) for after in into.values()}
    for key, draft in drafts.items():
        members = draft.members
        if members is None and key in into:
            members = (drafts[into[key]].members or 0) // parts[into[key]]
        parent = draft.parent[1] if draft.parent else ""
        yield UnitRow(draft.code, draft.vintage, parent, draft.level, members or 0, draft.withheld)


@cache
def draw(seed: int) -> Figures:
    """One clean country. The shipped seed is scenario.SEED; measurements use others."""
    return country_figures.make(tree().rows, seed)


def keys_of(cells: Sequence[Cell]) -> list[str]:
    return [cell.key for cell in cells]


def kinds_of(figures: Figures, book: str) -> np.ndarray:
    """The kind of every body of a book: only its like are its peers."""
    bodies = figures.book(book).bodies
    return np.array([tree().kinds[bodies.vintage, code] for code in bodies.codes])
