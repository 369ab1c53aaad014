"""The command line as a whole."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from giamsat.config import cli


def test_every_module_of_commands_is_registered():
    here = Path(cli.__file__)
    written = {file.stem for file in here.parent.glob("*.py")} - {"__init__", "surroundings"}
    imports = [node for node in ast.parse(here.read_text()).body if isinstance(node, ast.ImportFrom)]
    imports = [node for node in imports if node.module == cli.__name__]
    assert {alias.name for node in imports for alias in node.names} == written


@pytest.mark.slow
def test_commands_are_there_before_any_setting_is():
    """In a process of its own, as a terminal starts it: here Django has been awake for long."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    done = subprocess.run(
        [sys.executable, "-m", "giamsat.config", "--help"],
        env=bare | {"PYTHONPATH": "src"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "restore" in done.stdout
