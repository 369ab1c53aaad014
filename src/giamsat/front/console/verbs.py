"""What the verbs of the audit trail mean, in words; and the facts of an entry as lines."""

from typing import Any

from django.utils.translation import gettext, gettext_noop

from giamsat.lib.text import vietnamese_key

WORDS = {
    "report.received": gettext_noop("Saved a report"),
    "report.explained": gettext_noop("Explained a finding"),
    "report.submitted": gettext_noop("Submitted a report"),
    "report.accepted": gettext_noop("Accepted a report"),
    "report.returned": gettext_noop("Sent a report back"),
    "report.reopened": gettext_noop("Re-opened a report for correction"),
    "report.acceptance_withdrawn": gettext_noop("Took an acceptance back"),
    "report.late_opening_asked": gettext_noop("Asked for a late opening"),
    "report.opened_late": gettext_noop("Opened a report late"),
    "report.late_opening_ended": gettext_noop("Ended a late opening"),
    "estimate.made": gettext_noop("Set an estimate for a missing report"),
    "estimate.withdrawn": gettext_noop("Withdrew an estimate"),
    "definition.drafted": gettext_noop("Began a draft of a definition"),
    "definition.draft_saved": gettext_noop("Saved a draft of a definition"),
    "definition.draft_withdrawn": gettext_noop("Withdrew a draft of a definition"),
    "definition.published": gettext_noop("Published a definition"),
    "definition.tried": gettext_noop("Tried a drafted rule on reports"),
    "report.exported": gettext_noop("Exported a report"),
    "figures.exported": gettext_noop("Exported the published figures"),
    "reports.received": gettext_noop("Took in many reports"),
    "reports.reminded": gettext_noop("Reminded units that are late"),
    "completeness.exported": gettext_noop("Exported the table of completeness"),
    "reports-owed.exported": gettext_noop("Exported the reports owed"),
    "reports.locked": gettext_noop("Locked reports"),
    "delivery.refused": gettext_noop("A delivery was refused"),
    "delivery.taken_in": gettext_noop("Took in a file of many reports"),
    "consignment.arrived": gettext_noop("Sent many files together"),
    "consignment.done": gettext_noop("A consignment was taken in"),
    "consignment.cancelled": gettext_noop("Cancelled a consignment"),
    "consignment.exported": gettext_noop("Exported what became of a consignment"),
    "delivery.downloaded": gettext_noop("Downloaded a delivery"),
    "consolidation.exported": gettext_noop("Exported a sum and its parts"),
    "inbox.exported": gettext_noop("Exported the inbox"),
    "requests.exported": gettext_noop("Exported the requests"),
    "warnings.exported": gettext_noop("Exported the warnings"),
    "quality.exported": gettext_noop("Exported the scores of data"),
    "score.objected": gettext_noop("Objected to a score"),
    "score.objection_upheld": gettext_noop("Upheld an assessment objected to"),
    "score.objection_corrected": gettext_noop("Corrected an assessment objected to"),
    "period.open": gettext_noop("Opened a period"),
    "period.closed": gettext_noop("Closed a period"),
    "period.locked": gettext_noop("Locked a period"),
    "warning.raised": gettext_noop("A warning was raised"),
    "warning.dismissed": gettext_noop("Dismissed a warning"),
    "warning.explained": gettext_noop("Closed a warning as explained"),
    "warning.explanation_requested": gettext_noop("Asked for an explanation"),
    "warning.explanation_answered": gettext_noop("Answered a request"),
    "warning.answer_returned": gettext_noop("Sent an answer back"),
    "warning.request_withdrawn": gettext_noop("Withdrew a request for explanation"),
    "targets.exported": gettext_noop("Exported the targets"),
    "job.tried_again": gettext_noop("Had a failed job tried again"),
    "job.given_up": gettext_noop("Gave a failed job up"),
    "units.change_prepared": gettext_noop("Prepared a change of units"),
    "units.changed": gettext_noop("Carried out a change of units"),
    "units.change_undone": gettext_noop("Took a change of units back"),
    "units.change_withdrawn": gettext_noop("Withdrew a prepared change of units"),
    "unit_change.exported": gettext_noop("Exported the preview of a change of units"),
    "target.values_recorded": gettext_noop("Recorded values of targets"),
    "warehouse.reconciled": gettext_noop("Compared the warehouse with the reports"),
    "grant.given": gettext_noop("Gave a right"),
    "grant.withdrawn": gettext_noop("Withdrew a right"),
    "grant.lent": gettext_noop("Named a substitute"),
    "exclusion.noted": gettext_noop("Noted a conflict of interest"),
    "exclusion.lifted": gettext_noop("Lifted a conflict of interest"),
    "account.opened": gettext_noop("Opened an account"),
    "account.closed": gettext_noop("Closed an account"),
    "account.imported": gettext_noop("Imported accounts"),
    "account.reopened": gettext_noop("Opened an account again"),
    "accounts.exported": gettext_noop("Exported the accounts"),
    "account.locked": gettext_noop("Locked an account after failed tries"),
    "account.unlocked": gettext_noop("Unlocked an account"),
    "account.mail_chosen": gettext_noop("Asked for mail"),
    "account.mail_ended": gettext_noop("Ended the mail"),
    "account.password_chosen": gettext_noop("Chose a password"),
    "account.password_reset": gettext_noop("Reset a password"),
    "session.began": gettext_noop("Signed in"),
    "session.ended": gettext_noop("A session ended"),
    "session.refused": gettext_noop("A sign-in was refused"),
    "audit.exported": gettext_noop("Exported the audit trail"),
    "audit.purged": gettext_noop("Purged old entries by schedule"),
}

