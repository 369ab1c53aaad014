from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("notices", "0003_calendar"),
    ]

    operations = [
        migrations.AlterField(
            model_name='notice',
            name='page',
            field=models.CharField(choices=[('entry', 'reports to send'), ('report', 'a report'), ('request', 'a request for explanation'), ('calendar', 'the reporting calendar'), ('objection', 'an objection to a score')], max_length=20, verbose_name='leads to'),
        ),
    ]
