"""What the surroundings say: where data is kept and which database to use."""

import json
import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from giamsat.lib import clock
from giamsat.lib.files import write_once

REPOSITORY = Path(__file__).resolve().parents[3]
PACKAGE = Path(__file__).resolve().parents[1]
MAIL_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


def data_dir() -> Path:
    """Where everything that must survive is kept: GIAMSAT_DATA_DIR, else ./data."""
    return Path(os.environ.get("GIAMSAT_DATA_DIR", "data")).resolve()


def postgres_folder() -> Path:
    return data_dir() / "postgres"


def definitions_dir() -> Path:
    """The reviewed definitions: GIAMSAT_DEFINITIONS_DIR, else inside the package, else beside it in a checkout."""
    if chosen := os.environ.get("GIAMSAT_DEFINITIONS_DIR"):
        return Path(chosen).resolve()
    packaged = PACKAGE / "definitions"
    return packaged if packaged.is_dir() else REPOSITORY / "definitions"


def adopt_practice_clock() -> None:
    """A practice country keeps its own day: take its clock from DATA_DIR unless the variable is set."""
    note = data_dir() / "demo.json"
    if clock.SHIFT_VARIABLE not in os.environ and note.exists():
        os.environ[clock.SHIFT_VARIABLE] = str(json.loads(note.read_text())["clock_shift_seconds"])


def secret_key() -> str:
    """The signing key of this installation: the variable, else a file made once, readable by the owner only."""
    if key := os.environ.get("GIAMSAT_SECRET_KEY"):
        return key
    file = data_dir() / "keys" / "secret_key"
    kept = file.read_bytes() if file.exists() else write_once(file, os.urandom(48).hex().encode())
    return kept.decode().strip()


def mail(url: str) -> tuple[str, str, int, str, str, bool, bool, str]:
    """Django's mail settings from ``smtp://user:password@host:587?from=ten@coquan.vn``.

    ``smtp`` takes up TLS before anything is said; ``smtps`` speaks it from the first byte; ``smtp+plain`` is for a
    server on this machine.
    """
    parts = urlsplit(url)
    if url and (parts.scheme not in MAIL_PORTS or not parts.hostname):
        raise ValueError(f"The address in GIAMSAT_MAIL_URL is one of {', '.join(MAIL_PORTS)} with a host")
    sender = parse_qs(parts.query).get("from", [f"giamsat@{parts.hostname or 'localhost'}"])[-1]
    return (
        "django.core.mail.backends.smtp.EmailBackend",
        parts.hostname or "",
        parts.port or MAIL_PORTS.get(parts.scheme, 25),
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        parts.scheme == "smtp",
        parts.scheme == "smtps",
        sender,
    )
