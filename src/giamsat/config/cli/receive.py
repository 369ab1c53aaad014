"""Thousands of files at once, from the command line: ``giamsat receive``."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from django.utils.translation import gettext as _
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from giamsat.config.cli import app
from giamsat.config.cli.surroundings import console, house
from giamsat.config.spoken import gettext_noop, said
from giamsat.lib import clock

if TYPE_CHECKING:
    from giamsat.intake.consignments.models import Consignment

REFUSALS_TOLD = 20


@app.command()
def receive(
    paths: Annotated[
        list[Path], typer.Argument(exists=True, help="Folders, ZIP files, workbooks, CSV or Parquet lists.")
    ],
    sender: Annotated[str, typer.Option("--as", help="Account that sends them: a compiler of the units.")],
    submit_by: Annotated[str, typer.Option(help="Account that submits what passes: a head.")] = "",
    accept_by: Annotated[str, typer.Option(help="Account that accepts it: an approver directly above.")] = "",
    report: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write what became of each report to this CSV file.")
    ] = None,
) -> None:
    """Take in very many files through the checks of the pages, with progress. Killed and started again with the same
    files, it goes on where it stopped.

    Exit code 1 when anything was refused.
    """
    if accept_by and not submit_by:
        raise typer.BadParameter(
            said(gettext_noop("What nobody submitted cannot be accepted: name --submit-by too."))
        )
    with house():
        from giamsat.foundation.access import queries as access
        from giamsat.front.console.consignment_report import write_csv
        from giamsat.intake.consignments import services

        hands = services.Hands(
            access.account(submit_by) if submit_by else None,
            access.account(accept_by) if accept_by else None,
        )
        files = [services.Found(services.plain_name(name), path) for name, path in _files(paths)]
        name = paths[0].name if len(paths) == 1 else _("%(n)s files") % {"n": len(files)}
        found = services.gather(files, name=name, by=access.account(sender), at=clock.now(), hands=hands)
        done = _run(found)
        if report is not None:
            with report.open("wb") as target:
                write_csv(done, target)
        _tell(done)
    if done.refused:
        raise typer.Exit(1)


def _files(paths: list[Path]) -> Iterator[tuple[str, Path]]:
    """Every file with its name as it is told; of folders all that is in them, in the order of their names."""
    for path in paths:
        if not path.is_dir():
            yield path.name, path
            continue
        for folder, inside, names in os.walk(path):
            inside.sort()
            for name in sorted(names):
                place = Path(folder) / name
                yield str(place.relative_to(path)), place


def _run(consignment: "Consignment") -> "Consignment":
    from giamsat.intake.consignments import services

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[counts]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(
            escape(consignment.name),
            total=consignment.parcels_in_all,
            completed=consignment.parcels_done,
            counts="",
        )

        def watch(now: "Consignment") -> None:
            progress.update(task, completed=now.parcels_done, counts=_counts(now))

        return services.run(consignment.pk, now=clock.now, watch=watch)


def _counts(consignment: "Consignment") -> str:
    return _("%(stored)s taken in, %(to_explain)s to explain, %(refused)s refused") % {
        "stored": consignment.stored,
        "to_explain": consignment.to_explain,
        "refused": consignment.refused,
    }


def _tell(consignment: "Consignment") -> None:
    """The first refusals by name, and one line for all."""
    from giamsat.intake.consignments import queries
    from giamsat.intake.consignments.choices import Result

    for each in queries.outcomes_of(consignment, Result.REFUSED)[:REFUSALS_TOLD]:
        where = f"{each.file} {each.unit_code}".strip()
        console.print(f"[red]✗[/] {escape(where)}: [bold]{each.code}[/] {escape(each.sentence)}")
    if consignment.refused > REFUSALS_TOLD:
        console.print(_("… and %(n)s more: see --report.") % {"n": consignment.refused - REFUSALS_TOLD})
    mark = "[red]✗[/]" if consignment.refused else "[green]✓[/]"
    sent_on = _("%(submitted)s submitted, %(accepted)s accepted") % {
        "submitted": consignment.submitted,
        "accepted": consignment.accepted,
    }
    console.print(f"{mark} {escape(consignment.name)}: {_counts(consignment)}; {sent_on}.")
