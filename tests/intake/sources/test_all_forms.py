"""The published forms together: every official number, every indicator, every dimension, each asked once."""

import shutil
from collections import Counter
from itertools import groupby

import pytest
from django.conf import settings

from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.catalogue.errors import DefinitionInvalid
from giamsat.intake.sources import queries, services
from giamsat.intake.sources.errors import CellAskedTwice
from giamsat.intake.sources.models import Form
from tests.intake.house import AT

NUMBERS = [f"BM{number:02}" for number in range(1, 27)]
ALL = {1: set(NUMBERS), 2: set(NUMBERS) - {"BM24", "BM26"}}
# a commune controls nobody's assets, and has no units below whose reports it could count
RECKONED = {
    "N08": "a ratio is reckoned from its parts, N03, N04 and N06",
    "O07": "scored by the house",
    "O08": "scored by the house",
    "O09": "scored by the house",
    "O10": "scored by the house",
}
NOT_DIVIDED = {
    ("A02", "lvl"): "grassroots organisations are one level",
    **{(code, "lvl"): "each level follows its own and reports for itself" for code in ("N01", "N02")},
    **{
        (f"O{number:02}", dimension): "the house counts its reports by form and level"
        for number in range(1, 7)
        for dimension in ("report_form", "lvl")
    },
    ("M07", "lvl"): "of the units one body controls",
}


def in_force():
    return [each for each in queries.forms() if each.valid_to is None]


@pytest.mark.parametrize("level", [1, 2])
def test_each_official_number_is_on_one_form_of_a_level(country, level):
    found = Counter(number for form in in_force() if level in form.levels for number in form.numbers)
    assert found == Counter(ALL[level])


def test_every_indicator_is_asked_or_reckoned(country):
    asked = {cell.indicator for form in in_force() for cell in form.cells}
    assert len(catalogue.indicators()) == 157
    assert catalogue.indicators().keys() - asked == RECKONED.keys()


def test_every_indicator_is_asked_by_each_dimension_that_its_list_names(country):
    divided = {
        (cell.indicator, cell.breakdown.partition("=")[0]) for form in in_force() for cell in form.cells
    }
    named = {
        (each.code, dimension)
        for each in catalogue.indicators().values()
        for dimension in each.dimensions
        if each.code not in RECKONED
    }
    assert named - divided == NOT_DIVIDED.keys() & named


def test_a_dimension_is_asked_whole_but_for_what_is_history(country):
    """Else a total that is the sum of its parts could not be."""
    by_dimension = {
        dimension: {each.value for each in values}
        for dimension, values in groupby(
            sorted(catalogue.breakdowns().values(), key=lambda each: each.dimension),
            key=lambda each: each.dimension,
        )
    }
    for form in in_force():
        for dimension in ("pos", "vio", "subj", "status", "duty", "doc", "sector", "content", "src"):
            split = [
                cell.breakdown.split("=") for cell in form.cells if cell.breakdown.startswith(f"{dimension}=")
            ]
            assert {value for _, value in split} in (set(), by_dimension[dimension]), form


def test_a_row_may_be_one_part_of_its_indicator(country):
    form = next(each for each in in_force() if each.code == "BM21")
    row = next(cell for cell in form.cells if cell.key == "L01.vio=V14")
    assert (row.row_code, row.breakdown, row.counts_persons) == ("L01 V14", "vio=V14", True)
    line = form.layout["sections"][row.section]["rows"][13]
    assert line["name"]["vi"] == "Tệ nạn xã hội, trật tự an toàn"


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(settings.DEFINITIONS_DIR / "forms", tmp_path / "forms")
    return tmp_path


def add(folder, code, like, *changes):
    text = (folder / "forms" / f"{like}.v1.yaml").read_text(encoding="utf-8")
    for old, new in ((f"code: {like}", f"code: {code}"), *changes):
        assert old in text
        text = text.replace(old, new)
    (folder / "forms" / f"{code}.v1.yaml").write_text(text, encoding="utf-8")


def test_a_second_form_that_asks_the_same_is_refused_in_words(country, folder):
    add(folder, "BM99", "BM19")
    with pytest.raises(CellAskedTwice) as refusal:
        services.load_definitions(folder, at=AT)
    assert "Forms BM19 and BM99 both ask units of level 2 for K01, K01.lvl=XA" in refusal.value.message
    assert refusal.value.facts["period_kinds"] == ["Q1", "6M", "9M", "Y"]
    assert not Form.objects.filter(code="BM99").exists()


@pytest.mark.parametrize(
    "change",
    [("period_kinds: [Q1, 6M, 9M, Y]", "period_kinds: [M]"), ("levels: [2]", "levels: [3]")],
    ids=["periods", "level"],
)
def test_the_same_figure_of_other_periods_or_of_another_level_is_another(country, folder, change):
    add(folder, "BM99", "BM19", change)
    assert "BM99 v1" in services.load_definitions(folder, at=AT).added


def test_a_row_and_a_column_that_both_divide_are_refused(country, folder):
    add(folder, "BM99", "BM19", ("{indicator: K06,", "{indicator: K06, breakdown: vio=V01,"))
    with pytest.raises(DefinitionInvalid, match="broken down by row and by column: K06"):
        services.load_definitions(folder, at=AT)
