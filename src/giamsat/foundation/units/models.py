"""The tree of units, what each was called and belonged to, and what became of it."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from giamsat.foundation.units.choices import (
    CENTRE_DEPTH,
    POINT_DEPTH,
    ChangeKind,
    ChangeState,
    CommissionKind,
    Topic,
)


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
    """Keeps the order of the tree unless another is asked for; leaves out what an undone change had opened."""

    def get_queryset(self) -> UnitSet:
        existed = Q(valid_to=None) | Q(valid_to__gt=F("valid_from"))
        return UnitSet(self.model, using=self._db).filter(existed).order_by("path")


class Unit(MP_Node):
    """An organisation, with or without a territory. Never deleted, only closed.

    The key is (vintage, code): codes were re-used, so a code alone says nothing. A unit never moves in the tree: one
    that does is closed and goes on as another, so its path says where it stood when it reported. One that was opened
    by a change since undone ended on the day it began: it existed on no day.
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
            models.UniqueConstraint(
                fields=["vintage", "code"],
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="unit_code_is_unique_in_its_vintage",
            ),
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_to=None), name="unit_open_code_belongs_to_one_unit"
            ),
            models.CheckConstraint(
                name="unit_ends_no_earlier_than_it_began",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
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


class Change(models.Model):
    """A reorganisation: prepared by one person, looked at, carried out whole by another, and perhaps undone.

    ``lines`` say what becomes of which code (``changes.plan.Line``); what they do to the tree is reckoned from them.
    """

    kind = models.CharField(_("what is changed"), max_length=8, choices=ChangeKind)
    on = models.DateField(_("valid from"))
    decision = models.CharField(_("decision"), max_length=120)
    decided_on = models.DateField(_("decided on"))
    lines = models.JSONField()
    state = models.CharField(max_length=12, choices=ChangeState, default=ChangeState.PREPARED)
    prepared_at = models.DateTimeField()
    prepared_by_id = models.BigIntegerField(null=True)
    prepared_by_name = models.CharField(max_length=200)
    carried_out_at = models.DateTimeField(null=True)
    carried_out_by_name = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, help_text="withdrawn or undone")
    ended_by_name = models.CharField(max_length=200, blank=True)
    ended_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="change_kind_is_known", condition=Q(kind__in=ChangeKind.values)),
            models.CheckConstraint(name="change_state_is_known", condition=Q(state__in=ChangeState.values)),
            models.CheckConstraint(
                name="change_carried_out_has_time_and_person",
                condition=Q(
                    state__in=[ChangeState.PREPARED, ChangeState.WITHDRAWN],
                    carried_out_at=None,
                    carried_out_by_name="",
                )
                | (
                    Q(state__in=[ChangeState.CARRIED_OUT, ChangeState.UNDONE], carried_out_at__isnull=False)
                    & ~Q(carried_out_by_name="")
                ),
            ),
            models.CheckConstraint(
                name="change_ended_has_time_person_and_reason",
                condition=Q(
                    state__in=[ChangeState.PREPARED, ChangeState.CARRIED_OUT], ended_at=None, ended_because=""
                )
                | (
                    Q(state__in=[ChangeState.WITHDRAWN, ChangeState.UNDONE], ended_at__isnull=False)
                    & ~Q(ended_by_name="")
                    & ~Q(ended_because="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.decision}"

    @property
    def subject(self) -> str:
        """How the audit trail names it."""
        return f"unit_change:{self.pk}"


class Alteration(models.Model):
    """What a change did to one unit, with what is needed to take it back: opened it, closed it, or named it anew."""

    change = models.ForeignKey(Change, models.PROTECT, related_name="alterations")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="alterations")
    opened = models.BooleanField(default=False)
    closed = models.BooleanField(default=False)
    was = models.JSONField(default=dict, help_text="names and kind until then, where they changed")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["change", "unit"], name="alteration_is_told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.change_id} {self.unit_id}"


class Succession(models.Model):
    """A unit went into another on a day: whole, or a part of it.

    ``heir`` is the one in which its rights, its open tasks and the reports it still owes go on: the only one it went
    into whole, or the first named of several parts. A territory's files know whole ones only, without a change.
    """

    predecessor = models.ForeignKey(Unit, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Unit, models.PROTECT, related_name="origins")
    on = models.DateField(_("on"))
    whole = models.BooleanField(default=True)
    heir = models.BooleanField(default=True)
    change = models.ForeignKey(Change, models.PROTECT, null=True, related_name="successions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor"], condition=Q(heir=True), name="succession_has_one_heir"
            ),
            models.CheckConstraint(
                name="succession_of_the_whole_is_the_heirs", condition=Q(whole=False) | Q(heir=True)
            ),
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
    """A loading of the territory, or a change after which the tree is another; the newest says what stands."""

    profile = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    units = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.profile} {self.digest[:12]}"
