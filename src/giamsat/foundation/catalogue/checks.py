"""What loaders ask of every definition: the right words, a name in both languages, one of the words allowed, a day."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from giamsat.foundation.catalogue.errors import Problem

LONGEST_NAME = 300  # characters
LAST_YEAR = 2999  # what is reckoned on from a day stays a day


def faults_of_keys(at: str, what: str, content: Any, needed: set[str], may: set[str]) -> list[Problem]:
    """Words that are missing, and words that mean nothing there."""
    if not isinstance(content, dict):
        told = _("%(what)s is a list of key: value, not %(found)s.")
        return [Problem(at, told % {"what": what, "found": repr(content)})]
    if missing := needed - content.keys():
        told = _("%(what)s lacks %(keys)s.")
        return [Problem(at, told % {"what": what, "keys": ", ".join(sorted(missing))})]
    if unknown := content.keys() - needed - may:
        told = _("%(what)s has no %(keys)s; allowed are %(allowed)s.")
        keys, allowed = ", ".join(sorted(unknown)), ", ".join(sorted(needed | may))
        return [Problem(at, told % {"what": what, "keys": keys, "allowed": allowed})]
    return []


def faults_of_words(at: str, words: Any, *, most: int | None = None) -> list[Problem]:
    """Every name and sentence stands in both languages, of so many characters at ``most``."""
    if not isinstance(words, dict) or not words.get("vi") or not words.get("en"):
        return [Problem(at, _("%(field)s: both vi and en are needed.") % {"field": at})]
    return [fault for text in (words["vi"], words["en"]) for fault in fault_of_length(at, text, most)][:1]


def fault_of_length(at: str, text: Any, most: int | None) -> list[Problem]:
    """A text of more characters than are kept."""
    if most is None or len(str(text)) <= most:
        return []
    told = _("At most %(most)s characters are kept here; these are %(found)s.")
    return [Problem(at, told % {"most": most, "found": len(str(text))})]


def fault_of(at: str, value: Any, allowed: Collection[Any]) -> list[Problem]:
    """A word that is none of those allowed."""
    if value in allowed:
        return []
    told = _("%(field)s is one of %(allowed)s, not %(value)s.")
    return [Problem(at, told % {"field": at, "allowed": ", ".join(map(str, allowed)), "value": repr(value)})]


def each_one_of(at: str, values: Iterable[Any], allowed: Collection[Any]) -> list[Problem]:
    """The same for each of several."""
    return [fault for value in values for fault in fault_of(at, value, allowed)]


def fault_of_day(at: str, value: Any) -> list[Problem]:
    """A day as files write it."""
    try:
        known = date.fromisoformat(str(value)).year <= LAST_YEAR
    except ValueError:
        known = False
    return [] if known else [Problem(at, _("A day is needed here, such as 2026-10-01."))]
