"""What is late or was sent back, as the overview lists it."""

from datetime import UTC, date, datetime

from giamsat.foundation.units.models import Unit
from giamsat.front.console import arrivals
from giamsat.intake.observations.choices import Status
from giamsat.intake.observations.models import Report
from giamsat.lib.periods import Period


def test_a_report_sent_back_late_in_the_evening_is_back_since_the_day_it_is_here():
    back = Report(
        form_code="BM05", status=Status.TRA_LAI, return_reason="Đề nghị rà soát lại",
        returned_at=datetime(2026, 9, 29, 18, 30, tzinfo=UTC),
    )  # fmt: skip
    duty = arrivals.Arrival("BM05", "own", date(2026, 9, 30), back)
    standing = arrivals.Standing(Unit(code="12", sort_key="LAI CHAU"), [duty], date(2026, 10, 1))

    [line] = arrivals.late_lines([standing], Period("M", 2026, 8), reads_why=lambda _unit: True)

    assert (line.what, line.since) == ("BM05 · Đề nghị rà soát lại", "since 30/09")
