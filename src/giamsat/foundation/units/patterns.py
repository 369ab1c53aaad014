"""Units made by pattern: neutral, numbered, the same at every loading."""

from collections.abc import Iterator
from dataclasses import replace

from giamsat.foundation.units.drafts import Draft, Key, even_shares, steady_choice
from giamsat.foundation.units.manifest import Kind, Manifest, Numbered, Pattern
from giamsat.lib.text import without_accents


def numbered_drafts(manifest: Manifest, drafts: list[Draft]) -> list[Draft]:
    """What the patterns of the manifest add; later patterns also apply to what earlier ones made."""
    made: list[Draft] = []
    for rule in manifest.numbered:
        everything = {draft.key: draft for draft in (*drafts, *made)}
        for parent in everything.values():
            if _matches(rule, parent, everything):
                made += _children(manifest, rule, parent)
    return made


def _matches(rule: Numbered, unit: Draft, everything: dict[Key, Draft]) -> bool:
    under = rule.under
    return (
        unit.kind in under.kinds
        and unit.valid_to is None
        and (under.withheld is None or unit.withheld == under.withheld)
        and (under.commission is None or unit.commission_kind == under.commission)
        and (not under.beneath or not set(_line(unit, everything)).isdisjoint(under.beneath))
    )


def _line(unit: Draft, everything: dict[Key, Draft]) -> Iterator[str]:
    """Codes from the unit up to the root."""
    above: Draft | None = unit
    while above:
        yield above.code
        above = everything.get(above.parent) if above.parent else None


def _children(manifest: Manifest, rule: Numbered, parent: Draft) -> list[Draft]:
    if isinstance(rule.count, int):
        count = rule.count
    else:
        count = steady_choice(parent.code, rule.count.lowest, rule.count.highest)
    patterns = [(number, pattern) for number in range(1, count + 1) for pattern in rule.units]
    if not patterns:
        return []
    shares: list[int] | list[None] = [None] * len(patterns)
    if parent.members is not None and rule.members_share:
        shares = even_shares(round(parent.members * rule.members_share), len(patterns))
    kind = manifest.kinds[rule.kind]
    return [
        replace(_child(rule, kind, parent, pattern, number), members=members)
        for (number, pattern), members in zip(patterns, shares, strict=True)
    ]


def _child(rule: Numbered, kind: Kind, parent: Draft, pattern: Pattern, number: int) -> Draft:
    facts = {
        "parent": parent.code,
        "bare_vi": parent.bare_vi,
        "bare_en": without_accents(parent.bare_vi),
        "n": number,
    }
    name_vi = pattern.vi.format(**facts)
    return replace(
        parent,
        code=pattern.code.format(**facts),
        kind=rule.kind,
        name_vi=name_vi,
        name_en=pattern.en.format(**facts),
        bare_vi=name_vi.removeprefix(kind.prefix_vi),
        level=kind.level,
        rank=kind.rank,
        parent=parent.key,
        region="",
        commission_kind=kind.commission,
        withheld=False,
        seat_lat=None,
        seat_lon=None,
        seat_of="",
        area_km2=None,
    )
