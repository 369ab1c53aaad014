"""Definitions being worked on. What is published lives in the room that uses it."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from giamsat.intake.designs.choices import Kind, Stage


class Draft(models.Model):
    """The next version of one definition, as a file would say it; wrong for as long as its authors need.

    ``revision`` counts the saves: who saves or publishes says which one they saw. ``authors`` are all who saved it.
    ``examples`` are reports worked by hand that a rule must answer as its author did.
    """

    kind = models.CharField(max_length=10, choices=Kind)
    code = models.CharField(max_length=32)
    version = models.PositiveSmallIntegerField()
    content = models.JSONField(encoder=DjangoJSONEncoder)
    examples = models.JSONField(default=list)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.OPEN)
    revision = models.PositiveIntegerField(default=1)
    authors = ArrayField(models.BigIntegerField(), default=list)
    author_names = ArrayField(models.CharField(max_length=200), default=list)
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by_name = models.CharField(max_length=200)
    settled_at = models.DateTimeField(null=True, editable=False)
    settled_by_id = models.BigIntegerField(null=True, editable=False)
    settled_by_name = models.CharField(max_length=200, blank=True, editable=False)
    settled_why = models.TextField(blank=True)

    class Meta:
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code", "version"],
                condition=~Q(stage=Stage.WITHDRAWN),
                name="design_version_is_drafted_once",
            ),
            models.CheckConstraint(name="design_kind_is_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(
                name="design_settled_has_time_and_person",
                condition=Q(stage=Stage.OPEN, settled_at=None, settled_by_id=None)
                | (~Q(stage=Stage.OPEN) & Q(settled_at__isnull=False, settled_by_id__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    @property
    def is_open(self) -> bool:
        return self.stage == Stage.OPEN

    def name(self, language: str) -> str:
        """What the draft calls its definition so far."""
        words: dict[str, Any] = self.content.get("name") or {}
        return str(words.get("vi" if language.startswith("vi") else "en") or words.get("vi") or self.code)
