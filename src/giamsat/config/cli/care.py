"""Commands that set a house up and keep it well: init, upgrade, doctor, backup, restore."""

from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _
from rich.markup import escape

from giamsat.config.cli import app
from giamsat.config.cli.surroundings import console, house


@app.command()
def init(
    admin: Annotated[str, typer.Option(help="Name of the first administrator account.")] = "admin",
) -> None:
    """Make an empty house ready: tables, definitions, organisation tree, map, first administrator."""
    with house(needs_tables=False):
        from giamsat.config import setup

        setup.prepare(console.print)
        password = setup.first_administrator(admin)
        if password:
            console.print(
                _("Account %(account)s, password %(password)s (to be changed at first sign-in).")
                % {"account": f"[bold]{escape(admin)}[/]", "password": f"[bold]{password}[/]"}
            )
        else:
            console.print(_("There are accounts already: no administrator was added."))
        console.print(_("Ready. Start `giamsat serve` and `giamsat worker`."))


@app.command()
def upgrade(
    no_backup: Annotated[bool, typer.Option("--no-backup", help="Skip the backup before it.")] = False,
) -> None:
    """After installing a new version: back up, migrate, load new definitions, look the house over."""
    with house(needs_tables=False):
        from giamsat.config import backups, setup

        if not no_backup:
            console.print(_("Backup kept in %(file)s") % {"file": escape(str(backups.backup()))})
        setup.prepare(console.print)
        _report_health()


@app.command()
def doctor() -> None:
    """Look the house over; exit code 1 when something needs a hand."""
    with house(needs_tables=False):
        _report_health()


def _report_health() -> None:
    from giamsat.config import health

    checks = health.examine()
    for check in checks:
        console.print(f"{'[green]✓[/]' if check.ok else '[red]✗[/]'} {check.title}: {escape(check.finding)}")
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


@app.command()
def backup(target: Annotated[Path | None, typer.Argument(help="Folder or file to write.")] = None) -> None:
    """Write one file with the database and everything kept beside it (keys excepted)."""
    with house(needs_tables=False):
        from giamsat.config import backups

        console.print(_("Backup written to %(file)s") % {"file": escape(str(backups.backup(target)))})


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    yes: Annotated[bool, typer.Option("--yes", help="Replace what the database holds now.")] = False,
) -> None:
    """Bring a backup back, rebuild the readers' copy and verify the audit chain."""
    with house(needs_tables=False):
        from giamsat.config import backups

        backups.restore(source, replace=yes, say=console.print)
