"""What ``make`` calls to have the pages' scripts and styles."""

import subprocess
import sys

from giamsat.config import frontend


def test_the_command_leaves_a_build_of_the_present_sources():
    done = subprocess.run(
        [sys.executable, "-m", "giamsat.config.frontend"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("front end: ")
    assert frontend.STAMP.read_text() == frontend.digest_of_sources()
