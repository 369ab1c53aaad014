"""Reports worked by hand: a few figures, and what a rule must say of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from giamsat.foundation.catalogue import queries as catalogue
from giamsat.intake.designs.choices import Outcome
from giamsat.intake.designs.errors import ExampleUnreadable
from giamsat.intake.quality import services as quality
from giamsat.intake.quality.queries import Children, Rule, year_end
from giamsat.intake.sources.choices import Basis
from giamsat.intake.sources.queries import Cell
from giamsat.lib.formulas import Grid
from giamsat.lib.periods import Period

LINE = re.compile(
    r"(?:(?P<word>prev|own|children_sum|opening|year_opening|predecessors_sum|same_period)\(\s*(?:(?P<back>[1-4])\s*,\s*)?)?"
    r"(?P<code>[A-Za-z][A-Za-z0-9_]*)(?:\.(?P<breakdown>[a-z_]+=[A-Za-z0-9_./ -]+?))?\s*\)?"
    r"\s*=\s*(?P<figure>-?[0-9]+(?:[.,][0-9]{1,4})?|)"
)
ABOUT = re.compile(r"(?P<word>members|units_below|silent_for)\(\s*\)\s*=\s*(?P<figure>[0-9]{1,9})")
FIRST, LATER = Period("Q1", 2026), Period("6M", 2026)
Figures = dict[str, Decimal | None]


@dataclass
class Worked:
    """One report as its author wrote it down: figures of the report and of what stands beside it, by cell key.

    ``about``: what is known of the unit as a whole, by word.
    """

    now: Figures = field(default_factory=dict)
    beside: dict[str, Figures] = field(default_factory=dict)
    about: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answered:
    """What a rule says of an example, and the sentence of its finding if it has one."""

    wanted: str
    got: str
    sentence: Mapping[str, str]

    @property
    def outcome(self) -> str:
        """What it said, in words."""
        return str(Outcome(self.got).label)

    @property
    def agrees(self) -> bool:
        return self.wanted == self.got


def read_figures(text: str) -> Worked:
    """Read lines such as ``B04 = 5``, ``D01.lvl=XA = 2``, ``prev(B04) = 3``, ``same_period(1, B04) = 4``; a figure
    left out is a blank. ExampleUnreadable names the line."""
    worked = Worked()
    for line in filter(None, (each.strip() for each in text.splitlines())):
        if known := ABOUT.fullmatch(line):
            worked.about[known["word"]] = int(known["figure"])
            continue
        found = LINE.fullmatch(line)
        if found is None:
            raise ExampleUnreadable(
                line, _("Write a cell and its figure, such as B04 = 5, prev(B04) = 3 or D01.lvl=XA = 2.")
            )
        if found["code"] not in catalogue.indicators():
            raise ExampleUnreadable(
                line, _("There is no indicator %(code)s in the catalogue.") % {"code": found["code"]}
            )
        key = catalogue.cell_key(found["code"], found["breakdown"] or "")
        figure = Decimal(found["figure"].replace(",", ".")) if found["figure"] else None
        place = f"{found['word']} {found['back'] or ''}".strip() if found["word"] else ""
        worked.now.setdefault(key, None)
        target = worked.beside.setdefault(place, {}) if place else worked.now
        target[key] = figure
    if not worked.now:
        raise ExampleUnreadable("", _("An example needs at least one figure, such as B04 = 5."))
    return worked


def answer(rule: Rule, example: Mapping[str, Any]) -> Answered:
    """Put one example to a rule. Without earlier figures it is of a first quarter, else of a half-year."""
    if example["outcome"] not in Outcome.values:
        raise ExampleUnreadable(example["outcome"], _("Choose what the rule must say of it."))
    worked = read_figures(example["figures"])
    checked = _put(rule, worked)
    holds, assessed = (int(each[0]) for each in checked.shares_of(rule.code))
    found = checked.findings(0)
    got = Outcome.BLANK if not assessed else Outcome.HOLDS if holds == assessed else Outcome.FAILS
    sentence = {language: found[0].sentence(language) for language in ("vi", "en")} if found else {}
    return Answered(example["outcome"], got.value, sentence)


def _put(rule: Rule, worked: Worked) -> quality.Checked:
    keys = list(worked.now)
    grids = {place: Grid.of([[figures.get(key) for key in keys]]) for place, figures in worked.beside.items()}
    period = LATER if "prev" in grids else FIRST
    if rule.periods and period.kind not in rule.periods:
        period = Period(rule.periods[0], 2026, 6 if rule.periods[0] == "M" else 0)
    same = period.earlier_same_kind(4)
    history = {
        same[back - 1]: grids[f"same_period {back}"] for back in range(1, 5) if f"same_period {back}" in grids
    }
    if last := grids.get("year_opening", grids.get("opening") if period == FIRST else None):
        history[year_end(period)] = last
    one = np.array([1])
    return quality.check_many(
        _cells(keys),
        Grid.of([[worked.now[key] for key in keys]]),
        period=period,
        previous=grids.get("prev"),
        predecessors=grids.get("predecessors_sum"),
        about={word: np.array([figure]) for word, figure in worked.about.items()},
        history=history,
        basis=Basis.CONSOLIDATED if rule.basis == Basis.CONSOLIDATED else Basis.OWN,
        own=grids.get("own"),
        children=Children(grids["children_sum"], one, one, [[]]) if "children_sum" in grids else None,
        rules=[rule],
    )


def _cells(keys: Sequence[str]) -> list[Cell]:
    known = catalogue.indicators()
    cells = []
    for place, key in enumerate(keys):
        code, breakdown = catalogue.split_cell_key(key)
        indicator = known[code]
        cells.append(
            Cell(
                ordinal=place,
                indicator=code,
                breakdown=breakdown,
                row=place,
                column=0,
                required=True,
                decimals=indicator.decimals,
                key=key,
                additivity=indicator.additivity,
                counts_persons=indicator.counts_persons,
            )
        )
    return cells
