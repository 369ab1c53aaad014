"""Looking at the audit chain from outside the pages."""

import typer
from django.utils.translation import gettext as _
from rich.markup import escape

from giamsat.config.cli import app
from giamsat.config.cli.surroundings import console, house

audit_app = typer.Typer(help="The audit trail and its chain.", no_args_is_help=True)
app.add_typer(audit_app, name="audit")


@audit_app.command()
def verify() -> None:
    """Recompute the chain and compare it with the signed heads kept outside the database."""
    with house():
        from giamsat.foundation.audit import services

        outcome = services.verify()
        for problem in outcome.problems:
            console.print(f"[red]✗[/] {escape(str(problem))}")
        if not outcome.ok:
            raise typer.Exit(1)
        console.print("[green]✓[/] " + _("The chain is whole and agrees with every signed head."))
