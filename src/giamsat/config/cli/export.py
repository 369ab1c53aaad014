"""The commands that hand published figures to other tools, and published definitions to who keeps them as files."""

from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from giamsat.config.cli import app
from giamsat.config.cli.surroundings import console, house
from giamsat.lib import clock


@app.command("export")
def export_figures(
    folder: Annotated[Path, typer.Argument(help="A folder that is not there yet, or is empty.")],
    account: Annotated[str, typer.Option("--as", help="Account whose rights decide what is in it.")],
) -> None:
    """Write published figures as Parquet, a file a year: those of the units whose reports the account may read.

    Small cells are hidden in it from everybody, as outsiders are shown them; it stands in the audit trail.
    """
    with house():
        from giamsat.config.exporting import export
        from giamsat.foundation.access import queries as access

        rows = export(folder.resolve(), by=access.account(account), at=clock.now())
        told = {"figures": f"{rows:,}", "folder": folder}
        console.print(_("Figures exported to %(folder)s: %(figures)s.") % told)


definitions = typer.Typer(help="Published definitions as files.", no_args_is_help=True)
app.add_typer(definitions, name="definitions")


@definitions.command("export")
def export(
    folder: Annotated[Path, typer.Argument(help="A folder that is not there yet, or is empty.")],
) -> None:
    """Write every published form, indicator, rule and calendar as a file; loading them again adds nothing."""
    with house():
        from giamsat.intake.designs import queries

        if folder.exists() and any(folder.iterdir()):
            raise typer.BadParameter(_("The folder is not empty; nothing was written."))
        files = queries.as_files()
        for name, text in files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        console.print(_("Files written to %(folder)s: %(files)s.") % {"folder": folder, "files": len(files)})
