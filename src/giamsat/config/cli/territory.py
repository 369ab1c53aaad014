"""Commands that change the map."""

from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from giamsat.config.cli import app
from giamsat.config.cli.surroundings import console, house

SHOWN = 10


@app.command()
def boundaries(
    file: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, help="GeoJSON, also .gz.")
    ] = None,
    code_property: Annotated[str, typer.Option(help="Property that holds the unit's code.")] = "code",
    schematic: Annotated[
        bool, typer.Option("--schematic", help="Draw the schematic map again instead.")
    ] = False,
) -> None:
    """Replace the map by official outlines, or by the schematic one; without either, say which map stands."""
    with house():
        from giamsat.foundation.units import queries, services

        facts = queries.map_facts()
        if file:
            facts = services.import_boundaries(file, code_property=code_property)
        elif schematic:
            facts = services.build_schematic(replace_official=True)
        if facts is None:
            console.print(_("There is no map yet."))
            return
        told = {"kind": facts.kind, "source": facts.source, "units": facts.drawn}
        console.print(_("Map: %(kind)s, from %(source)s; units drawn: %(units)s.") % told)
        for sentence, codes in (
            (_("Seats without an outline"), facts.not_drawn),
            (_("Codes that belong to no unit"), facts.unmatched),
            (_("Outlines with harmless faults, mended"), facts.mended),
        ):
            if codes:
                more = " …" if len(codes) > SHOWN else ""
                console.print(f"{sentence} ({len(codes)}): {', '.join(codes[:SHOWN])}{more}")
