"""Official outlines from a GeoJSON file: read, checked, told apart from what cannot be used."""

import gzip
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from giamsat.foundation.units.errors import BoundariesRefused
from giamsat.foundation.units.geometry.geodesy import distances_km
from giamsat.foundation.units.geometry.shapes import POLYGONS, Place, polygons_only

LARGEST_BYTES = 1_500_000_000
HARMLESS = 1e-3  # share of the area that mending may change
FAR_KM = 100.0
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Outlines:
    shapes: dict[str, BaseGeometry]
    mended: list[str]


def read_outlines(file: Path, code_property: str) -> Outlines:
    """Polygons by code; faults that change nothing are mended and told, others refuse the file."""
    codes, shapes = _parse(file, _collection(file), code_property)
    _refuse_other_coordinates(file, shapes)
    mended, broken = {}, {}
    for code, shape in zip(codes, shapes, strict=True):
        if shapely.is_valid(shape):
            continue
        whole = polygons_only(shapely.make_valid(shape))
        if abs(whole.area - shape.area) <= HARMLESS * shape.area:
            mended[code] = whole
        else:
            broken[code] = shapely.is_valid_reason(shape)
    if broken:
        listed = "; ".join(f"{code}: {reason}" for code, reason in list(broken.items())[:SHOWN])
        raise BoundariesRefused(
            file.name,
            _("%(n)s outlines are not valid (%(listed)s). Mend them where they were drawn and export again.")
            % {"n": len(broken), "listed": listed},
            broken=dict(list(broken.items())[:SHOWN]),
            count=len(broken),
        )
    return Outlines({**dict(zip(codes, shapes, strict=True)), **mended}, sorted(mended))


def _collection(file: Path) -> list[dict[str, Any]]:
    endings = "".join(file.suffixes[-2:]).lower()
    if not endings.endswith((".geojson", ".json", ".geojson.gz", ".json.gz")):
        raise BoundariesRefused(
            file.name,
            _(
                "only GeoJSON can be read (.geojson, .geojson.gz). "
                "Export GeoPackage or Shapefile to GeoJSON first."
            ),
            ending=file.suffix,
        )
    if file.stat().st_size > LARGEST_BYTES:
        raise BoundariesRefused(file.name, _("the file is larger than 1.5 GB. Simplify it first."))
    try:
        raw = gzip.decompress(file.read_bytes()) if endings.endswith(".gz") else file.read_bytes()
        features = json.loads(raw)["features"]
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise BoundariesRefused(
            file.name, _("it is not a GeoJSON collection of features (%s).") % error
        ) from None
    if not isinstance(features, list) or not features:
        raise BoundariesRefused(file.name, _("it holds no features."))
    return features


def _parse(file: Path, features: list[dict[str, Any]], code_property: str) -> tuple[list[str], Any]:
    codes = [str((each.get("properties") or {}).get(code_property) or "") for each in features]
    for number, code in enumerate(codes, 1):
        if not code:
            raise BoundariesRefused(
                file.name,
                _("feature %(n)s has no property %(name)s. Name the property that holds the unit's code.")
                % {"n": number, "name": code_property},
                feature=number,
                property=code_property,
            )
    twice = sorted({code for code in codes if codes.count(code) > 1}) if len(set(codes)) < len(codes) else []
    if twice:
        listed = ", ".join(twice[:SHOWN])
        raise BoundariesRefused(
            file.name, _("these codes stand there more than once: %s.") % listed, codes=twice[:SHOWN]
        )
    shapes = shapely.from_geojson(
        [json.dumps(each.get("geometry")) for each in features], on_invalid="ignore"
    )
    for code, shape in zip(codes, shapes, strict=True):
        if shape is None or shape.geom_type not in POLYGONS or shape.is_empty:
            kind = shape.geom_type if shape is not None else "nothing"
            raise BoundariesRefused(
                file.name,
                _("%(code)s is %(kind)s where a polygon is needed.") % {"code": code, "kind": kind},
                code_of_unit=code,
                geometry=kind,
            )
    return codes, shapely.force_2d(shapes)


def _refuse_other_coordinates(file: Path, shapes: Any) -> None:
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(shapes))
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise BoundariesRefused(
            file.name,
            _(
                "its coordinates run from %(west).0f, %(south).0f to %(east).0f, %(north).0f: "
                "metres, not degrees. "
                "Export it in WGS 84 longitude and latitude (EPSG:4326)."
            )
            % {"west": west, "south": south, "east": east, "north": north},
            bounds=[west, south, east, north],
        )


def refuse_strangers(file: Path, shapes: Mapping[str, BaseGeometry], places: Mapping[str, Place]) -> None:
    """A file of another country, or with its axes swapped, matches by accident: look where it lies."""
    known = [code for code in shapes if code in places]
    if not known:
        raise BoundariesRefused(
            file.name,
            _("none of its %s codes belongs to a unit on the map.") % len(shapes),
            codes=len(shapes),
        )
    middles = shapely.get_coordinates(shapely.centroid([shapes[code] for code in known]))
    far = sum(
        float(distances_km(places[code].lat, places[code].lon, np.array([y]), np.array([x]))[0]) > FAR_KM
        for code, (x, y) in zip(known, middles, strict=True)
    )
    if far > len(known) / 2:
        raise BoundariesRefused(
            file.name,
            _(
                "%(far)s of %(known)s outlines lie more than 100 km from their unit's seat. "
                "Check that longitude comes before latitude, and that it is the right map."
            )
            % {"far": far, "known": len(known)},
            far=far,
            known=len(known),
        )