FACT_NAMES = (
    gettext_noop("accepted by"), gettext_noop("accounts"), gettext_noop("address"), gettext_noop("as of"),
    gettext_noop("assignment"), gettext_noop("authors"), gettext_noop("basis"), gettext_noop("because"),
    gettext_noop("before"), gettext_noop("behind"), gettext_noop("cells"), gettext_noop("ceiling"),
    gettext_noop("checks"),
    gettext_noop("code"), gettext_noop("count"), gettext_noop("delivery"), gettext_noop("detector"),
    gettext_noop("display name"), gettext_noop("due on"), gettext_noop("figure"), gettext_noop("figures unchanged"),
    gettext_noop("filename"), gettext_noop("filter"), gettext_noop("finding"),
    gettext_noop("form"), gettext_noop("form version"), gettext_noop("format"), gettext_noop("forms"),
    gettext_noop("kept"), gettext_noop("kind"), gettext_noop("periods"), gettext_noop("revision"),
    gettext_noop("late days"), gettext_noop("part"), gettext_noop("period"),
    gettext_noop("problems"), gettext_noop("reason"), gettext_noop("reports"),
    gettext_noop("role"), gettext_noop("rows"), gettext_noop("sessions"), gettext_noop("share"), gettext_noop("source"),
    gettext_noop("stored"), gettext_noop("subtree"), gettext_noop("substitute for"),
    gettext_noop("symbol"),
    gettext_noop("task"), gettext_noop("text"),
    gettext_noop("to explain"), gettext_noop("tries"), gettext_noop("unit"), gettext_noop("units"),
    gettext_noop("to explain"), gettext_noop("tries"), gettext_noop("unit"), gettext_noop("until"),
    gettext_noop("username"),
    gettext_noop("valid from"), gettext_noop("valid to"), gettext_noop("values"),
    gettext_noop("version"), gettext_noop("work types"), gettext_noop("was"), gettext_noop("way"),
)  # fmt: skip


def what_was_done(verb: str) -> str:
    """The verb in words; a verb without words is shown as it is rather than left out."""
    return gettext(WORDS[verb]) if verb in WORDS else verb.replace("_", " ").replace(".", " · ")


def verb_choices() -> list[tuple[str, str]]:
    """Every verb that has words, by its words."""
    return sorted(
        ((verb, gettext(words)) for verb, words in WORDS.items()),
        key=lambda choice: vietnamese_key(choice[1]),
    )


def fact_lines(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """Name and value of every fact, in the order in which they were recorded."""
    return [
        (gettext(name.replace("_", " ")), _text(value))
        for name, value in facts.items()
        if value not in (None, "")
    ]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return ", ".join(_text(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_text(each)}" for name, each in value.items())
    return str(value)
