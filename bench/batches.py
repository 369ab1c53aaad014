"""Reports of the practice country as the rules get them: one form and period of one group of units at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bench import country
from giamsat.config.demo.country_figures import Figures
from giamsat.intake.quality.checking import Checked, check_reports
from giamsat.intake.quality.definition import Rule
from giamsat.intake.quality.frames import increments, peer_rates, periods_needed
from giamsat.intake.quality.looking import looks
from giamsat.intake.sources.layout import Cell
from giamsat.lib.formulas import FAILS, Grid
from giamsat.lib.formulas.frames import Percentile
from giamsat.lib.periods import Period
from tools import definitions

FORMS = {"communes": "{}.v1", "points": "{}P.v2", "former": "{}P.v1"}
OF_MEMBERS = ("under 500", "500 to 999", "1,000 to 2,999", "3,000 and more")
Numbers = np.ndarray


@dataclass(frozen=True)
class Batch:
    """Every unit's own report of one form and period, with its past and its other forms."""

    figures: Figures
    group: str
    form: str
    period: Period

    @property
    def name(self) -> str:
        return f"{self.group} {self.form} {self.period}"

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        return definitions.form(FORMS[self.group].format(self.form) if self.form != "BM01" else "BM01.v1")

    @cached_property
    def values(self) -> Numbers:
        return self._of(self.cells, self.period)

    @cached_property
    def history(self) -> dict[Period, Grid]:
        known = country.FORMER if self.group == "former" else country.MONTHS + country.QUARTERS
        past = [each for each in periods_needed(self.period) if each.key in known]
        return {each: Grid.of_floats(self._of(self.cells, each)) for each in past}

    @cached_property
    def added(self) -> Numbers:
        """What the period added to each cell; NaN where the report before is not known."""
        grid = increments(self.cells, Grid.of_floats(self.values), self.history, self.period)
        return np.where(grid.present, grid.scaled / 10_000, np.nan)

    @cached_property
    def siblings(self) -> list[tuple[tuple[Cell, ...], Grid]]:
        if self.form != "BM19":
            return []
        others = [FORMS[self.group].format(other) for other in ("BM02", "BM04", "BM05")]
        return [
            (definitions.form(other), Grid.of_floats(self._of(definitions.form(other), self.period)))
            for other in others
        ]

    @cached_property
    def sizes(self) -> Numbers:
        """Four classes of units by their members."""
        return np.searchsorted([500, 1_000, 3_000], self.figures.book(self.group).bodies.members, "right")

    def check(self, values: Numbers | None = None, rules: Sequence[Rule] | None = None) -> Checked:
        """All rules, or some, put to these figures or to others in their place. The peers are right either way:
        in a national batch a few wrong figures do not move a percentile, but a wrong one in every report would."""
        current = Grid.of_floats(self.values if values is None else values)
        return check_reports(
            self.cells,
            current,
            rules or definitions.all_rules(),
            label=lambda key, _: key,
            period=self.period,
            history=self.history,
            peers=self._peers,
            siblings=self.siblings,
        )

    @cached_property
    def _peers(self) -> dict[Percentile, Grid]:
        added = Grid.of_floats(self.added)
        members = self.figures.book(self.group).bodies.members
        kinds, found = country.kinds_of(self.figures, self.group), {}
        persons = [cell.counts_persons for cell in self.cells]
        shares = looks(tuple(self.cells), (), definitions.all_rules()).shares
        for kind in np.unique(kinds):
            rows = np.flatnonzero(kinds == kind)
            rates = peer_rates(added.at(rows), members[rows], persons=persons, shares=shares)
            for percent, grid in rates.at_size(members[rows], added.at(rows)).items():
                whole = found.setdefault(percent, Grid.blank(*added.shape))
                whole.scaled[rows], whole.present[rows] = grid.scaled, grid.present
        return found

    def _of(self, cells: Sequence[Cell], period: Period) -> Numbers:
        return self.figures.book(self.group).cells([cell.key for cell in cells], period)


def batches(figures: Figures) -> Iterator[Batch]:
    """Every report of the country but the consolidated ones."""
    for key in country.MONTHS:
        yield Batch(figures, "communes", "BMT", Period.parse(key))
    for key in ("2025-Y", "2026-6M"):
        yield Batch(figures, "communes", "BM01", Period.parse(key))
    for form in country.FAMILIES:
        for group, keys in (
            ("communes", country.QUARTERS),
            ("points", country.QUARTERS),
            ("former", country.FORMER),
        ):
            for key in keys:
                yield Batch(figures, group, form, Period.parse(key))


def faulted(checked: Checked, code: str) -> Numbers:
    """Reports in which a rule fails anywhere."""
    fails = np.zeros(checked.reports, bool)
    for rule in checked.rules:
        for check in rule.checks if rule.code == code else ():
            fails |= checked.outcomes.places(check, FAILS).any(axis=1)
    return fails


def faulted_cells(checked: Checked, code: str) -> Numbers:
    """Reports × cells that a rule asked of each cell faults."""
    fails = np.zeros((checked.reports, len(checked.layout.cells)), bool)
    for rule in checked.rules:
        for check in rule.checks if rule.code == code else ():
            fails |= checked.outcomes.places(check, FAILS)
    return fails
