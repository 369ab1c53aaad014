"""What the queue's tasks do and why they fail, in words. No word of the error itself: it may quote figures."""

from django.utils.translation import gettext, gettext_noop

TASKS = {
    "access.forget_old_sign_ins": gettext_noop("Forget old sign-ins"),
    "audit.purge": gettext_noop("Purge old entries of the audit trail"),
    "audit.seal": gettext_noop("Seal the audit trail"),
    "audit.sign_head": gettext_noop("Sign the head of the audit chain"),
    "consignments.run": gettext_noop("Take in files that were sent together"),
    "early_warning.scan": gettext_noop("Look over all newest figures for warnings"),
    "early_warning.scan_changed": gettext_noop("Look over changed figures for warnings"),
    "notices.carry": gettext_noop("Carry a notice to a person by mail"),
    "notices.forget_old": gettext_noop("Forget old notices"),
    "observations.assess_use": gettext_noop("Assess how much reports were used"),
    "observations.end_lapsed": gettext_noop("End late openings whose day has passed"),
    "observations.reassess": gettext_noop("Put the rules to what was sent, again"),
    "observations.remind": gettext_noop("Remind those who owe reports"),
    "outbox.forget_old_events": gettext_noop("Forget old news"),
    "outbox.handle": gettext_noop("Pass news on to the part that waits for it"),
    "outbox.rescue_stalled_jobs": gettext_noop("Give back the jobs of a worker that died"),
    "queue.forget_old": gettext_noop("Forget old failed jobs"),
    "sources.open_periods": gettext_noop("Open the year's reporting periods"),
    "sources.refuse_interrupted": gettext_noop("Refuse deliveries whose reading was interrupted"),
    "warehouse.compact": gettext_noop("Join the warehouse's small files"),
    "warehouse.publish": gettext_noop("Publish accepted reports to the warehouse"),
    "warehouse.publish_missed": gettext_noop("Publish what an earlier run left"),
    "warehouse.reconcile": gettext_noop("Compare the warehouse with the reports"),
    "warehouse.renew": gettext_noop("Write published years anew after units changed"),
}

CAUSES = {
    "OSError": gettext_noop("A file could not be read or written. Look at the disk and its rights."),
    "PermissionError": gettext_noop(
        "A file may not be read or written. Look at the rights of the data folder."
    ),
    "FileNotFoundError": gettext_noop("A file that should be there is missing."),
    "MemoryError": gettext_noop("The memory did not suffice."),
    "TimeoutError": gettext_noop("It took too long."),
    "ConnectionRefusedError": gettext_noop("The other side refused the connection."),
}
BY_MODULE = {
    "psycopg": gettext_noop("The database did not answer, or refused what was asked of it."),
    "psycopg_pool": gettext_noop("No connection to the database was free."),
    "django.db": gettext_noop("The database did not answer, or refused what was asked of it."),
    "duckdb": gettext_noop("The warehouse's files could not be read or written."),
    "_duckdb": gettext_noop("The warehouse's files could not be read or written."),
    "smtplib": gettext_noop("The mail server did not take the message."),
    "socket": gettext_noop("The other side could not be reached."),
}
UNNAMED = gettext_noop("Not noted: the worker stopped before it could say, or knows no such task.")
UNEXPECTED = gettext_noop("An unexpected error. Its words are in the worker's log.")
REFUSED = gettext_noop("A rule of the house refused it.")


def task_in_words(name: str) -> str:
    """A task without words is shown by its name rather than left out."""
    return gettext(TASKS[name]) if name in TASKS else name


def cause_in_words(kind: str) -> str:
    """One sentence for the kind of an error, from the nearest that we know."""
    if not kind:
        return gettext(UNNAMED)
    if kind in CAUSES:
        return gettext(CAUSES[kind])
    for module, words in BY_MODULE.items():
        if kind.startswith(f"{module}."):
            return gettext(words)
    return gettext(REFUSED if kind.islower() else UNEXPECTED)
