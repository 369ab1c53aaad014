"""Fixed words of the warehouse."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Level(TextChoices):
    """At which height figures are asked: added up under a place, or as the units themselves reported."""

    COUNTRY = "country", _("whole country")
    REGION = "region", _("region")
    POINT = "point", _("province or bloc, with all below it")
    UNIT = "unit", _("the unit itself")


class State(IntegerChoices):
    """How settled a figure is; an aggregate is no more settled than its least settled part."""

    PROVISIONAL = 1, _("provisional")
    CONSOLIDATED = 2, _("consolidated")
    LOCKED = 3, _("locked")


class Reason(TextChoices):
    """Why a generation came to be."""

    CHANGE = "change", _("reports changed")
    REBUILD = "rebuild", _("rebuilt from the reports")
    COMPACTION = "compaction", _("small files joined")


class Shape(TextChoices):
    """A base holds a year; a change lies over it and holds only the reports that changed."""

    BASE = "base", _("a year")
    CHANGE = "change", _("a change")
