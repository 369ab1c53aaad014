"""The manifest: which files make up the warehouse, generation by generation."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from giamsat.analysis.warehouse.choices import Reason, Shape


class Generation(models.Model):
    """One state of the whole warehouse. Readers take the newest and see nothing else until they ask again."""

    number = models.BigAutoField(primary_key=True)
    reason = models.CharField(max_length=10, choices=Reason)
    reports = models.PositiveIntegerField(default=0, help_text="how many reports changed")
    published_at = models.DateTimeField()
    figures_at = models.DateTimeField(help_text="what was accepted by then is in it")

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return str(self.number)


class DataFile(models.Model):
    """An immutable file of one year, part of every generation from ``added`` until before ``dropped``."""

    name = models.CharField(max_length=80, unique=True)
    year = models.PositiveSmallIntegerField()
    shape = models.CharField(max_length=6, choices=Shape)
    cells = models.BigIntegerField()
    reports = models.BigIntegerField()
    size = models.BigIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64)
    added = models.ForeignKey(Generation, models.PROTECT, related_name="added_files")
    dropped = models.ForeignKey(Generation, models.PROTECT, null=True, related_name="dropped_files")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["year"],
                condition=Q(shape=Shape.BASE, dropped=None),
                name="warehouse_year_has_one_base",
            ),
            models.CheckConstraint(
                name="warehouse_file_is_dropped_after_it_was_added",
                condition=Q(dropped=None) | Q(dropped__gt=F("added")),
            ),
        ]
        indexes = [models.Index("year", "id", name="warehouse_live_files", condition=Q(dropped=None))]

    def __str__(self) -> str:
        return self.name


class Waiting(models.Model):
    """A report that news came of and that is not published yet; one row for each piece of news.

    Rows, not a flag: news that arrives while a change is being written must outlive that change.
    """

    event_id = models.BigIntegerField()
    report_id = models.BigIntegerField()
    heard_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["event_id", "report_id"], name="warehouse_news_is_noted_once")
        ]

    def __str__(self) -> str:
        return f"{self.report_id} since {self.heard_at}"


class Rebuild(models.Model):
    """A rebuild under way: the years still to do, so that one that was killed goes on where it stopped."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    years_left = ArrayField(models.PositiveSmallIntegerField())

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["finished_at"],
                condition=Q(finished_at=None),
                nulls_distinct=False,
                name="warehouse_rebuild_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.started_at}: {self.years_left}"


class Veil(models.Model):
    """Which cells of one accepted version outsiders are not shown: decided once, at publication, and never again.

    A version that waits for company (``released`` is false) shows them no figure of persons at all.
    """

    version_id = models.BigIntegerField(primary_key=True)
    report_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    form_id = models.BigIntegerField()
    period = models.PositiveIntegerField(help_text="as files have it: 202609 a month, 202623 nine months")
    basis = models.CharField(max_length=12)
    hidden = models.BinaryField(help_text="a bit for each cell of the form")
    generation = models.BigIntegerField()
    released = models.BooleanField()

    class Meta:
        ordering = ["version_id"]
        indexes = [
            models.Index("unit_id", "period", name="warehouse_veils_of_units"),
            models.Index("report_id", name="warehouse_veils_of_reports"),
            models.Index("period", name="warehouse_veils_waiting", condition=Q(released=False)),
        ]

    def __str__(self) -> str:
        return f"version {self.version_id}"


class HeldBack(models.Model):
    """How much of a sum outsiders are not told yet: what a version that waits for company adds to it."""

    version_id = models.BigIntegerField()
    report_id = models.BigIntegerField()
    point_id = models.BigIntegerField(null=True)
    region = models.CharField(max_length=32)
    period = models.PositiveIntegerField()
    indicator = models.CharField(max_length=16)
    breakdown = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=18, decimal_places=4)
    fresh = models.BooleanField(help_text="nothing of the report is in the sum yet")
    added = models.BigIntegerField(help_text="generation")
    dropped = models.BigIntegerField(null=True, help_text="generation")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index("period", "indicator", name="warehouse_held_back")]

    def __str__(self) -> str:
        return f"{self.value} of version {self.version_id}"
