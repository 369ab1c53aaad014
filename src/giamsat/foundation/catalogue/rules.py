"""Pure decisions about definitions: keys of cells, and whether two texts say the same."""

import difflib
import re
from datetime import date
from typing import Any

import yaml

TOTAL = ""
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# The order in which definitions say things: the database keeps none. What is not listed follows by the alphabet.
ORDER = (
    "group", "code", "version", "family", "numbers", "reconstruction", "id", "value", "breakdown", "vi", "en",
    "th", "valid_from", "ends", "severity", "name", "source", "legal_basis", "title", "unit", "additivity", "groups",
    "period_kinds", "levels", "bases", "each", "only", "basis", "periods", "runs", "effect", "note", "sentence", "when",
    "expression", "unless", "expected", "cut_offs", "month", "day", "working_days", "weekend", "solar", "lunar",
    "lunar_new_year_eve", "days_off", "days_on", "obligations", "unit_kinds", "forms", "due_working_days",
    "dimensions", "core", "counts_persons", "good_when", "layer", "decimals", "columns", "rows", "indicator",
    "required", "help", "checks", "sections", "values", "open", "reminders", "before", "after",
    "calendars", "indicators",
)  # fmt: skip
_RANK = {name: place for place, name in enumerate(ORDER)}


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


def as_yaml(content: Any) -> str:
    """A definition as its file says it, always by the same bytes; reading it again gives the same content."""
    return yaml.dump(
        _in_order(content),
        Dumper=_Plain,
        allow_unicode=True,
        sort_keys=False,
        width=110,
        default_flow_style=None,
    )


def _in_order(value: Any) -> Any:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: (_RANK.get(name, len(_RANK)), name))
        return {name: _in_order(value[name]) for name in names}
    if isinstance(value, list):
        return [_in_order(each) for each in value]
    return date.fromisoformat(value) if isinstance(value, str) and _is_day(value) else value


def _is_day(text: str) -> bool:
    try:
        return bool(DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


class _Plain(yaml.SafeDumper):
    """Without marks for a part that stands in two places."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True
