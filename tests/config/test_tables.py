"""A command begins only on the tables that this version of the program expects, and says what to run otherwise."""

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from giamsat.config import health, tables
from tests.config.test_backups import giamsat, second_house  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


def test_tables_of_this_version_are_begun_on():
    tables.require()


def test_tables_of_an_earlier_version_are_refused_with_the_command_that_mends_them():
    newest = MigrationRecorder(connection).migration_qs.filter(app="observations").order_by("-id").first()
    newest.delete()

    with pytest.raises(tables.UpgradeNeeded, match="Run giamsat upgrade, then this command again"):
        tables.require()
    assert {check.name: check.finding for check in health.examine()}["migrations"] == (
        "1 waiting; run giamsat upgrade"
    )


@pytest.mark.slow
def test_an_empty_house_is_told_to_be_made_ready_first(second_house):  # noqa: F811
    database, folder = second_house

    looked = giamsat("doctor", database=database, folder=folder)
    scanned = giamsat("scan", database=database, folder=folder)
    served = giamsat("serve", "--port", "8999", database=database, folder=folder)

    assert (looked.returncode, scanned.returncode, served.returncode) == (1, 2, 2)
    assert "units: the house has no tables yet; run giamsat init" in looked.stdout
    assert "upgrade" not in looked.stdout
    assert "relation" not in looked.stdout
    for refused in (scanned, served):
        assert "house.no_tables: The house has no tables yet; run giamsat init." in refused.stdout


def test_other_faults_of_the_database_stay_as_it_says_them():
    assert health._why(DatabaseError("out of space\nhint")) == "out of space"
