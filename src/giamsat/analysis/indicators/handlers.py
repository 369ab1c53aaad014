"""What this room says when units change."""

from giamsat.analysis.indicators import moved_units
from giamsat.foundation.units import services as units

units.concerns(moved_units.touched_by)
units.forbids_undoing(moved_units.reasons_against)
