"""What a sending process does. Nothing here imports models: it is read before Django wakes."""

import contextlib
import pickle
import signal
from multiprocessing.connection import Connection

import django


def send(parent: Connection) -> None:
    """Send what a loader sends, tell of each step and at last of all; end when nobody listens any more.

    A loader that follows another tells the period it is about to send, and goes on when it is answered.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that began us
    cargo = parent.recv_bytes()
    django.setup()
    loader = pickle.loads(cargo)  # noqa: S301 - from the process that began us

    def await_turn(period: object) -> None:
        parent.send(period)
        parent.recv()

    with contextlib.suppress(BrokenPipeError, ConnectionResetError, EOFError):
        parent.send(loader.run(done=parent.send, await_turn=await_turn))
