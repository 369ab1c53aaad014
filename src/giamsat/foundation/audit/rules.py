"""How entries become digests and digests a chain. Pure: bytes in, bytes out."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

GENESIS = bytes(32)
FEWEST_MONTHS = 12


def content_digest(
    *,
    entry_id: int,
    verb: str,
    subject: str,
    unit_id: int | None,
    by_id: int | None,
    by_name: str,
    at: datetime,
    facts: dict[str, Any],
    recorded_at: datetime,
) -> bytes:
    """The digest of everything an entry says."""
    parts = [entry_id, verb, subject, unit_id, by_id, by_name, _instant(at), facts, _instant(recorded_at)]
    return hashlib.sha256(canonical(parts)).digest()


def chain_digest(previous: bytes, seq: int, entry_id: int, content: bytes) -> bytes:
    """The next link: it depends on every link before it."""
    return hashlib.sha256(previous + seq.to_bytes(8) + entry_id.to_bytes(8) + content).digest()


def canonical(value: Any) -> bytes:
    """One spelling for one JSON value, whatever order its keys came in."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def ranges(numbers: Iterable[int]) -> list[list[int]]:
    """Ascending numbers as [first, last] runs."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs


def covered(runs: list[list[int]]) -> Iterator[int]:
    for first, last in runs:
        yield from range(first, last + 1)


def months_before(at: datetime, months: int) -> datetime:
    """The same hour of the first day of the month, so many months earlier."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    return at.replace(year=year, month=month + 1, day=1)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
