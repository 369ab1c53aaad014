"""Long steps shown with their time: bars in a terminal, elsewhere a line as each begins and ends."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Advance(Protocol):
    """Tells that so much of a step is done, and what comes now."""

    def __call__(self, what: str = "", by: int = 1) -> None: ...


class Steps:
    """Shows what is being done, and remembers how long each step took."""

    def __init__(self, console: Console, *, in_words: Callable[[str], str] = str) -> None:
        """``in_words`` says the name of a step in the language of who looks on."""
        self.console, self.in_words = console, in_words
        self.seconds: dict[str, float] = {}
        columns = SpinnerColumn(finished_text="[green]✓"), BarColumn(16), TimeElapsedColumn()
        self._bars = Progress(
            *columns, TextColumn("{task.description}"), console=console, disable=not console.is_terminal
        )

    def __enter__(self) -> "Steps":
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    @contextmanager
    def step(self, name: str, total: int | None = None) -> Iterator[Advance]:
        """One step of so many parts; of unknown length without a ``total``."""
        began = time.monotonic()
        shown = self.in_words(name)
        bar = self._bars.add_task(shown, total=total)
        self._say(f"{shown} …")

        def advance(what: str = "", by: int = 1) -> None:
            self._bars.update(bar, description=f"{shown}: {what}" if what else shown, advance=by)

        yield advance
        self._bars.update(bar, description=shown, total=total or 1, completed=total or 1)
        self.seconds[name] = round(time.monotonic() - began, 2)
        self._say(f"{shown}: {self.seconds[name]:.1f} s")

    def _say(self, line: str) -> None:
        if not self.console.is_terminal:
            self.console.print(line)
