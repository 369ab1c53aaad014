"""The number and symbol under which a version was sent."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("observations", "0003_scores_of_drafts"), ("units", "0001_initial")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField()),
                ("symbol", models.CharField(max_length=40)),
                ("period_key", models.CharField(max_length=8)),
                ("basis", models.CharField(choices=[("own", "own figures"), ("consolidated", "consolidated figures")], max_length=12)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letters", to="units.unit"
                    ),
                ),
            ],
            options={"ordering": ["unit", "year", "symbol"]},
        ),
        migrations.AddConstraint(
            "letter",
            models.UniqueConstraint(
                fields=["unit", "year", "symbol"], name="letter_number_is_given_once_a_year"
            ),
        ),
        migrations.AddConstraint(
            "letter", models.CheckConstraint(name="letter_has_a_number", condition=~models.Q(symbol=""))
        ),
        migrations.AddConstraint(
            "letter",
            models.CheckConstraint(
                name="letter_basis_is_known", condition=models.Q(basis__in=["own", "consolidated"])
            ),
        ),
        migrations.AddField(
            "reportversion",
            "letter",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="versions",
                to="observations.letter",
            ),
        ),
        migrations.AddIndex(
            "reportversion",
            models.Index(
                condition=models.Q(letter__isnull=False), fields=["letter"], name="report_version_of_letter"
            ),
        ),
    ]
