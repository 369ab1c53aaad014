"""Findings of a refusal as lines: what the cell holds, and of other figures what they are."""

from django.utils.translation import override

from giamsat.front.console.findings import refused_lines

FOUND = {
    "rule": "R-33",
    "severity": "W",
    "cells": [],
    "positions": [{"sheet": "Biểu", "cell": "D9"}],
    "held": "0",
    "value": "-4",
    "value_is": "increment",
    "expected": "528.5",
    "expected_is": "median",
    "sentence": {"vi": "…", "en": "…"},
}


def test_an_increment_and_a_median_are_called_so(db):
    with override("en"):
        [line] = refused_lines([FOUND], None, "en")
    assert (line.value, line.value_note) == (0, "added in the period -4")
    assert (line.right, line.right_note) == ("528.5", "median of its own past")


def test_what_would_be_right_needs_no_note(db):
    [line] = refused_lines([FOUND | {"value_is": "", "expected": "9", "expected_is": ""}], None, "en")
    assert (line.value_note, line.right, line.right_note) == ("", "9", "")
