from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from giamsat.foundation.access.choices import Classification, EndReason, Language
from giamsat.lib import clock
from giamsat.lib.actors import Actor


class Account(AbstractUser):
    """A person who signs in. What they may see or do is in their grants alone, never in a flag here."""

    first_name = None  # type: ignore[assignment]  # one shown name is enough
    last_name = None  # type: ignore[assignment]
    display_name = models.CharField(_("shown name"), max_length=150)
    unit = models.ForeignKey("units.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.VIETNAMESE)

    must_change_password = models.BooleanField(_("must choose a password"), default=True)
    password_changed_at = models.DateTimeField(_("password chosen at"), null=True, blank=True)
    code_expires_at = models.DateTimeField(_("one-time code good until"), null=True, blank=True)
    code_used_at = models.DateTimeField(_("one-time code used at"), null=True, blank=True)

    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="account_code_used_only_when_given",
                condition=Q(code_used_at=None) | Q(code_expires_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        return self.display_name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()

    def actor(self) -> Actor:
        """This person as the rooms below know people: a number and a shown name."""
        return Actor(id=self.pk, name=self.get_full_name())


class LiveAt(models.QuerySet):
    """Rows that hold for some days and may be ended at any instant."""

    def live_at(self, at: datetime) -> "LiveAt":
        day = clock.day_of(at)
        return self.filter(
            Q(valid_to=None) | Q(valid_to__gt=day),
            Q(withdrawn_at=None) | Q(withdrawn_at__gt=at),
            valid_from__lte=day,
        )


class Dated(models.Model):
    """From when until before when, given by whom and why; ended early only by withdrawal, never deleted."""

    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until before"), null=True, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField(_("given at"))
    reason = models.CharField(_("reason"), max_length=300)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = LiveAt.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_ends_after_it_begins",
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
            ),
            models.CheckConstraint(
                name="%(class)s_withdrawal_has_a_time",
                condition=Q(withdrawn_by=None) | Q(withdrawn_at__isnull=False),
            ),
        ]


class Grant(Dated):
    """One role, over one unit or its subtree, for some days. All rights are grants."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants")
    role = models.CharField(_("role"), max_length=40)
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="+")
    subtree = models.BooleanField(_("with everything below"), default=False)
    work_types = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    assignment = models.CharField(_("only this assignment"), max_length=64, blank=True)
    ceiling = models.PositiveSmallIntegerField(
        _("up to classification"), choices=Classification, default=Classification.INTERNAL
    )
    substitute_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(Dated.Meta):
        indexes = [models.Index(fields=["account", "valid_from"], name="grant_of_account")]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                name="grant_of_a_substitute_has_an_end",
                condition=Q(substitute_of=None) | Q(valid_to__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.account_id} {self.unit_id}"


class Exclusion(Dated):
    """A conflict of interest: this person sees and does nothing about this unit, whatever their grants say."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="exclusions")
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="+")
    subtree = models.BooleanField(_("with everything below"), default=True)

    class Meta(Dated.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.account_id} not {self.unit_id}"


class SignIn(models.Model):
    """One session of one person: when it began, from where, and why it is over."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="sign_ins")
    session_key = models.CharField(max_length=40)
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    started_at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_because = models.CharField(max_length=12, choices=EndReason, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session_key"], condition=Q(ended_at=None), name="sign_in_open_once_for_a_session"
            ),
            models.CheckConstraint(
                name="sign_in_ends_with_a_reason",
                condition=Q(ended_at=None, ended_because="")
                | (Q(ended_at__isnull=False) & ~Q(ended_because="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "started_at"], name="sign_in_open_by_account", condition=Q(ended_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.started_at:%d/%m/%Y %H:%M}"
