"""What is asked, of whom, by when; and everything that arrived, as it arrived."""

from functools import cached_property

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from giamsat.intake.sources.choices import Basis, Channel, DeliveryStatus, PeriodState
from giamsat.intake.sources.layout import Cell, cells_of
from giamsat.lib.periods import Period


class Form(models.Model):
    """One published version of a statistical form. Loaded from definitions/forms; never edited.

    ``family`` joins the forms that ask the same of different levels: BM05 and BM05P are both of BM05.
    """

    code = models.CharField(max_length=16)
    version = models.PositiveSmallIntegerField()
    family = models.CharField(max_length=16)
    name_vi = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    groups = ArrayField(models.CharField(max_length=8), default=list)
    period_kinds = ArrayField(models.CharField(max_length=2))
    levels = ArrayField(models.PositiveSmallIntegerField())
    bases = ArrayField(models.CharField(max_length=12, choices=Basis))
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, help_text="exclusive: where the next version begins")
    legal_basis = models.CharField(max_length=300, blank=True)
    reconstruction = models.BooleanField(default=False)
    layout = models.JSONField(help_text="sections as published, each row with what the catalogue says of it")
    content = models.JSONField(help_text="the definition as published")
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="form_version_is_published_once"),
            models.CheckConstraint(
                name="form_ends_after_it_begins",
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    def name(self, language: str) -> str:
        return self.name_vi if language.startswith("vi") else self.name_en

    @property
    def numbers(self) -> list[str]:
        """The official forms that it stands for; none for one of the house's own."""
        return list(self.content.get("numbers", []))

    @cached_property
    def cells(self) -> list[Cell]:
        """Every cell in the order in which reports store their values."""
        return cells_of(self.layout)

    @cached_property
    def cell_by_key(self) -> dict[str, Cell]:
        return {cell.key: cell for cell in self.cells}


class ReportingPeriod(models.Model):
    """A period for which reports are taken, with the day on which its figures are cut off."""

    key = models.CharField(max_length=8, primary_key=True)
    kind = models.CharField(max_length=2)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField(default=0)
    starts_on = models.DateField()
    cut_off_on = models.DateField()
    state = models.CharField(max_length=6, choices=PeriodState, default=PeriodState.OPEN)

    class Meta:
        ordering = ["cut_off_on", "key"]
        constraints = [
            models.CheckConstraint(
                name="reporting_period_is_cut_off_after_it_starts",
                condition=Q(cut_off_on__gte=models.F("starts_on")),
            ),
            models.CheckConstraint(
                name="reporting_period_state_is_known", condition=Q(state__in=PeriodState.values)
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def period(self) -> Period:
        return Period.parse(self.key)

    def label(self, language: str) -> str:
        return self.period.label(language)


class Calendar(models.Model):
    """One published version of the reporting calendar: cut-offs, working days, who owes what."""

    code = models.CharField(max_length=32)
    version = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    cut_offs = models.JSONField()
    working_days = models.JSONField()
    content = models.JSONField()

    class Meta:
        ordering = ["code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="calendar_version_is_published_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Obligation(models.Model):
    """Units of one kind owe one form for one kind of period, so many working days after the cut-off."""

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="obligations")
    form_code = models.CharField(max_length=16)
    unit_kind = models.CharField(max_length=32)
    basis = models.CharField(max_length=12, choices=Basis)
    period_kind = models.CharField(max_length=2)
    due_working_days = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["calendar", "form_code", "basis", "period_kind", "unit_kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "form_code", "unit_kind", "basis", "period_kind"],
                name="obligation_is_stated_once",
            ),
            models.CheckConstraint(name="obligation_basis_is_known", condition=Q(basis__in=Basis.values)),
        ]

    def __str__(self) -> str:
        return f"{self.form_code} {self.period_kind} {self.basis}: {self.unit_kind}"


class Delivery(models.Model):
    """Bytes as they arrived, with their checksum; a refused one keeps its refusal.

    ``unit`` is the one unit it speaks for; a file for many units has none. Of a refused one that could be read,
    ``form_code``, ``period_key`` and ``basis`` are those of the report it was sent for.
    """

    sha256 = models.CharField(max_length=64)
    filename = models.CharField(max_length=255, blank=True)
    channel = models.CharField(max_length=5, choices=Channel)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    received_at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=200)
    unit = models.ForeignKey("units.Unit", models.PROTECT, null=True, related_name="deliveries")
    status = models.CharField(max_length=8, choices=DeliveryStatus, default=DeliveryStatus.RECEIVED)
    refusal = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    form_code = models.CharField(max_length=16, blank=True, default="")
    period_key = models.CharField(max_length=8, blank=True, default="")
    basis = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        ordering = ["-received_at", "-id"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["sha256", "unit"],
                condition=Q(status=DeliveryStatus.ACCEPTED),
                nulls_distinct=False,
                name="delivery_is_accepted_once",
            ),
            models.CheckConstraint(
                name="delivery_refused_says_why",
                condition=Q(status=DeliveryStatus.REFUSED, refusal__isnull=False)
                | (~Q(status=DeliveryStatus.REFUSED) & Q(refusal__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-received_at"], name="delivery_newest_of_unit"),
            models.Index(
                fields=["form_code", "period_key", "basis"],
                name="delivery_refused_for_report",
                condition=Q(status=DeliveryStatus.REFUSED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filename or self.channel} {self.sha256[:12]}"
