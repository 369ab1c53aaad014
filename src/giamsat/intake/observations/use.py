"""Reports that were sent 30 days ago are assessed by how often others have used their data since."""

from datetime import date, datetime, timedelta

from giamsat.intake.observations.models import Report
from giamsat.intake.quality import queries as quality_queries
from giamsat.intake.quality import services as quality
from giamsat.intake.quality.choices import Part
from giamsat.lib.clock import day_of
from giamsat.lib.periods import Period

CATCHING_UP = timedelta(days=7)  # in case nothing ran for some days
KEPT = timedelta(days=90)


def assess_use(*, at: datetime) -> int:
    """Give the score of each report whose 30 days are over its evidence of use; returns how many there were.

    What was sent before uses were counted stays not assessed. Run again, it finds the same; what the level above
    corrected after an objection stands.
    """
    today = day_of(at)
    since = quality_queries.counted_since()
    if since is None:
        return 0
    last = today - quality_queries.WINDOW
    first = max(since, last - CATCHING_UP)
    sent = Report.objects.filter(first_sent_on__gte=first, first_sent_on__lte=last).order_by()
    series: dict[tuple[str, str, str, date], list[int]] = {}
    for each in sent.only("unit_id", "form_code", "period_key", "basis", "first_sent_on"):
        if each.first_sent_on is not None:
            key = (each.form_code, each.period_key, str(each.basis), each.first_sent_on)
            series.setdefault(key, []).append(each.unit_id)
    for (form_code, period_key, basis, sent_on), unit_ids in series.items():
        used = quality_queries.used(unit_ids, form_code, period_key, basis, since=sent_on)
        never = quality_queries.Used()
        decided = quality_queries.corrected(unit_ids, form_code, period_key, basis, part=Part.USE)
        evidence = {
            each: {Part.USE.value: used.get(each, never).evidence} for each in unit_ids if each not in decided
        }
        quality.hand_evidence_of_many(
            evidence, form_code=form_code, period=Period.parse(period_key), basis=basis, at=at
        )
    quality.forget_use(before=today - KEPT)
    return sum(map(len, series.values()))
