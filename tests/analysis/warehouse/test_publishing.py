"""What is accepted is published: added up, corrected, taken back, never half."""

from decimal import Decimal

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from giamsat.analysis.warehouse import jobs, queries, rules
from giamsat.analysis.warehouse.choices import State
from giamsat.analysis.warehouse.errors import ConsolidatedIsNotAdded
from giamsat.analysis.warehouse.models import DataFile, Generation
from giamsat.foundation.outbox import services as outbox
from giamsat.foundation.outbox.models import StoredEvent
from tests.analysis.warehouse.country import exactly

pytestmark = pytest.mark.slow


def test_nothing_is_published_before_the_first_report_is_accepted(country):
    assert country.publish() is None
    assert queries.figures(["D01"], ["2026-9M"], level="country") == []


def test_an_accepted_report_is_a_figure_of_its_unit_and_of_all_above(country):
    country.accept("C11", D01=7, D12=Decimal("1234.5678"))
    country.publish()

    assert country.value("C11") == 7
    assert country.value("C11", "D12") == exactly("1234.5678")
    assert country.value("P1", level="point") == 7
    assert country.value("north", level="region") == 7
    assert country.value("", level="country") == 7


def test_roll_ups_equal_the_sum_of_their_parts(country):
    parts = {"C11": 3, "C12": 5, "C21": 11, "C31": 0, "C32": Decimal("2.25")}
    for name, value in parts.items():
        country.accept(name, D01=value, D01_XA=value)
    country.accept("P1", form="BM05P", D01=100)
    country.publish()

    assert country.value("P1", level="point") == 108
    assert country.value("P2", level="point") == 11
    assert country.value("P3", level="point") == exactly("2.25")
    assert country.value("north", level="region") == 119
    assert country.value("south", level="region") == exactly("2.25")
    assert country.value("", level="country") == exactly("121.25")
    assert country.value("", level="country", breakdown="lvl=XA") == exactly("21.25")
    assert country.value("P1") == 100


def test_later_reports_join_what_is_published_already(country):
    country.accept("C11", D01=3)
    country.publish()
    country.accept("C12", D01=4)
    country.accept("C31", D01=50)
    country.publish()

    assert country.value("P1", level="point") == 7
    assert country.value("north", level="region") == 7
    assert country.value("", level="country") == 57


def test_a_correction_takes_the_place_of_what_it_corrects(country):
    country.accept("C11", D01=3, D02=9)
    country.accept("C12", D01=4)
    country.publish()
    country.accept("C11", D01=30)
    country.publish()

    assert country.value("C11") == 30
    assert country.value("C11", "D02") is None
    assert country.value("P1", level="point") == 34
    assert country.value("", "D02", level="country") is None


@pytest.mark.slow
def test_corrections_of_corrections_are_published_in_order(country):
    for value in range(1, 6):
        country.accept("C11", D01=value)
        country.publish()
        assert country.value("", level="country") == value
    assert DataFile.objects.filter(shape="change").count() == 4


def test_a_report_taken_out_of_force_leaves_the_figures(country):
    report = country.accept("C11", D01=3)
    country.accept("C12", D01=4)
    country.publish()
    country.withdraw(report)
    country.publish()

    figure = country.figure("P1", level="point")
    assert (figure.value, figure.reported, figure.expected) == (4, 1, 3)
    assert country.figure("C11").value is None


def test_a_correction_under_way_leaves_the_accepted_figures_in_place(country):
    report = country.accept("C11", D01=3)
    country.publish()
    country.move(report, "CHO_DUYET")
    country.publish()

    assert country.value("C11") == 3


def test_a_sum_is_as_settled_as_its_least_settled_part(country):
    reports = [country.accept(name, D01=1) for name in ("C11", "C12", "C21")]
    country.publish()
    assert country.figure("", level="country").state is State.PROVISIONAL

    country.move(reports[0], "KHOA")
    country.move(reports[1], "TONG_HOP")
    country.publish()
    assert country.figure("C11").state is State.LOCKED
    assert country.figure("P1", level="point").state is State.CONSOLIDATED
    assert country.figure("", level="country").state is State.PROVISIONAL
    assert country.value("", level="country") == 3


def test_n_of_n_counts_who_owes_the_indicator_and_who_gave_it(country):
    country.accept("C11", D01=1)
    country.accept("C21", D01=1)
    country.publish()

    # 5 communes owe BM05 and 3 provinces BM05P; both ask for D01
    assert [
        (figure.place, figure.reported, figure.expected)
        for figure in queries.figures(["D01"], ["2026-9M"], level="region")
    ] == [("north", 2, 5), ("south", 0, 3)]
    country_figure = country.figure("", level="country")
    assert (country_figure.reported, country_figure.expected, country_figure.complete) == (2, 8, False)


