"""Reads of drafts and of what is published, whatever its kind; what stands against a publication."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.catalogue.errors import Problem
from giamsat.foundation.catalogue.queries import difference
from giamsat.intake.designs import examples
from giamsat.intake.designs.choices import Kind, Outcome, Stage
from giamsat.intake.designs.errors import DefinitionNotFound, DraftNotFound
from giamsat.intake.designs.examples import Answered, answer
from giamsat.intake.designs.kinds import DOORS, Published
from giamsat.intake.designs.models import Draft
from giamsat.intake.designs.trials import MOST_PERIODS, PeriodTried, Trial
from giamsat.intake.observations import queries as observations
from giamsat.intake.quality import queries as quality
from giamsat.intake.sources import queries as sources
from giamsat.lib.formulas.language import WORDS
from giamsat.lib.periods import Period
from giamsat.lib.refusals import Refusal

__all__ = [
    "MOST_PERIODS",
    "Answered",
    "PeriodTried",
    "Published",
    "Trial",
    "difference",
]
KINDS = tuple(DOORS)
MOST_NAMED = 4


def drafts(kind: str | None = None) -> QuerySet[Draft]:
    """Drafts that are worked on, the last changed first."""
    found = Draft.objects.filter(stage=Stage.OPEN).order_by("-changed_at", "-pk")
    return found.filter(kind=kind) if kind else found


def draft(number: int) -> Draft:
    """One draft, also one that is published or withdrawn."""
    found = Draft.objects.filter(pk=number).first()
    if found is None:
        raise DraftNotFound(number)
    return found


def published(kind: str) -> list[Published]:
    """Every published version of a kind, by code and version."""
    return DOORS[kind].published()


def publication(kind: str, code: str, version: int) -> Published:
    """One published version; refused when there is none."""
    for each in published(kind) if kind in DOORS else ():
        if (each.code, each.version) == (code, version):
            return each
    raise DefinitionNotFound(kind, code, version)


def newest(kind: str, code: str) -> Published | None:
    """The newest published version of a code."""
    return next((each for each in reversed(published(kind)) if each.code == code), None)


def example_code(kind: str) -> str:
    """How a code of this kind is written."""
    return DOORS[kind].example


def vocabulary() -> list[str]:
    """How each word of the rule language is written, and what it gives."""
    return [_(word.help) for word in WORDS.values()]


def publishers(kind: str) -> dict[tuple[str, int], Draft]:
    """By code and version, the draft that it was published from; what came in files has none."""
    done = Draft.objects.filter(kind=kind, stage=Stage.PUBLISHED).order_by("pk")
    return {(each.code, each.version): each for each in done}


def as_yaml(kind: str, content: dict[str, Any]) -> str:
    """The file of one definition, always by the same bytes."""
    return catalogue.as_yaml(DOORS[kind].as_file(content))


def file_name(kind: str, content: dict[str, Any]) -> str:
    """Where that file belongs in a folder of definitions."""
    return DOORS[kind].file_name(content)


def as_files() -> dict[str, str]:
    """Every published definition by its place in a folder of definitions, which the loader of files takes whole."""
    files = {}
    for kind in KINDS:
        for each in published(kind):
            files[file_name(kind, each.content)] = as_yaml(kind, each.content)
    dimensions = [each.content for each in catalogue.dimension_versions()]
    return {"dimensions.yaml": catalogue.as_yaml({"dimensions": dimensions}), **files}


def problems(draft: Draft) -> list[Problem]:
    """What the loader of files would refuse, each fault at its field."""
    return DOORS[draft.kind].problems(draft.content)


def obstacles(draft: Draft) -> list[Problem]:
    """Everything that stands against publishing it now."""
    found = problems(draft)
    if found:
        return found
    before = newest(draft.kind, draft.code)
    found = [*_against_versions(draft, before), *_against_periods(draft)]
    if draft.kind == Kind.FORM:
        found += _against_other_forms(draft)
    return found + (_against_examples(draft) if draft.kind == Kind.RULE else [])


def answers(draft: Draft) -> list[Answered | Refusal]:
    """What the rule as drafted says of its author's examples, or why one cannot be read."""
    rule = quality.read_rule(draft.content)
    found: list[Answered | Refusal] = []
    for example in draft.examples:
        try:
            found.append(answer(rule, example))
        except Refusal as refusal:
            found.append(refusal)
    return found


