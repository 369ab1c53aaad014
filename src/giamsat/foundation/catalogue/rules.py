"""Pure decisions about definitions: keys of cells, and whether two texts say the same."""

import difflib
from typing import Any

import yaml

TOTAL = ""


def breakdown_key(dimension: str, value: str) -> str:
    """``lvl=XA``; the total has the empty key."""
    return f"{dimension}={value}" if dimension else TOTAL


def cell_key(indicator: str, breakdown: str = TOTAL) -> str:
    """``D01`` for the total of an indicator, ``D01.lvl=XA`` for a part of it."""
    return f"{indicator}.{breakdown}" if breakdown else indicator


def split_cell_key(key: str) -> tuple[str, str]:
    """The indicator and the breakdown of a cell key."""
    indicator, _, breakdown = key.partition(".")
    return indicator, breakdown


def difference(published: Any, arriving: Any) -> str:
    """Lines that differ between two definitions, as a unified diff; empty when they say the same."""
    before, after = (
        yaml.safe_dump(side, allow_unicode=True, sort_keys=True, width=100).splitlines()
        for side in (published, arriving)
    )
    return "\n".join(difflib.unified_diff(before, after, "published", "arriving", lineterm="", n=1))
