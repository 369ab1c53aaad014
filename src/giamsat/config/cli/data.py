"""Commands that move data: in by file, on to the readers, under the detectors."""

from pathlib import Path
from typing import Annotated

import typer

from giamsat.config.cli import app
from giamsat.config.cli.surroundings import console, house
from giamsat.lib import clock
from giamsat.lib.refusals import Refusal


@app.command("import")
def import_files(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="Workbooks or CSV files.")],
    by: Annotated[str, typer.Option(help="Account that sends them.")],
) -> None:
    """Send workbooks or CSV files through the same checks as the pages; one line for each report."""
    refused = 0
    with house():
        from giamsat.foundation.access import queries as access
        from giamsat.intake.observations import services

        sender = access.account(by)
        for file in files:
            try:
                receipts = services.receive_file(
                    file.read_bytes(), filename=file.name, by=sender, at=clock.now()
                )
            except Refusal as refusal:
                refused += 1
                console.print(f"[red]✗[/] {file.name}: [bold]{refusal.code}[/] {refusal.message}")
                continue
            for receipt in receipts:
                refused += receipt.refused
                mark = "[red]✗[/]" if receipt.refused else "[green]✓[/]"
                console.print(f"{mark} {file.name}: {receipt.sentence}")
    if refused:
        raise typer.Exit(1)


@app.command()
def publish(rebuild: Annotated[bool, typer.Option(help="Write every file anew.")] = False) -> None:
    """Bring accepted reports to the readers' copy."""
    with house():
        from giamsat.analysis.warehouse import services

        now = clock.now()
        generation = services.rebuild(at=now) if rebuild else services.publish_pending(at=now)
        console.print(f"Published: {generation}" if generation else "Nothing new to publish.")


@app.command()
def scan() -> None:
    """Run every detector over the published figures."""
    with house():
        from giamsat.analysis.early_warning import services

        raised = services.scan(clock.now())
        console.print(f"{len(raised)} new warnings.")
