"""The words of this room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DefinitionKind(models.TextChoices):
    DERIVED = "derived", _("derived indicator")
    TARGET = "target", _("target")
    REFERENCE = "reference", _("reference series")


class TargetStatus(models.TextChoices):
    """How a unit stands to a target at a period."""

    MET = "DAT", _("met")
    ON_TRACK = "TRONG_KE_HOACH", _("on track")
    BEHIND = "CHAM", _("behind its path")
    AT_RISK = "NGUY_CO", _("forecast to be missed")
    MISSED = "KHONG_DAT", _("missed")
    NO_DATA = "CHUA_CO_SO_LIEU", _("no data yet")


UNMET = (TargetStatus.BEHIND, TargetStatus.AT_RISK, TargetStatus.MISSED)


class Direction(models.TextChoices):
    UP = "up", _("at least")
    DOWN = "down", _("at most")


class PathShape(models.TextChoices):
    """A cumulative target grows through the year; a level is wanted at every period."""

    CUMULATIVE = "cumulative", _("grows through the year")
    LEVEL = "level", _("wanted at every period")
