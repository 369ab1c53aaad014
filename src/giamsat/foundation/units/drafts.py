"""Units as files describe them: their names and order, and what may not stand together. Pure."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from django.utils.translation import gettext as _

from giamsat.foundation.units.errors import Contradiction
from giamsat.lib.text import fold, vietnamese_key

Key = tuple[str, str]
_fold = cache(fold)  # numbered units share a few names
_alphabetical = cache(vietnamese_key)


@dataclass(slots=True)
class Draft:
    """A unit as a file describes it, and where it does."""

    file: str
    line: int
    vintage: str
    code: str
    kind: str
    name_vi: str
    name_en: str
    bare_vi: str
    level: int
    rank: int
    parent: Key | None
    region: str
    commission_kind: str
    withheld: bool
    valid_from: date
    valid_to: date | None
    seat_lat: float | None = None
    seat_lon: float | None = None
    seat_of: str = ""
    area_km2: Decimal | None = None
    members: int | None = None

    @property
    def key(self) -> Key:
        return self.vintage, self.code

    @property
    def folded(self) -> str:
        """Bare name, full name, English name: what a hurried person may type."""
        return "|".join(dict.fromkeys(map(_fold, (self.bare_vi, self.name_vi, self.name_en))))

    @property
    def sort_key(self) -> str:
        return _alphabetical(self.bare_vi)

    def contradiction(self, column: str, value: object, problem: str) -> Contradiction:
        return Contradiction(self.file, self.line, column, str(value), problem)


def steady_choice(of: str, lowest: int, highest: int) -> int:
    """A number from the range that is always the same for the same text."""
    return lowest + zlib.crc32(of.encode()) % (highest - lowest + 1)


def even_shares(total: int, parts: int) -> list[int]:
    """Split a whole number into parts that differ by at most one and add up to it."""
    each, left = divmod(total, parts)
    return [each + (place < left) for place in range(parts)]


def contradictions(drafts: Iterable[Draft]) -> list[Contradiction]:
    """Everything in the drafts that cannot be true together."""
    drafts = list(drafts)
    by_key: dict[Key, Draft] = {}
    found = []
    for draft in drafts:
        twin = by_key.setdefault(draft.key, draft)
        if twin is not draft:
            found.append(
                draft.contradiction("code", draft.code, _("already used at %s") % f"{twin.file}:{twin.line}")
            )
    found += _open_codes_used_twice(by_key.values())
    for draft in drafts:
        found += _own_contradictions(draft)
        if draft.parent:
            found += _contradictions_with_parent(draft, by_key.get(draft.parent))
    return found


def _open_codes_used_twice(drafts: Iterable[Draft]) -> list[Contradiction]:
    first: dict[str, Draft] = {}
    found = []
    for draft in drafts:
        if draft.valid_to is None and first.setdefault(draft.code, draft) is not draft:
            found.append(
                draft.contradiction(
                    "code", draft.code, _("open in vintage %s too; close one") % first[draft.code].vintage
                )
            )
    return found


def _own_contradictions(draft: Draft) -> list[Contradiction]:
    found = []
    if draft.valid_to is not None and draft.valid_to <= draft.valid_from:
        found.append(
            draft.contradiction(
                "valid_to", draft.valid_to, _("not later than valid_from %s") % draft.valid_from
            )
        )
    if (draft.seat_lat is None) != (draft.seat_lon is None):
        found.append(draft.contradiction("lat", draft.seat_lat, _("a seat needs both lat and lon")))
    elif draft.seat_lat is not None and not _on_earth(draft.seat_lat, draft.seat_lon or 0.0):
        found.append(
            draft.contradiction("lat", f"{draft.seat_lat}, {draft.seat_lon}", _("not a point on earth"))
        )
    if draft.area_km2 is not None and draft.area_km2 <= 0:
        found.append(draft.contradiction("area_km2", draft.area_km2, _("an area is more than zero")))
    return found


def _on_earth(lat: float, lon: float) -> bool:
    return -90 <= lat <= 90 and -180 <= lon <= 180


def _contradictions_with_parent(draft: Draft, parent: Draft | None) -> list[Contradiction]:
    if parent is None:
        return [draft.contradiction("parent", draft.parent and draft.parent[1], _("no such unit"))]
    found = []
    if parent.level >= draft.level:
        found.append(
            draft.contradiction(
                "parent",
                parent.code,
                _("stands on level %(above)s, the unit on level %(own)s: a unit stands below its parent")
                % {"above": parent.level, "own": draft.level},
            )
        )
    if draft.valid_from < parent.valid_from or (
        parent.valid_to is not None and (draft.valid_to is None or draft.valid_to > parent.valid_to)
    ):
        found.append(
            draft.contradiction("valid_from", draft.valid_from, _("outlives its parent %s") % parent.code)
        )
    return found
