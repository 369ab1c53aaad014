"""Findings as lines on the screen: kept ones, ones just found, and ones of a refused delivery."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from giamsat.foundation.catalogue import queries as catalogue
from giamsat.front.console.sheet import FindingLine
from giamsat.front.console.viewer import Viewer
from giamsat.intake.quality import queries as quality
from giamsat.lib.numbers import MOST_DIGITS, format_number

WHAT_IT_IS = {  # by the word of the rule language
    "increment": gettext_noop("added in the period"),
    "median": gettext_noop("median of its own past"),
    "peer_pct": gettext_noop("median of its peers"),
    "peer_share": gettext_noop("as its peers have it"),
    "silent_for": gettext_noop("periods without a report"),
    "members": gettext_noop("members"),
    "register_count": gettext_noop("in the register of files"),
}


def kept_lines(viewer: Viewer, version: Any, unit_id: int) -> list[FindingLine]:
    """What the rules found in a stored version, as this viewer may read it."""
    label = quality.labels()
    outside = not viewer.lens.sees_small(unit_id)
    hiding = quality.rules_that_hide()
    lines = []
    for number, found in enumerate(quality.findings_of(version.pk), start=1):
        keys = tuple(found.cell_keys)
        if outside and found.rule_code in hiding:
            continue  # that a cell is small is what is hidden
        if outside and about_persons(keys):
            lines.append(_withheld(number, found, keys))
            continue
        lines.append(
            FindingLine(
                number=number,
                id=found.pk,
                rule=found.rule_code,
                severity=found.severity,
                sentence=found.sentence(viewer.language, label),
                cell_keys=keys,
                explanation=found.explanation,
                explained_by=found.explained_by_name,
                explained_at=found.explained_at,
            )
        )
    return lines


def _withheld(number: int, found: Any, keys: tuple[str, ...]) -> FindingLine:
    """A finding on figures of persons, for those outside: that there is one, without a figure of it."""
    return FindingLine(
        number=number,
        id=found.pk,
        rule=found.rule_code,
        severity=found.severity,
        sentence=_(
            "A check on figures of persons. Its figures are shown inside the unit and to its direct superior."
        ),
        cell_keys=keys,
        explanation=_("explained") if found.explained_at else "",
        explained_by=found.explained_by_name,
        explained_at=found.explained_at,
    )


def refused_lines(findings: Iterable[Mapping[str, Any]], form: Any, language: str) -> list[FindingLine]:
    """The findings of a refusal, cell by cell; the gravest first, as they were kept."""
    label = quality.labels()
    return [
        _refused_line(number, found, form, language, label) for number, found in enumerate(findings, start=1)
    ]


def _refused_line(number: int, found: Mapping[str, Any], form: Any, language: str, label: Any) -> FindingLine:
    keys = tuple(found.get("cells", ()))
    places: Sequence[Mapping[str, str]] = found.get("positions", ())
    first = form.cell_by_key.get(keys[0]) if form and keys else None
    return FindingLine(
        number=number,
        rule=found["rule"],
        severity=found["severity"],
        sentence=found["sentence"].get(language) or found["sentence"]["vi"],
        cell_keys=keys,
        ordinal=first.ordinal if first else None,
        sheet=places[0]["sheet"] if places else "",
        cell=", ".join(place["cell"] for place in places),
        label=label(keys[0], language) if keys else "",
        value=_number(found.get("held", found.get("value"))),
        value_note=_noted(found, "value", language),
        right=_number_text(found.get("expected"), language),
        right_note=_what(found, "expected"),
    )


def fresh_lines(findings: Iterable[Any], form: Any, language: str) -> list[FindingLine]:
    """Findings of figures that are being typed; nothing of them is kept."""
    lines = []
    for number, found in enumerate(findings, start=1):
        keys = tuple(found.cell_keys)
        first = form.cell_by_key.get(keys[0]) if keys else None
        lines.append(
            FindingLine(
                number=number,
                rule=found.rule,
                severity=str(found.severity),
                sentence=found.sentence(language),
                cell_keys=keys,
                ordinal=first.ordinal if first else None,
            )
        )
    return lines


def counts(lines: Iterable[FindingLine]) -> dict[str, int]:
    """How many of each severity; of those to explain, the ones that still are."""
    lines = list(lines)
    return {
        "E": sum(line.severity == "E" for line in lines),
        "W": sum(line.severity == "W" and not line.explanation for line in lines),
        "I": sum(line.severity == "I" for line in lines),
    }


def about_persons(keys: Iterable[str]) -> bool:
    """Whether one of the cells counts persons; a rule may name those of the unit's other forms, too."""
    known = catalogue.indicators()
    codes = {catalogue.split_cell_key(key)[0] for key in keys}
    return any(known[code].counts_persons for code in codes if code in known)


def _noted(found: Mapping[str, Any], which: str, language: str) -> str:
    """A figure that is not the cell's own, with what it is."""
    what = _what(found, which)
    return f"{what} {_number_text(found.get(which), language)}" if what else ""


def _what(found: Mapping[str, Any], which: str) -> str:
    what = WHAT_IT_IS.get(found.get(f"{which}_is", ""))
    return _(what) if what else ""


def _number(text: Any) -> Any:
    try:
        number = Decimal(text) if text is not None else None
    except InvalidOperation:
        return f"“{text}”"
    if number is None or (number.is_finite() and number.adjusted() < MOST_DIGITS):
        return number
    return f"“{text}”"  # somebody wrote “NaN” or “1e30”


def _number_text(text: Any, language: str) -> str:
    value = _number(text)
    return format_number(value, language) if isinstance(value, Decimal) else str(value or "")
