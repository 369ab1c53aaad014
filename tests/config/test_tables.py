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


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "address", "why"),
    [
        (("init",), "postgresql://postgres@127.0.0.1:9/giamsat", "refused"),
        (("doctor",), "postgresql://postgres@127.0.0.1:port/giamsat", "port"),
        (("serve", "--port", "8999"), "mysql://root@127.0.0.1/giamsat", "does not begin with postgresql://"),
        (("worker",), "nonsense", "does not begin with postgresql://"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_at_once(tmp_path, command, address, why):
    done = giamsat(*command, database=address, folder=tmp_path)
    said = " ".join(done.stdout.split())
    assert done.returncode == 2, done.stderr
    assert said.startswith("house.database_out_of_reach: No PostgreSQL can be used where DATABASE_URL says: ")
    assert why in said
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_database_that_is_not_there_is_told_by_its_name(second_house):  # noqa: F811
    database, folder = second_house
    done = giamsat("doctor", database=f"{database}&dbname=another", folder=folder)
    assert done.returncode == 2
    assert 'database "another" does not exist' in " ".join(done.stdout.split())
