"""A finding in words: which cells, what was found, what would be right."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from giamsat.intake.quality.choices import Severity
from giamsat.lib.numbers import format_number

RELATIONS = {
    "vi": {"=": "bằng", "<>": "khác", "<": "nhỏ hơn", "<=": "không quá", ">": "lớn hơn", ">=": "ít nhất"},
    "en": {"=": "equal to", "<>": "other than", "<": "less than", "<=": "at most", ">": "more than",
           ">=": "at least"},
}  # fmt: skip
BLANK = {"vi": "để trống", "en": "blank"}
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
PLACEHOLDER = re.compile(r"\{(\w+)\}")
Label = Callable[[str, str], str]


@dataclass(frozen=True)
class Finding:
    """One rule that does not hold in one place of a report."""

    rule: str
    version: int
    severity: str
    effect: str
    check: str
    cell_keys: tuple[str, ...]
    values: tuple[Decimal | str | None, ...]
    value: Decimal | str | None
    relation: str
    expected: Decimal | None
    template: dict[str, str]
    label: Label
    more: dict[str, Any]
    assessed: bool = True

    @property
    def blocks(self) -> bool:
        return self.severity == Severity.ERROR

    @property
    def needs_explanation(self) -> bool:
        return self.severity == Severity.WARNING

    def sentence(self, language: str) -> str:
        """What is wrong and what would be right, in the reader's language."""
        return _filled(self.facts, language, self.label)

    @property
    def facts(self) -> dict[str, Any]:
        """Everything the sentence is built from, as JSON; ``sentence_from`` reads it again."""
        return {
            "check": self.check,
            "cells": list(self.cell_keys),
            "values": [_text(value) for value in self.values],
            "value": _text(self.value),
            "relation": self.relation,
            "expected": _text(self.expected),
            "template": self.template,
            **self.more,
        }


def sentence_from(facts: dict[str, Any], language: str, label: Label) -> str:
    """The sentence of a finding kept as facts."""
    return _filled(facts, language, label)


def _filled(facts: dict[str, Any], language: str, label: Label) -> str:
    language = "vi" if language.startswith("vi") else "en"
    words = _words(facts, language, label)
    return PLACEHOLDER.sub(lambda found: words.get(found[1], found[0]), facts["template"][language])


def _words(facts: dict[str, Any], language: str, label: Label) -> dict[str, str]:
    """What each placeholder stands for."""
    cells = list(zip(facts["cells"], facts["values"], strict=True))
    first = facts["cells"][0] if facts["cells"] else ""
    named = [f"{key} = {_shown(value, language)}" for key, value in cells]
    told = {key: value for key, value in facts.items() if key not in ("template", "cells", "values")}
    more = {key: _more(value, language) for key, value in told.items()}
    return {
        **more,
        "cell": f"{label(first, language)} ({first})" if first else "",
        "cells": "; ".join(named),
        "others": "; ".join(named[1:]),
        "value": _shown(facts["value"], language),
        "expected": _shown(facts["expected"], language),
        "relation": RELATIONS[language][facts["relation"]],
    }


def _more(value: Any, language: str) -> str:
    if isinstance(value, list):
        return ", ".join(_more(each, language) for each in value)
    return str(value[language] if isinstance(value, dict) else value)


def _text(value: Decimal | str | None) -> str | None:
    return None if value is None else str(value) if isinstance(value, str) else f"{value:f}"


def _shown(value: str | None, language: str) -> str:
    if value is None:
        return BLANK[language]
    try:
        if NUMBER.fullmatch(value):  # Decimal itself reads “NaN”, “1e5” and “1_000” too
            return format_number(Decimal(value), language)
    except ArithmeticError:
        pass
    return f"“{value}”"
