"""Warnings with their evidence, what people decided about them, and what was asked and answered."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from giamsat.analysis.early_warning.choices import (
    ENDED,
    Direction,
    RequestState,
    SubjectKind,
    VerdictKind,
    WarningState,
)


class DetectorVersion(models.Model):
    """One published version of a detector: which figures it looks at, how strictly. Never edited."""

    code = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    content = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="detector_version_is_published_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Warning(models.Model):
    """A figure of a body that deserves a look. Never about a person; the evidence never changes."""

    detector = models.CharField(_("detector"), max_length=40)
    detector_version = models.PositiveSmallIntegerField()
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=10, choices=SubjectKind)
    indicator = models.CharField(_("figure or target"), max_length=40)
    period_key = models.CharField(_("period"), max_length=8)
    direction = models.CharField(max_length=4, choices=Direction)
    score = models.FloatField(_("how far out"))
    raised_at = models.DateTimeField(_("raised at"))
    evidence = models.JSONField(_("evidence"))
    small_cell = models.BooleanField(_("rests on 1–4 persons"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=WarningState, default=WarningState.OPEN)
    acts = models.PositiveSmallIntegerField(
        default=0, help_text="how many acts it has seen: one from a page read before the last is refused"
    )

    class Meta:
        ordering = ["-raised_at", "-score", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["detector", "unit", "indicator", "period_key"], name="warning_is_raised_once"
            ),
            models.CheckConstraint(name="warning_state_is_known", condition=Q(state__in=WarningState.values)),
        ]
        indexes = [
            models.Index(fields=["unit", "-raised_at"], name="warning_newest_of_unit"),
            models.Index(fields=["state", "-raised_at"], name="warning_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.detector} {self.unit_id} {self.indicator} {self.period_key}"


class Reading(models.Model):
    """What a later scan found of the same figure. It stands beside the evidence and decides nothing."""

    warning = models.ForeignKey(Warning, models.PROTECT, related_name="readings")
    at = models.DateTimeField()
    generation = models.BigIntegerField(null=True)
    value = models.FloatField(null=True)
    still_out = models.BooleanField()

    class Meta:
        ordering = ["warning", "at", "id"]

    def __str__(self) -> str:
        return f"{self.warning_id} {self.at:%d/%m/%Y} {self.value}"


class Verdict(models.Model):
    """What a person decided about a warning, and why. One for each warning; it stays."""

    warning = models.OneToOneField(Warning, models.PROTECT, related_name="verdict")
    kind = models.CharField(max_length=10, choices=VerdictKind)
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="verdict_kind_is_known", condition=Q(kind__in=VerdictKind.values)),
            models.CheckConstraint(name="verdict_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.warning_id} {self.kind}"


class ExplanationRequest(models.Model):
    """A body is asked to explain a figure by a day. It is asked, not accused and not given a task."""

    warning = models.OneToOneField(Warning, models.PROTECT, related_name="request")
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="+")
    text = models.TextField(_("what is asked"))
    due_on = models.DateField(_("answer due on"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked at"))
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.ASKED)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(name="request_state_is_known", condition=Q(state__in=RequestState.values)),
            models.CheckConstraint(
                name="request_closed_has_person_and_time",
                condition=Q(state__in=ENDED, closed_by__isnull=False, closed_at__isnull=False)
                | (~Q(state__in=ENDED) & Q(closed_by=None, closed_at=None)),
            ),
        ]
        indexes = [models.Index("unit", "due_on", name="request_of_unit_by_due")]

    def __str__(self) -> str:
        return f"{self.warning_id} {self.unit_id} {self.due_on:%d/%m/%Y}"


class Answer(models.Model):
    """What the unit answered, with its file as it came; returned ones stay."""

    request = models.ForeignKey(ExplanationRequest, models.PROTECT, related_name="answers")
    text = models.TextField()
    filename = models.CharField(max_length=255, blank=True)
    content = models.BinaryField(default=b"")
    content_type = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    returned_because = models.TextField(blank=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    returned_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["request", "at", "id"]
        constraints = [
            models.CheckConstraint(
                name="answer_returned_has_reason_person_and_time",
                condition=Q(returned_because="", returned_by=None, returned_at=None)
                | (~Q(returned_because="") & Q(returned_by__isnull=False, returned_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="answer_file_is_kept_whole",
                condition=Q(filename="", size=0, sha256="")
                | (~Q(filename="") & Q(size__gt=0) & ~Q(sha256="")),
            ),
            models.CheckConstraint(
                name="answer_returned_after_given",
                condition=Q(returned_at=None) | Q(returned_at__gte=F("at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.at:%d/%m/%Y}"


class ChangedFigures(models.Model):
    """A period whose published figures changed and that was not looked at since; one row for each piece of news.

    Rows, not a flag: news that arrives during a scan must outlive that scan.
    """

    event_id = models.BigIntegerField()
    period_key = models.CharField(max_length=8)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["event_id", "period_key"], name="early_warning_news_is_noted_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.period_key} by {self.event_id}"
