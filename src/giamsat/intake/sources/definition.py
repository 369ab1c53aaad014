"""Forms and calendars as their reviewed files say them: every fault with its place, and what is made of one."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import combinations
from typing import Any

from django.utils.translation import gettext as _

from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.catalogue.errors import IndicatorUnknown, Problem
from giamsat.foundation.catalogue.queries import (
    LONGEST_NAME,
    each_one_of,
    fault_of_day,
    fault_of_length,
    faults_of_keys,
    faults_of_words,
)
from giamsat.intake.sources.choices import Basis
from giamsat.intake.sources.errors import CellAskedTwice
from giamsat.intake.sources.models import Form
from giamsat.lib.periods import REACH

KINDS = ("M", *REACH)
MOST_LEVELS = 6
FORM = {"code", "version", "name", "groups", "period_kinds", "levels", "bases", "valid_from", "sections"}
FORM_MAY = {"family", "numbers", "legal_basis", "reconstruction", "ends"}
LONGEST_CODE = 16  # characters


def problems_of_form(content: Any) -> list[Problem]:
    """Everything that keeps a definition from being a form; nothing when it is one."""
    if faults := faults_of_keys("", _("A form"), content, FORM, FORM_MAY):
        return faults
    sections = content["sections"]
    found = [
        *faults_of_words("name", content["name"], most=LONGEST_NAME),
        *fault_of_length("legal_basis", content.get("legal_basis", ""), LONGEST_NAME),
        *fault_of_length("family", content.get("family", ""), LONGEST_CODE),
        *_some("period_kinds", content["period_kinds"]),
        *each_one_of("period_kinds", content["period_kinds"], KINDS),
        *_some("levels", content["levels"]),
        *each_one_of("levels", content["levels"], range(MOST_LEVELS)),
        *_some("bases", content["bases"]),
        *each_one_of("bases", content["bases"], Basis.values),
        *fault_of_day("valid_from", content["valid_from"]),
        *_some("sections", sections),
    ]
    for number, section in enumerate(sections):
        found += _problems_of_section(f"sections.{number}", section)
    return found or _asked_twice(sections)


def form_of(content: dict[str, Any], *, at: datetime) -> Form:
    """A form as its definition says, not stored; its rows carry what the catalogue says of their indicators today.

    A version that ends the form is in force on no day.
    """
    valid_from = date.fromisoformat(content["valid_from"])
    return Form(
        code=content["code"],
        version=content["version"],
        family=content.get("family", content["code"]),
        name_vi=content["name"]["vi"],
        name_en=content["name"]["en"],
        groups=content["groups"],
        period_kinds=content["period_kinds"],
        levels=content["levels"],
        bases=content["bases"],
        valid_from=valid_from,
        valid_to=valid_from if content.get("ends") else None,
        legal_basis=content.get("legal_basis", ""),
        reconstruction=content.get("reconstruction", False),
        layout={
            "sections": [
                {**each, "rows": [_row(row) for row in each["rows"]]} for each in content["sections"]
            ]
        },
        content=content,
        published_at=at,
    )


def require_asked_once(forms: Sequence[Form]) -> None:
    """A figure is asked of a level for a kind of period by one form, whatever its version, on any day."""
    for one, other in combinations(forms, 2):
        if one.code == other.code or not (levels := set(one.levels) & set(other.levels)):
            continue
        kinds = [kind for kind in one.period_kinds if kind in other.period_kinds]
        keys = [cell.key for cell in one.cells if cell.key in other.cell_by_key]
        if kinds and keys and _in_force_together(one, other):
            raise CellAskedTwice(one.code, other.code, keys, kinds, sorted(levels))


def _in_force_together(one: Form, other: Form) -> bool:
    begins = max(one.valid_from, other.valid_from)
    return all(each.valid_to is None or begins < each.valid_to for each in (one, other))


def _problems_of_section(at: str, section: Any) -> list[Problem]:
    if faults := faults_of_keys(at, _("A section"), section, {"title", "columns", "rows"}, set()):
        return faults
    found = [
        *faults_of_words(f"{at}.title", section["title"]),
        *_some(f"{at}.columns", section["columns"]),
        *_some(f"{at}.rows", section["rows"]),
    ]
    for number, column in enumerate(section["columns"]):
        found += _problems_of_column(f"{at}.columns.{number}", column)
    for number, row in enumerate(section["rows"]):
        found += _problems_of_row(f"{at}.rows.{number}", row)
    return found or _not_broken_down_so(at, section)


def _problems_of_column(at: str, column: Any) -> list[Problem]:
    if faults := faults_of_keys(at, _("A column"), column, {"breakdown", "name"}, set()):
        return faults
    found = faults_of_words(f"{at}.name", column["name"])
    return found + _problems_of_breakdown(at, column["breakdown"])


def _problems_of_row(at: str, row: Any) -> list[Problem]:
    if faults := faults_of_keys(at, _("A row"), row, {"indicator"}, {"breakdown", "required", "help"}):
        return faults
    found = faults_of_words(f"{at}.help", row["help"]) if "help" in row else []
    found += _problems_of_breakdown(at, row.get("breakdown", ""))
    try:
        catalogue.indicator(row["indicator"])
    except IndicatorUnknown as refusal:
        found.append(Problem(f"{at}.indicator", refusal.message))
    return found


def _problems_of_breakdown(at: str, breakdown: str) -> list[Problem]:
    if breakdown in catalogue.breakdowns():
        return []
    return [Problem(f"{at}.breakdown", _("no such breakdown: %(breakdown)s") % {"breakdown": breakdown})]


def _not_broken_down_so(at: str, section: dict[str, Any]) -> list[Problem]:
    """A row is broken down by itself or by its columns, and its indicator is counted by that dimension."""
    across = {column["breakdown"].partition("=")[0] for column in section["columns"]} - {""}
    twice = _("broken down by row and by column: %(indicator)s")
    unknown = _("%(indicator)s is not broken down by %(dimension)s. Give it a section with other columns.")
    found = []
    for number, row in enumerate(section["rows"]):
        own = {row.get("breakdown", "").partition("=")[0]} - {""}
        if own and across:
            found.append(Problem(f"{at}.rows.{number}.breakdown", twice % {"indicator": row["indicator"]}))
        for dimension in sorted((across | own) - set(catalogue.indicator(row["indicator"]).dimensions)):
            told = unknown % {"indicator": row["indicator"], "dimension": dimension}
            found.append(Problem(f"{at}.rows.{number}.indicator", told))
    return found


def _asked_twice(sections: list[dict[str, Any]]) -> list[Problem]:
    """A cell is asked once: series go on by its key."""
    found, seen = [], set[str]()
    for number, section in enumerate(sections):
        for place, row in enumerate(section["rows"]):
            keys = [
                catalogue.cell_key(row["indicator"], row.get("breakdown") or column["breakdown"])
                for column in section["columns"]
            ]
            if twice := [key for position, key in enumerate(keys) if key in seen or key in keys[:position]]:
                told = _("The form asks %(cells)s twice. A cell is asked once.") % {"cells": ", ".join(twice)}
                found.append(Problem(f"sections.{number}.rows.{place}.indicator", told))
            seen.update(keys)
    return found


def _row(row: dict[str, Any]) -> dict[str, Any]:
    indicator, part = catalogue.indicator(row["indicator"]), row.get("breakdown", "")
    named = catalogue.breakdowns()[part] if part else indicator
    known = {
        "indicator": indicator.code,
        "indicator_version": indicator.version,
        "breakdown": part,
        "required": row.get("required", True),
        "name": {"vi": named.name_vi, "en": named.name_en},
        "unit": {"vi": indicator.unit, "en": indicator.unit_en},
        "decimals": indicator.decimals,
        "additivity": indicator.additivity,
        "counts_persons": indicator.counts_persons,
    }
    return {**known, "help": row["help"]} if "help" in row else known


def _some(at: str, values: Iterable[Any]) -> list[Problem]:
    return [] if values else [Problem(at, _("At least one is needed here."))]
