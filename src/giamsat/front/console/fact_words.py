"""The facts of an entry of the trail for a reader: names and days as people write them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from giamsat.analysis.early_warning import queries as early_warning
from giamsat.analysis.indicators import queries as indicators
from giamsat.foundation.access import queries as access
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.front.console.templatetags.desk import period_label
from giamsat.front.console.verbs import fact_lines
from giamsat.front.console.viewer import language
from giamsat.intake.sources.choices import Basis
from giamsat.lib.clock import HOME_ZONE

# What people wrote of a report may name a figure, and the digest of a form can be tried against guesses of one.
TELLING = frozenset({"reason", "text", "sha256"})
OF_FIGURES = ("report:", "warning:", "delivery:", "estimate:", "late_opening:", "objection:")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S*")


@dataclass(frozen=True)
class FactWords:
    """The names that codes in facts stand for, asked for once."""

    by_fact: Mapping[str, Callable[[str], str]]

    @classmethod
    def now(cls) -> "FactWords":
        spoken = language()
        detectors = {code: each.name.get(spoken, code) for code, each in early_warning.detectors().items()}
        figures = {code: each.name(spoken) for code, each in catalogue.indicators().items()}
        figures |= {code: each.name[spoken] for code, each in indicators.targets().items()}
        roles = {code: role.name(spoken) for code, role in access.roles().items()}
        bases: dict[str, str] = {each.value: str(each.label) for each in Basis}
        return cls({
            "period": period_label,
            "detector": lambda code: detectors.get(code, code),
            "figure": lambda code: f"{figures[code]} ({code})" if code in figures else code,
            "role": lambda code: roles.get(code, code),
            "basis": lambda code: bases.get(code, code),
        })  # fmt: skip

    def lines(self, facts: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Name and value of every fact, in words."""
        return fact_lines({name: self._value(name, value) for name, value in facts.items()})

    def _value(self, name: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self._value(name, each) for each in value]
        if isinstance(value, Mapping):
            return {inner: self._value(inner, each) for inner, each in value.items()}
        if not isinstance(value, str):
            return value
        return self.by_fact[name](value) if name in self.by_fact else _as_day(value)


def facts_shown(entry: Any, lens: access.Lens) -> dict[str, Any]:
    """An entry's facts with a mark for those that may tell a small cell of a unit whose small cells are not shown."""
    sees = entry.unit_id is not None and lens.sees_small(entry.unit_id)
    if sees or not entry.subject.startswith(OF_FIGURES):
        return dict(entry.facts)
    return {
        name: access.SUPPRESSED.text if value and name in TELLING else value
        for name, value in entry.facts.items()
    }


def _as_day(text: str) -> str:
    """A day or an instant as it is written here, anything else as it is."""
    try:
        if DAY.fullmatch(text):
            return f"{date.fromisoformat(text):%d/%m/%Y}"
        if INSTANT.fullmatch(text):
            at = datetime.fromisoformat(text)
            return f"{at.astimezone(HOME_ZONE) if at.tzinfo else at:%d/%m/%Y %H:%M}"
    except ValueError:
        pass
    return text
