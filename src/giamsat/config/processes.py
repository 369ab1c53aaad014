"""The processes of a running house, and the one that keeps an eye on them."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from giamsat.config.spoken import gettext_noop, said

GRACE_SECONDS = 10
RESTART_PAUSE = 1.0


@dataclass
class Supervisor:
    """Runs commands side by side, starts again what dies, stops all of them together.

    ``commands`` are argument lists by name; ``say`` is told what happened in a sentence; ``tend`` looks after
    whatever else the commands stand on, several times a second.
    """

    commands: Mapping[str, Sequence[str]]
    say: Callable[[str], None]
    tend: Callable[[], None] = lambda: None
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    stopping: bool = False

    def run(self) -> None:
        """Start everything and stay until SIGINT or SIGTERM; every child has ended on return."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)
        try:
            for name in self.commands:
                self._start(name)
            while not self.stopping:
                self.tend()
                self._restart_the_dead()
                time.sleep(0.2)
        finally:
            self._stop_all()

    def _ask_to_stop(self, *_: object) -> None:
        self.stopping = True

    def _start(self, name: str) -> None:
        # its own session, so that Ctrl-C reaches the supervisor alone and the order of stopping is ours
        self.children[name] = subprocess.Popen(self.commands[name], start_new_session=True)  # noqa: S603

    def _restart_the_dead(self) -> None:
        for name, child in list(self.children.items()):
            if child.poll() is not None and not self.stopping:
                told = said(gettext_noop("%(name)s ended with code %(code)s; starting it again"))
                self.say(told % {"name": name, "code": child.returncode})
                time.sleep(RESTART_PAUSE)
                self._start(name)

    def _stop_all(self) -> None:
        living = [child for child in self.children.values() if child.poll() is None]
        for child in living:
            child.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for child in living:
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def giamsat_command(*arguments: str) -> list[str]:
    """The argument list that runs another `giamsat` command with this interpreter."""
    return [sys.executable, "-m", "giamsat.config", *arguments]


def port_is_taken(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0


def once_answering(host: str, port: int, do: Callable[[], None]) -> Callable[[], None]:
    """What to call again and again until somebody answers there: it is done then, and only once."""
    waiting = [do]

    def look() -> None:
        if waiting and port_is_taken(host, port):
            waiting.pop()()

    return look


def is_alive(pid: int) -> bool:
    """Whether a process of ours with this id lives (zombies do not)."""
    try:
        os.kill(pid, 0)
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except (OSError, IndexError):
        return False
