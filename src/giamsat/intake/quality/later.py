"""What the rules find at night: kept while it stands, marked when it is no more."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from giamsat.intake.quality.choices import Severity
from giamsat.intake.quality.findings import Finding
from giamsat.intake.quality.models import LaterFinding
from giamsat.intake.quality.score_store import Key

BATCH = 2_000
Place = tuple[int, str, tuple[str, ...]]  # whose, which check, where


def keep(key: Key, found: Mapping[int, Sequence[Finding]], *, at: datetime) -> int:
    """Of every unit that was looked at, what stands now; returns how many were not known before.

    What was found before and stands on keeps the night on which it was first found.
    """
    standing = LaterFinding.objects.select_for_update().filter(
        unit__in=list(found),
        form_code=key.form_code,
        period_key=key.period_key,
        basis=key.basis,
        gone_at=None,
    )
    known: dict[Place, LaterFinding] = {
        (each.unit_id, each.check_name, tuple(each.cell_keys)): each for each in standing.order_by("pk")
    }
    now = {(unit, each.check, each.cell_keys): each for unit, some in found.items() for each in some}
    gone = [each.pk for place, each in known.items() if place not in now]
    LaterFinding.objects.filter(pk__in=gone).update(gone_at=at)
    fresh = [_row(key, place[0], each, at) for place, each in now.items() if place not in known]
    LaterFinding.objects.bulk_create(fresh, batch_size=BATCH)
    changed = [_retold(known[place], each) for place, each in now.items() if place in known]
    LaterFinding.objects.bulk_update(
        [each for each in changed if each], ["facts", "rule_version", "severity"], batch_size=BATCH
    )
    return len(fresh)


def _row(key: Key, unit_id: int, found: Finding, at: datetime) -> LaterFinding:
    return LaterFinding(
        unit_id=unit_id,
        form_code=key.form_code,
        period_key=key.period_key,
        basis=key.basis,
        rule_code=found.rule,
        rule_version=found.version,
        check_name=found.check,
        severity=_mild(found),
        cell_keys=list(found.cell_keys),
        facts=found.facts,
        found_at=at,
    )


def _retold(known: LaterFinding, found: Finding) -> LaterFinding | None:
    """With the figures of tonight; None where nothing has changed."""
    facts, version = found.facts, found.version
    if (known.facts, known.rule_version) == (facts, version):
        return None
    known.facts, known.rule_version, known.severity = facts, version, _mild(found)
    return known


def _mild(found: Finding) -> str:
    """The report was sent and accepted as it stands: what would have blocked it asks to be looked at."""
    return Severity.WARNING.value if found.severity == Severity.ERROR else str(found.severity)
