"""Names in a rule that the catalogue does not know: told at the character, with the name that was perhaps meant."""

import difflib
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.catalogue.errors import Problem
from giamsat.lib.formulas import FormulaRefused, parse
from giamsat.lib.formulas.language import THIS, Term, terms

FIELDS = ("expression", "when", "unless", "value", "expected")


def unknown_names(content: dict[str, Any]) -> list[Problem]:
    """Of a definition that is otherwise right: every indicator, dimension and breakdown that there is not.

    Where no catalogue is loaded yet nothing is known to be wrong.
    """
    if not catalogue.indicators():
        return []
    return [
        Problem(f"checks.{number}.{field}", refusal.message, refusal.position)
        for number, entry in enumerate(content["checks"])
        for field in FIELDS
        if entry.get(field)
        for refusal in _faults(str(entry[field]))
    ] + _unknown_codes("only", content.get("only", {}).get("codes") or ())


def _faults(text: str) -> Iterator[FormulaRefused]:
    for term in terms(parse(text)):
        if term.code not in (None, THIS) and term.code not in catalogue.indicators():
            yield _refused(_no_indicator(str(term.code)), text, term, str(term.code))
        elif isinstance(term.argument, tuple) and term.argument[0] not in catalogue.indicators():
            yield _refused(_no_indicator(term.argument[0]), text, term, term.argument[0])
        elif isinstance(term.argument, str) or term.breakdown:
            yield from _of_breakdown(term, text)


def _of_breakdown(term: Term, text: str) -> Iterator[FormulaRefused]:
    """The dimension is one of the indicator's, and the value one of the dimension's, where it lists its values."""
    dimension, _sign, value = (str(term.argument or "") or term.breakdown or "").partition("=")
    indicator = catalogue.indicators().get(str(term.code))
    allowed = indicator.dimensions if indicator else list(catalogue.dimension_names("en"))
    if dimension not in allowed:
        told = _("%(code)s has no dimension %(given)s.%(nearest)s Allowed are %(allowed)s.")
        facts = {"code": term.code, "given": dimension, "nearest": _nearest(dimension, allowed)}
        yield _refused(told % {**facts, "allowed": ", ".join(sorted(allowed)) or "–"}, text, term, dimension)
        return
    values = [each.value for each in catalogue.breakdowns().values() if each.dimension == dimension]
    if value and values and value not in values:
        told = _("Dimension %(code)s has no value %(given)s.%(nearest)s Allowed are %(allowed)s.")
        facts = {"code": dimension, "given": value, "nearest": _nearest(value, values)}
        yield _refused(told % {**facts, "allowed": ", ".join(values)}, text, term, value)


def _unknown_codes(at: str, codes: Iterable[str]) -> list[Problem]:
    return [Problem(at, _no_indicator(code)) for code in codes if code not in catalogue.indicators()]


def _no_indicator(code: str) -> str:
    known = catalogue.indicators()
    same_group = [each for each in known if each[:1] == code[:1].upper()]
    told = _(
        "There is no indicator %(code)s.%(nearest)s Allowed are those of the catalogue, such as %(some)s."
    )
    some = ", ".join((same_group or list(known))[:6])
    return told % {"code": code, "nearest": _nearest(code, known), "some": some}


def _nearest(given: str, allowed: Iterable[str]) -> str:
    found = difflib.get_close_matches(given, list(allowed), n=1, cutoff=0.5)
    return " " + _("Do you mean %(name)s?") % {"name": found[0]} if found else ""


def _refused(problem: str, text: str, term: Term, name: str) -> FormulaRefused:
    return FormulaRefused(problem, expression=text, position=max(text.find(name, term.at), 0))
