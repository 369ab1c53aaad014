"""Definitions as published, and target values that no form carries."""

from django.db import models
from django.db.models import Q

from giamsat.analysis.indicators.choices import DefinitionKind


class Definition(models.Model):
    """One published version of a derived indicator, target or reference series; never edited."""

    kind = models.CharField(max_length=10, choices=DefinitionKind)
    code = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    content = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "code", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code", "version"], name="definition_version_is_published_once"
            ),
            models.CheckConstraint(
                name="definition_kind_is_known", condition=Q(kind__in=DefinitionKind.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class TargetValue(models.Model):
    """What a unit reached at a period, by a named source. A later row stands before an earlier one."""

    target = models.CharField(max_length=40)
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="+")
    period_key = models.CharField(max_length=8)
    value = models.DecimalField(max_digits=18, decimal_places=4)
    source = models.CharField(max_length=300)
    as_of = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by_id = models.BigIntegerField(null=True)
    recorded_by_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["target", "unit", "period_key", "recorded_at", "id"]
        constraints = [
            models.CheckConstraint(name="target_value_has_a_source", condition=~Q(source="")),
        ]
        indexes = [models.Index("target", "period_key", "unit", name="target_value_by_period")]

    def __str__(self) -> str:
        return f"{self.target} {self.unit_id} {self.period_key}"
