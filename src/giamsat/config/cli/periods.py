"""Commands that close, open again and lock a reporting period."""

from typing import Annotated

import typer

from giamsat.config.cli import app
from giamsat.config.cli.surroundings import console, house
from giamsat.lib import clock
from giamsat.lib.actors import Actor

period = typer.Typer(help="Close, open again or lock a reporting period.", no_args_is_help=True)
app.add_typer(period, name="period")

Key = Annotated[str, typer.Argument(help="The period, as 2026-M09, 2026-9M or 2025-Y.")]
By = Annotated[str, typer.Option(help="Account of the data administrator who does it.")]


@period.command("close")
def close(key: Key, by: By) -> None:
    """Take no more reports for a period; it can be opened again."""
    with house():
        from giamsat.intake.sources import services

        services.close_period(key, by=_manager(by), at=clock.now())
        console.print(f"{key} is closed.")


@period.command("reopen")
def reopen(key: Key, by: By) -> None:
    """Take reports for a closed period again."""
    with house():
        from giamsat.intake.sources import services

        services.reopen_period(key, by=_manager(by), at=clock.now())
        console.print(f"{key} is open.")


@period.command("lock")
def lock(key: Key, by: By) -> None:
    """Make a period's accepted figures the official ones; they take no corrections any more."""
    with house():
        from giamsat.intake.observations import services

        locked = services.lock(key, by=_manager(by), at=clock.now())
        console.print(f"{key} is locked; {locked} reports are official.")


def _manager(username: str) -> Actor:
    """The account, when it may manage the periods of the whole organisation."""
    from giamsat.foundation.access import queries as access
    from giamsat.foundation.access.choices import Action
    from giamsat.foundation.units import queries as units

    account = access.account(username)
    access.scope_for(account, at=clock.now()).require(Action.PERIOD_MANAGE, units.centre())
    return account.actor()
