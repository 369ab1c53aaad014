from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from giamsat.foundation.notices.choices import Page


class Notice(models.Model):
    """One thing told to one person, in the languages of the house; read when its page is opened.

    It is theirs for as long as they may see every unit it is ``about``.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices")
    key = models.CharField(_("what happened"), max_length=120)
    words = models.JSONField(_("sentence by language"))
    page = models.CharField(_("leads to"), max_length=20, choices=Page)
    number = models.BigIntegerField(_("number of what it leads to"), null=True)
    about = ArrayField(models.BigIntegerField(), verbose_name=_("units it tells of"), default=list)
    told_at = models.DateTimeField(_("told at"))
    read_at = models.DateTimeField(_("read at"), null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="notice_told_once")]
        indexes = [models.Index(fields=["account"], name="notice_unread", condition=Q(read_at=None))]

    def __str__(self) -> str:
        return f"{self.account_id} {self.key}"

    @property
    def sentence(self) -> str:
        """What was told, in the reader's language."""
        language = (get_language() or settings.LANGUAGE_CODE)[:2]
        return str(self.words.get(language) or self.words[settings.LANGUAGE_CODE])


class Carriage(models.Model):
    """One notice on one channel beside the app."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="carriages")  # forgotten with its notice
    channel = models.CharField(max_length=20)
    claimed_at = models.DateTimeField(null=True)
    carried_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="carriage_once_by_each_channel"),
            models.CheckConstraint(
                name="carriage_claimed_before_carried",
                condition=Q(carried_at=None) | Q(claimed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.channel}"


class Mailbox(models.Model):
    """That a person wants mail, and where to; without one they have none."""

    account = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="mailbox")
    address = models.EmailField(_("e-mail address"))
    chosen_at = models.DateTimeField(_("chosen at"))

    def __str__(self) -> str:
        return self.address
