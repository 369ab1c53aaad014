"""Forms, periods, working days, and who owes what by when."""

import shutil
from datetime import date

import pytest
from django.conf import settings

from giamsat.foundation.catalogue.errors import DefinitionChanged, DefinitionInvalid
from giamsat.intake.sources import queries, services
from giamsat.intake.sources.choices import Basis, PeriodState
from giamsat.intake.sources.errors import ClosedPeriod, FormUnknown, WrongPeriod
from giamsat.intake.sources.models import Form
from giamsat.intake.sources.rules import WorkingDays
from giamsat.lib.periods import Period
from tests.intake.house import AT, AUGUST, LOADED_AT, SEPTEMBER, SYSTEM, form

HALF_YEAR = Period("6M", 2026)


def days(settings):
    return WorkingDays.of({"weekend": [5, 6], **settings})


def test_cells_run_by_rows_and_columns_under_keys_that_figures_share(country):
    cells = form("BM05", HALF_YEAR).cells
    assert len(cells) == 39
    assert [cell.key for cell in cells[:4]] == ["D01", "D01.lvl=XA", "D01.lvl=CS", "D02"]
    assert [(cell.ordinal, cell.row, cell.column) for cell in cells[15:17]] == [(15, 5, 0), (16, 5, 1)]
    assert cells[-1].decimals == 3
    assert {cell.indicator for cell in cells if cell.counts_persons} == {
        "D06",
        "D07",
        "D08",
        "D09",
        "D10",
        "D11",
    }


def test_the_form_in_force_at_the_cut_off_is_the_one_to_report_on(country):
    assert queries.form_for("BM05P", Period("6M", 2025)).version == 1
    assert queries.form_for("BM05P", Period("9M", 2025)).version == 2
    assert queries.form("BM05P", 1).valid_to == date(2025, 7, 1)
    with pytest.raises(FormUnknown):
        queries.form_for("BM05", Period("6M", 2025))


def test_forms_of_one_family_ask_the_same_of_different_levels(country):
    assert queries.family("BM05") == queries.family("BM05P") == ["BM05", "BM05P"]


def test_the_flash_form_asks_totals_of_the_chosen_indicators(country):
    keys = [cell.key for cell in form("BMT", SEPTEMBER).cells]
    assert keys[:3] == ["A04", "B07", "D01"]
    assert len(keys) == 32
    assert not any("." in key for key in keys)


def test_a_published_form_that_changed_is_refused_with_the_difference(country, tmp_path):
    shutil.copytree(settings.DEFINITIONS_DIR / "forms", tmp_path / "forms")
    file = tmp_path / "forms" / "BM19.v1.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("required: true", "required: false", 1), encoding="utf-8"
    )
    with pytest.raises(DefinitionChanged) as refusal:
        services.load_definitions(tmp_path, at=AT)
    assert "+    required: false" in refusal.value.facts["diff"]


def test_a_form_that_asks_for_an_unknown_indicator_is_refused(country, tmp_path):
    shutil.copytree(settings.DEFINITIONS_DIR / "forms", tmp_path / "forms")
    text = (tmp_path / "forms" / "BM19.v1.yaml").read_text(encoding="utf-8")
    newer = text.replace("version: 1", "version: 2").replace("indicator: K01", "indicator: Z01")
    (tmp_path / "forms" / "BM19.v2.yaml").write_text(newer, encoding="utf-8")
    with pytest.raises(
        DefinitionInvalid, match=r"BM19\.v2\.yaml cannot be loaded: There is no indicator Z01"
    ):
        services.load_definitions(tmp_path, at=AT)
    assert not Form.objects.filter(code="BM19", version=2).exists()


def test_loading_again_adds_nothing(country):
    assert services.load_definitions(settings.DEFINITIONS_DIR, at=LOADED_AT).added == []


def test_cut_offs_follow_the_calendar(country):
    cut_offs = {key: queries.reporting_period(key).cut_off_on for key in ("2026-M02", "2026-9M", "2026-Y")}
    assert cut_offs == {
        "2026-M02": date(2026, 2, 20),
        "2026-9M": date(2026, 9, 15),
        "2026-Y": date(2026, 11, 15),
    }


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        (date(2026, 9, 15), 5, date(2026, 9, 22)),
        (date(2026, 4, 28), 3, date(2026, 5, 5)),  # over 30 April, 1 May and a weekend
        (date(2026, 2, 13), 2, date(2026, 2, 24)),  # over Tết: 16 to 20 February 2026, and a weekend
        (date(2026, 9, 15), 0, date(2026, 9, 15)),
    ],
)
def test_due_days_count_vietnamese_working_days(country, start, count, due):
    calendar = queries.working_days(queries.calendar_for(start).pk)
    assert calendar.after(start, count) == due


def test_single_days_off_and_on_overrule_the_week():
    calendar = days({"days_off": ["2026-09-16"], "days_on": ["2026-09-19"]})
    assert calendar.after(date(2026, 9, 15), 3) == date(2026, 9, 19)


def test_a_commune_owes_its_forms_to_the_province_and_a_province_two_kinds_to_the_centre(country):
    owed = queries.obligations_of(country.hua_bum, HALF_YEAR)
    assert [each.form_code for each in owed] == [
        "BM01",
        "BM02",
        "BM04",
        "BM05",
        "BM11",
        "BM14",
        "BM19",
        "BM21",
    ]
    assert {each.basis for each in owed} == {Basis.OWN}
    assert queries.due_on(owed[1], HALF_YEAR) == date(2026, 6, 22)
    provincial = queries.obligations_of(country.lai_chau, HALF_YEAR)
    assert {each.basis for each in provincial} == {Basis.OWN, Basis.CONSOLIDATED}
    assert all(queries.due_on(each, HALF_YEAR) == date(2026, 6, 29) for each in provincial)


def test_committees_without_territory_owe_no_flash_report(country):
    assert queries.obligations_of(country.agencies, SEPTEMBER) == []
    assert [each.form_code for each in queries.obligations_of(country.hua_bum, SEPTEMBER)] == ["BMT"]


def test_only_units_that_existed_at_the_cut_off_and_are_not_withheld_owe(country):
    codes = {unit.name_vi for unit in queries.obliged_units("BM05P", HALF_YEAR)}
    assert codes == {"Lai Châu", "Huế"}
    assert {unit.name_vi for unit in queries.obliged_units("BM05P", Period("6M", 2025))} == {"Điện Lai"}
    country.hue.withheld = True
    country.hue.save()
    assert {unit.name_vi for unit in queries.obliged_units("BM05P", HALF_YEAR)} == {"Lai Châu"}


def test_a_period_closes_opens_again_and_locks_for_good(country):
    services.close_period("2026-M08", by=SYSTEM, at=AT)
    assert queries.reporting_period("2026-M08").state == PeriodState.CLOSED
    services.reopen_period("2026-M08", by=SYSTEM, at=AT)
    services.lock_period("2026-M08", by=SYSTEM, at=AT)
    with pytest.raises(ClosedPeriod, match="Period August 2026 is locked"):
        services.reopen_period("2026-M08", by=SYSTEM, at=AT)


def test_a_period_that_was_never_opened_is_refused(country):
    with pytest.raises(WrongPeriod, match="it is not in the calendar"):
        queries.reporting_period("1999-Y")
    with pytest.raises(WrongPeriod, match="no reporting calendar is in force"):
        queries.cut_off_on(Period("Y", 1999))


def test_opening_a_period_twice_keeps_it_as_it_is(country):
    services.close_period(AUGUST.key, by=SYSTEM, at=AT)
    assert services.open_period(AUGUST).state == PeriodState.CLOSED
