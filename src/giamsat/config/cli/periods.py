"""Commands that open the periods of years, and that close, open again and lock one."""

import re
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from giamsat.config.cli import app
from giamsat.config.cli.surroundings import console, house
from giamsat.config.spoken import gettext_noop, said
from giamsat.lib import clock
from giamsat.lib.actors import Actor

period = typer.Typer(help="Open the periods of years; close, open again or lock one.", no_args_is_help=True)
app.add_typer(period, name="period")

Key = Annotated[str, typer.Argument(help="The period, as 2026-M09, 2026-9M or 2025-Y.")]
By = Annotated[str, typer.Option(help="Account of the data administrator who does it.")]
YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?")


@period.command("open")
def open_(
    years: Annotated[str, typer.Argument(help="A year or the first and last, as 2024 or 2021-2025.")], by: By
) -> None:
    """Open every period that the calendar has in these years; those that are there stay as they are."""
    with house():
        from giamsat.intake.sources import services

        opened = services.open_years(_years(years), by=_manager(by), at=clock.now())
        keys = ", ".join(each.key for each in opened)
        if opened:
            console.print(_("Opened: %(periods)s.") % {"periods": keys})
        else:
            console.print(_("Every period of these years was there already."))


def _years(text: str) -> range:
    found = YEARS.fullmatch(text)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    this = clock.today().year
    if not first <= last <= this + 1:
        raise typer.BadParameter(
            said(
                gettext_noop(
                    "Write a year, or the first and last: %(this)s, %(then)s-%(this)s, at most %(next)s."
                )
            )
            % {"this": this, "then": this - 5, "next": this + 1}
        )
    return range(first, last + 1)


@period.command("close")
def close(key: Key, by: By) -> None:
    """Take no more reports for a period; it can be opened again."""
    with house():
        from giamsat.intake.sources import services

        services.close_period(key, by=_manager(by), at=clock.now())
        console.print(_("%(period)s is closed.") % {"period": key})


@period.command("reopen")
def reopen(key: Key, by: By) -> None:
    """Take reports for a closed period again."""
    with house():
        from giamsat.intake.sources import services

        services.reopen_period(key, by=_manager(by), at=clock.now())
        console.print(_("%(period)s is open.") % {"period": key})


@period.command("lock")
def lock(key: Key, by: By) -> None:
    """Make a period's accepted figures the official ones; they take no corrections any more."""
    with house():
        from giamsat.intake.observations import services

        locked = services.lock(key, by=_manager(by), at=clock.now())
        told = {"period": key, "reports": locked}
        console.print(_("%(period)s is locked; official reports: %(reports)s.") % told)


def _manager(username: str) -> Actor:
    """The account, when it may manage the periods of the whole organisation."""
    from giamsat.foundation.access import queries as access
    from giamsat.foundation.access.choices import Action
    from giamsat.foundation.units import queries as units

    account = access.account(username)
    access.scope_for(account, at=clock.now()).require(Action.PERIOD_MANAGE, units.centre())
    return account.actor()
