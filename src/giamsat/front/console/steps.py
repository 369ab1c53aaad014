"""What was done about a warning, step by step: asked, answered, returned, decided."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse
from django.utils.translation import gettext as _

from giamsat.analysis.early_warning import queries as early_warning
from giamsat.analysis.early_warning.choices import ENDED, VerdictKind


@dataclass(frozen=True)
class Step:
    what: str
    by: str
    at: datetime
    words: str = ""
    url: str = ""


def steps_of(warning: Any, *, words: bool) -> list[Step]:
    """Every act on a warning, oldest first; without ``words`` only that it was done."""
    steps = _every_step(warning)
    return steps if words else [Step(each.what, each.by, each.at) for each in steps]


def open_request_of(warning: Any) -> Any:
    """What the unit was asked about the warning, while that has not ended: a dismissal withdraws it."""
    request = _one(warning, "request")
    return request if request and request.state not in ENDED else None


def _every_step(warning: Any) -> list[Step]:
    steps = []
    if request := _one(warning, "request"):
        address = reverse("console:request", args=[request.pk])
        asked = _("Explanation asked by %(due)s") % {"due": f"{request.due_on:%d/%m/%Y}"}
        steps.append(Step(asked, request.asked_by.get_full_name(), request.asked_at, request.text, address))
        for answer in early_warning.answers_of(request):
            steps.append(Step(_("Answered"), answer.by.get_full_name(), answer.at, answer.text, address))
            if answer.returned_at and answer.returned_by:
                steps.append(
                    Step(
                        _("Answer sent back"),
                        answer.returned_by.get_full_name(),
                        answer.returned_at,
                        answer.returned_because,
                    )
                )
    if verdict := _one(warning, "verdict"):
        steps.append(
            Step(_what_was_decided(verdict, request), verdict.by.get_full_name(), verdict.at, verdict.reason)
        )
    return steps


def _what_was_decided(verdict: Any, request: Any) -> str:
    if verdict.kind != VerdictKind.DISMISSED:
        return _("Explained and closed")
    return _("Dismissed; the request was withdrawn") if request else _("Dismissed")


def _one(warning: Any, name: str) -> Any:
    try:
        return getattr(warning, name)
    except ObjectDoesNotExist:
        return None
