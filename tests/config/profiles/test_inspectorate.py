"""Another inspectorate, by definitions alone: 18,712 real inspections from delivery to warning."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings as house
from django.db import transaction

from giamsat.lib.actors import Actor
from giamsat.lib.periods import Period

from . import inspections

pytestmark = pytest.mark.slow
AT = datetime(2014, 12, 1, 3, tzinfo=UTC)
BY = Actor.system("inspectorate")
PROFILE = Path(house.DEFINITIONS_DIR) / "profiles" / "inspectorate"
FILE = Path(__file__).resolve().parents[4] / "shared/data/inspections/chicago_food_inspections.parquet"


@pytest.fixture(scope="module")
def rows():
    if not FILE.exists():
        pytest.skip("real data is absent: no ../shared/data/inspections beside the checkout")
    return inspections.read(FILE)


@pytest.fixture(scope="module")
def loaded(rows, django_db_setup, django_db_blocker, tmp_path_factory):
    """The profile's definitions and every month's delivery, checked, accepted and published."""
    from giamsat.analysis.warehouse import reader, services
    from giamsat.config import setup
    from giamsat.intake.sources import services as sources

    was = house.DEFINITIONS_DIR, house.DATA_DIR
    house.DEFINITIONS_DIR, house.DATA_DIR = PROFILE, tmp_path_factory.mktemp("inspectorate")
    with django_db_blocker.unblock(), transaction.atomic():
        setup.load_definitions(lambda _: None)
        setup.load_tree(lambda _: None)
        sources.open_periods([2011, 2012, 2013, 2014], kinds=["M"])
        receipts = {key: take_in(key, content) for key, content in inspections.deliveries(rows)}
        services.rebuild(at=AT)
        yield receipts, house.DATA_DIR
        transaction.set_rollback(True)
    reader.close_all()
    house.DEFINITIONS_DIR, house.DATA_DIR = was


@pytest.fixture
def published(loaded, db, settings):
    """The same within a test, whose own data folder would otherwise be empty."""
    receipts, folder = loaded
    settings.DEFINITIONS_DIR, settings.DATA_DIR = PROFILE, folder
    return receipts


def take_in(key, content):
    """Keep the file, read it, check all its lines, accept what passes."""
    from giamsat.foundation.units import queries as units
    from giamsat.intake.observations.services import Accepting, receive_many
    from giamsat.intake.sources import queries as forms
    from giamsat.intake.sources import services as sources

    delivery = sources.keep_delivery(content, filename=f"{key}.csv", channel="csv", by=BY, at=AT)
    lines = sources.read_csv(content)
    ids = dict(units.all_units().order_by().values_list("code", "pk"))
    receipt = receive_many(
        forms.form("FIM", 1), Period.parse(key), [ids[line.unit_code] for line in lines],
        [line.values for line in lines], by=BY, at=AT, delivery=delivery, accepting=Accepting(BY, "as recorded"),
    )  # fmt: skip
    sources.accept_delivery(delivery, unit_id=None)
    return receipt


def test_every_line_of_every_month_passes_the_profile_s_checks(published, rows):
    assert len(published) == len({row["month"] for row in rows})
    assert not any(receipt.refusals for receipt in published.values())
    assert {len(receipt.reports) for receipt in published.values()} == {60}


def test_the_sums_equal_those_of_the_file(published, rows):
    from giamsat.analysis.warehouse import queries

    last_months = ["2011-M12", "2012-M12", "2013-M12", "2014-M10"]
    sums = Counter()
    for figure in queries.figures(inspections.FLOWS, last_months, level="country"):
        sums[figure.indicator] += int(figure.value)
    expected = sum((Counter(inspections.counted(row)) for row in rows), Counter())
    assert sums == expected
    assert sums["FI01"] == len(rows) == 18_712
    assert (sums["FI03"], sums["FI04"], sums["FI05"]) == (3_877, 6_760, 69_879)


def test_the_sums_of_one_area_in_one_month_equal_those_of_the_file(published, rows):
    from giamsat.analysis.indicators import queries
    from giamsat.foundation.units import queries as units

    area = units.unit_by_code("60614")
    march = Period("M", 2013, 3)
    found = queries.increments(["FI01", "FI05"], [march], unit_ids=[area.pk])[area.pk, march.key]
    mine = [inspections.counted(row) for row in rows if row["area"] == "60614" and row["month"] == (2013, 3)]
    assert found["FI01"].value == len(mine)
    assert found["FI05"].value == sum(each["FI05"] for each in mine)


def test_an_impossible_line_is_refused_and_the_others_are_not(published, rows):
    from giamsat.intake.observations.services import receive_file

    head, line = (
        b"form,version,unit,vintage,period,basis,FI01,FI02,FI03,FI04,FI05,FI10\n",
        b"FIM,1,{},2011,2014-M11,own,{},10\n",
    )
    good = line.replace(b"{}", b"60614", 1).replace(b"{}", b"9999,3000,4000,3000,9000")
    bad = line.replace(b"{}", b"60611", 1).replace(b"{}", b"5,9,9,0,0")
    receipts = receive_file(head + good + bad, filename="2014-11.csv", by=BY, at=AT)
    assert [receipt.refused for receipt in receipts] == [False, True]
    (finding,) = [each for each in receipts[1].refusal.facts["findings"] if each["severity"] == "E"][:1]
    assert finding["rule"] in ("F-02", "F-05")


def test_the_detectors_read_the_profile_and_flag_few(published):
    from giamsat.analysis.early_warning.scanning import look

    months = [Period.parse(key) for key in sorted(published)][5:]
    done = look(AT, periods=months)
    listed = [
        (
            each.unit.code,
            each.indicator,
            each.period_key,
            round(each.evidence["value"]),
            round(each.evidence["expected"]),
        )
        for each in sorted(done.raised, key=lambda each: -each.score)
    ]
    print("\nflagged:", *listed, sep="\n  ")  # read by whoever wants the list
    assert done.judged > 300
    assert len(listed) <= 0.03 * done.judged
    assert "00000" not in {code for code, *_ in listed}
    for warning in done.raised:
        found = warning.evidence
        assert not found["band"]["low"] <= found["value"] <= found["band"]["high"]
        assert found["peers"]["n"] >= 8
