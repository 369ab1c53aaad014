"""Detectors by the name that definitions/detectors gives them. To add one: docs/how-to/add-a-detector.md."""

from giamsat.analysis.early_warning.detectors.base import Detector
from giamsat.analysis.early_warning.detectors.out_of_line import OutOfLine
from giamsat.analysis.early_warning.detectors.target_behind import TargetBehind

DETECTORS: dict[str, type[Detector]] = {each.name: each for each in (TargetBehind, OutOfLine)}

__all__ = ["DETECTORS", "Detector"]
