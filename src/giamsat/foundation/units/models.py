"""The tree of units, what each was called and belonged to, and what became of it."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from giamsat.foundation.units.choices import CENTRE_DEPTH, POINT_DEPTH, CommissionKind, Topic


class UnitSet(MP_NodeQuerySet):
    def valid_on(self, day: date) -> "UnitSet":
        """Units that exist on that day. ``valid_to`` is the first day a unit is no more."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))

    def still_open(self) -> "UnitSet":
        return self.filter(valid_to=None)

    def under(self, unit: "Unit") -> "UnitSet":
        """The unit and everything below it."""
        return self.filter(path__startswith=unit.path)

    def alphabetical(self) -> "UnitSet":
        """By rank of kind, then by the Vietnamese alphabet."""
        return self.order_by("rank", "sort_key", "vintage", "code")


class UnitManager(MP_NodeManager.from_queryset(UnitSet)):  # type: ignore[misc]
    """Keeps the order of the tree unless another is asked for."""

    def get_queryset(self) -> UnitSet:
        return UnitSet(self.model, using=self._db).order_by("path")


class Unit(MP_Node):
    """An organisation, with or without a territory. Never deleted, only closed.

    The key is (vintage, code): codes were re-used, so a code alone says nothing.
    """

    vintage = models.CharField(_("map of units"), max_length=16)
    code = models.CharField(_("code"), max_length=32)
    name_vi = models.CharField(_("name in Vietnamese"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)
    folded = models.CharField(max_length=700, editable=False)
    sort_key = models.CharField(max_length=500, editable=False, db_collation="C")
    rank = models.PositiveSmallIntegerField(default=0, editable=False)
    level = models.PositiveSmallIntegerField(_("level"))
    kind = models.CharField(_("kind"), max_length=32)
    region = models.CharField(_("region"), max_length=16, blank=True)
    commission_kind = models.CharField(_("who inspects"), max_length=4, choices=CommissionKind)
    withheld = models.BooleanField(_("figures not public"), default=False)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("no longer valid on"), null=True, blank=True)
    seat_lat = models.FloatField(_("latitude of the seat"), null=True, blank=True)
    seat_lon = models.FloatField(_("longitude of the seat"), null=True, blank=True)
    area_km2 = models.DecimalField(_("area in km²"), max_digits=10, decimal_places=2, null=True, blank=True)
    members = models.PositiveIntegerField(_("members"), null=True, blank=True)

    objects = UnitManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vintage", "code"], name="unit_code_is_unique_in_its_vintage"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_to=None), name="unit_open_code_belongs_to_one_unit"
            ),
            models.CheckConstraint(
                name="unit_ends_after_it_began", condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from"))
            ),
            models.CheckConstraint(
                name="unit_commission_kind_is_known", condition=Q(commission_kind__in=CommissionKind.values)
            ),
            models.CheckConstraint(
                name="unit_seat_is_a_point_on_earth",
                condition=Q(seat_lat=None, seat_lon=None)
                | Q(seat_lat__range=(-90, 90), seat_lon__range=(-180, 180)),
            ),
            models.CheckConstraint(
                name="unit_area_is_positive", condition=Q(area_km2=None) | Q(area_km2__gt=0)
            ),
        ]
        indexes = [
            models.Index(fields=["level", "rank", "sort_key"], name="unit_by_level_and_alphabet"),
            models.Index(fields=["kind"], name="unit_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_vi}"

    def name(self, language: str) -> str:
        return self.name_vi if language.startswith("vi") else self.name_en

    @property
    def is_centre(self) -> bool:
        """The root of its tree, with nobody above."""
        return self.depth == CENTRE_DEPTH

    @property
    def is_point(self) -> bool:
        """Directly below the root."""
        return self.depth == POINT_DEPTH

    @property
    def on_map(self) -> bool:
        return self.seat_lat is not None

    @property
    def key(self) -> str:
        """What names this unit for ever, in texts and in files."""
        return f"{self.vintage}/{self.code}"

    def exists_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class Succession(models.Model):
    """A unit went, whole, into another on a day."""

    predecessor = models.ForeignKey(Unit, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Unit, models.PROTECT, related_name="origins")
    on = models.DateField(_("on"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_is_told_once"),
            models.CheckConstraint(
                name="succession_joins_two_units", condition=~Q(predecessor=F("successor"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class Word(models.Model):
    """What a vintage, level, kind or region is called on screens."""

    topic = models.CharField(max_length=8, choices=Topic)
    code = models.CharField(max_length=32)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    ordinal = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "code"], name="word_is_said_once")]

    def __str__(self) -> str:
        return f"{self.topic} {self.code}"

    def name(self, language: str) -> str:
        return self.name_vi if language.startswith("vi") else self.name_en


class Loading(models.Model):
    """One loading of the territory that changed the tree; the newest says what stands now."""

    profile = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    units = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.profile} {self.digest[:12]}"
