"""Reports and every version of them: one packed array of values each, in the order of the form's cells."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from giamsat.intake.observations.choices import State, Status, Way
from giamsat.intake.sources.choices import Basis
from giamsat.lib.periods import Period


class Report(models.Model):
    """What one unit says on one form for one period: how far it has come, and which version counts.

    ``current`` is the version at hand, ``in_force`` the last accepted one. They differ while a correction
    is under way: readers keep the accepted figures until the new ones are accepted.
    """

    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="reports")
    form_code = models.CharField(max_length=16)
    period_key = models.CharField(max_length=8)
    basis = models.CharField(max_length=12, choices=Basis, default=Basis.OWN)
    status = models.CharField(max_length=10, choices=Status, default=Status.NHAP)
    current = models.ForeignKey(
        "observations.ReportVersion", models.PROTECT, null=True, related_name="+", db_index=False
    )
    in_force = models.ForeignKey(
        "observations.ReportVersion", models.PROTECT, null=True, related_name="+", db_index=False
    )
    due_on = models.DateField(null=True)
    first_sent_on = models.DateField(
        null=True, help_text="when the level above first had it; sending it again changes nothing"
    )

    submitted_at = models.DateTimeField(null=True)
    submitted_by_id = models.BigIntegerField(null=True)
    submitted_by_name = models.CharField(max_length=200, blank=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by_id = models.BigIntegerField(null=True)
    accepted_by_name = models.CharField(max_length=200, blank=True)
    returned_at = models.DateTimeField(null=True)
    returned_by_name = models.CharField(max_length=200, blank=True)
    return_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["period_key", "form_code", "unit", "basis"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "form_code", "period_key", "basis"], name="report_is_kept_once"
            ),
            models.CheckConstraint(name="report_status_is_known", condition=Q(status__in=Status.values)),
            models.CheckConstraint(name="report_basis_is_known", condition=Q(basis__in=Basis.values)),
            models.CheckConstraint(
                name="report_accepted_has_a_version_in_force",
                condition=~Q(status__in=[Status.TIEP_NHAN, Status.TONG_HOP, Status.KHOA])
                | Q(in_force__isnull=False, accepted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="report_submission_has_a_person",
                condition=Q(submitted_at=None) | ~Q(submitted_by_name=""),
            ),
            models.CheckConstraint(
                name="report_returned_says_why",
                condition=~Q(status=Status.TRA_LAI) | (Q(returned_at__isnull=False) & ~Q(return_reason="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["period_key", "form_code", "basis", "status"], name="report_by_period_and_form"
            ),
            models.Index(
                fields=["submitted_at"],
                name="report_awaiting_acceptance",
                condition=Q(status=Status.DA_NOP),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form_code} {self.period_key} {self.basis} of unit {self.unit_id}"

    @property
    def period(self) -> Period:
        return Period.parse(self.period_key)

    @property
    def state(self) -> State | None:
        """What readers may make of the figures in force; None when there are none."""
        if self.in_force_id is None:
            return None
        return {Status.KHOA: State.LOCKED, Status.TONG_HOP: State.CONSOLIDATED}.get(
            Status(self.status), State.PROVISIONAL
        )

    @property
    def came_back_unchanged(self) -> bool:
        """Whether it was returned, or re-opened, and no other figures have arrived since."""
        if self.returned_at is None or self.status not in (Status.TRA_LAI, Status.DA_NOP):
            return False
        return self.current is not None and self.current.recorded_at <= self.returned_at

    @property
    def subject(self) -> str:
        """How the audit trail names it."""
        return f"report:{self.pk}"


class Letter(models.Model):
    """The number and symbol under which a unit sent its forms of one period: ``12-BC/UBKTTU``, counted anew each year.

    One letter carries all forms of a period; the same number for another period would name two documents.
    """

    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="letters")
    year = models.PositiveSmallIntegerField()
    symbol = models.CharField(max_length=40)
    period_key = models.CharField(max_length=8)
    basis = models.CharField(max_length=12, choices=Basis)

    class Meta:
        ordering = ["unit", "year", "symbol"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year", "symbol"], name="letter_number_is_given_once_a_year"
            ),
            models.CheckConstraint(name="letter_has_a_number", condition=~Q(symbol="")),
            models.CheckConstraint(name="letter_basis_is_known", condition=Q(basis__in=Basis.values)),
        ]

    def __str__(self) -> str:
        return self.symbol


class ReportVersion(models.Model):
    """One state of a report's figures. Added, never changed: a correction is the next version.

    ``superseded_at`` is when it stopped being the one that counts: replaced as a draft, or, once accepted,
    when a later version was accepted.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    form = models.ForeignKey("sources.Form", models.PROTECT, related_name="+", db_index=False)
    delivery = models.ForeignKey("sources.Delivery", models.PROTECT, null=True, related_name="+")
    values = ArrayField(models.DecimalField(max_digits=18, decimal_places=4, null=True))
    recorded_at = models.DateTimeField()
    recorded_by_id = models.BigIntegerField(null=True)
    recorded_by_name = models.CharField(max_length=200)
    accepted_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    letter = models.ForeignKey(Letter, models.PROTECT, null=True, related_name="versions", db_index=False)

    class Meta:
        ordering = ["report", "number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="report_version_number_is_given_once"),
            models.CheckConstraint(
                name="report_version_is_accepted_after_it_is_recorded",
                condition=Q(accepted_at=None) | Q(accepted_at__gte=F("recorded_at")),
            ),
            models.CheckConstraint(
                name="report_version_is_superseded_after_it_is_recorded",
                condition=Q(superseded_at=None) | Q(superseded_at__gte=F("recorded_at")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["letter"], name="report_version_of_letter", condition=Q(letter__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"report {self.report_id} v{self.number}"

    @property
    def symbol(self) -> str:
        """The number and symbol under which it was sent; empty where none was given."""
        return self.letter.symbol if self.letter_id and self.letter else ""

    def by_key(self, keys: Sequence[str]) -> dict[str, Decimal | None]:
        """Its values under the keys of its form's cells."""
        return dict(zip(keys, self.values, strict=True))


class AcceptanceWithdrawal(models.Model):
    """The level above took its acceptance of a report back. Its figures stay in force until others are accepted.

    It stands until the report is accepted again, or locked.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="withdrawals")
    version = models.ForeignKey(ReportVersion, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=200)
    reason = models.TextField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["report", "at"]
        constraints = [
            models.UniqueConstraint(
                fields=["report"], condition=Q(ended_at=None), name="acceptance_is_withdrawn_once_at_a_time"
            ),
            models.CheckConstraint(name="acceptance_withdrawal_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"acceptance of report {self.report_id} withdrawn"


class LateOpening(models.Model):
    """A unit may report a form for a period that takes no reports any more, until a day.

    A locked period is opened by two persons of the level above: who asks, and who confirms. It closes by itself when
    the day is over; ``ended_at`` is when that was noted, or when the level above closed it before.
    """

    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="late_openings")
    form_code = models.CharField(max_length=16)
    period_key = models.CharField(max_length=8)
    basis = models.CharField(max_length=12, choices=Basis)
    until = models.DateField()
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by_id = models.BigIntegerField(null=True)
    asked_by_name = models.CharField(max_length=200)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by_id = models.BigIntegerField(null=True)
    confirmed_by_name = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "form_code", "period_key", "basis"],
                condition=Q(ended_at=None),
                name="late_opening_is_one_at_a_time",
            ),
            models.CheckConstraint(name="late_opening_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="late_opening_confirmed_by_a_person",
                condition=Q(confirmed_at=None) | ~Q(confirmed_by_name=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form_code} {self.period_key} {self.basis} of unit {self.unit_id} until {self.until}"

    def holds_on(self, day: date) -> bool:
        """Whether the unit may report on that day."""
        return self.confirmed_at is not None and self.ended_at is None and day <= self.until


class Estimate(models.Model):
    """What a unit that adds up puts in the place of a report that is missing below it, by a person, with a reason.

    It stands apart: it is nobody's own figure, and is in a sum only where the consolidated report declares it.
    ``form`` is the one that the missing unit owes, ``values`` follow its cells.
    """

    summed_by = models.ForeignKey("units.Unit", models.PROTECT, related_name="estimates_made")
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="estimates")
    form = models.ForeignKey("sources.Form", models.PROTECT, related_name="+", db_index=False)
    period_key = models.CharField(max_length=8)
    way = models.CharField(max_length=10, choices=Way)
    values = ArrayField(models.DecimalField(max_digits=18, decimal_places=4, null=True))
    reason = models.TextField()
    made_at = models.DateTimeField()
    made_by_id = models.BigIntegerField(null=True)
    made_by_name = models.CharField(max_length=200)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["period_key", "unit", "made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["summed_by", "unit", "form", "period_key"],
                condition=Q(withdrawn_at=None),
                name="estimate_is_one_at_a_time",
            ),
            models.CheckConstraint(name="estimate_says_why", condition=~Q(reason="")),
            models.CheckConstraint(name="estimate_way_is_known", condition=Q(way__in=Way.values)),
        ]

    def __str__(self) -> str:
        return f"estimate for unit {self.unit_id}, {self.period_key}"

    @property
    def values_by_key(self) -> dict[str, Decimal | None]:
        """Its figures under the keys of its form's cells."""
        return dict(zip(self.form.cell_by_key, self.values, strict=True))


class Declaration(models.Model):
    """Of a consolidated version that rests on estimates: how many owe, how many reported, and which are estimated."""

    version = models.OneToOneField(ReportVersion, models.PROTECT, related_name="declaration")
    expected = models.PositiveIntegerField()
    reported = models.PositiveIntegerField()
    estimates = models.ManyToManyField(Estimate, related_name="declarations")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="declaration_counts_what_is_missing", condition=Q(reported__lt=F("expected"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.reported} of {self.expected} in version {self.version_id}"
