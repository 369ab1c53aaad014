"""Planting the tree and drawing its map. Each may be repeated: the same files change nothing."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from giamsat.foundation.units.errors import BoundariesRefused, TerritoryRefused
from giamsat.foundation.units.geometry import drawing, files, official, schematic
from giamsat.foundation.units.geometry.files import MapFacts
from giamsat.foundation.units.geometry.shapes import Place
from giamsat.foundation.units.manifest import digest, read_manifest
from giamsat.foundation.units.models import Loading
from giamsat.foundation.units.planting import Planted, plant
from giamsat.foundation.units.queries import geometry_folder, map_facts, places_to_draw, tree_stamp
from giamsat.foundation.units.reading import read_territory

SCHEMATIC, OFFICIAL = "schematic", "official"


@transaction.atomic
def load_territory(folder: Path) -> Planted:
    """Load a territory folder (territory.yaml and its CSV files) whole, or refuse it whole."""
    manifest = read_manifest(folder)
    content = digest(folder, manifest)
    latest = Loading.objects.order_by("pk").last()
    if latest and latest.digest == content:
        return Planted(added=0, changed=0, unchanged=latest.units)
    territory = read_territory(folder, manifest)
    if territory.problems:
        raise TerritoryRefused(territory.problems)
    planted = plant(territory)
    Loading.objects.create(profile=manifest.profile, digest=content, units=planted.units)
    return planted


def build_schematic(folder: Path | None = None, *, replace_official: bool = False) -> MapFacts | None:
    """Draw the map from seats and a general outline. None when no unit has a seat.

    Official boundaries, once imported, stay until they are replaced on purpose.
    """
    source = _map_source(folder)
    standing = map_facts()
    if standing and standing.kind == OFFICIAL and not replace_official:
        return standing
    places, groups = places_to_draw()
    if not places:
        return None
    stamp = _stamp(SCHEMATIC, *source.files)
    if standing and standing.stamp == stamp:
        return standing
    islands = {each.unit: each.islands for each in source.archipelagos}
    seats = [schematic.Seat(place.code, place.lat, place.lon, place.area_km2) for place in places]
    shapes = schematic.draw(seats, source.outline, islands)
    layers = drawing.schematic_layers(places, groups, shapes)
    facts = _facts(stamp, SCHEMATIC, source.names, places, shapes, unmatched=[], mended=[])
    layers[drawing.FEATURES] = drawing.labelled(source.archipelagos)
    files.publish(geometry_folder(), facts, layers, shapes)
    return facts


def import_boundaries(path: Path, *, code_property: str = "code", folder: Path | None = None) -> MapFacts:
    """Replace the map by outlines from a GeoJSON file, matched to units by code."""
    if not path.is_file():
        raise BoundariesRefused(path.name, _("there is no such file."))
    source = _map_source(folder)
    places, groups = places_to_draw()
    known = {place.code: place for place in places}
    outlines = official.read_outlines(path, code_property)
    official.refuse_strangers(path, outlines.shapes, known)
    shapes = {code: shape for code, shape in outlines.shapes.items() if code in known}
    stamp = _stamp(OFFICIAL, path, *source.files)
    facts = _facts(
        stamp,
        OFFICIAL,
        path.name,
        places,
        shapes,
        unmatched=sorted(outlines.shapes.keys() - known.keys()),
        mended=[code for code in outlines.mended if code in known],
    )
    layers = drawing.official_layers(places, groups, shapes, source.archipelagos)
    layers[drawing.FEATURES] = drawing.labelled(source.archipelagos)
    files.publish(geometry_folder(), facts, layers, shapes)
    return facts


@dataclass(frozen=True, slots=True)
class _MapSource:
    files: list[Path]
    outline: BaseGeometry | None
    archipelagos: list[drawing.Archipelago]

    @property
    def names(self) -> str:
        return ", ".join(file.name for file in self.files) or "seats"


def _map_source(folder: Path | None) -> _MapSource:
    folder = folder or settings.DEFINITIONS_DIR / "territory"
    named = read_manifest(folder).map
    outline = folder / named.outline if named.outline else None
    islands = folder / named.always_drawn if named.always_drawn else None
    return _MapSource(
        [file for file in (outline, islands) if file],
        drawing.read_outline(outline) if outline else None,
        drawing.read_archipelagos(islands) if islands else [],
    )


def _stamp(kind: str, *sources: Path) -> str:
    """The same tree drawn from the same files by the same code has the same stamp."""
    total = hashlib.sha256(f"{kind} {drawing.DRAWING_VERSION} {tree_stamp()}".encode())
    for source in sources:
        total.update(hashlib.sha256(source.read_bytes()).digest())
    return f"{kind}-{total.hexdigest()[:16]}"


def _facts(
    stamp: str,
    kind: str,
    source: str,
    places: list[Place],
    shapes: dict[str, BaseGeometry],
    *,
    unmatched: list[str],
    mended: list[str],
) -> MapFacts:
    not_drawn = [place.code for place in places if place.code not in shapes]
    return MapFacts(
        stamp=stamp,
        kind=kind,
        source=source,
        drawn=len(places) - len(not_drawn),
        not_drawn=not_drawn,
        unmatched=unmatched,
        mended=mended,
    )
