"""The writing door of units: planting the tree, drawing its map, changing it over time."""

from giamsat.foundation.units.changes.consequences import (
    Consequence,
    Undoing,
    concerns,
    forbids_undoing,
)
from giamsat.foundation.units.changes.plan import Closing, Effects, Line
from giamsat.foundation.units.services.changing import (
    Asked,
    Preview,
    carry_out_change,
    prepare_change,
    preview_change,
    undo_change,
    withdraw_change,
)
from giamsat.foundation.units.services.territory import (
    OFFICIAL,
    SCHEMATIC,
    build_schematic,
    import_boundaries,
    load_territory,
)

__all__ = [
    "OFFICIAL",
    "SCHEMATIC",
    "Asked",
    "Closing",
    "Consequence",
    "Effects",
    "Line",
    "Preview",
    "Undoing",
    "build_schematic",
    "carry_out_change",
    "concerns",
    "forbids_undoing",
    "import_boundaries",
    "load_territory",
    "prepare_change",
    "preview_change",
    "undo_change",
    "withdraw_change",
]
