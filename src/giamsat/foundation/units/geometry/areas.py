"""What people draw on a map, checked before anything is looked up."""

import json
from collections.abc import Mapping
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from giamsat.foundation.units.errors import AreaRefused
from giamsat.foundation.units.geometry.shapes import POLYGONS

MOST_CORNERS = 5_000


def refuse_odd_point(lat: float, lon: float) -> None:
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise AreaRefused(
            _("%(lat)s, %(lon)s is no point on earth: latitude comes first.") % {"lat": lat, "lon": lon},
            lat=lat,
            lon=lon,
        )


def drawn_polygon(area: Mapping[str, Any]) -> BaseGeometry:
    """The GeoJSON polygon someone drew; a crossing line is mended, anything else refused."""
    try:
        shape = shapely.from_geojson(json.dumps(area))
    except (GEOSException, TypeError, ValueError):
        raise AreaRefused(_("What was drawn is not a GeoJSON polygon. Draw the area again.")) from None
    if shape is None or shape.geom_type not in POLYGONS or shape.is_empty:
        raise AreaRefused(_("What was drawn is not a GeoJSON polygon. Draw the area again."))
    corners = int(shapely.get_num_coordinates(shape))
    if corners > MOST_CORNERS:
        raise AreaRefused(
            _("The area has %(n)s corners; at most %(most)s can be used. Draw it more simply.")
            % {"n": corners, "most": MOST_CORNERS},
            corners=corners,
        )
    return shape if shape.is_valid else shapely.make_valid(shape)
