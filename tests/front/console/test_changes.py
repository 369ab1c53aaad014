"""The change against last year: one pair of sums for every reader, told beside it, or the reason why there is none."""

import re

import pytest
from django.utils import translation

from giamsat.analysis.warehouse.queries import PublishedFigure
from giamsat.foundation.access import queries as access
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.front.console.changes import Compared, change_of
from giamsat.front.console.viewer import Viewer
from giamsat.lib.periods import Period
from tests.intake import house

NINE = Period("9M", 2026)
READERS = ("leader", "approver", "compiler")


def row(unit, period, value, *, veiled=False, missing=0, waiting=0, held=0):
    return PublishedFigure(
        place="" if unit.is_centre else str(unit.pk), unit_id=None if unit.is_centre else unit.pk,
        period_key=period.key, indicator="D06", breakdown="", value=value, state=1,
        reported=10 - missing, expected=10, as_of=house.AT, generation=1, added=True,
        outside=value - held, veiled=veiled, waiting=waiting,
    )  # fmt: skip


@pytest.fixture
def told(home):
    """The change of the country's figure, with the two provinces below it, as each reader is told it."""
    units = home.units
    below = {unit.pk: unit for unit in (units.lai_chau, units.hue)}

    def ask(now, then, *, parts=(), language="en", part_year=None):
        with translation.override(language):
            return [
                change_of(
                    Compared(
                        Viewer(
                            home.people[name], house.AT, access.scope_for(home.people[name], at=house.AT), language
                        ),
                        units.centre, catalogue.indicator("D06"), NINE, now, then, parts, below, part_year or {},
                    )
                )
                for name in READERS
            ]  # fmt: skip

    return ask


def parts_of(units, *, veiled=False, missing=0):
    lai_chau, hue, last_year = units.lai_chau, units.hue, NINE.same_last_year()
    return [
        row(lai_chau, NINE, 90), row(lai_chau, last_year, 60, veiled=veiled),
        row(hue, NINE, 40, missing=missing), row(hue, last_year, 30),
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "vi"])
def test_every_reader_is_told_the_change_between_the_figures_that_are_shown(home, told, language):
    now, then = (row(home.units.centre, each, value) for each, value in pairs(2282, 994))
    changes = told(now, then, parts=parts_of(home.units, veiled=True), language=language)
    assert len(set(changes)) == 1
    assert (changes[0].text, changes[0].way) == ({"en": "129.6%", "vi": "129,6%"}[language], "up")
    said = {"en": "against 994 in 9 months 2025", "vi": "so với 994 của 9 tháng/2025"}
    assert changes[0].against == said[language]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "90 against 60 in 9 months 2025, over the 1 of 2 units below whose reports are all in for both years"),
        ("vi", "90 so với 60 của 9 tháng/2025, tính trên 1/2 đơn vị trực thuộc đã báo cáo đủ cả hai năm"),
    ],
)  # fmt: skip
def test_where_reports_are_missing_those_who_are_in_both_are_compared_and_it_is_said(
    home, told, language, said
):
    now, then = (row(home.units.centre, each, value) for each, value in pairs(130, 90))
    now.reported = 9
    changes = told(now, then, parts=parts_of(home.units, missing=1), language=language)
    assert len(set(changes)) == 1
    assert changes[0].text in ("50%", "50.0%", "50,0%")
    assert changes[0].against == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "not compared: 9/10 reports are in the figure, 10/10 in that of 9 months 2025; "
            "those that are in for both cannot be added up without telling of a few persons",
        ),
        (
            "vi",
            "không so sánh: số kỳ này gồm 9/10 báo cáo, số của 9 tháng/2025 gồm 10/10; "
            "cộng riêng các đơn vị đã báo cáo đủ cả hai năm sẽ làm lộ số liệu về số ít người",
        ),
    ],
)
@pytest.mark.parametrize("why", ["missing", "waiting"])
def test_no_reader_is_told_a_change_that_rests_on_what_another_is_not_shown(home, told, language, said, why):
    now, then = (row(home.units.centre, each, value) for each, value in pairs(130, 90))
    if why == "missing":
        now.reported = 9
    else:
        now.waiting = 1
    changes = told(now, then, parts=parts_of(home.units, veiled=True, missing=1), language=language)
    assert len(set(changes)) == 1
    assert (changes[0].way, changes[0].against) == ("", said)
    assert not re.search(r"%|\d{3}\b", changes[0].text)


def test_a_withheld_or_absent_figure_of_last_year_and_one_too_small_are_named_as_the_reason(home, told):
    centre, last_year = home.units.centre, NINE.same_last_year()
    now = row(centre, NINE, 130)
    reasons = {
        told(now, then)[-1].against
        for then in (None, row(centre, last_year, 90, veiled=True), row(centre, last_year, 7))
    }
    assert reasons == {
        "not compared: there is no figure of 9 months 2025 or none of now",
        "not compared: the figure of 9 months 2025 is withheld, as it would tell of a few persons",
        "not compared: 7 in 9 months 2025 is too little to reckon a share of",
    }


def pairs(now, then):
    return ((NINE, now), (NINE.same_last_year(), then))
