"""Where no terminal listens, each step is a line as it begins and a line as it ends."""

import io
import re

import pytest
from rich.console import Console

from giamsat.config.steps import Steps


def lines_of(work):
    heard = io.StringIO()
    with Steps(Console(file=heard, width=80)) as steps:
        work(steps)
    return [re.sub(r"\d+\.\d s", "n s", line) for line in heard.getvalue().splitlines()]


def test_a_step_is_told_when_it_begins_and_when_it_ends():
    def work(steps):
        with steps.step("Reports", total=2) as advance:
            advance("BM02")
            advance("BM04")
        with steps.step("Publishing"):
            pass
        assert list(steps.seconds) == ["Reports", "Publishing"]

    assert lines_of(work) == ["Reports …", "Reports: n s", "Publishing …", "Publishing: n s"]


def test_a_step_that_fails_is_not_told_as_done():
    def work(steps):
        with pytest.raises(ZeroDivisionError), steps.step("Reports"):
            _ = 1 / 0

    assert lines_of(work) == ["Reports …"]
