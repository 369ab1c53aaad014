from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """Who did what, to what, when. Only ever inserted, in the transaction of the deed."""

    verb = models.CharField(_("what was done"), max_length=80)
    subject = models.CharField(_("to what"), max_length=200)
    unit_id = models.BigIntegerField(_("unit"), null=True)  # a number: this room stands below the units
    by_id = models.BigIntegerField(_("account"), null=True)
    by_name = models.CharField(_("by whom"), max_length=200)
    at = models.DateTimeField(_("when"))
    facts = models.JSONField(_("facts"), default=dict)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["unit_id", "-at", "-id"], name="entry_by_unit"),
            models.Index(fields=["subject", "-id"], name="entry_by_subject"),
            models.Index(fields=["-at", "-id"], name="entry_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M} {self.by_name} {self.verb} {self.subject}"


class Unsealed(models.Model):
    """The sealer's queue, filled by a trigger on every inserted entry; a late commit simply appears late."""

    entry_id = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.entry_id)


class Seal(models.Model):
    """One link: the digest of an entry, chained to the link before. Stays when the entry is purged."""

    seq = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    content = models.BinaryField(max_length=32)
    chain = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="seal_number_is_positive", condition=Q(seq__gt=0))]

    def __str__(self) -> str:
        return f"{self.seq} {bytes(self.chain).hex()[:16]}"


class Minute(models.Model):
    """The record of one purge: which seals lost their entries, by which rule, and when."""

    purged_at = models.DateTimeField(_("purged at"))
    before = models.DateTimeField(_("everything before"))
    ranges = models.JSONField(_("seals whose entries are gone"))  # [[first, last], …]
    count = models.PositiveIntegerField(_("entries"))
    rule = models.CharField(_("rule"), max_length=300)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="minute_written_after_what_it_purged", condition=Q(before__lt=F("purged_at"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.purged_at:%d/%m/%Y} {self.count}"
