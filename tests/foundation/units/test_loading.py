"""A territory of another country and trade, and what the loader refuses, on a small folder."""

from datetime import date
from textwrap import dedent

import pytest

from giamsat.foundation.units import queries, services
from giamsat.foundation.units.errors import ManifestRefused, TerritoryRefused
from giamsat.foundation.units.models import Succession, Unit

MANIFEST = """
profile: food-inspection
vintages:
  "2010": {vi: Bản đồ 2010, en: Map of 2010, valid_from: 2010-01-01, valid_to: 2020-01-01}
  "2020": {vi: Bản đồ 2020, en: Map of 2020, valid_from: 2020-01-01}
levels:
  - {vi: Thành phố, en: City}
  - {vi: Khu vực, en: Area}
kinds:
  city: {level: 0, vi: Thành phố, en: City}
  area: {level: 1, vi: Khu vực, en: Area, prefix_vi: "Khu "}
  park: {level: 1, vi: Công viên, en: Park, prefix_vi: "Công viên "}
files:
  - {file: city.csv, vintage: "2020", valid_from: 2010-01-01}
  - {file: areas.csv, vintage: "2020"}
"""
CITY = "code,kind,name_vi\nCHI,city,Chicago\n"
AREAS = """\
code,kind,name_vi,parent,lat,lon
60601,area,Khu 60601,CHI,41.885,-87.622
60614,area,Khu 60614,CHI,41.922,-87.653
60629,area,Khu 60629,CHI,41.776,-87.711
"""


@pytest.fixture
def folder(db, tmp_path):
    write(tmp_path, "territory.yaml", MANIFEST)
    write(tmp_path, "city.csv", CITY)
    write(tmp_path, "areas.csv", AREAS)
    return tmp_path


def write(folder, name, text):
    (folder / name).write_text(dedent(text), encoding="utf-8")


def refused(folder):
    with pytest.raises(TerritoryRefused) as refusal:
        services.load_territory(folder)
    assert not Unit.objects.exists()
    return [
        (each["file"], each["line"], each["column"], each["value"], each["problem"])
        for each in refusal.value.facts["contradictions"]
    ]


def test_another_inspectorate_needs_only_files(folder):
    planted = services.load_territory(folder)

    assert planted.added == 4
    assert queries.centre().name("en") == "Chicago"
    assert [unit.code for unit in queries.points(date(2022, 1, 1))] == ["60601", "60614", "60629"]
    assert queries.words("kind")["area"].name("vi") == "Khu vực"


def test_without_an_outline_the_map_is_drawn_inside_the_hull_of_the_seats(folder):
    services.load_territory(folder)

    facts = services.build_schematic(folder)

    assert (facts.kind, facts.drawn, facts.not_drawn) == ("schematic", 3, [])
    assert len(queries.province_shapes()["objects"]["provinces"]["geometries"]) == 3
    assert queries.unit_at(41.78, -87.71).code == "60629"
    assert queries.labelled_features()["features"] == []


def test_a_tree_without_seats_has_no_map(folder):
    write(folder, "areas.csv", "code,kind,name_vi,parent\n1,area,Khu 1,CHI\n")
    services.load_territory(folder)

    assert services.build_schematic(folder) is None
    assert queries.map_facts() is None


def test_a_changed_name_is_taken_over_and_a_new_unit_added_without_moving_the_rest(folder):
    services.load_territory(folder)
    before = dict(Unit.objects.values_list("code", "path"))
    renamed = AREAS.replace("Khu 60614", "Khu Lincoln")
    write(folder, "areas.csv", renamed + "60000,area,Khu A,CHI,41.9,-87.7\n")

    again = services.load_territory(folder)

    assert (again.added, again.changed) == (1, 2)  # the new area, the new name, the city's count of children
    assert queries.unit_by_code("60614").name_vi == "Khu Lincoln"
    assert {code: path for code, path in Unit.objects.values_list("code", "path") if code in before} == before
    assert queries.search("lincoln").first().code == "60614"
    assert queries.centre().numchild == 4


def test_a_unit_is_closed_with_a_successor_and_stays(folder):
    services.load_territory(folder)
    write(folder, "areas.csv", AREAS.replace(
        "code,kind,name_vi,parent,lat,lon", "code,kind,name_vi,parent,lat,lon,valid_to"
    ).replace("-87.653", "-87.653,2024-01-01"))  # fmt: skip
    write(folder, "merged.csv", "predecessor,successor\n60614,60601\n")
    write(folder, "territory.yaml", MANIFEST + (
        "successions:\n"
        '  - {file: merged.csv, predecessors: "2020", successors: "2020", happened_on: 2024-01-01}\n'
    ))  # fmt: skip

    services.load_territory(folder)

    closed = queries.unit_by_code("60614")
    assert closed.exists_on(date(2023, 12, 31))
    assert not closed.exists_on(date(2024, 1, 1))
    assert [unit.code for unit in queries.successors(closed)] == ["60601"]
    assert Succession.objects.get().on == date(2024, 1, 1)
    assert queries.counts_by_kind(on=date(2024, 1, 1))["area"] == 2


