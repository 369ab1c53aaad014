"""What the verbs of the audit trail mean, in words; and the facts of an entry as lines."""

from typing import Any

from django.utils.translation import gettext, gettext_noop

WORDS = {
    "report.received": gettext_noop("Saved a report"),
    "report.submitted": gettext_noop("Submitted a report"),
    "report.accepted": gettext_noop("Accepted a report"),
    "report.sent_back": gettext_noop("Sent a report back"),
    "report.consolidated": gettext_noop("Consolidated reports"),
    "report.locked": gettext_noop("Locked a report"),
    "report.exported": gettext_noop("Exported a report"),
    "finding.explained": gettext_noop("Explained a finding"),
    "delivery.received": gettext_noop("Delivered a file"),
    "delivery.refused": gettext_noop("A delivery was refused"),
    "delivery.downloaded": gettext_noop("Downloaded a delivery"),
    "period.open": gettext_noop("Opened a period"),
    "period.closed": gettext_noop("Closed a period"),
    "period.locked": gettext_noop("Locked a period"),
    "warning.raised": gettext_noop("A warning was raised"),
    "warning.dismissed": gettext_noop("Dismissed a warning"),
    "warning.explanation_requested": gettext_noop("Asked for an explanation"),
    "request.answered": gettext_noop("Answered a request"),
    "request.accepted": gettext_noop("Accepted an answer"),
    "request.returned": gettext_noop("Sent an answer back"),
    "grant.given": gettext_noop("Gave a right"),
    "grant.withdrawn": gettext_noop("Withdrew a right"),
    "account.created": gettext_noop("Made an account"),
    "account.signed_in": gettext_noop("Signed in"),
    "account.sign_in_failed": gettext_noop("Failed to sign in"),
    "account.signed_out": gettext_noop("Signed out"),
    "audit.exported": gettext_noop("Exported the audit trail"),
    "audit.purged": gettext_noop("Purged old entries by schedule"),
}


def what_was_done(verb: str) -> str:
    """The verb in words; a verb without words is shown as it is rather than left out."""
    return gettext(WORDS[verb]) if verb in WORDS else verb.replace("_", " ").replace(".", " · ")


def fact_lines(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """Name and value of every fact, in the order in which they were recorded."""
    return [
        (name.replace("_", " "), _text(value)) for name, value in facts.items() if value not in (None, "")
    ]


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_text(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_text(each)}" for name, each in value.items())
    return str(value)
