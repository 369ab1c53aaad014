"""Accounts from outside the pages: a whole list of them, and the day on which nobody who manages them can sign in."""

from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _
from rich.markup import escape

from giamsat.config.cli import app
from giamsat.config.cli.surroundings import console, house
from giamsat.lib import clock

accounts_app = typer.Typer(help="Accounts; everyday work on them has its pages.", no_args_is_help=True)
app.add_typer(accounts_app, name="accounts")


@accounts_app.command("import")
def import_list(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="Workbook or CSV, as on the page.")
    ],
    by: Annotated[str, typer.Option(help="Account that manages accounts; it gives at most what it may.")],
) -> None:
    """Open the accounts of a list with their rights: all of them, or none with every mistake named."""
    with house():
        from giamsat.foundation.access import queries, services
        from giamsat.foundation.access.errors import ImportRefused
        from giamsat.intake.sources import services as sources

        table = sources.read_table(file.read_bytes())
        try:
            made = services.import_accounts(table, by=queries.account(by), at=clock.now())
        except ImportRefused as refusal:
            for error in refusal.facts["errors"]:
                where = _("%(file)s, row %(row)s") % {"file": file.name, "row": error["row"]}
                console.print(f"[red]✗[/] {escape(where)}: {escape(error['message'])}")
            raise
        for each in made:
            told = {"account": f"[bold]{escape(each.username)}[/]", "code": f"[bold]{each.code}[/]"}
            console.print(_("Account %(account)s, one-time code %(code)s") % told)


@accounts_app.command()
def code(username: Annotated[str, typer.Argument(help="Whose password is to be chosen anew.")]) -> None:
    """Give an account a one-time code in the place of its password, and end its sessions and its lock."""
    with house():
        from giamsat.foundation.access import queries, services

        account = queries.account(username)
        given = services.reset_password(account, by=None, at=clock.now())
        console.print(
            _("Account %(account)s, one-time code %(code)s: good for seven days, opens the door once.")
            % {"account": f"[bold]{escape(username)}[/]", "code": f"[bold]{given}[/]"}
        )
