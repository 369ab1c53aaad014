"""Warnings, requests and answers. Reads for a person start from ``warnings_for`` or ``requests_for``."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from giamsat.analysis.early_warning.choices import (
    UNDECIDED,
    SubjectKind,
    WarningState,
)
from giamsat.analysis.early_warning.errors import AnswerNotFound, RequestNotFound, WarningNotFound
from giamsat.analysis.early_warning.models import Answer, DetectorVersion, ExplanationRequest, Warning
from giamsat.analysis.early_warning.rules import (
    Watching,
    alone_in_words,
    sentence,
    year_so_far_in_words,
)
from giamsat.analysis.indicators import queries as indicators
from giamsat.foundation.access import queries as access
from giamsat.foundation.access.choices import Action
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.catalogue.choices import Additivity
from giamsat.lib.periods import Period

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account
    from giamsat.foundation.access.scope import Scope
    from giamsat.foundation.catalogue.models import Indicator
    from giamsat.foundation.units.models import Unit


def warnings_for(viewer: "Account", *, at: datetime) -> QuerySet[Warning]:
    """Every warning the viewer may know about: of units they read warnings of, less those on hidden cells."""
    return warnings_in(access.scope_for(viewer, at=at))


def warnings_in(scope: "Scope") -> QuerySet[Warning]:
    """The same for a scope at hand."""
    seen = scope.units_where(Action.WARNING_READ).order_by()
    small = scope.small_cell_unit_ids
    return (
        Warning.objects.filter(unit__in=seen.values("pk"))
        .filter(Q(small_cell=False) | Q(unit_id__in=list(small)))
        .select_related("unit")
    )


def warning_for(viewer: "Account", number: int, *, at: datetime) -> Warning:
    """One warning with all that was said about it."""
    found = (
        warnings_for(viewer, at=at)
        .select_related("unit", "verdict", "verdict__by", "request", "request__unit", "request__asked_by")
        .filter(pk=number)
        .first()
    )
    if found is None:
        raise WarningNotFound(number)
    return found


def undecided(warnings: QuerySet[Warning]) -> QuerySet[Warning]:
    """Those nobody has decided about, furthest out first."""
    return warnings.filter(state__in=UNDECIDED).order_by("-score", "id")


def requests_for(viewer: "Account", *, at: datetime) -> QuerySet[ExplanationRequest]:
    """Requests the viewer may read: those they may answer, and of warnings they see where they read requests."""
    scope = access.scope_for(viewer, at=at)
    answerable = scope.units_where(Action.REQUEST_ANSWER).order_by()
    mine = Q(unit__in=answerable.values("pk")) & (
        Q(warning__small_cell=False) | Q(unit_id__in=list(scope.small_cell_unit_ids))
    )
    readable = scope.units_where(Action.REQUEST_READ).order_by()
    seen = Q(unit__in=readable.values("pk"), warning__in=warnings_in(scope).order_by().values("pk"))
    return (
        ExplanationRequest.objects.filter(mine | seen)
        .select_related("warning", "warning__unit", "warning__verdict", "unit", "asked_by", "closed_by")
        .order_by("due_on", "id")
    )


def request_for(viewer: "Account", number: int, *, at: datetime) -> ExplanationRequest:
    found = requests_for(viewer, at=at).filter(pk=number).first()
    if found is None:
        raise RequestNotFound(number)
    return found


def answers_of(request: ExplanationRequest) -> QuerySet[Answer]:
    """Every answer to a request the viewer was shown, oldest first, without the bytes of their files."""
    return Answer.objects.filter(request=request).select_related("by", "returned_by").defer("content")


def answer_file(viewer: "Account", number: int, *, at: datetime) -> Answer:
    """An answer with its file, for download."""
    found = Answer.objects.filter(pk=number, request__in=requests_for(viewer, at=at).order_by()).first()
    if found is None or not found.filename:
        raise AnswerNotFound(number)
    return found


def detectors() -> dict[str, Watching]:
    """The newest version of every detector by code."""
    rows = DetectorVersion.objects.order_by("code", "version")
    return {row.code: Watching.read(row.content) for row in rows}


def detector_version(code: str, version: int) -> Watching:
    """The detector as it was when a warning was raised."""
    return Watching.read(DetectorVersion.objects.get(code=code, version=version).content)


def subject_name(warning: Warning, language: str) -> str:
    """What the warning is about, in words."""
    if warning.subject_kind == SubjectKind.TARGET:
        name = indicators.target(warning.indicator).name
        return name["vi" if language.startswith("vi") else "en"]
    return catalogue.indicator(warning.indicator).name(language)


def measure(warning: Warning, language: str) -> str:
    """In what its figure is counted, in words."""
    if warning.subject_kind == SubjectKind.TARGET:
        return indicators.target(warning.indicator).unit["vi" if language.startswith("vi") else "en"]
    return catalogue.indicator(warning.indicator).unit_name(language)


def tells_what_was_added(warning: Warning, indicators: Mapping[str, "Indicator"]) -> bool:
    """Whether its figures are what each period added: those of a flow, which is reported as the year's so far."""
    indicator = indicators.get(warning.indicator)
    return (
        warning.subject_kind == SubjectKind.INDICATOR
        and indicator is not None
        and indicator.additivity == Additivity.FLOW
    )


def what_was_added(warning: Warning, language: str, *, year_so_far: str = "") -> str:
    """Beside a figure: that it is what its period alone added, and the year so far, as the reader is shown it."""
    alone = alone_in_words(Period.parse(warning.period_key), language)
    return f"{alone}; {year_so_far_in_words(year_so_far)}" if year_so_far else alone


def in_words(warning: Warning, language: str) -> str:
    """The warning in one sentence; the active language should be ``language``."""
    return sentence(
        warning.evidence,
        subject=subject_name(warning, language),
        period=Period.parse(warning.period_key),
        language=language,
        measure=measure(warning, language),
        added=tells_what_was_added(warning, catalogue.indicators()),
    )


def may(scope: "Scope", warning: Warning) -> dict[str, bool]:
    """Which acts to offer on a warning; the services ask again."""
    unit: Unit = warning.unit
    open_ = warning.state in UNDECIDED
    return {
        "dismiss": open_ and scope.may(Action.WARNING_DISMISS, unit),
        "request": warning.state == WarningState.OPEN and scope.may(Action.WARNING_REQUEST_EXPLANATION, unit),
        "judge": warning.state == WarningState.ANSWERED and scope.may(Action.REQUEST_CLOSE, unit),
    }
