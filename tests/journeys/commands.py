"""Commands of the operator over the running house."""

import subprocess
import sys
from pathlib import Path

from tools.practice import surroundings_of


def giamsat(house: Path, *words: str) -> subprocess.CompletedProcess[str]:
    surroundings = surroundings_of(house) | {"GIAMSAT_LANGUAGE": "en"}
    return subprocess.run(
        [sys.executable, "-m", "giamsat.config", *words],
        env=surroundings, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def said(done: subprocess.CompletedProcess[str]) -> str:
    """What a command told, however its lines were broken."""
    return " ".join((done.stdout + done.stderr).split())
