"""Beside each score, how much of its weight somebody has looked at; reckoned for scores there are already."""

from django.db import migrations, models
from django.db.models import Q

WEIGHTS = {
    "correct": {"rules": 40, "register": 30, "samples": 20, "stability": 10},
    "complete": {"required": 40, "children": 40, "attachments": 20},
    "clean": {"unique": 30, "codes": 30, "formats": 20, "agreement": 20},
    "live": {"timeliness": 40, "freshness": 25, "connector": 15, "use": 20},
}


def _sum(parts):
    return " + ".join(
        f"CASE WHEN parts -> '{part}' ->> 'share' IS NULL THEN 0 ELSE {weight} END"
        for part, weight in parts.items()
    )


SUMS = ", ".join(f"{name}_assessed = {_sum(parts)}" for name, parts in WEIGHTS.items())
RECKON = f"UPDATE quality_reportscore SET {SUMS}"
FIELD = models.PositiveSmallIntegerField(default=0, help_text="of a weight of 100")


def _rests_on_some_weight(name):
    score, weight = f"{name}_score", f"{name}_assessed"
    nothing, something = Q(**{score: None, weight: 0}), Q(**{f"{score}__isnull": False, f"{weight}__range": (1, 100)})
    return models.CheckConstraint(name=f"report_{score}_rests_on_some_weight", condition=nothing | something)


class Migration(migrations.Migration):
    dependencies = [("quality", "0001_initial")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        *(migrations.AddField("reportscore", f"{name}_assessed", FIELD) for name in WEIGHTS),
        migrations.RunSQL(RECKON, migrations.RunSQL.noop),
        *(migrations.AddConstraint("reportscore", _rests_on_some_weight(name)) for name in WEIGHTS),
    ]
