"""From published figures to warnings with their evidence."""

import re
from datetime import timedelta

import pytest
from django.utils import translation

from giamsat.analysis.early_warning import bursts, queries, services
from giamsat.analysis.early_warning.models import Warning
from giamsat.analysis.early_warning.scanning import look
from giamsat.analysis.indicators import queries as indicators
from giamsat.analysis.warehouse import services as warehouse
from giamsat.foundation.audit.models import Entry
from giamsat.foundation.outbox.models import StoredEvent
from giamsat.lib.numbers import format_number
from giamsat.lib.periods import Period

from .house import AT, MEMBERS

pytestmark = pytest.mark.slow


def test_the_tripled_month_and_the_lagging_target_are_found_and_nothing_else(warnings):
    assert set(warnings) == {("out_of_line", "P05"), ("target_behind", "P08")}


def test_a_warning_says_all_a_person_needs_to_judge_it(warnings, published):
    warning = warnings["out_of_line", "P05"]
    found = warning.evidence
    assert (warning.indicator, warning.period_key, warning.direction) == ("B07", "2026-M09", "high")
    assert found["value"] > 2.5 * found["expected"]
    assert not found["band"]["low"] <= found["value"] <= found["band"]["high"]
    assert [each["period"] for each in found["own_history"]["periods"]] == [
        f"2026-M{m:02}" for m in range(1, 9)
    ]
    assert found["peers"]["n"] == 11
    assert found["rule"] | {"settings": None} == {
        "detector": "out_of_line", "version": 1, "class": "out_of_line", "settings": None, "subject": "B07",
        "peer_kinds": ["province", "city"], "exposure": "A04", "chance": found["rule"]["chance"],
        "score": found["rule"]["score"],
    }  # fmt: skip
    assert found["quality"] == {"reported": 1, "waiting": 0, "expected": 1, "state": 1, "scores": None}
    assert found["generation"] > 0
    assert found["as_of"]


def test_no_name_of_a_peer_stands_in_the_evidence(warnings, published):
    text = str(warnings["out_of_line", "P05"].evidence)
    others = [unit for name, unit in published.units.items() if name.startswith("P") and name != "P05"]
    assert not any(unit.code in text for unit in others)


def test_a_lagging_target_carries_path_gap_and_forecast(warnings):
    found = warnings["target_behind", "P08"].evidence
    assert found["expected"] == pytest.approx(19.8)
    assert found["facts"]["gap"] == pytest.approx(19.8 - found["value"], abs=0.001)
    assert found["facts"]["status"] in ("CHAM", "NGUY_CO")
    assert found["facts"]["forecast"]["high"] < 30
    assert [each["due"] for each in found["own_history"]["periods"]][-1] == pytest.approx(19.8)


def test_a_warning_is_told_and_on_record(warnings):
    told = StoredEvent.objects.filter(name="early_warning.warning_raised")
    assert {each.payload["warning_id"] for each in told} == {each.pk for each in warnings.values()}
    recorded = Entry.objects.filter(verb="warning.raised")
    assert {each.subject for each in recorded} == {f"warning:{each.pk}" for each in warnings.values()}
    assert {each.by_name for each in recorded} == {"system:early_warning"}


def test_scanning_again_raises_nothing_new(warnings):
    assert services.scan(AT + timedelta(hours=1)) == []
    assert Warning.objects.count() == 2


def test_a_correction_stands_beside_the_evidence_and_closes_nothing(warnings, published):
    warning = warnings["out_of_line", "P05"]
    before = warning.evidence
    published.accept("C05", period="2026-M09", form="BMT", A04=MEMBERS, B07=420)
    published.publish()

    later = published.clock + timedelta(minutes=1)
    assert services.scan(later) == []
    warning.refresh_from_db()
    (reading,) = warning.readings.all()
    assert (warning.state, warning.evidence) == ("open", before)
    assert reading.still_out is False
    assert reading.value < before["value"] / 2


def test_a_province_with_a_report_missing_is_not_judged(planted, db):
    (report,) = planted["C05"].reports.filter(period_key="2026-M09")
    planted.withdraw(report)
    warehouse.rebuild(at=AT)
    done = look(AT, periods=[Period.parse("2026-M09")])
    assert {planted.name(each.unit_id) for each in done.raised} == {"P08"}
    assert done.silent["no_figure"] >= 1


def test_a_target_already_told_is_not_told_again_next_month(published):
    first = services.scan(AT, periods=[Period.parse("2026-M08")])
    again = services.scan(AT, periods=[Period.parse("2026-M09")])
    assert [(each.detector, published.name(each.unit_id)) for each in first] == [("target_behind", "P08")]
    assert [each.detector for each in again] == ["out_of_line"]
    (reading,) = first[0].readings.all()
    assert reading.still_out is True


def test_publication_is_heard_and_scanned(published):
    published.accept("C03", period="2026-M09", form="BMT", A04=MEMBERS, B07=4_000)
    published.publish()
    published.publish()
    bursts.scan_changed(AT)
    found = Warning.objects.filter(unit=published["P03"], detector="out_of_line")
    assert [each.period_key for each in found] == ["2026-M09"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", r"Số đảng viên được kiểm tra, riêng tháng 9/2026: [\d.]+ người \(lũy kế từ đầu năm {}\);"),
        (
            "en",
            r"Members inspected, September 2026 alone: [\d,]+ persons \({} since the beginning of the year\);",
        ),
    ],
)
def test_a_warning_says_in_one_sentence_what_the_month_added_and_the_year_so_far(
    warnings, published, language, words
):
    warning = warnings["out_of_line", "P05"]
    cells = indicators.cells(["B07"], [Period.parse("2026-M09")], unit_ids=[warning.unit_id])
    so_far = cells[warning.unit_id, "2026-M09"]["B07"].value
    assert warning.evidence["year_so_far"] == so_far > warning.evidence["value"]
    with translation.override(language):
        sentence = queries.in_words(warning, language)
    assert re.match(words.format(re.escape(format_number(so_far, language))), sentence), sentence


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_target_is_told_as_it_stands(warnings, language):
    behind = warnings["target_behind", "P08"]
    assert behind.evidence["year_so_far"] is None
    with translation.override(language):
        sentence = queries.in_words(behind, language)
    assert not re.search("riêng|alone", sentence)