def test_a_closed_unit_without_a_successor_is_refused(folder):
    write(folder, "old.csv", "code,kind,name_vi,parent\n1,area,Khu 1,CHI\n2,area,Khu 2,CHI\n")
    write(folder, "merged.csv", "predecessor,successor,successor_name_vi\n1,60601,Khu 60602\n")
    write(folder, "territory.yaml", MANIFEST + (
        '  - {file: old.csv, vintage: "2010"}\n'
        "successions:\n"
        '  - {file: merged.csv, predecessors: "2010", successors: "2020", happened_on: 2020-01-01}\n'
    ))  # fmt: skip

    assert refused(folder) == [
        ("merged.csv", 2, "successor", "60601", "is called Khu 60601"),
        ("old.csv", 3, "code", "2", "is closed but merged.csv names no successor"),
    ]


@pytest.mark.parametrize(
    ("row", "contradiction"),
    [
        ("60601,area,Khu khác,CHI,,", ("code", "60601", "already used at areas.csv:2")),
        ("1,area,Khu 1,XYZ,,", ("parent", "XYZ", "no such unit")),
        ("1,village,Khu 1,CHI,,", ("kind", "village", "no such kind; known: city, area, park")),
        ("1,area,Công viên 1,CHI,,", ("kind", "area", "the name Công viên 1 says park")),
        ("1,area,Khu 1,CHI,41.9,", ("lat", "41.9", "a seat needs both lat and lon")),
        ("1,area,Khu 1,CHI,-87.6,191.9", ("lat", "-87.6, 191.9", "not a point on earth")),
        ("1,area,Khu 1,CHI,north,-87.6", ("lat", "north", "cannot be read as float")),
        (
            "1,area,Khu 1,60601,,",
            ("parent", "60601", "stands on level 1, the unit on level 1: a unit stands below its parent"),
        ),
    ],
)
def test_a_row_that_contradicts_is_refused_with_its_place(folder, row, contradiction):
    write(folder, "areas.csv", AREAS + row + "\n")

    found = refused(folder)

    assert ("areas.csv", 5, *contradiction) in found


def test_an_unknown_column_and_a_legacy_encoding_are_refused(folder):
    write(folder, "areas.csv", "code,kind,name_vi,parent,colour\n1,area,Khu 1,CHI,red\n")
    assert refused(folder) == [("areas.csv", 1, "colour", "", "no such column is known")]

    (folder / "areas.csv").write_bytes("code,kind,name_vi\n1,area,Khu Đông\n".encode("cp1258"))
    assert [each[4] for each in refused(folder)] == ["not UTF-8; save the file as UTF-8"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("60614,area,Khu 60614,CHI,41.922,-87.653\n", ""), "stands in the tree but in no file"),
        (("Khu 60614,CHI", "Khu 60614,"), "stands under CHI in the tree"),
    ],
)
def test_a_unit_that_vanishes_or_moves_is_refused_and_the_tree_stays(folder, change, problem):
    services.load_territory(folder)
    write(folder, "areas.csv", AREAS.replace(*change))

    with pytest.raises(TerritoryRefused) as refusal:
        services.load_territory(folder)

    assert refusal.value.facts["count"] == 1
    assert refusal.value.facts["contradictions"][0]["problem"].startswith(problem)
    assert Unit.objects.count() == 4


@pytest.mark.parametrize(
    ("manifest", "problem"),
    [
        ("profile: [", "not YAML"),
        ("profile: x\n", "vintages: Field required"),
        (MANIFEST.replace("files:", "colour: red\nfiles:"), "colour: Extra inputs are not permitted"),
        (
            MANIFEST.replace('areas.csv, vintage: "2020"', 'areas.csv, vintage: "1999"'),
            "vintage '1999' is used",
        ),
        (MANIFEST.replace("city.csv", "town.csv"), "town.csv is named but absent"),
        (MANIFEST.replace("level: 1, vi: Khu", "level: 7, vi: Khu"), "kind 'area' stands on level 7"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_refused(folder, manifest, problem):
    write(folder, "territory.yaml", manifest)

    with pytest.raises(ManifestRefused) as refusal:
        services.load_territory(folder)

    assert problem in refusal.value.facts["problem"]
