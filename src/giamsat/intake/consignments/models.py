"""Consignments, their parcels, and what became of each report in them."""

from django.db import models
from django.db.models import F, Q

from giamsat.intake.consignments.choices import Result, State


class Consignment(models.Model):
    """Files that one person sent together. Counts are of parcels and of reports, kept with each chunk."""

    name = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=200)
    submits_id = models.BigIntegerField(null=True)
    accepts_id = models.BigIntegerField(null=True)
    arrived_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    moved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    parcels_in_all = models.PositiveIntegerField()
    parcels_done = models.PositiveIntegerField(default=0)
    stored = models.PositiveIntegerField(default=0)
    to_explain = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    submitted = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-arrived_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["by_id", "fingerprint"],
                condition=Q(state=State.OPEN),
                name="consignment_is_open_once",
            ),
            models.CheckConstraint(name="consignment_state_is_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="consignment_ended_has_a_time",
                condition=Q(state=State.OPEN, ended_at=None)
                | (~Q(state=State.OPEN) & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="consignment_no_more_done_than_there_are",
                condition=Q(parcels_done__lte=F("parcels_in_all")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"

    @property
    def subject(self) -> str:
        """How the audit trail names it."""
        return f"consignment:{self.pk}"

    @property
    def reports(self) -> int:
        return self.stored + self.to_explain + self.refused

    @property
    def percent(self) -> int:
        return 100 * self.parcels_done // self.parcels_in_all if self.parcels_in_all else 100

    @property
    def waiting(self) -> int:
        return self.parcels_in_all - self.parcels_done


class Parcel(models.Model):
    """What is taken in at once or not at all: a workbook, or some lines of a list."""

    consignment = models.ForeignKey(Consignment, models.PROTECT, related_name="parcels")
    number = models.PositiveIntegerField()
    delivery = models.ForeignKey("sources.Delivery", models.PROTECT, related_name="+")
    first_line = models.PositiveIntegerField(default=0)
    settled = models.BooleanField(default=False)

    class Meta:
        ordering = ["consignment", "number"]
        constraints = [
            models.UniqueConstraint(fields=["consignment", "number"], name="parcel_number_is_given_once"),
        ]
        indexes = [
            models.Index("consignment", "number", name="parcel_waiting", condition=Q(settled=False)),
        ]

    def __str__(self) -> str:
        return f"{self.consignment_id}/{self.number}"


class Outcome(models.Model):
    """What became of one report, as its sender was told at the time.

    ``unit_code`` and the others are what the file said; ``delivery`` is the page with the refusal, cell by cell.
    """

    consignment = models.ForeignKey(Consignment, models.PROTECT, related_name="outcomes", db_index=False)
    result = models.CharField(max_length=10, choices=Result)
    file = models.CharField(max_length=255)
    line = models.PositiveIntegerField(default=0)
    unit = models.ForeignKey("units.Unit", models.PROTECT, null=True, related_name="+", db_index=False)
    unit_code = models.CharField(max_length=64, blank=True)
    form_code = models.CharField(max_length=32, blank=True)
    period_key = models.CharField(max_length=32, blank=True)
    code = models.CharField(max_length=64, blank=True)
    sentence = models.TextField(blank=True)
    findings = models.PositiveIntegerField(default=0)
    report_id = models.BigIntegerField(null=True)
    delivery_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["consignment", "id"]
        constraints = [
            models.CheckConstraint(
                name="outcome_refused_says_why",
                condition=Q(result=Result.REFUSED) & ~Q(code="")
                | ~Q(result=Result.REFUSED) & Q(code="", report_id__isnull=False),
            ),
        ]
        indexes = [
            models.Index("consignment", "result", "id", name="outcome_by_result"),
            models.Index("consignment", "unit", name="outcome_by_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_code} {self.form_code} {self.period_key}: {self.result}"