def begins_earliest(kind: str, code: str, *, today: date) -> date:
    """The first day of the month from which a new version changes no period that has reports."""
    last = max((period.ends_on for period, _cut_off in _periods_with_reports(kind, code)), default=today)
    after = max(last, today) + timedelta(days=1)
    return after if after.day == 1 else (after.replace(day=1) + timedelta(days=32)).replace(day=1)


def _against_versions(draft: Draft, before: Published | None) -> list[Problem]:
    wanted = before.version + 1 if before else 1
    if draft.version != wanted:
        told = _(
            "Version %(version)s was published meanwhile. Withdraw this draft and begin from the new one."
        )
        return [Problem("version", told % {"version": before.version if before else 0})]
    valid_from = _valid_from(draft)
    if before and before.valid_from and valid_from and valid_from <= before.valid_from:
        told = _("Version %(version)s holds from %(day)s; the next one must begin later.")
        facts = {"version": before.version, "day": f"{before.valid_from:%d/%m/%Y}"}
        return [Problem("valid_from", told % facts)]
    return []


def _against_periods(draft: Draft) -> list[Problem]:
    """Old periods keep their version: a new one must not change a period that has reports."""
    valid_from = _valid_from(draft)
    if valid_from is None:
        return []
    governs = DOORS[draft.kind].governs
    touched = [
        period
        for period, cut_off in _periods_with_reports(draft.kind, draft.code)
        if governs(valid_from, period, cut_off)
    ]
    if not touched:
        return []
    named = ", ".join(period.key for period in touched[:MOST_NAMED])
    more = len(touched) - MOST_NAMED
    told = _(
        "Valid from %(day)s it would change periods that have reports: %(periods)s. "
        "Choose a day after the last of them."
    )
    named += _(" and %(more)s more") % {"more": more} if more > 0 else ""
    return [Problem("valid_from", told % {"day": f"{valid_from:%d/%m/%Y}", "periods": named})]


def _periods_with_reports(kind: str, code: str) -> list[tuple[Period, date]]:
    of_form = code if kind == Kind.FORM else None
    keys = observations.reported_periods(of_form)
    rows = sources.reporting_periods().filter(key__in=keys)
    return [(row.period, row.cut_off_on) for row in rows]


def _against_other_forms(draft: Draft) -> list[Problem]:
    """A figure is asked by one form; and a form that ends is owed by nobody."""
    form = sources.form_of(draft.content, at=draft.changed_at)
    found = []
    try:
        sources.require_asked_once([*sources.forms(), form])
    except Refusal as refusal:
        found.append(Problem("sections", refusal.message))
    duties = sources.obligations_in(sources.calendar_for(form.valid_from))
    if draft.content.get("ends") and draft.code in {each.form_code for each in duties}:
        told = _("The reporting calendar still says who owes it. Publish a calendar without it first.")
        found.append(Problem("ends", told))
    return found


def _valid_from(draft: Draft) -> date | None:
    text = draft.content.get("valid_from")
    return date.fromisoformat(text) if text else None


def _against_examples(draft: Draft) -> list[Problem]:
    """A rule is worked by hand before it judges others: at least a report that it passes and one that it fails."""
    found = []
    wanted = {example["outcome"] for example in draft.examples}
    if not {Outcome.HOLDS, Outcome.FAILS} <= wanted:
        found.append(
            Problem(
                "examples",
                _("Work at least two reports by hand: one where the rule holds, one where it does not."),
            )
        )
    for number, each in enumerate(answers(draft), 1):
        if isinstance(each, Refusal):
            found.append(Problem(f"examples.{number - 1}", each.message))
        elif not each.agrees:
            told = _("Example %(number)s: the rule answers “%(got)s”, its author “%(wanted)s”.")
            words = {"number": number, "got": Outcome(each.got).label, "wanted": Outcome(each.wanted).label}
            found.append(Problem(f"examples.{number - 1}", told % words))
    return found


def readable_examples(given: Iterable[dict[str, Any]]) -> list[Problem]:
    """Lines of examples that say nothing, each at its place."""
    found = []
    for place, example in enumerate(given):
        try:
            examples.read_figures(example["figures"])
        except Refusal as refusal:
            found.append(Problem(f"examples.{place}.figures", refusal.message))
    return found
