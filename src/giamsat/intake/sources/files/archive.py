"""A ZIP file of many files: looked at before opened, then unpacked one file at a time."""

import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from giamsat.intake.sources.errors.archives import (
    ArchiveBomb,
    ArchiveUnreadable,
    LeadsOutside,
    LockedArchive,
    TooManyFiles,
)
from giamsat.intake.sources.files.guard import MEGABYTE, UNREADABLE

MOST_FILES = 20_000
LARGEST_UNPACKED = 4_000 * MEGABYTE
LARGEST_MEMBER = 2_000 * MEGABYTE
SUSPICIOUS_MEMBER = 5 * MEGABYTE
LARGEST_RATIO = 200
LOCKED = 0x1
BLOCK = 1 << 20
WORKBOOK_PART = "xl/workbook.xml"
LEFT_BY_PROGRAMS = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive: its path inside, and its size as the directory promises it."""

    name: str
    size: int
    _info: zipfile.ZipInfo

    def unpack(self, package: zipfile.ZipFile, place: Path) -> None:
        """Lay it on disk, block by block within what was promised; refused when it cannot be unpacked.

        Raises ArchiveUnreadable and ArchiveBomb.
        """
        written = 0
        try:
            with package.open(self._info) as stream, place.open("wb") as target:
                while block := stream.read(BLOCK):
                    written += len(block)
                    if written > self.size:
                        raise ArchiveBomb(self._info.compress_size, written)
                    target.write(block)
        except UNREADABLE as error:
            if getattr(error, "errno", None):  # of this house's own disk
                raise
            raise ArchiveUnreadable(library=str(error) or type(error).__name__) from error


def is_archive(path: Path) -> bool:
    """Whether a file is a ZIP of files, and no workbook (which is one inside)."""
    if path.suffix.lower() == ".zip":
        return True
    if not zipfile.is_zipfile(path) or path.suffix.lower() in (".xlsx", ".xlsm"):
        return False
    with zipfile.ZipFile(path) as package:
        return WORKBOOK_PART not in package.namelist()


def members(path: Path, place: Path) -> Iterator[str]:
    """The path of every file inside, each laid at ``place`` in its turn and never whole in memory; the whole is
    refused before the first is unpacked.

    Raises ArchiveUnreadable, LockedArchive, TooManyFiles, ArchiveBomb, LeadsOutside.
    """
    try:
        package = zipfile.ZipFile(path)
    except UNREADABLE as error:
        raise ArchiveUnreadable(library=str(error) or type(error).__name__) from error
    with package:
        for member in _looked_at(package):
            member.unpack(package, place)
            yield member.name


def _looked_at(package: zipfile.ZipFile) -> list[Member]:
    found = [info for info in package.infolist() if not info.is_dir()]
    if len(found) > MOST_FILES:
        raise TooManyFiles(len(found), MOST_FILES)
    if sum(info.file_size for info in found) > LARGEST_UNPACKED:
        raise ArchiveBomb(sum(info.compress_size for info in found), sum(info.file_size for info in found))
    for info in found:
        if info.flag_bits & LOCKED:
            raise LockedArchive(info.filename)
        if _leads_outside(info):
            raise LeadsOutside(info.filename)
        inflated = info.file_size > LARGEST_RATIO * max(info.compress_size, 1)
        if info.file_size > LARGEST_MEMBER or (info.file_size > SUSPICIOUS_MEMBER and inflated):
            raise ArchiveBomb(info.compress_size, info.file_size)
    return [
        Member(info.filename, info.file_size, info) for info in found if not left_by_programs(info.filename)
    ]


def _leads_outside(info: zipfile.ZipInfo) -> bool:
    """Names no honest archive has: none, absolute, with a drive, upwards, or a link to elsewhere."""
    path = PurePosixPath(info.filename.replace("\\", "/"))
    return (
        not path.parts
        or path.is_absolute()
        or ":" in info.filename
        or ".." in path.parts
        or stat.S_ISLNK(info.external_attr >> 16)
    )


def left_by_programs(name: str) -> bool:
    """Files that systems and Excel leave in folders without anybody meaning to send them."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return any(part in LEFT_BY_PROGRAMS for part in parts) or parts[-1].startswith(("~$", "._"))