def test_a_place_that_sent_nothing_is_shown_without_a_value(country):
    country.accept("C11", D01=0)
    country.publish()

    south = country.figure("south", level="region")
    assert (south.value, south.state, south.reported, south.expected) == (None, None, 0, 3)
    assert country.value("P1", level="point") == 0


def test_consolidated_figures_stand_beside_and_are_never_added(country):
    country.accept("C11", D01=3)
    country.accept("C12", D01=4)
    country.accept("P1", form="BM05P", basis="consolidated", D01=99)
    country.publish()

    assert country.value("P1", level="point") == 7
    assert country.value("", level="country") == 7
    assert country.value("P1", level="point", basis="consolidated") == 99
    assert country.value("P1", basis="consolidated") == 99
    with pytest.raises(ConsolidatedIsNotAdded) as refusal:
        country.value("", level="country", basis="consolidated")
    assert refusal.value.message == (
        "Consolidated figures are sums already; adding them up would count twice. "
        "Ask for own figures, or for the consolidated figure of one unit."
    )


def test_periods_stand_side_by_side_and_are_not_added(country):
    country.accept("C11", period="2026-6M", D01=3)
    country.accept("C11", period="2026-9M", D01=5)
    country.accept("C11", period="2025-Y", D01=8)
    country.publish()

    found = queries.figures(["D01"], ["2025-Y", "2026-6M", "2026-9M"], level="country")
    assert [(figure.period_key, figure.value) for figure in found] == [
        ("2025-Y", 8), ("2026-6M", 3), ("2026-9M", 5),
    ]  # fmt: skip


def test_units_can_be_added_up_in_the_callers_own_groups(country):
    for name, value in {"C11": 1, "C12": 2, "C21": 4}.items():
        country.accept(name, D01=value)
    country.publish()
    groups = {country["C11"].pk: "drawn", country["C21"].pk: "drawn", country["C31"].pk: "rest"}

    found = queries.figures(["D01"], ["2026-9M"], group_by=groups)
    assert [(each.place, each.value, each.reported, each.expected) for each in found] == [
        ("drawn", 5, 2, 2), ("rest", None, 0, 1),
    ]  # fmt: skip


def test_asking_of_nobody_answers_nothing(country):
    country.accept("C11", D01=1)
    country.publish()

    assert queries.figures(["D01"], ["2026-9M"], units=[]) == []
    assert queries.figures([], ["2026-9M"], level="point") == []


def test_the_same_news_twice_makes_one_generation(country):
    report = country.accept("C11", D01=3)
    first = country.publish()
    country.move(report, "TIEP_NHAN")

    assert country.publish() is None
    assert queries.newest() == first


def test_a_generation_is_told_with_what_changed(country):
    country.accept("C11", D01=3)
    country.publish()
    country.accept("C21", D01=4)
    generation = country.publish()

    told = StoredEvent.objects.filter(name="warehouse.figures_published").order_by("id").last().payload
    assert told == {
        "generation": generation.number, "changed": [[country["C21"].pk, "2026-9M", "BM05"]], "years": [],
    }  # fmt: skip


def test_the_generation_says_as_of_when(country):
    country.accept("C11", D01=3)
    generation = country.publish()

    figure = country.figure("C11")
    assert (figure.as_of, figure.generation) == (country.clock, generation.number)
    assert Generation.objects.count() == 1


def test_many_changes_of_a_year_call_for_joining(country):
    country.accept("C11", D01=0)
    country.publish()
    generation = queries.newest()
    for number in range(rules.MOST_CHANGES):
        assert queries.years_to_join() == []
        DataFile.objects.create(
            name=f"{number}",
            year=2026,
            shape="change",
            cells=1,
            reports=1,
            size=1,
            sha256="",
            added=generation,
        )

    assert queries.years_to_join() == [2026]


def test_one_publication_is_queued_for_all_that_waits(country):
    country.accept("C11", D01=1)
    country.accept("C12", D01=2)
    outbox.deliver_now(at=country.clock)

    assert ProcrastinateJob.objects.filter(task_name="warehouse.publish", status="todo").count() == 1


NEWS_MEANWHILE = """
CREATE FUNCTION pg_temp.news_meanwhile() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO warehouse_waiting (event_id, report_id, heard_at) VALUES (999, 999, now()); RETURN NULL;
END $$;
CREATE TRIGGER news_meanwhile AFTER INSERT ON warehouse_generation
    FOR EACH ROW EXECUTE FUNCTION pg_temp.news_meanwhile();
"""


def test_news_noted_while_a_generation_is_written_is_published_at_once_and_not_at_the_next_minute(country):
    country.accept("C11", D01=1)
    outbox.deliver_now(at=country.clock)
    ProcrastinateJob.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(NEWS_MEANWHILE)

    jobs.publish()

    assert queries.status().waiting == 1
    assert ProcrastinateJob.objects.filter(task_name="warehouse.publish", status="todo").count() == 1
