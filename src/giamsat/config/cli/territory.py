"""Commands that change the map."""

from pathlib import Path
from typing import Annotated

import typer

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
            console.print("There is no map yet.")
            return
        console.print(f"Map: {facts.kind}, from {facts.source}; {facts.drawn} units drawn.")
        for sentence, codes in (
            ("have a seat but no outline", facts.not_drawn),
            ("codes belong to no unit", facts.unmatched),
            ("outlines had harmless faults, mended", facts.mended),
        ):
            if codes:
                more = " …" if len(codes) > SHOWN else ""
                console.print(f"{len(codes)} {sentence}: {', '.join(codes[:SHOWN])}{more}")
