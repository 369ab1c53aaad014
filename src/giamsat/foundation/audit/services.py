"""Record in the fact's transaction; seal, sign, verify and purge outside it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, connections, transaction
from django.utils.translation import gettext as _

from giamsat.foundation.audit import heads, queries, rules, verification
from giamsat.foundation.audit.errors import TooYoungToPurge
from giamsat.foundation.audit.models import Entry, Minute, Seal, Unsealed
from giamsat.foundation.audit.verification import Problem
from giamsat.lib.actors import Actor

SEALER_LOCK = 0x67690002
BATCH = 2_000
APPLICATION_ROLE = "giamsat_app"
ADD_ONLY = ("audit_entry", "audit_seal", "audit_minute")


@dataclass(frozen=True)
class Verification:
    """Whether the trail is what it was, and every fault found."""

    ok: bool
    problems: list[Problem] = field(default_factory=list)
    seals: int = 0


@dataclass(frozen=True)
class Deed:
    """What somebody did to one thing."""

    verb: str
    subject: str
    by: Actor
    at: datetime
    facts: dict[str, Any] = field(default_factory=dict)
    unit_id: int | None = None


def record(
    verb: str,
    *,
    subject: str,
    by: Actor,
    at: datetime,
    facts: dict[str, Any] | None = None,
    unit_id: int | None = None,
) -> Entry:
    """Say who did what. Call it inside the transaction of the deed: if this fails, the deed is undone."""
    return record_many([Deed(verb, subject, by, at, facts or {}, unit_id)])[0]


def record_many(deeds: Iterable[Deed]) -> list[Entry]:
    """The same for deeds done together, each with its own entry, in their order."""
    return Entry.objects.bulk_create(
        [
            Entry(
                verb=deed.verb,
                subject=deed.subject,
                unit_id=deed.unit_id,
                by_id=deed.by.id,
                by_name=deed.by.name,
                at=deed.at,
                facts=json.loads(json.dumps(deed.facts, cls=DjangoJSONEncoder, allow_nan=False)),
            )
            for deed in deeds
        ],
        batch_size=BATCH,
    )


def seal_pending(*, at: datetime) -> int:
    """Chain every committed entry that is not chained yet; returns how many. One sealer at a time."""
    total = 0
    while sealed := _seal_batch(at):
        total += sealed
    if total and (head := queries.last_seal()):
        heads.keep_latest(_head(head, at))
    return total


def sign_head(*, at: datetime) -> bool:
    """Write the head of the chain, signed, into the file outside the database; False when nothing is new."""
    head = queries.last_seal()
    signed = [line.body for line in heads.lines() if line.body.get("kind") == "head"]
    if head is None or (signed and signed[-1]["seq"] == head.seq):
        return False
    heads.append(_head(head, at))
    return True


def verify() -> Verification:
    """Recompute everything and compare it with what was signed outside; says each fault in a sentence."""
    problems = list(verification.faults())
    return Verification(ok=not problems, problems=problems, seals=Seal.objects.count())


@transaction.atomic(durable=True)
def purge(*, before: datetime, kept: list[str], at: datetime) -> Minute | None:
    """Take out the text of sealed entries older than a moment, and leave a signed minute of it.

    Seals stay, so the chain still proves that each entry existed. ``kept`` names the first words of verbs that are kept
    with their file. Called by the retention job; no page offers it.
    """
    if before > rules.months_before(at, rules.FEWEST_MONTHS):
        raise TooYoungToPurge(before, rules.FEWEST_MONTHS)
    head = queries.last_seal()
    if head is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_purge(%s, %s, %s)", [before, head.seq, kept])
        gone = [row[0] for row in cursor.fetchall()]
    if not gone:
        return None
    rule = _("entries before %(before)s; kept: %(kept)s") % {
        "before": f"{before:%d/%m/%Y}",
        "kept": ", ".join(kept) or "–",
    }
    minute = Minute.objects.create(
        purged_at=at, before=before, ranges=rules.ranges(sorted(gone)), count=len(gone), rule=rule
    )
    record(
        "audit.purged",
        subject=f"audit-minute:{minute.pk}",
        by=Actor.system("retention"),
        at=at,
        facts={"before": before, "count": len(gone), "kept": kept},
    )
    # Signed before the commit: a minute without its purge is visible, a purge without its minute would be a fault.
    heads.append(
        {"kind": "minute", "minute": minute.pk, "at": at.isoformat(), **verification.minute_facts(minute)}
    )
    return minute


def arrange_privileges(*, using: str = "default") -> bool:
    """Give the application's role every right but to change the trail; False where this connection may not.

    The role is ``giamsat_app``; GIAMSAT_DATABASE_ROLE makes the processes take it on (docs/decisions/0019).
    """
    database = connections[using]
    with database.cursor() as cursor:
        cursor.execute("SELECT to_regclass('audit_minute') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            cursor.execute(_MAKE_ROLE)
        cursor.execute("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [APPLICATION_ROLE])
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(_GIVE_RIGHTS)
    return True


_MAKE_ROLE = f"""
DO $$ BEGIN
    CREATE ROLE {APPLICATION_ROLE} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""
_GIVE_RIGHTS = f"""
GRANT USAGE ON SCHEMA public TO {APPLICATION_ROLE};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APPLICATION_ROLE};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APPLICATION_ROLE};
GRANT EXECUTE ON FUNCTION audit_purge(timestamptz, bigint, text[]) TO {APPLICATION_ROLE};
REVOKE EXECUTE ON FUNCTION audit_purge(timestamptz, bigint, text[]) FROM PUBLIC;
REVOKE UPDATE, DELETE, TRUNCATE ON {", ".join(ADD_ONLY)} FROM {APPLICATION_ROLE}, PUBLIC;
"""  # noqa: S608 - our own constants


@transaction.atomic(durable=True)
def _seal_batch(at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALER_LOCK])
        if not cursor.fetchone()[0]:
            return 0
    waiting = list(Unsealed.objects.order_by("entry_id").values_list("entry_id", flat=True)[:BATCH])
    if not waiting:
        return 0
    head = queries.last_seal()
    seq, chain = (head.seq, bytes(head.chain)) if head else (0, rules.GENESIS)
    seals = []
    for entry in Entry.objects.filter(pk__in=waiting).order_by("pk"):
        seq += 1
        content = verification.digest(entry)
        chain = rules.chain_digest(chain, seq, entry.pk, content)
        seals.append(Seal(seq=seq, entry_id=entry.pk, content=content, chain=chain, sealed_at=at))
    Seal.objects.bulk_create(seals)
    Unsealed.objects.filter(pk__in=waiting).delete()
    return len(seals)


def _head(seal: Seal, at: datetime) -> dict[str, Any]:
    return {"kind": "head", "seq": seal.seq, "chain": bytes(seal.chain).hex(), "at": at.isoformat()}
