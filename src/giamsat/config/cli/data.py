"""Commands that move data: in by file, on to the readers, under the detectors."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from django.utils.translation import gettext as _
from rich.markup import escape

from giamsat.config.cli import app
from giamsat.config.cli.surroundings import console, house
from giamsat.config.spoken import gettext_noop, said
from giamsat.lib import clock
from giamsat.lib.periods import Period

if TYPE_CHECKING:
    from giamsat.config.taking_in import Outcome


@app.command("import")
def import_files(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="Workbooks or CSV files.")],
    by: Annotated[str, typer.Option(help="Account that sends them: a compiler of the units in them.")],
    submit_by: Annotated[str, typer.Option(help="Account that submits what passes: a head.")] = "",
    accept_by: Annotated[str, typer.Option(help="Account that accepts it: an approver directly above.")] = "",
) -> None:
    """Send files through the same checks as the pages and, with the other accounts, on to acceptance.

    Exit code 1 when anything was refused; what waits for an explanation or for its head is told by name.
    """
    if accept_by and not submit_by:
        raise typer.BadParameter(
            said(gettext_noop("What nobody submitted cannot be accepted: name --submit-by too."))
        )
    clean = True
    with house():
        from giamsat.config.taking_in import Hands, take_in
        from giamsat.foundation.access import queries as access

        hands = Hands(
            access.account(by),
            submits=access.account(submit_by) if submit_by else None,
            accepts=access.account(accept_by) if accept_by else None,
        )
        for file in files:
            outcome = take_in(file.read_bytes(), filename=file.name, hands=hands, at=clock.now())
            clean &= not outcome.refused
            _tell(file.name, outcome)
    if not clean:
        raise typer.Exit(1)


def _tell(name: str, outcome: "Outcome") -> None:
    """A line for each report somebody has to look after, and one for the file."""
    name = escape(name)
    for code, sentence in outcome.refused:
        console.print(f"[red]✗[/] {name}: [bold]{code}[/] {escape(sentence)}")
    for sentence in outcome.waiting:
        console.print(f"[yellow]…[/] {name}: {escape(sentence)}")
    mark = "[red]✗[/]" if outcome.refused else "[green]✓[/]"
    console.print(
        f"{mark} {name}: "
        + _("%(accepted)s accepted, %(submitted)s submitted, %(waiting)s waiting, %(refused)s refused.")
        % {
            "accepted": outcome.accepted,
            "submitted": outcome.submitted,
            "waiting": len(outcome.waiting),
            "refused": len(outcome.refused),
        }
    )


@app.command()
def publish(rebuild: Annotated[bool, typer.Option(help="Write every file anew.")] = False) -> None:
    """Bring accepted reports to the readers' copy: what the worker does, at once and without it."""
    with house():
        from giamsat.config.taking_in import publish_what_came

        generation = publish_what_came(anew=rebuild, at=clock.now())
        if generation:
            console.print(_("Published: %(generation)s") % {"generation": generation})
        else:
            console.print(_("Nothing new to publish."))


@app.command()
def scan(
    periods: Annotated[
        list[str] | None, typer.Argument(help="Periods as 2014-M10; without any, the newest ones.")
    ] = None,
) -> None:
    """Run every detector over the published figures."""
    with house():
        from giamsat.analysis.early_warning.scanning import look

        done = look(clock.now(), periods=[_period(key) for key in periods] if periods else None)
        counts = {"warnings": len(done.raised), "figures": done.judged}
        console.print(_("New warnings: %(warnings)s; figures judged: %(figures)s.") % counts)


def _period(key: str) -> Period:
    try:
        return Period.parse(key)
    except ValueError as reason:
        raise typer.BadParameter(
            said(gettext_noop("%(period)s is no period; write it as 2014-M10, 2014-9M or 2014-Y."))
            % {"period": key}
        ) from reason
