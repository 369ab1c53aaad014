"""Which units a notice tells of; those of before are taken to tell of the unit where the person works."""

import django.contrib.postgres.fields
from django.db import migrations, models

HOME = """
UPDATE notices_notice AS notice SET about = ARRAY[account.unit_id] FROM access_account AS account
WHERE account.id = notice.account_id AND account.unit_id IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial"), ("notices", "0001_initial")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            "notice",
            "about",
            django.contrib.postgres.fields.ArrayField(
                models.BigIntegerField(), default=list, verbose_name="units it tells of"
            ),
        ),
        migrations.RunSQL(HOME, migrations.RunSQL.noop),
    ]
