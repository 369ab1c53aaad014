"""From outlines to everything a map page asks for: layers at the detail each is looked at."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from giamsat.foundation.units.geometry.geodesy import circle
from giamsat.foundation.units.geometry.shapes import Place, as_topology, join_groups, simplify_together

DRAWING_VERSION = "1"  # raise it when the same outlines would be drawn otherwise
TOLERANCE = {
    "high": 0.0015,
    "mid": 0.004,
    "low": 0.010,
}  # square root of the area a corner may give, in degrees
GROUP_TOLERANCE = 0.006
FINE, COARSE = 1e5, 2e4
GROUPS, COUNTRY, FEATURES = "provinces", "country", "features"


@dataclass(frozen=True, slots=True)
class Archipelago:
    """Islands too small to be seen at their true size, drawn and named on every map."""

    unit: str
    islands: BaseGeometry
    feature: dict[str, Any]


def read_outline(file: Path) -> BaseGeometry:
    """The general outline: all polygons of a GeoJSON file as one."""
    features = json.loads(file.read_text(encoding="utf-8"))["features"]
    parts = shapely.from_geojson([json.dumps(each["geometry"]) for each in features])
    return shapely.union_all(shapely.make_valid(parts))


def read_archipelagos(file: Path) -> list[Archipelago]:
    """Points grown to discs of ``drawn_radius_km``; discs that touch become one."""
    features = json.loads(file.read_text(encoding="utf-8"))["features"]
    return [
        Archipelago(
            unit=each["properties"]["unit"],
            islands=shapely.union_all(
                [
                    circle(lat, lon, each["properties"]["drawn_radius_km"])
                    for lon, lat in each["geometry"]["coordinates"]
                ]
            ),
            feature=each,
        )
        for each in features
    ]


def labelled(archipelagos: Sequence[Archipelago]) -> dict[str, Any]:
    """GeoJSON: the discs of each archipelago, its names and the point its label stands at."""
    features = []
    for each in archipelagos:
        middle = each.islands.centroid
        names = {name: each.feature["properties"][name] for name in ("unit", "name_vi", "name_en")}
        features.append(
            {
                "type": "Feature",
                "id": f"archipelago-{each.unit}",
                "properties": {**names, "label": [round(middle.x, 3), round(middle.y, 3)]},
                "geometry": json.loads(shapely.to_geojson(each.islands)),
            }
        )
    return {"type": "FeatureCollection", "features": features}


def with_islands(
    shapes: Mapping[str, BaseGeometry], archipelagos: Sequence[Archipelago]
) -> dict[str, BaseGeometry]:
    """Archipelagos joined to the unit they are, so that they can be seen and clicked."""
    joined = dict(shapes)
    for each in archipelagos:
        own = joined.get(each.unit)
        joined[each.unit] = each.islands if own is None else shapely.union(own, each.islands)
    return joined


def schematic_layers(
    places: Sequence[Place], groups: Sequence[Place], shapes: Mapping[str, BaseGeometry]
) -> dict[str, Any]:
    """Cells have few corners: one detail serves every page."""
    return {
        GROUPS: as_topology(groups, join_groups(places, shapes), GROUPS, FINE),
        COUNTRY: as_topology(places, shapes, "communes", FINE),
        **_by_group(places, groups, shapes, "high"),
    }


def official_layers(
    places: Sequence[Place],
    groups: Sequence[Place],
    shapes: Mapping[str, BaseGeometry],
    archipelagos: Sequence[Archipelago],
) -> dict[str, Any]:
    """Groups and the whole country at low detail, each group's own page at high and middle."""
    group_shapes = with_group_islands(
        simplify_together(join_groups(places, shapes), GROUP_TOLERANCE), places, archipelagos
    )
    layers = {GROUPS: as_topology(groups, group_shapes, GROUPS, FINE)}
    for detail, tolerance in TOLERANCE.items():
        simpler = with_islands(simplify_together(shapes, tolerance), archipelagos)
        if detail == "low":
            layers[COUNTRY] = as_topology(places, simpler, "communes", COARSE)
        else:
            layers |= _by_group(places, groups, simpler, detail)
    return layers


def with_group_islands(
    group_shapes: Mapping[str, BaseGeometry], places: Sequence[Place], archipelagos: Sequence[Archipelago]
) -> dict[str, BaseGeometry]:
    group_of = {place.code: place.group for place in places}
    joined = dict(group_shapes)
    for each in archipelagos:
        group = group_of[each.unit]
        joined[group] = shapely.union(joined[group], each.islands) if group in joined else each.islands
    return joined


def layer_of(group: str, detail: str) -> str:
    return f"units-{group}-{detail}"


def _by_group(
    places: Sequence[Place], groups: Sequence[Place], shapes: Mapping[str, BaseGeometry], detail: str
) -> dict[str, Any]:
    members: dict[str, list[Place]] = {group.code: [] for group in groups}
    for place in places:
        if place.code != place.group:
            members[place.group].append(place)
    return {
        layer_of(group, detail): as_topology(inside, shapes, "communes", FINE)
        for group, inside in members.items()
        if inside
    }
