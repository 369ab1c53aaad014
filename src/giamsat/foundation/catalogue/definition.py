"""An indicator as its reviewed file says it: every fault with its place."""

import re
from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from giamsat.foundation.catalogue.checks import LONGEST_NAME, fault_of, faults_of_keys, faults_of_words
from giamsat.foundation.catalogue.choices import Additivity, GoodWhen
from giamsat.foundation.catalogue.errors import Problem

INDICATOR = {
    "code", "version", "name", "unit", "additivity", "dimensions", "core", "counts_persons", "good_when", "layer",
}  # fmt: skip
LONGEST_UNIT = 60  # characters
# Decisions on the domain, "No quota by dashboard": chapters that count violations and discipline, and those that
# count denunciations and complaints, of which only what waits too long may be called bad.
COUNTS_OF_WRONG, COUNTS_OF_LETTERS = {"C", "D", "K", "L"}, {"H", "I"}
WRONG = re.compile("vi phạm|khuyết điểm|tố cáo", re.IGNORECASE)
MOST_DECIMALS = 4
PERSONS = "người"


def problems_of_indicator(
    group: str, content: Any, *, dimensions: Collection[str], before: dict[str, Any] | None = None
) -> list[Problem]:
    """Everything that keeps a definition from being an indicator of a chapter, or from following the version
    ``before``; nothing when it is one."""
    if faults := faults_of_keys("", _("An indicator"), content, INDICATOR, {"decimals"}):
        return faults
    found = [
        *faults_of_words("name", content["name"], most=LONGEST_NAME),
        *faults_of_words("unit", content["unit"], most=LONGEST_UNIT),
        *fault_of("additivity", content["additivity"], Additivity.values),
        *fault_of("good_when", content["good_when"], GoodWhen.values),
        *fault_of("decimals", content.get("decimals", 0), range(MOST_DECIMALS + 1)),
        *_dimensions(content["dimensions"], dimensions),
    ]
    if found:
        return found
    return [
        *_no_quota(group, content),
        *_persons(content),
        *(_same_series(content, before) if before else []),
    ]


def _dimensions(wanted: Collection[str], known: Collection[str]) -> list[Problem]:
    unknown = ", ".join(each for each in wanted if each not in known)
    return [Problem("dimensions", _("no such dimension: %(codes)s") % {"codes": unknown})] if unknown else []


def _no_quota(group: str, content: dict[str, Any]) -> list[Problem]:
    """Counts of violations, denunciations and discipline are neither good nor bad."""
    if content["good_when"] == GoodWhen.NONE or content["additivity"] == Additivity.RATIO:
        return []
    flow = content["additivity"] == Additivity.FLOW
    wrong = group in COUNTS_OF_WRONG or content["layer"].startswith("discipline.")
    letters = flow and (group in COUNTS_OF_LETTERS or WRONG.search(content["name"]["vi"]))
    if not (wrong or letters):
        return []
    told = _(
        "Counts of violations, denunciations and discipline are neither good nor bad: they enter no ranking, target, "
        "evaluation or praise, since whoever has nobody to discipline has done nothing wrong. Choose “neither”."
    )
    return [Problem("good_when", told)]


def _persons(content: dict[str, Any]) -> list[Problem]:
    """Where persons are the unit of measure a small number names somebody."""
    if content["unit"]["vi"].strip().lower() != PERSONS or content["counts_persons"]:
        return []
    return [
        Problem(
            "counts_persons", _("What is measured in persons counts persons: small numbers are protected.")
        )
    ]


def _same_series(content: dict[str, Any], before: dict[str, Any]) -> list[Problem]:
    """Figures go on by the code: what is added up, and in which unit, stays."""
    found = []
    told = _(
        "Its figures so far are %(was)s; they would not add up with others. Give another thing a code of its own."
    )
    if content["additivity"] != before["additivity"]:
        found.append(Problem("additivity", told % {"was": Additivity(before["additivity"]).label}))
    if content["unit"]["vi"] != before["unit"]["vi"]:
        found.append(Problem("unit.vi", told % {"was": before["unit"]["vi"]}))
    if before["counts_persons"] and not content["counts_persons"]:
        kept = _("It counts persons in reports that are kept; its small numbers stay protected.")
        found.append(Problem("counts_persons", kept))
    return found
