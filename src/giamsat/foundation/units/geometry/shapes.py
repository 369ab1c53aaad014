"""Geometries in and out: GeoJSON, simplification as a whole, TopoJSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
import topojson
from shapely.geometry.base import BaseGeometry

POLYGONS = ("Polygon", "MultiPolygon")
NO_LAND = shapely.MultiPolygon()


@dataclass(frozen=True, slots=True)
class Place:
    """What a drawn unit says of itself on the map."""

    code: str
    name_vi: str
    name_en: str
    kind: str
    lat: float
    lon: float
    area_km2: float | None
    group: str  # the unit directly under the root that it belongs to


class Geometry(dict[str, Any]):
    """GeoJSON made for one drawing: topojson copies what it is given, point by point, and need not."""

    def __deepcopy__(self, _memo: dict[int, Any]) -> "Geometry":
        return self


def polygons_only(shape: BaseGeometry) -> BaseGeometry:
    """Mending leaves stray lines and points behind; only land counts."""
    if shape.geom_type in POLYGONS:
        return shape
    land = [part for part in shapely.get_parts(shape) if part.geom_type in POLYGONS]
    return shapely.union_all(land) if land else NO_LAND


def simplify_together(shapes: Mapping[str, BaseGeometry], tolerance: float) -> dict[str, BaseGeometry]:
    """Fewer corners without gaps or overlaps between neighbours; tolerance in degrees."""
    simpler = shapely.coverage_simplify(np.array(list(shapes.values()), dtype=object), tolerance)
    return dict(zip(shapes, simpler, strict=True))


def join_groups(
    places: Sequence[Place], shapes: Mapping[str, BaseGeometry], smallest_hole_km2: float = 1.0
) -> dict[str, BaseGeometry]:
    """The shape of each group: its members together, without the slits left between them."""
    groups: dict[str, list[BaseGeometry]] = {}
    for place in places:
        if place.code in shapes:
            groups.setdefault(place.group, []).append(shapes[place.code])
    return {
        group: _without_slits(shapely.union_all(members), smallest_hole_km2)
        for group, members in groups.items()
    }


def _without_slits(shape: BaseGeometry, smallest_km2: float) -> BaseGeometry:
    """Holes too small to be another unit's land are filled."""
    smallest = smallest_km2 / 12_000  # square degrees, roughly, between 8° and 24°
    filled = [
        shapely.Polygon(
            part.exterior, [hole for hole in part.interiors if shapely.Polygon(hole).area > smallest]
        )
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
    ]
    return shapely.MultiPolygon(filled) if len(filled) != 1 else filled[0]


def feature(place: Place, shape: BaseGeometry) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": place.code,
        "properties": {
            "code": place.code,
            "name_vi": place.name_vi,
            "name_en": place.name_en,
            "kind": place.kind,
            "seat": [place.lon, place.lat],
        },
        "geometry": Geometry(json.loads(shapely.to_geojson(shape))),
    }


def as_topology(
    places: Sequence[Place], shapes: Mapping[str, BaseGeometry], layer: str, steps: float
) -> dict[str, Any]:
    """TopoJSON of one layer; ``steps`` is how finely coordinates are kept across its width."""
    features = [
        feature(place, shapes[place.code])
        for place in places
        if place.code in shapes and not shapes[place.code].is_empty
    ]
    topology = topojson.Topology(
        {"type": "FeatureCollection", "features": features},
        prequantize=steps,
        topology=True,
        shared_coords=False,
        object_name=layer,
    )
    result: dict[str, Any] = json.loads(topology.to_json() or "{}")
    return result
