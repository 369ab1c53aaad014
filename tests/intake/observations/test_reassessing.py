"""At night sent reports are put to the rules again, and units that sent none are found; nothing is blocked."""

from datetime import date, timedelta

import pytest

from giamsat.foundation.access import queries as access
from giamsat.foundation.units.models import Change, Succession, Unit
from giamsat.intake.observations import services
from giamsat.intake.observations.choices import Status
from giamsat.intake.observations.errors import NoLongerPasses, NotExplained
from giamsat.intake.observations.models import Report, ReportVersion
from giamsat.intake.observations.reassessing import reassess
from giamsat.intake.quality import queries as quality
from giamsat.intake.quality.models import LaterFinding
from giamsat.lib.periods import Period
from tests.intake import house
from tests.intake.house import AT, AUGUST, SEPTEMBER

NIGHT = AT + timedelta(days=40)


@pytest.fixture
def home(country):
    house.make_person("compiler", country.hua_bum, ("compiler", country.hua_bum, False))
    house.make_person("head", country.hua_bum, ("head", country.hua_bum, False))
    house.make_person("approver", country.lai_chau, ("approver", country.lai_chau, True))
    return country


def received(home, period, **figures):
    form = house.form("BMT", period)
    values = house.figures(form, **figures)
    return services.receive(home.hua_bum, form, period, values, by=access.account("compiler"), at=AT).report


def sent(home, period, **figures):
    return services.submit(received(home, period, **figures), by=access.account("head"), at=AT)


def corrected(report, **figures):
    """The unit's newest figures, though nobody asked the rules about the period after."""
    values = dict(
        zip((cell.key for cell in house.form("BMT", report.period).cells), report.current.values, strict=True)
    )
    version = ReportVersion.objects.create(
        report=report, number=report.current.number + 1, form=report.current.form,
        values=[*{**values, **figures}.values()], recorded_at=AT, recorded_by_name="compiler",
    )  # fmt: skip
    Report.objects.filter(pk=report.pk).update(current=version)


def standing(unit):
    return [(each.rule_code, each.severity, each.period_key) for each in quality.later_findings([unit.pk])]


def test_a_correction_of_the_month_before_is_found_at_night_and_blocks_nothing(home):
    august, september = sent(home, AUGUST, A04=200, B07=5), sent(home, SEPTEMBER, A04=200, B07=8)
    reassess(at=NIGHT, of=[SEPTEMBER])
    assert standing(home.hua_bum) == []

    corrected(august, B07=9)
    reassess(at=NIGHT, of=[SEPTEMBER])
    assert standing(home.hua_bum) == [("R-05", "W", SEPTEMBER.key)]
    september.refresh_from_db()
    assert september.status == Status.DA_NOP


def test_what_stands_keeps_its_night_and_what_is_gone_is_marked(home):
    august, _ = sent(home, AUGUST, A04=200, B07=5), sent(home, SEPTEMBER, A04=200, B07=8)
    corrected(august, B07=9)
    reassess(at=NIGHT, of=[SEPTEMBER])
    assert reassess(at=NIGHT + timedelta(days=1), of=[SEPTEMBER]) == 0
    assert LaterFinding.objects.get(unit=home.hua_bum, rule_code="R-05").found_at == NIGHT

    august.refresh_from_db()
    corrected(august, B07=8)
    reassess(at=NIGHT + timedelta(days=2), of=[SEPTEMBER])
    assert standing(home.hua_bum) == []
    assert LaterFinding.objects.get(unit=home.hua_bum, rule_code="R-05").gone_at == NIGHT + timedelta(days=2)


def silent(unit):
    return [
        each.period_key
        for each in quality.later_findings([unit.pk]).filter(rule_code="R-37", form_code="BMT")
    ]


def test_a_large_unit_that_sent_nothing_for_two_months_is_silent(home):
    Unit.objects.filter(pk=home.hua_bum.pk).update(members=301)
    reassess(at=NIGHT, of=[SEPTEMBER])
    assert SEPTEMBER.key in silent(home.hua_bum)
    assert silent(home.muong_te) == [], "two hundred members are no large unit"

    sent(home, SEPTEMBER, A04=301)
    reassess(at=NIGHT + timedelta(days=1), of=[SEPTEMBER])
    assert SEPTEMBER.key not in silent(home.hua_bum), "a report of nothing but 0 is a report"


def test_nobody_is_silent_before_the_report_is_overdue(home):
    Unit.objects.filter(pk=home.hua_bum.pk).update(members=301)
    reassess(at=AT - timedelta(days=10), of=[SEPTEMBER])
    assert SEPTEMBER.key not in silent(home.hua_bum)


def test_what_blocks_since_another_report_changed_is_refused_when_it_is_sent(home):
    august, september = sent(home, AUGUST, A04=200, B07=5), received(home, SEPTEMBER, A04=200, B07=8)
    corrected(august, B07=9)

    with pytest.raises(NoLongerPasses) as refusal:
        services.submit(september, by=access.account("head"), at=AT)

    assert "does not any more, because other reports have changed since: " in refusal.value.message
    assert refusal.value.facts["rules"] == ["R-05"]
    september.refresh_from_db()
    assert september.status == Status.CHO_DUYET


def test_what_asks_for_an_explanation_since_then_is_kept_with_the_report(home):
    """More inspected than members: the other form had said 200 when this one came in."""
    report = received(home, SEPTEMBER, A04=200, B07=150)
    values = list(report.current.values)
    keys = [cell.key for cell in house.form("BMT", SEPTEMBER).cells]
    values[keys.index("A04")] = 100
    corrected(report, A04=100)
    report.refresh_from_db()

    with pytest.raises(NotExplained):
        services.submit(report, by=access.account("head"), at=AT)

    report.refresh_from_db()
    assert report.status == Status.NHAP
    [finding] = quality.findings_of(report.current_id)
    assert finding.rule_code == "R-32"
    services.explain(
        report, finding.pk, "Có đảng viên được kiểm tra hai lượt.", by=access.account("compiler"), at=AT
    )
    report.refresh_from_db()
    assert services.submit(report, by=access.account("head"), at=AT).status == Status.DA_NOP


@pytest.mark.parametrize(("taken_over", "doubted"), [(True, True), (False, False)])
def test_after_a_merger_a_unit_carries_the_year_on(home, taken_over, doubted):
    """The old commune had inspected 7 by July. What the territory's files say went before is nobody's year."""
    old = house.unit(home.lai_chau, "03999", "Xã Cũ", 2, "commune", until=date(2026, 8, 10))
    july, person = Period("M", 2026, 7), house.make_person("old", old, ("compiler", old, False))
    form = house.form("BMT", july)
    services.receive(old, form, july, house.figures(form, A04=200, B07=7), by=person, at=AT)
    change = Change.objects.create(
        kind="merge", on=date(2026, 8, 10), decision="12-QĐ/TU", decided_on=date(2026, 8, 1), lines=[],
        state="carried_out", prepared_at=AT, prepared_by_name="a", carried_out_at=AT, carried_out_by_name="b",
    )  # fmt: skip
    Succession.objects.create(
        predecessor=old, successor=home.hua_bum, on=date(2026, 8, 10), change=change if taken_over else None
    )

    report = received(home, SEPTEMBER, A04=200, B07=6)

    told = [each.sentence("en", lambda key, _: key) for each in quality.findings_of(report.current_id)]
    expected = ["B07 (B07) is 6 to date, less than the 7 that the units merged into it had reported by then. "
                "Check it, or explain."]  # fmt: skip
    assert told == (expected if doubted else [])
