"""What a person may mistype is refused or told as it stands, never as the wreck of a program."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from giamsat.config import backups
from giamsat.config.cli import app, data
from giamsat.config.taking_in import Outcome
from tests.config.test_backups import giamsat, second_house  # noqa: F401 - a fixture


@pytest.mark.parametrize(
    "arguments",
    [("serve", "--port", "99999"), ("serve", "--workers", "0"), ("worker", "--concurrency", "0")],
)
def test_numbers_that_nothing_can_run_with_are_refused(arguments):
    outcome = CliRunner().invoke(app, arguments)
    assert outcome.exit_code == 2
    assert "Invalid value for" in outcome.output


def test_a_switch_has_one_name():
    assert "no-no" not in CliRunner().invoke(app, ["upgrade", "--help"]).output


def test_what_a_file_holds_is_told_as_it_stands_there(capsys):
    """Brackets are a language of the terminal's: they vanished, or ended the import in the middle."""
    data._tell("[/x].csv", Outcome(refused=[("source.wrong_unit", "unit [bold]03460[/i] …")]))
    told = capsys.readouterr().out
    assert told.count("[/x].csv") == 2
    assert "unit [bold]03460[/i] …" in told


def test_a_folder_that_takes_no_backup_is_refused_before_the_database_is_read():
    with pytest.raises(backups.NoPlaceForBackup, match="Nothing can be written into /proc/no-such-folder"):
        backups.backup(Path("/proc/no-such-folder/house.tar"))


@pytest.mark.slow
@pytest.mark.django_db
def test_a_refusal_tells_a_name_as_it_was_typed(second_house, tmp_path):  # noqa: F811
    database, folder = second_house
    (tmp_path / "[bold]old.tar").touch()
    refused = giamsat("restore", str(tmp_path / "[bold]old.tar"), database=database, folder=folder)
    assert refused.returncode == 2
    assert "[bold]old.tar is no whole backup" in refused.stdout
