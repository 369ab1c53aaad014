"""`giamsat demo`: a practice country on this machine, from nothing to the first screen."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import override
from rich.markup import escape

from giamsat.config import environment, postgres, processes
from giamsat.config.cli import app
from giamsat.config.cli.surroundings import console, leave_house, open_house, take_on_role
from giamsat.config.spoken import gettext_noop, language_of, said
from giamsat.config.steps import Steps
from giamsat.lib.refusals import Refusal

DEMO_FOLDER = Path("data/demo")
LOCK = "running.json"


@app.command()
def demo(
    host: str = "127.0.0.1",
    port: int = 8000,
    prepare_only: Annotated[bool, typer.Option(help="Make the country and stop.")] = False,
    points: Annotated[
        str, typer.Option(help="Only these provinces report, e.g. 12,40: quicker, for tests.")
    ] = "",
) -> None:
    """Make the practice country (once), then serve it until Ctrl-C."""
    os.environ.setdefault("GIAMSAT_DATA_DIR", str(DEMO_FOLDER))
    folder = environment.data_dir()
    folder.mkdir(parents=True, exist_ok=True)
    _refuse_when_running(folder, host, port)
    lock = folder / LOCK
    lock.write_text(json.dumps({"pid": os.getpid(), "address": f"http://{host}:{port}"}))
    try:
        _prepare(folder, [code for code in points.split(",") if code])
        if not prepare_only:
            _serve(host, port)
    except Refusal as refusal:
        console.print(f"[bold]{refusal.code}[/]: {escape(refusal.message)}")
        raise typer.Exit(2) from refusal
    finally:
        lock.unlink(missing_ok=True)
        leave_house()


def _refuse_when_running(folder: Path, host: str, port: int) -> None:
    try:
        note = json.loads((folder / LOCK).read_text())
    except (OSError, ValueError):
        note = None
    if note and processes.is_alive(note["pid"]):
        told = gettext_noop(
            "The practice country is already running: %(address)s (process %(pid)s). "
            "Open it there, or stop it with Ctrl-C in its window before starting it again."
        )
        console.print(said(told) % note)
        raise typer.Exit(0)
    if processes.port_is_taken(host, port):
        told = gettext_noop(
            "Another program already answers on %(address)s. Choose a free port: giamsat demo --port 8010"
        )
        console.print(said(told) % {"address": f"http://{host}:{port}"})
        raise typer.Exit(2)


def _prepare(folder: Path, points: list[str]) -> None:
    """Everything up to the first screen; a country that was made before is only opened."""
    with Steps(console, in_words=said) as steps:
        with steps.step("PostgreSQL"):
            open_house()
        from giamsat.config.demo import country  # needs Django awake

        with override(language_of(os.environ)):
            country.make(folder, steps=steps, points=points or None)


def _serve(host: str, port: int) -> None:
    from giamsat.config.demo import country

    commands = {
        "server": processes.giamsat_command("serve", "--host", host, "--port", str(port)),
        "worker": processes.giamsat_command("worker"),
    }
    take_on_role()

    def welcome() -> None:
        stopping = said(gettext_noop("Ctrl-C stops everything"))
        console.print(f"\n  [bold]http://{host}:{port}[/]   {stopping}\n")
        with override(language_of(os.environ)):
            console.print(country.accounts_table(environment.data_dir()))

    welcome_once = processes.once_answering(host, port, welcome)

    def tend() -> None:
        _keep_postgres_up()
        welcome_once()

    processes.Supervisor(commands, say=console.print, tend=tend).run()
    console.print(said(gettext_noop("Stopped.")))


def _keep_postgres_up() -> None:
    folder = environment.postgres_folder()
    if "host=" in os.environ["DATABASE_URL"] and postgres.running_pid(folder) is None:
        console.print(said(gettext_noop("PostgreSQL ended; starting it again")))
        postgres.start(folder, say=console.print)
