"""The units that a change opens, as drafts: level and rank by kind, seat and members from what they are made of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from giamsat.foundation.units.changes.plan import Effects, Line, Place
from giamsat.foundation.units.choices import Topic
from giamsat.foundation.units.drafts import Draft
from giamsat.foundation.units.errors import ChangeRefused, Contradiction
from giamsat.foundation.units.manifest import Manifest, read_manifest
from giamsat.foundation.units.models import Unit, Word
from giamsat.lib.text import without_accents


@dataclass(frozen=True, slots=True)
class _Origin:
    """Of units that end, which are divided, and where each goes on."""

    heirs: Mapping[int, Place | None]
    parts: frozenset[int]

    def keeps_seat(self, place: Place, like: Unit) -> bool:
        """Of the parts of a unit the heir has its seat; the others are not on the map until it is drawn with them."""
        return self.heirs.get(like.pk, place) is place


def drafts_of(effects: Effects) -> list[tuple[Place, Draft]]:
    """Every unit to be opened and every one to be named anew. ``ChangeRefused`` where kind and place do not fit."""
    manifest = read_manifest(settings.DEFINITIONS_DIR / "territory")
    problems: list[Contradiction] = []
    vintage = _vintage(effects)
    made = []
    levels: dict[int, int] = {}
    origin = _Origin(
        heirs={each.unit.pk: each.heir for each in effects.closings},
        parts=frozenset(each.unit.pk for each in effects.closings if not each.whole),
    )
    for place in (*effects.openings, *effects.renamings):
        line = place.line or Line(0)
        if place.kind not in manifest.kinds:
            problems.append(line.problem("kind", _("no such kind; known: %s") % ", ".join(manifest.kinds)))
            continue
        if other := manifest.misnamed_as(place.kind, place.name_vi):
            named = {"name": place.name_vi, "kind": other}
            problems.append(line.problem("kind", _("the name %(name)s says %(kind)s") % named))
        draft = _draft(place, manifest, vintage, effects.on, origin)
        place.name_en = draft.name_en
        levels[id(place)] = draft.level
        above = place.parent
        if above is not None:
            level = above.unit.level if above.unit else levels.get(id(above), draft.level)
            if level >= draft.level:
                problems.append(line.problem("parent", _("a unit stands on a level below its superior's")))
        if place.unit is not None and place.unit.level != draft.level:
            problems.append(line.problem("kind", _("a unit keeps its level; close it and open another")))
        if above is not None and above.unit is not None and above.unit.valid_from > effects.on:
            problems.append(line.problem("parent", _("did not stand yet on that day")))
        made.append((place, draft))
    if problems:
        raise ChangeRefused(problems)
    return made


def say_vintage(drafts: Iterable[Draft], decision: str) -> None:
    """The map of units that a change opens has a name on screens, as those of the files have."""
    for draft in drafts:
        Word.objects.update_or_create(
            topic=Topic.VINTAGE,
            code=draft.vintage,
            defaults={
                "name_vi": f"Thay đổi từ {draft.valid_from:%d/%m/%Y} ({decision})",
                "name_en": f"Changed from {draft.valid_from:%d/%m/%Y} ({decision})",
                "ordinal": 1_000,
            },
        )
        return


def _vintage(effects: Effects) -> str:
    """Every change opens a map of units of its own, named by its day: codes never meet another meaning in it."""
    day = f"{effects.on:%Y-%m-%d}"
    same_day = Unit._base_manager.filter(vintage__startswith=day).values("vintage").distinct().count()
    return f"{day}.{same_day + 1}" if same_day else day


def _draft(place: Place, manifest: Manifest, vintage: str, on: date, origin: _Origin) -> Draft:
    kind = manifest.kinds[place.kind]
    bare = manifest.bare_name(place.kind, place.name_vi)
    like = place.unit or next((each for each in place.made_of if each.code == place.code), None)
    like = like or (place.made_of[0] if place.made_of else None)
    whole = [each for each in place.made_of if each.pk not in origin.parts]
    seat = like if like is not None and origin.keeps_seat(place, like) else None
    return Draft(
        file="",
        line=place.line.number if place.line else 0,
        vintage=vintage,
        code=place.code,
        kind=place.kind,
        name_vi=place.name_vi,
        name_en=place.name_en or without_accents(bare) + kind.suffix_en,
        bare_vi=bare,
        level=kind.level,
        rank=kind.rank,
        parent=None,
        region=_region(place, like),
        commission_kind=manifest.default_commission(place.kind),
        withheld=like.withheld if like is not None else False,
        valid_from=on,
        valid_to=None,
        seat_lat=seat.seat_lat if seat else None,
        seat_lon=seat.seat_lon if seat else None,
        area_km2=_area(place, whole),
        members=_members(place, whole),
    )


def _region(place: Place, like: Unit | None) -> str:
    if like is not None and (place.parent is None or like.is_point):
        return like.region
    above = place.parent
    while above is not None:
        if above.unit is not None:
            return above.unit.region
        if above.made_of:
            return above.made_of[0].region
        above = above.parent
    return ""


def _area(place: Place, whole: list[Unit]) -> Decimal | None:
    areas = [each.area_km2 for each in whole if each.area_km2 is not None]
    complete = bool(whole) and len(areas) == len(place.made_of)
    return sum(areas, Decimal(0)) if complete else None


def _members(place: Place, whole: list[Unit]) -> int | None:
    members = [each.members for each in whole if each.members is not None]
    return sum(members) if whole and len(members) == len(place.made_of) else None
