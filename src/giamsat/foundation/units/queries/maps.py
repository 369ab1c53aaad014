"""Shapes for the map, and what lies where. Reads the drawing that counts; knows no viewer either."""

import json
import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from giamsat.foundation.units.choices import Selector
from giamsat.foundation.units.errors import AreaRefused, MapNotBuilt
from giamsat.foundation.units.geometry import drawing, files
from giamsat.foundation.units.geometry.areas import drawn_polygon, refuse_odd_point
from giamsat.foundation.units.geometry.files import MapFacts
from giamsat.foundation.units.geometry.lookup import Hit, OutlineIndex, SeatIndex
from giamsat.foundation.units.geometry.shapes import Place
from giamsat.foundation.units.models import Unit, UnitSet
from giamsat.foundation.units.queries.tree import subtree, tree_stamp

FARTHEST_KM = 2_500
SAFE_NAME = re.compile(r"[\w.-]{1,80}", re.ASCII)


def geometry_folder() -> Path:
    return Path(settings.DATA_DIR) / "geometry"


def places_to_draw() -> tuple[list[Place], list[Place]]:
    """Open units of the finest level that has seats, and the units directly under the root they belong to."""
    seated = list(Unit.objects.still_open().exclude(seat_lat=None).order_by("path"))
    if not seated:
        return [], []
    finest = max(unit.depth for unit in seated)
    root_and_group = 2 * Unit.steplen
    groups = {unit.path: unit for unit in seated if unit.is_point}
    places = [
        _place(unit, groups.get(unit.path[:root_and_group], unit)) for unit in seated if unit.depth == finest
    ]
    return places, [_place(unit, unit) for unit in groups.values()]


def _place(unit: Unit, group: Unit) -> Place:
    return Place(
        code=unit.code,
        name_vi=unit.name_vi,
        name_en=unit.name_en,
        kind=unit.kind,
        lat=unit.seat_lat or 0.0,
        lon=unit.seat_lon or 0.0,
        area_km2=float(unit.area_km2) if unit.area_km2 is not None else None,
        group=group.code,
    )


def map_facts() -> MapFacts | None:
    """Which map stands: schematic or official, from what, what it could not draw. None before the first."""
    return files.current(geometry_folder())


def province_shapes() -> dict[str, Any]:
    """TopoJSON, object ``provinces``: the units directly under the root."""
    return _layer(drawing.GROUPS, _("the provinces"))


def country_shapes() -> dict[str, Any]:
    """TopoJSON, object ``communes``: every unit of the finest level at low detail."""
    return _layer(drawing.COUNTRY, _("the country"))


def commune_shapes(province: Unit | str, detail: str = "high") -> dict[str, Any]:
    """TopoJSON, object ``communes``: the units of one province; ``detail`` high or mid."""
    code = province if isinstance(province, str) else province.code
    try:
        return _layer(drawing.layer_of(code, detail), code)
    except MapNotBuilt:
        if detail == "high":
            raise
        return commune_shapes(code)


def labelled_features() -> dict[str, Any]:
    """GeoJSON: archipelagos that every map draws and names, whatever its boundaries."""
    return _layer(drawing.FEATURES, _("the archipelagos"))


def _layer(name: str, wanted: str) -> dict[str, Any]:
    facts = map_facts()
    file = files.layer_file(geometry_folder(), facts, name) if facts and SAFE_NAME.fullmatch(name) else None
    if file is None or not file.is_file():
        raise MapNotBuilt(wanted)
    layer: dict[str, Any] = json.loads(file.read_bytes())
    return layer


def units_within_radius(lat: float, lon: float, km: float, *, on: date | None = None) -> list[Hit]:
    """Units of the finest level whose seat is at most that far away on the ground, nearest first."""
    refuse_odd_point(lat, lon)
    if not 0 < km <= FARTHEST_KM:
        raise AreaRefused(_("A radius is more than 0 and at most %s km.") % FARTHEST_KM, km=km)
    return _seats(on).within_radius(lat, lon, km)


def units_in_area(
    area: Mapping[str, Any], by: Selector = Selector.SEAT, *, on: date | None = None
) -> list[Hit]:
    """Units of the finest level inside a drawn GeoJSON polygon: by their seat, or by half of their land."""
    polygon = drawn_polygon(area)
    seats = _seats(on)
    if by == Selector.SEAT:
        return seats.inside(polygon)
    codes = _outlines().mostly_inside(polygon)
    return [Hit(seats.ids[seats.by_code[code]], code) for code in codes if code in seats.by_code]


def unit_at(lat: float, lon: float) -> Hit | None:
    """The unit of the finest level on whose drawn land a point lies; on a schematic map, only likely."""
    refuse_odd_point(lat, lon)
    code = _outlines().at(lat, lon)
    seats = _seats(None)
    return Hit(seats.ids[seats.by_code[code]], code) if code in seats.by_code else None


def units_within_boundary(unit: Unit, on: date | None = None) -> UnitSet:
    """Units with a seat inside an administrative boundary: the subtree, without what has no territory."""
    return subtree(unit, on).exclude(seat_lat=None)


def _seats(on: date | None) -> SeatIndex:
    return _seat_index(tree_stamp(), on)


@lru_cache(maxsize=8)
def _seat_index(_stamp: str, on: date | None) -> SeatIndex:
    units = Unit.objects.exclude(seat_lat=None)
    units = units.valid_on(on) if on else units.still_open()
    rows = list(units.order_by("code").values_list("depth", "pk", "code", "seat_lat", "seat_lon"))
    finest = max((row[0] for row in rows), default=0)
    return SeatIndex([row[1:] for row in rows if row[0] == finest])


def _outlines() -> OutlineIndex:
    facts = map_facts()
    if facts is None:
        raise MapNotBuilt(_("the country"))
    return _outline_index(geometry_folder(), facts.stamp)


@lru_cache(maxsize=2)
def _outline_index(folder: Path, _stamp: str) -> OutlineIndex:
    facts = files.current(folder)
    if facts is None:
        raise MapNotBuilt(_("the country"))
    return OutlineIndex(*files.read_outlines(folder, facts))
