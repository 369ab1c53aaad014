from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class StoredEvent(models.Model):
    """An announcement, stored with the fact it tells of and numbered once both are committed."""

    seq = models.BigIntegerField(_("number"), null=True, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100)
    payload = models.JSONField(_("content"))
    announced_at = models.DateTimeField(_("announced at"), db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(name="event_number_is_positive", condition=Q(seq=None) | Q(seq__gt=0))
        ]
        indexes = [models.Index(fields=["id"], name="event_awaiting_number", condition=Q(seq=None))]

    def __str__(self) -> str:
        return f"{self.seq or '–'} {self.name}"


class Handled(models.Model):
    """That one handler has done its work for one event: written in the handler's own transaction."""

    event = models.ForeignKey(StoredEvent, models.CASCADE, related_name="+")  # forgotten with its event
    handler = models.CharField(_("handler"), max_length=200)
    handled_at = models.DateTimeField(_("handled at"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "handler"], name="event_handled_once_by_each_handler")
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.handler}"
