"""Published rules, what they found in reports, and the four scores."""

from decimal import Decimal
from functools import cached_property

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from giamsat.intake.quality.choices import Effect, ObjectionState, Part, Score, Severity
from giamsat.intake.quality.definition import Rule, read_rule
from giamsat.intake.quality.findings import Label, sentence_from
from giamsat.lib.clock import day_of

SCORE_FIELDS = tuple(f"{name}_score" for name in Score.values)
ASSESSED_FIELDS = tuple(f"{name}_assessed" for name in Score.values)


class RuleVersion(models.Model):
    """One published version of a rule. Loaded from definitions/rules; never edited."""

    code = models.CharField(max_length=16)
    version = models.PositiveSmallIntegerField()
    severity = models.CharField(max_length=1, choices=Severity)
    name_vi = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    valid_from = models.DateField()
    content = models.JSONField(encoder=DjangoJSONEncoder, help_text="the definition as published")
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="rule_version_is_published_once"),
            models.CheckConstraint(name="rule_severity_is_known", condition=Q(severity__in=Severity.values)),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    @cached_property
    def rule(self) -> Rule:
        """As it is applied; read once for as long as this row is kept."""
        return read_rule(self.content)

    @property
    def ends(self) -> bool:
        """A version that says that the rule is asked no more, from its first day on."""
        return bool(self.content.get("ends"))

    def name(self, language: str) -> str:
        return self.name_vi if language.startswith("vi") else self.name_en


class StoredFinding(models.Model):
    """What a rule found in one version of a report. The report's room keeps the version; we its number."""

    report_version_id = models.BigIntegerField(db_index=True)
    rule_code = models.CharField(max_length=16)
    rule_version = models.PositiveSmallIntegerField()
    severity = models.CharField(max_length=1, choices=Severity)
    effect = models.CharField(max_length=8, choices=Effect, default=Effect.NONE)
    cell_keys = ArrayField(models.CharField(max_length=64), default=list)
    facts = models.JSONField(encoder=DjangoJSONEncoder)

    explanation = models.TextField(blank=True)
    explained_at = models.DateTimeField(null=True, editable=False)
    explained_by_id = models.BigIntegerField(null=True, editable=False)
    explained_by_name = models.CharField(max_length=150, blank=True, editable=False)

    class Meta:
        ordering = ["report_version_id", "severity", "rule_code", "id"]
        constraints = [
            models.CheckConstraint(
                name="finding_severity_is_known", condition=Q(severity__in=Severity.values)
            ),
            models.CheckConstraint(
                name="finding_explanation_has_time_and_person",
                condition=Q(explained_at=None, explained_by_name="", explanation="")
                | (Q(explained_at__isnull=False) & ~Q(explained_by_name="") & ~Q(explanation="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_code} {', '.join(self.cell_keys)}"

    @property
    def needs_explanation(self) -> bool:
        return self.severity == Severity.WARNING and self.explained_at is None

    def sentence(self, language: str, label: Label) -> str:
        """What is wrong and what would be right; ``label`` names a cell."""
        return sentence_from(self.facts, language, label)


class LaterFinding(models.Model):
    """What the rules find at night in a report that was sent, or in the want of one; it blocks nothing.

    It stands from ``found_at`` until a night on which it is no more (``gone_at``).
    """

    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="+")
    form_code = models.CharField(max_length=16)
    period_key = models.CharField(max_length=8)
    basis = models.CharField(max_length=12, default="own")
    rule_code = models.CharField(max_length=16)
    rule_version = models.PositiveSmallIntegerField()
    check_name = models.CharField(max_length=20)
    severity = models.CharField(max_length=1, choices=Severity)
    cell_keys = ArrayField(models.CharField(max_length=64), default=list)
    facts = models.JSONField(encoder=DjangoJSONEncoder)
    found_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-severity", "-period_key", "form_code", "rule_code", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "form_code", "period_key", "basis", "check_name", "cell_keys"],
                condition=Q(gone_at=None),
                name="later_finding_stands_once",
            ),
            models.CheckConstraint(
                name="later_finding_never_blocks",
                condition=Q(severity__in=[Severity.WARNING, Severity.INFORMATION]),
            ),
        ]
        indexes = [models.Index(fields=["unit"], condition=Q(gone_at=None), name="later_finding_that_stands")]

    def __str__(self) -> str:
        return f"{self.rule_code} {self.form_code} {self.period_key} {self.unit_id}"

    def sentence(self, language: str, label: Label) -> str:
        """What is wrong and what would be right; ``label`` names a cell."""
        return sentence_from(self.facts, language, label)


class ReportScore(models.Model):
    """The four scores of one unit's report of one period, with all they were made of.

    Those of a ``draft`` stand beside those of what was sent before, until it is sent itself.
    """

    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="+")
    form_code = models.CharField(max_length=16)
    period_key = models.CharField(max_length=8)
    basis = models.CharField(max_length=12, default="own")
    draft = models.BooleanField(default=False, help_text="of figures the unit has not sent")
    expected_cells = models.PositiveIntegerField(help_text="the weight in every roll-up")
    correct_score = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    complete_score = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    clean_score = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    live_score = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    correct_assessed = models.PositiveSmallIntegerField(default=0, help_text="of a weight of 100")
    complete_assessed = models.PositiveSmallIntegerField(default=0, help_text="of a weight of 100")
    clean_assessed = models.PositiveSmallIntegerField(default=0, help_text="of a weight of 100")
    live_assessed = models.PositiveSmallIntegerField(default=0, help_text="of a weight of 100")
    parts = models.JSONField(help_text="part: share (null: nobody looked) and keys of what failed")
    scored_at = models.DateTimeField()

    class Meta:
        ordering = ["period_key", "form_code", "unit_id", "basis", "draft"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "form_code", "period_key", "basis", "draft"], name="report_is_scored_once"
            ),
            *(
                models.CheckConstraint(
                    name=f"report_{field}_is_a_percentage",
                    condition=Q(**{field: None}) | Q(**{f"{field}__range": (0, 100)}),
                )
                for field in SCORE_FIELDS
            ),
            *(
                models.CheckConstraint(
                    name=f"report_{score}_rests_on_some_weight",
                    condition=Q(**{score: None, weight: 0})
                    | Q(**{f"{score}__isnull": False, f"{weight}__range": (1, 100)}),
                )
                for score, weight in zip(SCORE_FIELDS, ASSESSED_FIELDS, strict=True)
            ),
        ]
        indexes = [models.Index(fields=["period_key", "unit"], name="score_by_period_and_unit")]

    def __str__(self) -> str:
        return f"{self.form_code} {self.period_key} {self.unit_id}"

    @property
    def four(self) -> dict[str, Decimal | None]:
        """The four scores by name. (A field named ``clean`` would hide the model's own method.)"""
        return {str(name): getattr(self, f"{name}_score") for name in Score.values}


