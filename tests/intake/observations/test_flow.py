"""A report's way: compiled, submitted, accepted or returned, each step once and by the right person."""

from giamsat.intake.observations import services
from giamsat.intake.observations.choices import Status
from tests.intake.house import AT, SEPTEMBER, figures, form


def received(country, people, **given):
    flash = form("BMT", SEPTEMBER)
    receipt = services.receive(
        country.hua_bum, flash, SEPTEMBER, figures(flash, **given), by=people["compiler"], at=AT
    )
    return receipt.report


def test_a_report_without_findings_awaits_the_head(country, people):
    report = received(country, people, A04=200)
    assert report.status == Status.CHO_DUYET
