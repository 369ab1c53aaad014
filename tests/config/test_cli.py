"""The command line as a whole."""

import ast
from pathlib import Path

from giamsat.config import cli


def test_every_module_of_commands_is_registered():
    here = Path(cli.__file__)
    written = {file.stem for file in here.parent.glob("*.py")} - {"__init__", "surroundings"}
    imports = [node for node in ast.parse(here.read_text()).body if isinstance(node, ast.ImportFrom)]
    assert {alias.name for node in imports for alias in node.names} == written
