"""Accounts from outside the pages: for the day on which nobody who manages them can sign in."""

from typing import Annotated

import typer

from giamsat.config.cli import app
from giamsat.config.cli.surroundings import console, house
from giamsat.lib import clock

accounts_app = typer.Typer(help="Accounts; everyday work on them has its pages.", no_args_is_help=True)
app.add_typer(accounts_app, name="accounts")


@accounts_app.command()
def code(username: Annotated[str, typer.Argument(help="Whose password is to be chosen anew.")]) -> None:
    """Give an account a one-time code in the place of its password, and end its sessions and its lock."""
    with house():
        from giamsat.foundation.access import queries, services

        account = queries.account(username)
        given = services.reset_password(account, by=None, at=clock.now())
        console.print(
            f"Account [bold]{username}[/], one-time code [bold]{given}[/]: good for seven days, opens the door once."
        )
