"""Looking for what should not be: the chain against the entries, and both against the signed heads."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from giamsat.foundation.audit import heads, rules
from giamsat.foundation.audit.choices import Fault
from giamsat.foundation.audit.models import Entry, Minute, Seal, Unsealed

CHUNK = 5_000
MOST_TOLD = 100


@dataclass(frozen=True)
class Problem:
    """One fault and the number of the seal, entry, line or minute where it shows."""

    fault: Fault
    seq: int

    def __str__(self) -> str:
        return str(self.fault.label) % {"seq": self.seq}


def digest(entry: Entry) -> bytes:
    return rules.content_digest(
        entry_id=entry.pk,
        verb=entry.verb,
        subject=entry.subject,
        unit_id=entry.unit_id,
        by_id=entry.by_id,
        by_name=entry.by_name,
        at=entry.at,
        facts=entry.facts,
        recorded_at=entry.recorded_at,
    )


def minute_facts(minute: Minute) -> dict[str, Any]:
    return {"count": minute.count, "before": minute.before.isoformat(), "ranges": minute.ranges}


def faults() -> Iterator[Problem]:
    """Every fault, in the order of the chain; entries first, then the chain, then what was signed."""
    signed: dict[int, str] = {}
    minutes: dict[int, dict[str, Any]] = {}
    for line in [*heads.lines(), *filter(None, [heads.latest()])]:
        if not line.genuine:
            yield Problem(Fault.HEAD_FORGED, line.number)
        elif line.body["kind"] == "minute":
            minutes[line.body["minute"]] = line.body
        elif signed.setdefault(line.body["seq"], line.body["chain"]) != line.body["chain"]:
            yield Problem(Fault.RECOMPUTED, line.body["seq"])
    purged, forged = _purged(minutes)
    yield from forged
    last = yield from _chain_faults(signed, purged)
    yield from (Problem(Fault.TAIL_CUT, seq) for seq in sorted(signed) if seq > last)
    if last and not signed:
        yield Problem(Fault.HEADS_GONE, last)
    for entry_id in _unqueued():
        yield Problem(Fault.UNQUEUED, entry_id)


def _chain_faults(signed: dict[int, str], purged: set[int]) -> Generator[Problem, None, int]:
    """Walk the chain once; the generator's value is the last number it reached."""
    previous, expected = rules.GENESIS, 1
    for chunk in _chunks():
        entries = Entry.objects.in_bulk([seal.entry_id for seal in chunk])
        for seal in chunk:
            entry = entries.get(seal.entry_id)
            content, chain = bytes(seal.content), bytes(seal.chain)
            if entry is None and seal.seq not in purged:
                yield Problem(Fault.DELETED, seal.seq)
            elif entry is not None and digest(entry) != content:
                yield Problem(Fault.EDITED, seal.seq)
            if (
                seal.seq != expected
                or rules.chain_digest(previous, seal.seq, seal.entry_id, content) != chain
            ):
                yield Problem(Fault.BROKEN, seal.seq)
            if seal.seq in signed and signed[seal.seq] != chain.hex():
                yield Problem(Fault.RECOMPUTED, seal.seq)
            previous, expected = chain, seal.seq + 1
    return expected - 1


def _chunks() -> Iterator[list[Seal]]:
    after = 0
    while chunk := list(Seal.objects.filter(seq__gt=after).order_by("seq")[:CHUNK]):
        yield chunk
        after = chunk[-1].seq


def _purged(signed: dict[int, dict[str, Any]]) -> tuple[set[int], list[Problem]]:
    """Seals that minutes excuse, and minutes that differ from what was signed about them."""
    excused: set[int] = set()
    problems = []
    for minute in Minute.objects.order_by("pk"):
        told = signed.get(minute.pk, {})
        if minute_facts(minute) != {key: told.get(key) for key in minute_facts(minute)}:
            problems.append(Problem(Fault.MINUTE_FORGED, minute.pk))
        else:
            excused.update(rules.covered(minute.ranges))
    return excused, problems


def _unqueued() -> Iterator[int]:
    sealed = Seal.objects.filter(entry_id=OuterRef("pk"))
    queued = Unsealed.objects.filter(entry_id=OuterRef("pk"))
    stray = Entry.objects.filter(~Exists(sealed), ~Exists(queued)).order_by("pk")
    yield from stray.values_list("pk", flat=True)[:MOST_TOLD]
