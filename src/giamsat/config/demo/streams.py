"""Streams of reports sent side by side, each by a process of its own; this one locks what all have finished."""

import contextlib
import multiprocessing
import pickle
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

import numpy as np

from giamsat.config.connections import close_connections
from giamsat.config.demo import apart, country_figures, defects, loading, sequence
from giamsat.intake.observations import services as reports
from giamsat.lib.periods import Period

LOCKED_UNTIL = date(2026, 7, 1)
Sent = dict[str, int]


class SenderEnded(RuntimeError):
    """A sending process ended before it was done."""

    def __init__(self, code: int) -> None:
        super().__init__(f"a sending process ended with code {code}")
        self.code = code


def send(
    figures: country_figures.Figures,
    flaws: defects.Defects,
    *,
    seed: int,
    walk_unit: str,
    only: Sequence[str] | None,
    done: Callable[[sequence.Step], object],
) -> Sent:
    """Send all streams; what each sends does not depend on how far the others are."""
    loaders = [
        loading.Loader(
            figures, flaws, np.random.default_rng([seed, number]), walk_unit, only, codes, number > 0
        )
        for number, codes in enumerate(sequence.STREAMS)
    ]
    left = Counter(period for period, _ in sequence.steps(sequence.FORMS))
    ahead = Counter(period for period, _ in sequence.steps(sequence.STREAMS[0]))

    def finished(step: sequence.Step) -> None:
        period, code = step
        left[period] -= 1
        ahead[period] -= code in sequence.STREAMS[0]
        if not left[period] and period.ends_on < LOCKED_UNTIL:
            reports.lock(period.key, by=loading.SENDER, at=sequence.closing(period))
        done(step)

    close_connections()
    return _side_by_side(loaders, finished, lambda period: not ahead[period])


def _side_by_side(
    loaders: Sequence[loading.Loader],
    done: Callable[[sequence.Step], object],
    may_begin: Callable[[Period], bool] = lambda _: True,
) -> Sent:
    """``may_begin``: whether who follows another stream may send a period."""
    running = dict(map(_begin, loaders))
    sent: Counter[str] = Counter()
    asking: dict[Connection, Period] = {}
    try:
        while running:
            for news in wait(list(running)):
                assert isinstance(news, Connection)
                try:
                    told = news.recv()
                except (EOFError, ConnectionResetError):
                    _end(running.pop(news))
                    continue
                if isinstance(told, dict):
                    sent.update(told)
                elif isinstance(told, Period):
                    asking[news] = told
                else:
                    done(told)
            for news in [each for each, period in asking.items() if may_begin(period)]:
                del asking[news]
                _tell(news)
    finally:
        for process in running.values():
            process.terminate()
            process.join()
    return dict(sent)


def _begin(loader: loading.Loader) -> tuple[Connection, BaseProcess]:
    """A new interpreter, for threads of this one may hold locks that a copy of it would wait for."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=apart.send, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    # The orders do not go with the arguments: those are more than a pipe holds, and multiprocessing keeps the reading
    # end open while it writes them, so that it would wait for ever for a process that died before it read.
    with contextlib.suppress(
        BrokenPipeError, ConnectionResetError
    ):  # it is dead, as reading its news will tell
        ours.send_bytes(pickle.dumps(loader))
    return ours, process


def _tell(news: Connection) -> None:
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it is dead, likewise
        news.send(None)


def _end(process: BaseProcess) -> None:
    process.join()
    if process.exitcode:
        raise SenderEnded(process.exitcode)
