"""What a sending process does. Nothing here imports models: it is read before Django wakes."""

import contextlib
import pickle
import signal
from multiprocessing.connection import Connection

import django


def send(parent: Connection) -> None:
    """Send what a loader sends, tell of each step and at last of all; end when nobody listens any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that began us
    cargo = parent.recv_bytes()
    django.setup()
    loader = pickle.loads(cargo)  # noqa: S301 - from the process that began us
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        parent.send(loader.run(done=parent.send))
