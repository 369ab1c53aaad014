"""Compile every translation; plain Python, so that a bare machine needs no gettext tools."""

from pathlib import Path

import polib

for catalogue in sorted(Path("src/giamsat/locale").rglob("*.po")):
    polib.pofile(str(catalogue)).save_as_mofile(str(catalogue.with_suffix(".mo")))
