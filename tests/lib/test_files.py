import signal
import stat
import subprocess
import sys

from giamsat.lib.files import write_once


def test_the_first_content_stays(tmp_path):
    file = tmp_path / "keys" / "secret"
    assert write_once(file, b"first") == b"first"
    assert write_once(file, b"second") == b"first"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["secret"]


def test_a_writer_killed_before_the_end_leaves_no_half_file(tmp_path):
    """An empty key would stand for ever: nobody would make another."""
    file = tmp_path / "secret"
    killed_while_syncing = (
        "import os, sys, signal; from pathlib import Path; from giamsat.lib.files import write_once;"
        "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL); write_once(Path(sys.argv[1]), b'first')"
    )
    died = subprocess.run([sys.executable, "-c", killed_while_syncing, str(file)], check=False)

    assert died.returncode == -signal.SIGKILL
    assert not file.exists()
    assert write_once(file, b"second") == b"second"
