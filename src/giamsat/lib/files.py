"""Files that are whole or absent, whoever is killed while writing them."""

import os
import tempfile
from pathlib import Path


def write_once(file: Path, content: bytes) -> bytes:
    """Give a file its content for good, readable by its owner only; returns what stands in it.

    When another process was first, theirs stays.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, unfinished = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        os.link(unfinished, file)
    except FileExistsError:
        pass
    finally:
        os.unlink(unfinished)
    return file.read_bytes()
