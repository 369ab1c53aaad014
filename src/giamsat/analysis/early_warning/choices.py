"""The words of this room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WarningState(models.TextChoices):
    """Where a warning stands. Only a person moves it."""

    OPEN = "open", _("open")
    REQUESTED = "requested", _("explanation asked for")
    ANSWERED = "answered", _("explanation received")
    DISMISSED = "dismissed", _("dismissed with a reason")
    CLOSED = "closed", _("closed")


UNDECIDED = (WarningState.OPEN, WarningState.REQUESTED, WarningState.ANSWERED)


class RequestState(models.TextChoices):
    ASKED = "asked", _("waiting for the unit")
    ANSWERED = "answered", _("answered")
    RETURNED = "returned", _("answer returned")
    CLOSED = "closed", _("closed")
    WITHDRAWN = "withdrawn", _("withdrawn with the warning")


AWAITING_UNIT = (RequestState.ASKED, RequestState.RETURNED)
ENDED = (RequestState.CLOSED, RequestState.WITHDRAWN)


class VerdictKind(models.TextChoices):
    DISMISSED = "dismissed", _("nothing to follow up")
    EXPLAINED = "explained", _("explained by the unit")


class Direction(models.TextChoices):
    HIGH = "high", _("above what was expected")
    LOW = "low", _("below what was expected")


class SubjectKind(models.TextChoices):
    """What a warning is about."""

    INDICATOR = "indicator", _("figure")
    TARGET = "target", _("target")
