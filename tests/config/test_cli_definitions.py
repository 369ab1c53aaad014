"""`giamsat definitions export`: every published definition as the file it would have come in."""

from contextlib import nullcontext

import pytest
import yaml
from django.conf import settings
from django.utils import translation
from typer.testing import CliRunner

from giamsat.config.cli import app, export
from tests.intake import house


@pytest.fixture
def furnished_house(db, monkeypatch):
    monkeypatch.setattr(export, "house", nullcontext)  # the test's house is open already
    house.load_everything()
    with translation.override("en"):
        yield


def test_published_definitions_become_files_that_say_what_the_reviewed_ones_say(furnished_house, tmp_path):
    target = tmp_path / "out"
    told = CliRunner().invoke(app, ["definitions", "export", str(target)])

    assert "Files written to" in told.output
    for name in ("forms/BM19.v1.yaml", "rules/R-33.v2.yaml", "calendar.yaml"):
        written, reviewed = ((folder / name).read_text() for folder in (target, settings.DEFINITIONS_DIR))
        assert yaml.safe_load(written) == yaml.safe_load(reviewed)


def test_a_folder_that_holds_something_is_left_alone(furnished_house, tmp_path):
    held = tmp_path / "held"
    held.mkdir()
    (held / "kept.txt").touch()
    told = CliRunner().invoke(app, ["definitions", "export", str(held)])

    assert told.exit_code != 0
    assert [each.name for each in held.iterdir()] == ["kept.txt"]
