"""What a change means for the tree itself, its series and its map, in sentences."""

from collections.abc import Iterator

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from giamsat.foundation.units.changes.consequences import Consequence
from giamsat.foundation.units.changes.drafting import drafts_of
from giamsat.foundation.units.changes.plan import Closing, Effects
from giamsat.foundation.units.choices import Concern
from giamsat.foundation.units.queries import map_facts

OFFICIAL = "official"


def told_of_the_tree(effects: Effects) -> Iterator[Consequence]:
    """Of each unit that ends whether its figures go on, and of each that begins whether it is on the map."""
    language = get_language()
    for closing in effects.closings:
        if closing.whole and closing.into[0].line is None:
            continue  # it goes along with its superior, and its figures with it
        yield Consequence(
            Concern.SERIES,
            closing.unit.pk,
            "whole" if closing.whole else "parts" if closing.into else "none",
            _("Figures of %s") % closing.unit.name(language),
            _series(closing, language),
        )
    yield from _on_the_map(effects, language)


def _on_the_map(effects: Effects, language: str) -> Iterator[Consequence]:
    """Schematic outlines follow the seats; official ones wait for the file in which the new units are."""
    facts = map_facts()
    official = facts is not None and facts.kind == OFFICIAL
    for place, draft in drafts_of(effects):
        if not place.opens or not any(unit.on_map for unit in place.made_of):
            continue
        known = place.code in {unit.code for unit in place.made_of} and len(place.made_of) == 1
        if draft.seat_lat is None or (official and not known):
            becomes = _(
                "has no outline yet: it is listed among the units not on the map until one is imported"
            )
        elif len(place.made_of) > 1:
            becomes = _("is drawn on the land of the %s units it is made of") % len(place.made_of)
        else:
            continue
        yield Consequence(Concern.MAP, 0, place.code, place.name(language), becomes)


def _series(closing: Closing, language: str) -> str:
    if closing.whole:
        return _("go on in %s; like for like they count for it from the first period on") % closing.into[
            0
        ].name(language)
    if closing.into:
        names = ", ".join(place.name(language) for place in closing.into)
        return (
            _("end: nobody knows which part of them was whose. %s begin without a like-for-like past") % names
        )
    return _("end; they stay readable as the map was")
