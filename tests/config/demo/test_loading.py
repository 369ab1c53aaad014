"""Two provinces of the practice country go through the real doors, with the day as it opens."""

import numpy as np
import pytest
from django.db import transaction
from rich.console import Console

from giamsat.config.demo import accounts, country, loading, scenario
from giamsat.config.demo.errors import HalfMade, HouseNotEmpty
from giamsat.config.steps import Steps
from giamsat.intake.observations.models import Report
from giamsat.intake.sources.models import Delivery
from giamsat.lib.clock import day_of
from giamsat.lib.periods import Period

pytestmark = pytest.mark.slow
SOME = [Period("6M", 2026), Period("M", 2026, 8), Period("M", 2026, 9), Period("9M", 2026)]


@pytest.fixture(scope="module")
def sent(django_db_setup, django_db_blocker):
    """Lai Châu, a province whose nine months were sent back, and one that errs: four periods of 2026."""
    from django.conf import settings

    from giamsat.config import setup
    from giamsat.foundation.units import services as units
    from giamsat.intake.sources import services as sources

    with django_db_blocker.unblock(), transaction.atomic():
        setup.load_definitions(lambda _: None)
        units.load_territory(settings.DEFINITIONS_DIR / "territory")
        figures, flaws = country.draw()
        sources.open_periods([2025, 2026])
        loader = loading.Loader(
            figures, flaws, np.random.default_rng(1), country.WALK_UNIT, only=["12", "44", "04"]
        )
        wrong = [each.label for each in flaws.wrong if loader._comes_from_here(each)]
        late = [each for each in flaws.labels if each.defect == "late"]
        yield {"wrong": wrong, "late": late} | loader.run(SOME)
        transaction.set_rollback(True)


@pytest.fixture
def loaded(sent, db):
    return sent


def statuses(point, **wanted):
    from giamsat.foundation.units import queries as units

    place = units.unit_by_code(point, on=scenario.OPENS_ON)
    found = Report.objects.filter(unit=place, **wanted).order_by().values_list("status", flat=True)
    return sorted(found.distinct())


def test_clean_reports_pass_and_nothing_else_is_stored(loaded):
    assert loaded["reports"] == Report.objects.count() > 800
    assert Delivery.objects.filter(status="accepted").count() == loaded["deliveries"]


def test_wrong_reports_are_refused_each_by_its_rule_and_sent_again_right(loaded):
    periods = {period.key for period in SOME}
    wrong = [each for each in loaded["wrong"] if each.period in periods]
    assert loaded["refused"] == len(wrong) > 0
    for each in wrong:
        named = {
            "unit__code": each.unit,
            "form_code": each.form,
            "period_key": each.period,
            "basis": each.basis,
        }
        line = Delivery.objects.get(status="refused", **named)
        assert each.rule in {finding["rule"] for finding in line.refusal["facts"]["findings"]}
        assert Report.objects.get(**named).current.accepted_at


def test_whoever_is_labelled_late_is_late_by_the_day_that_is_theirs(loaded):
    periods = {period.key for period in SOME}
    late = {(each.unit, each.form, each.period) for each in loaded["late"] if each.period in periods}
    sent = Report.objects.filter(basis="own", submitted_at__isnull=False).select_related("unit")
    assert len(late) > 10
    for report in sent:
        after = day_of(report.submitted_at) > report.due_on
        assert after == ((report.unit.code, report.form_code, report.period_key) in late), report


def test_the_commune_of_the_walk_has_not_filed_its_september(loaded):
    september = Report.objects.filter(
        form_code="BMT", period_key="2026-M09", unit__code__in=["03460", "03463"]
    )
    assert [each.unit.code for each in september] == ["03463"]
    assert Report.objects.filter(form_code="BMT", period_key="2026-M08", unit__code="03460").exists()


def test_nine_months_stand_in_the_middle_of_consolidation(loaded):
    assert statuses("12", period_key="2026-9M", basis="consolidated") == ["TIEP_NHAN"]
    assert statuses("12", period_key="2026-9M", basis="own") == ["TONG_HOP"]
    assert statuses("44", period_key="2026-9M") == ["TRA_LAI"]


def test_a_report_sent_back_says_why(loaded):
    returned = Report.objects.filter(status="TRA_LAI").order_by("pk").first()
    assert returned.return_reason == loading.RETURN_REASON


def test_everybody_of_the_list_may_sign_in_with_the_printed_password(loaded):
    from giamsat.foundation.access import queries as access

    assert accounts.open_all(country.WALK_UNIT, at=scenario.OPENS_AT) == len(accounts.PEOPLE)
    compiler = access.account("compiler")
    assert compiler.check_password(accounts.PASSWORD)
    assert compiler.unit.name_vi == "Xã Hua Bum"
    roles = {person.role for person in accounts.PEOPLE}
    assert {
        "leader",
        "committee_leader",
        "synthesis",
        "watcher",
        "approver",
        "compiler",
        "head",
        "auditor",
    } <= roles


def test_a_house_that_holds_reports_is_refused(loaded, tmp_path):
    with pytest.raises(HouseNotEmpty) as refusal:
        country._refuse_unless_empty(tmp_path, None)
    assert refusal.value.code == "demo.house_not_empty"


def test_a_half_made_country_is_refused_with_what_to_do(loaded, tmp_path):
    with pytest.raises(HalfMade) as refusal:
        country._refuse_unless_empty(tmp_path, {"state": "making"})
    assert str(tmp_path) in refusal.value.message


def test_a_country_that_is_whole_is_left_as_it_is(tmp_path, db):
    note = {"state": "whole", "reports": 7}
    country._write(tmp_path, note)
    assert country.make(tmp_path, steps=Steps(Console())) == note