class Objection(models.Model):
    """A unit says that a part of a score is wrong, and why; the level above answers.

    ``share_seen`` is what was objected to, ``share_set`` what it was corrected to (None: left out of the score).
    """

    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="+")
    form_code = models.CharField(max_length=16)
    period_key = models.CharField(max_length=8)
    basis = models.CharField(max_length=12)
    part = models.CharField(max_length=12, choices=Part)
    share_seen = models.DecimalField(max_digits=7, decimal_places=6)
    reason = models.TextField()
    filename = models.CharField(max_length=255, blank=True)
    content = models.BinaryField(default=b"")
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)
    raised_at = models.DateTimeField()
    raised_by_id = models.BigIntegerField()
    raised_by_name = models.CharField(max_length=200)
    due_on = models.DateField(help_text="when the level above is to have answered")
    state = models.CharField(max_length=9, choices=ObjectionState, default=ObjectionState.OPEN)
    share_set = models.DecimalField(max_digits=7, decimal_places=6, null=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by_id = models.BigIntegerField(null=True)
    answered_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "form_code", "period_key", "basis", "part"],
                condition=Q(state=ObjectionState.OPEN),
                name="objection_is_open_once_for_a_part",
            ),
            models.CheckConstraint(
                name="objection_state_is_known", condition=Q(state__in=ObjectionState.values)
            ),
            models.CheckConstraint(
                name="objection_answered_has_words_time_and_person",
                condition=Q(state=ObjectionState.OPEN, answer="", answered_at=None, answered_by_name="")
                | (
                    ~Q(state=ObjectionState.OPEN)
                    & ~Q(answer="")
                    & Q(answered_at__isnull=False)
                    & ~Q(answered_by_name="")
                ),
            ),
            models.CheckConstraint(
                name="objection_sets_a_share_only_when_corrected",
                condition=Q(share_set=None) | Q(state=ObjectionState.CORRECTED, share_set__range=(0, 1)),
            ),
            models.CheckConstraint(
                name="objection_file_is_kept_whole",
                condition=Q(filename="", size=0, sha256="")
                | (~Q(filename="") & Q(size__gt=0) & ~Q(sha256="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form_code} {self.period_key} {self.unit_id} {self.part}"

    @property
    def subject(self) -> str:
        """How the audit trail names it."""
        return f"objection:{self.pk}"

    @property
    def days_late(self) -> int:
        """How long after its day it was answered; 0 while it is not, or in time."""
        return max(0, (day_of(self.answered_at) - self.due_on).days) if self.answered_at else 0


class Use(models.Model):
    """How often the data of one report was used on a day: looked at by others than the unit, or cited by a decision.

    Only counts: who looked is kept nowhere.
    """

    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="+")
    form_code = models.CharField(max_length=16)
    period_key = models.CharField(max_length=8)
    basis = models.CharField(max_length=12)
    day = models.DateField()
    views = models.PositiveIntegerField(default=0)
    decisions = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["unit", "form_code", "period_key", "basis", "day"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "form_code", "period_key", "basis", "day"], name="use_is_counted_once_a_day"
            )
        ]
        indexes = [models.Index(fields=["day"], name="use_by_day")]

    def __str__(self) -> str:
        return f"{self.form_code} {self.period_key} {self.unit_id} {self.day}"
