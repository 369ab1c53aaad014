"""The few words of units that code depends on; kinds and levels come from definitions."""

from django.db import models
from django.utils.translation import gettext_lazy as _

CENTRE_DEPTH, POINT_DEPTH = 1, 2  # heights of the tree: the root, and the units directly below it
POINT_LEVEL = 1  # the provinces, cities and committees directly below the centre


class CommissionKind(models.TextChoices):
    """Who inspects in a unit: a commission, the cell itself, or nobody."""

    COMMISSION = "ubkt", _("inspection commission")
    CELL = "cell", _("the cell itself")
    NONE = "none", _("none")


class Topic(models.TextChoices):
    """What a word of the territory names."""

    VINTAGE = "vintage", _("map of units")
    LEVEL = "level", _("level")
    KIND = "kind", _("kind of unit")
    REGION = "region", _("region")


class Selector(models.TextChoices):
    """By what a unit belongs to an area drawn on the map."""

    SEAT = "seat", _("its seat lies inside")
    BOUNDARY = "boundary", _("at least half of it lies inside")


class ChangeKind(models.TextChoices):
    """What a change does, in the word its decision uses."""

    MERGE = "merge", _("merge")
    SPLIT = "split", _("split")
    RENAME = "rename", _("rename")
    MOVE = "move", _("move")
    CLOSE = "close", _("close")
    OPEN = "open", _("open a new unit")
    LIST = "list", _("reorganisation by a list")


class ChangeState(models.TextChoices):
    """How far a change of units has come."""

    PREPARED = "prepared", _("prepared")
    CARRIED_OUT = "carried_out", _("carried out")
    WITHDRAWN = "withdrawn", _("withdrawn")
    UNDONE = "undone", _("undone")


class Concern(models.TextChoices):
    """What of a unit's a change touches, in the order in which a preview tells it."""

    TREE = "tree", _("Units")
    REPORTS = "reports", _("Reports")
    SERIES = "series", _("Series of figures")
    RIGHTS = "rights", _("Accounts and rights")
    TASKS = "tasks", _("Warnings and requests")
    TARGETS = "targets", _("Targets")
    MAP = "map", _("Map")
