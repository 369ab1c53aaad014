"""The words that forms and figures share."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from giamsat.foundation.catalogue.choices import Additivity, GoodWhen
from giamsat.foundation.catalogue.rules import breakdown_key


class Group(models.Model):
    """A chapter of the catalogue: A organisation, B inspection of compliance, …"""

    code = models.CharField(max_length=8, primary_key=True)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)

    class Meta:
        db_table = "catalogue_group"

    def __str__(self) -> str:
        return self.code

    def name(self, language: str) -> str:
        return self.name_vi if language.startswith("vi") else self.name_en


class Indicator(models.Model):
    """One version of one thing we count. Loaded from definitions/indicators; never edited."""

    code = models.CharField(max_length=16)
    version = models.PositiveSmallIntegerField()
    group = models.ForeignKey(Group, models.PROTECT, db_column="group_code", related_name="indicators")
    name_vi = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    unit = models.CharField(max_length=60)
    unit_en = models.CharField(max_length=60)
    additivity = models.CharField(max_length=1, choices=Additivity)
    dimensions = ArrayField(models.CharField(max_length=32), default=list)
    core = models.BooleanField(default=False)
    counts_persons = models.BooleanField(default=False)
    good_when = models.CharField(max_length=4, choices=GoodWhen, default=GoodWhen.NONE)
    layer = models.CharField(max_length=40, blank=True, default="")
    decimals = models.PositiveSmallIntegerField(default=0)
    content = models.JSONField()

    class Meta:
        ordering = ["code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="indicator_version_is_published_once"),
            models.CheckConstraint(
                name="indicator_additivity_is_known", condition=Q(additivity__in=Additivity.values)
            ),
            models.CheckConstraint(
                name="indicator_good_when_is_known", condition=Q(good_when__in=GoodWhen.values)
            ),
            models.CheckConstraint(name="indicator_has_at_most_four_decimals", condition=Q(decimals__lte=4)),
        ]

    def __str__(self) -> str:
        return self.code

    def name(self, language: str) -> str:
        """With a capital, as the head of a row or a sentence: a part is defined as “of which …”."""
        name = self.name_vi if language.startswith("vi") else self.name_en
        return name[:1].upper() + name[1:]

    def unit_name(self, language: str) -> str:
        return self.unit if language.startswith("vi") else self.unit_en


class Dimension(models.Model):
    """One version of a way to break figures down. An open one takes its values from elsewhere."""

    code = models.CharField(max_length=32)
    version = models.PositiveSmallIntegerField()
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    content = models.JSONField()

    class Meta:
        ordering = ["code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="dimension_version_is_published_once")
        ]

    def __str__(self) -> str:
        return self.code

    def name(self, language: str) -> str:
        return self.name_vi if language.startswith("vi") else self.name_en


class Breakdown(models.Model):
    """One value of a dimension. Its number is stored with figures, so it is given by hand and for ever."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    dimension = models.CharField(max_length=32, blank=True)
    value = models.CharField(max_length=32, blank=True)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["dimension", "value"], name="breakdown_value_is_listed_once"),
            models.CheckConstraint(
                name="breakdown_zero_is_the_total",
                condition=Q(id=0, dimension="", value="") | (Q(id__gt=0) & ~Q(dimension="") & ~Q(value="")),
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        return breakdown_key(self.dimension, self.value)

    def name(self, language: str) -> str:
        return self.name_vi if language.startswith("vi") else self.name_en
