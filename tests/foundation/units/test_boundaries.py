"""Official outlines: small files that must be refused, and the real ones of the whole country."""

import gzip
import json

import numpy as np
import pytest
import shapely

from giamsat.foundation.units import queries, services
from giamsat.foundation.units.errors import BoundariesRefused
from giamsat.foundation.units.geometry.official import read_outlines

pytestmark = pytest.mark.slow

SQUARE = [[103.0, 22.0], [103.1, 22.0], [103.1, 22.1], [103.0, 22.1], [103.0, 22.0]]
BOW_TIE = [[103.0, 22.0], [103.1, 22.1], [103.1, 22.0], [103.0, 22.1], [103.0, 22.0]]


def outline(code, ring):
    return {
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def collection(folder, *features, name="outlines.geojson"):
    file = folder / name
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return file


def refusal_of(file, **options):
    with pytest.raises(BoundariesRefused) as refusal:
        services.import_boundaries(file, **options)
    assert queries.map_facts() is None
    return refusal.value


def test_an_invalid_outline_is_refused_with_the_place_of_its_fault(tree, tmp_path):
    refusal = refusal_of(collection(tmp_path, outline("03388", BOW_TIE)))

    assert refusal.message == (
        "outlines.geojson was not imported: 1 outlines are not valid "
        "(03388: Self-intersection[103.05 22.05]). "
        "Mend them where they were drawn and export again. The map stays as it was."
    )
    assert refusal.facts["broken"] == {"03388": "Self-intersection[103.05 22.05]"}


def test_a_speck_that_changes_nothing_is_mended_and_told(tmp_path):
    speck = [*SQUARE[:2], [103.1, 22.05], [103.1001, 22.05], [103.1, 22.05], *SQUARE[2:]]

    outlines = read_outlines(collection(tmp_path, outline("03388", speck)), "code")

    assert outlines.mended == ["03388"]
    assert outlines.shapes["03388"].is_valid


@pytest.mark.parametrize("name", ["communes.gpkg", "communes.shp", "communes.zip"])
def test_other_formats_are_refused_with_what_to_do(tree, tmp_path, name):
    (tmp_path / name).write_bytes(b"anything")

    assert refusal_of(tmp_path / name).message == (
        f"{name} was not imported: only GeoJSON can be read (.geojson, .geojson.gz). "
        "Export GeoPackage or Shapefile to GeoJSON first. The map stays as it was."
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "it is not a GeoJSON collection of features"),
        (b'{"features": []}', "it holds no features."),
        (b'{"features": [{"properties": {}, "geometry": null}]}', "feature 1 has no property code"),
        (b'{"features": [{"properties": {"code": "1"}, "geometry": null}]}', "1 is nothing where a polygon"),
    ],
)
def test_files_that_hold_no_outlines_are_refused(tree, tmp_path, content, problem):
    file = tmp_path / "outlines.json"
    file.write_bytes(content)

    assert refusal_of(file).facts["problem"].startswith(problem)


def test_a_broken_archive_and_an_absent_file_are_refused(tree, tmp_path):
    file = tmp_path / "outlines.geojson.gz"
    file.write_bytes(gzip.compress(b'{"features": []}')[:-4])

    assert "not a GeoJSON collection" in refusal_of(file).message
    assert "there is no such file" in refusal_of(tmp_path / "nothing.geojson").message


@pytest.mark.slow
def test_metres_swapped_axes_strangers_and_doubles_are_refused(tree, tmp_path):
    metres = [[x * 1e5, y * 1e5] for x, y in SQUARE]
    swapped = [[y, x - 90] for x, y in SQUARE]

    assert "metres, not degrees" in refusal_of(collection(tmp_path, outline("03388", metres))).message
    assert "longitude comes before" in refusal_of(collection(tmp_path, outline("03388", swapped))).message
    assert "none of its 1 codes" in refusal_of(collection(tmp_path, outline("XX", SQUARE))).message
    twice = collection(tmp_path, outline("03388", SQUARE), outline("03388", SQUARE))
    assert "more than once: 03388." in refusal_of(twice).message


@pytest.mark.slow
def test_a_part_of_the_country_is_drawn_and_the_rest_reported(tree, tmp_path):
    facts = services.import_boundaries(
        collection(tmp_path, outline("03388", SQUARE), outline("99999", SQUARE))
    )

    assert (facts.kind, facts.source, facts.drawn) == ("official", "outlines.geojson", 1)
    assert facts.unmatched == ["99999"]
    assert len(facts.not_drawn) == 3320
    assert queries.unit_at(22.05, 103.05).code == "03388"
    assert services.build_schematic() == facts  # what was imported is not drawn over by accident
    assert services.build_schematic(replace_official=True).kind == "schematic"


@pytest.mark.slow
def test_the_real_outlines_of_the_whole_country(tree, shared_data):
    file = shared_data / "boundaries" / "communes_2026.geojson.gz"
    if not file.is_file():
        pytest.skip("the official outlines are absent: no ../shared/data/boundaries")
    services.build_schematic()
    land = points_on_land(file, 400)
    guessed = [queries.unit_at(lat, lon) for lat, lon, _code in land]

    facts = services.import_boundaries(file)

    province_of = {place.code: place.group for place in queries.places_to_draw()[0]}
    right = [
        hit and province_of[hit.code] == province_of[code]
        for hit, (_, _, code) in zip(guessed, land, strict=True)
    ]
    assert 0.92 < sum(map(bool, right)) / len(land) < 1
    found = [queries.unit_at(lat, lon).code for lat, lon, _code in land]
    assert found == [code for _, _, code in land]
    assert (facts.drawn, facts.not_drawn, facts.unmatched) == (3321, [], [])
    assert 0 < len(facts.mended) < 100
    communes = queries.commune_shapes("12")
    assert len(communes["objects"]["communes"]["geometries"]) == 38
    assert len(gzip.compress(json.dumps(communes).encode())) < 60_000
    assert len(queries.commune_shapes("12", "mid")["arcs"]) > 0
    assert len(queries.country_shapes()["objects"]["communes"]["geometries"]) == 3321


def points_on_land(file, wanted):
    """Points spread over the land by a fixed draw, each with the code of the commune it lies in."""
    features = json.loads(gzip.decompress(file.read_bytes()))["features"]
    codes = [each["properties"]["code"] for each in features]
    shapes = shapely.make_valid(shapely.from_geojson([json.dumps(each["geometry"]) for each in features]))
    tree = shapely.STRtree(shapes)
    draw = np.random.default_rng(7)
    found = []
    while len(found) < wanted:
        lon, lat = draw.uniform(102, 110), draw.uniform(8.5, 23.4)
        inside = tree.query(shapely.Point(lon, lat), predicate="within")
        if len(inside) == 1:
            found.append((lat, lon, codes[inside[0]]))
    return found
