"""A drafted rule on real past data: what it would have said, beside what the version in force says."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from giamsat.foundation.catalogue.errors import Problem
from giamsat.intake.designs.errors import TrialImpossible
from giamsat.intake.observations.services import Past, Sight, past_reports
from giamsat.intake.quality import queries as quality
from giamsat.intake.quality.services import Checked
from giamsat.intake.sources import queries as sources

if TYPE_CHECKING:
    from giamsat.intake.designs.models import Draft
    from giamsat.intake.quality.queries import Rule

MOST_PERIODS, MOST_SECONDS, MOST_LISTED = 12, 20.0, 100
LANGUAGES = ("vi", "en")
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Asked:
    """On what a rule is tried; ``readable`` are the units whose reports whoever asks may read."""

    form_code: str
    period_keys: Sequence[str]
    basis: str
    readable: Collection[int]


@dataclass(frozen=True, slots=True)
class PeriodTried:
    """How the reports of one period come out; ``newly`` and ``no_longer`` against the version in force."""

    period_key: str
    reports: int
    assessed: int
    failed: int
    newly: int
    no_longer: int

    @property
    def not_assessed(self) -> int:
        return self.reports - self.assessed

    @property
    def share(self) -> float | None:
        """Per cent of the assessed that fail."""
        return 100 * self.failed / self.assessed if self.assessed else None


@dataclass(frozen=True, slots=True)
class Failing:
    """One report that the draft finds wrong; ``new`` when the version in force does not."""

    report_id: int
    unit_id: int
    period_key: str
    new: bool
    sentence: dict[str, str]


@dataclass
class Trial:
    """The whole of it. ``closed`` cells stayed closed to whoever asked and count as blank; ``left`` are periods for
    which the time did not suffice."""

    compared_with: int | None
    periods: list[PeriodTried] = field(default_factory=list)
    failing: list[Failing] = field(default_factory=list)
    unlisted: int = 0
    closed: int = 0
    left: list[str] = field(default_factory=list)

    @property
    def total(self) -> PeriodTried:
        names = ("reports", "assessed", "failed", "newly", "no_longer")
        return PeriodTried("", *(sum(getattr(each, name) for each in self.periods) for name in names))


def try_rule(draft: Draft, asked: Asked, *, sight: Sight) -> Trial:
    """Period by period, as long as the time allows; TrialImpossible when there is nothing to try it on."""
    rule = _rule_of(draft)
    standing = _in_force(draft)
    trial = Trial(standing.version if standing else None)
    until = time.monotonic() + MOST_SECONDS
    for key in list(dict.fromkeys(asked.period_keys))[:MOST_PERIODS]:
        if time.monotonic() > until:
            trial.left.append(key)
            continue
        period = sources.reporting_period(key).period
        rules = [rule, standing] if standing else [rule]
        past = past_reports(asked.form_code, period, asked.basis, rules=rules, sight=sight)
        if past is not None:
            _count(trial, past, rule, standing, asked.readable)
    if not trial.periods and not trial.left:
        raise TrialImpossible(
            _("No report of form %(form)s was accepted in these periods. Choose others.")
            % {"form": asked.form_code}
        )
    return trial


def _rule_of(draft: Draft) -> Rule:
    faults: list[Problem] = quality.problems_of(draft.content)
    if faults:
        raise TrialImpossible(
            _("Mend what is marked in the draft first; a rule that is wrong cannot be tried.")
        )
    return quality.read_rule(draft.content)


def _in_force(draft: Draft) -> Rule | None:
    """The newest published version, that the draft is to follow."""
    rows = [row for row in quality.published_rules() if row.code == draft.code and not row.ends]
    return rows[-1].rule if rows else None


def _count(trial: Trial, past: Past, rule: Rule, standing: Rule | None, readable: Collection[int]) -> None:
    checked = past.checked(rule)
    assessed, failed = _outcome(checked, rule)
    _, failed_now = _outcome(past.checked(standing), standing) if standing else (None, np.zeros_like(failed))
    newly, no_longer = failed & ~failed_now, failed_now & ~failed
    counts = (int(each.sum()) for each in (assessed, failed, newly, no_longer))
    trial.periods.append(PeriodTried(past.period.key, len(past.units), *counts))
    trial.closed += past.closed
    for row in np.flatnonzero(failed).tolist():
        if past.units[row].pk not in readable or len(trial.failing) >= MOST_LISTED:
            trial.unlisted += 1
            continue
        [finding, *_more] = checked.findings(row)
        sentence = {language: finding.sentence(language) for language in LANGUAGES}
        trial.failing.append(
            Failing(past.reports[row], past.units[row].pk, past.period.key, bool(newly[row]), sentence)
        )


def _outcome(checked: Checked, rule: Rule) -> tuple[Flags, Flags]:
    """Per report, whether the rule could be assessed anywhere, and whether it fails anywhere."""
    holds, assessed = checked.shares_of(rule.code)
    return assessed > 0, holds < assessed
