"""Scores there are already are a draft's where the report is one."""

from django.db import migrations

MARK = """
UPDATE quality_reportscore AS score SET draft = true FROM observations_report AS report
WHERE report.status IN ('NHAP', 'CHO_DUYET') AND score.unit_id = report.unit_id
AND score.form_code = report.form_code AND score.period_key = report.period_key AND score.basis = report.basis
"""


class Migration(migrations.Migration):
    dependencies = [("observations", "0002_append_only"), ("quality", "0003_drafts_apart")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
