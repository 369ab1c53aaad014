"""All rules on reports: what each asks, of which forms, how grave it is and when it runs."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from giamsat.front.console.viewer import viewer_of
from giamsat.intake.quality import queries as quality
from giamsat.intake.quality.choices import Stage
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Basis

SHORT = {
    Stage.ENTRY: gettext_noop("on entry"),
    Stage.SUBMIT: gettext_noop("on sending"),
    Stage.CONSOLIDATION: gettext_noop("at consolidation"),
    Stage.SCHEDULE: gettext_noop("at night"),
}


@dataclass(frozen=True)
class RuleRow:
    """One rule as the page shows it. ``kept`` and ``places`` are of a rule on acts, ``checks`` of one on figures."""

    code: str
    name: str
    source: str
    severities: tuple[str, ...]
    when: tuple[tuple[str, str], ...] = ()  # each in short and in full
    where: str = ""
    checks: tuple[Any, ...] = ()
    kept: str = ""
    places: tuple[str, ...] = ()
    waits: str = ""


@login_required
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    found = [_of_figures(rule, viewer.language) for rule in quality.rules_on(viewer.today)]
    found += [_of_acts(rule, viewer.language) for rule in quality.ACT_RULES]
    rows = sorted(found, key=lambda row: row.code)
    return render(request, "console/rules.html", {"rows": rows})


def _of_figures(rule: quality.Rule, language: str) -> RuleRow:
    return RuleRow(
        code=rule.code,
        name=rule.name[language],
        source=rule.source[language],
        severities=tuple(dict.fromkeys(rule.severities)),
        when=tuple((_(SHORT[stage]), str(stage.label)) for stage in Stage if stage in rule.runs),
        where=_where(rule),
        checks=tuple(zip(rule.checks, rule.severities, strict=True)),
        waits=_("the register of files is not there yet") if _needs_register(rule) else "",
    )


def _of_acts(rule: quality.ActRule, language: str) -> RuleRow:
    return RuleRow(
        code=rule.code,
        name=rule.name[language],
        source=rule.source[language],
        severities=(rule.severity,),
        kept=rule.kept[language],
        places=rule.places,
    )


def _where(rule: quality.Rule) -> str:
    """The forms that are asked, by their codes, and of which basis and periods they are."""
    forms = _forms_asked(rule, tuple(sources.forms()))
    parts = [_("every form") if forms is None else ", ".join(forms) or _("no form asks these figures yet")]
    if rule.basis != "any":
        parts.append(str(Basis(rule.basis).label))
    if rule.periods:
        parts.append(", ".join(rule.periods))
    return " · ".join(parts)


@lru_cache(maxsize=256)
def _forms_asked(rule: quality.Rule, forms: tuple[Any, ...]) -> tuple[str, ...] | None:
    """Families of forms with a figure the rule names; None where it names none and asks of all."""
    named = quality.codes_named(rule)
    if not named:
        return None
    asked = {form.family for form in forms if any(cell.indicator in named for cell in form.cells)}
    return tuple(sorted(asked))


def _needs_register(rule: quality.Rule) -> bool:
    words: Iterable[str] = (word for check in rule.checks for word in check.words)
    return "register_count" in words
