from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Failure(models.Model):
    """The last time a job failed, without the words of the error: they may quote figures and secrets."""

    job_id = models.BigIntegerField(_("job"), unique=True)
    kind = models.CharField(_("kind of error"), max_length=200, blank=True)
    place = models.CharField(_("where"), max_length=200, blank=True)
    failed_at = models.DateTimeField(_("failed at"))

    given_up_at = models.DateTimeField(null=True, editable=False)
    given_up_by = models.CharField(max_length=150, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=4_000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="failure_given_up_has_person_and_reason",
                condition=Q(given_up_at=None, given_up_by="", reason="")
                | (Q(given_up_at__isnull=False) & ~Q(given_up_by="") & ~Q(reason="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.job_id} {self.kind}"
