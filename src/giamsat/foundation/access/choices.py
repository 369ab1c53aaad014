"""The words of this room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Action(models.TextChoices):
    """What a grant may allow; roles.yaml gives each role its share."""

    REPORT_COMPILE = "report.compile", _("compile reports")
    REPORT_SUBMIT = "report.submit", _("submit reports")
    REPORT_ACCEPT = "report.accept", _("accept or return reports")
    REPORT_READ = "report.read", _("read reports")
    WARNING_READ = "warning.read", _("read warnings")
    WARNING_DISMISS = "warning.dismiss", _("dismiss warnings")
    WARNING_REQUEST_EXPLANATION = "warning.request_explanation", _("ask for explanations")
    REQUEST_READ = "request.read", _("read requests and answers")
    REQUEST_ANSWER = "request.answer", _("answer requests")
    REQUEST_CLOSE = "request.close", _("close requests")
    AGGREGATE_READ = "aggregate.read", _("read aggregates")
    AUDIT_READ = "audit.read", _("read the audit trail")
    ACCOUNT_MANAGE = "account.manage", _("manage accounts")
    SYSTEM_READ = "system.read", _("see the state of the systems")
    DEFINITION_READ = "definition.read", _("read definitions")
    DEFINITION_DRAFT = "definition.draft", _("draft definitions")
    DEFINITION_PUBLISH = "definition.publish", _("publish definitions")
    SYSTEM_MANAGE = "system.manage", _("decide about failed jobs")
    PERIOD_MANAGE = "period.manage", _("close and lock reporting periods")
    UNIT_CHANGE = "unit.change", _("prepare and carry out changes of units")


# Reports and what is made of them are classified; accounts, systems and definitions are not, so any ceiling will do.
UNCLASSIFIED = frozenset(
    {
        Action.ACCOUNT_MANAGE,
        Action.SYSTEM_READ,
        Action.SYSTEM_MANAGE,
        Action.DEFINITION_READ,
        Action.DEFINITION_DRAFT,
        Action.DEFINITION_PUBLISH,
        Action.UNIT_CHANGE,
    }
)

# Decided about a unit by others than those who work there, however far their rights reach.
DECIDED_BY_OTHERS = frozenset(
    {Action.WARNING_DISMISS, Action.WARNING_REQUEST_EXPLANATION, Action.REQUEST_CLOSE}
)


class Classification(models.IntegerChoices):
    """How secret a thing is; the order is the meaning."""

    PUBLIC = 0, _("public")
    INTERNAL = 1, _("internal, not for distribution")
    CONFIDENTIAL = 2, _("confidential")
    SECRET = 3, _("secret")
    TOP_SECRET = 4, _("top secret")


class Language(models.TextChoices):
    VIETNAMESE = "vi", _("Vietnamese")
    ENGLISH = "en", _("English")


class Standing(models.TextChoices):
    """By which state an administrator looks for accounts."""

    LOCKED = "locked", _("locked after failed tries")
    NEW = "new", _("no password of their own yet")
    WITHOUT_RIGHTS = "without_rights", _("without any right")
    CLOSED = "closed", _("closed")


class EndReason(models.TextChoices):
    """Why a session is over."""

    SIGNED_OUT = "signed_out", _("signed out")
    IDLE = "idle", _("unused for too long")
    WORN_OUT = "worn_out", _("as long as a session may last")
    TOO_MANY = "too_many", _("more sessions than allowed")
    REVOKED = "revoked", _("rights or password changed")


SUPPRESSION_LEGEND = _(
    "Withheld to protect small cells: 1–4 persons, not enough units together yet, or a figure from which 1–4 persons"
    " could be worked out"
)
