"""Make definitions/territory/outline.geojson from the npm package world-atlas (Natural Earth, public domain).

Usage: python tools/derive_outline.py path/to/world-atlas/countries-10m.json Vietnam > outline.geojson
Needed once, or for another country; the product itself reads only the small file this writes.
"""

import json
import sys
from itertools import accumulate

import numpy as np
import shapely

SOURCE = (
    "Natural Earth 1:10 million, public domain (naturalearthdata.com), as packed in world-atlas 2.0.2; "
    "rings mended and joined"
)
GRID = 0.0001  # degrees, some ten metres


def arcs_of(atlas):
    """TopoJSON stores arcs as differences on a grid."""
    scale, shift = np.array(atlas["transform"]["scale"]), np.array(atlas["transform"]["translate"])
    return [np.array(list(accumulate(map(np.array, arc)))) * scale + shift for arc in atlas["arcs"]]


def ring(arcs, steps):
    """Join arcs end to end; a negative step is an arc walked backwards."""
    pieces = [arcs[step] if step >= 0 else arcs[~step][::-1] for step in steps]
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


def outline(atlas, country):
    found = next(
        each for each in atlas["objects"]["countries"]["geometries"] if each["properties"]["name"] == country
    )
    polygons = found["arcs"] if found["type"] == "MultiPolygon" else [found["arcs"]]
    arcs = arcs_of(atlas)
    parts = [
        shapely.Polygon(ring(arcs, outer), [ring(arcs, hole) for hole in holes]) for outer, *holes in polygons
    ]
    # Rings of the source cross themselves here and there: mend each before joining them.
    return shapely.set_precision(shapely.union_all(shapely.make_valid(np.array(parts))), GRID)


def main():
    with open(sys.argv[1], encoding="utf-8") as handle:
        shape = outline(json.load(handle), sys.argv[2])
    geometry = json.loads(shapely.to_geojson(shape), parse_float=lambda text: round(float(text), 4))
    properties = {"name_vi": "Đường nét chung", "name_en": "General outline", "source": SOURCE}
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    collection = {"type": "FeatureCollection", "features": [feature]}
    print(json.dumps(collection, ensure_ascii=False, separators=(",", ":")))


if __name__ == "__main__":
    main()
