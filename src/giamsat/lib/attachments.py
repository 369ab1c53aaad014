"""Which files people may attach to what they write: how large, of what kinds, told by name and first bytes."""

from pathlib import PurePosixPath

LARGEST = 10_000_000  # bytes
# how its bytes begin, and how its name ends
KINDS = {
    "application/pdf": (b"%PDF-", (".pdf",)),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (b"PK\x03\x04", (".docx",)),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (b"PK\x03\x04", (".xlsx",)),
    "image/png": (b"\x89PNG\r\n\x1a\n", (".png",)),
    "image/jpeg": (b"\xff\xd8\xff", (".jpg", ".jpeg")),
}
ENDINGS = {ending for _beginning, endings in KINDS.values() for ending in endings}


def bare_name(filename: str) -> str:
    """Without the folders that some browsers and all attackers send along; empty when there is no name."""
    return PurePosixPath(filename.replace("\\", "/")).name


def kind_of(filename: str, content: bytes) -> str | None:
    """The kind of an attached file by its name and first bytes; None when it is not one that is taken."""
    lower = filename.lower()
    for kind, (beginning, endings) in KINDS.items():
        if lower.endswith(endings) and content.startswith(beginning):
            return kind
    return None
