"""Archives and lists of many reports that cannot be trusted or read."""

from http import HTTPStatus

from django.utils.translation import gettext as _

from giamsat.intake.sources.errors.base import SourceRefusal, language
from giamsat.lib.numbers import format_number


def _count(number: int) -> str:
    return format_number(number, language(), 0)


class ArchiveUnreadable(SourceRefusal):
    code = "source.archive_unreadable"

    def __init__(self, *, library: str = "") -> None:
        super().__init__(
            _(
                "The ZIP file is damaged and cannot be unpacked; nothing of it was taken in. Pack it again and send it."
            ),
            library=library,
        )


class LockedArchive(SourceRefusal):
    code = "source.locked_archive"

    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "%(name)s inside the ZIP file is locked with a password. Pack the files without one and send "
                "them again."
            )
            % {"name": name},
            name=name,
        )


class TooManyFiles(SourceRefusal):
    code = "source.too_many_files"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def __init__(self, found: int, most: int) -> None:
        super().__init__(
            _(
                "There are %(found)s files, at most %(most)s go at once. Divide them and send them one part after "
                "another."
            )
            % {"found": _count(found), "most": _count(most)},
            found=found,
            most=most,
        )


class ArchiveBomb(SourceRefusal):
    code = "source.archive_bomb"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def __init__(self, packed: int, unpacked: int) -> None:
        super().__init__(
            _(
                "The ZIP file unpacks to far more than any reports hold, so it was not unpacked. Pack the filled forms "
                "and lists alone."
            ),
            packed=packed,
            unpacked=unpacked,
        )


class LeadsOutside(SourceRefusal):
    code = "source.leads_outside"

    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "%(name)s inside the ZIP file names a place outside of it; nothing was unpacked. Pack the folder anew "
                "with an ordinary program."
            )
            % {"name": name},
            name=name,
        )


class NoSuchKind(SourceRefusal):
    code = "source.no_such_kind"

    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "%(name)s is neither a filled form (.xlsx) nor a list (.csv, .parquet). It was not opened and not "
                "kept; send the figures in one of these."
            )
            % {"name": name},
            name=name,
        )


class NothingSent(SourceRefusal):
    code = "source.nothing_sent"

    def __init__(self) -> None:
        super().__init__(
            _(
                "There is no file to take in: choose filled forms (.xlsx), lists (.csv, .parquet) or a ZIP of them."
            )
        )


class ParquetUnreadable(SourceRefusal):
    code = "source.parquet_unreadable"

    def __init__(self, problem: str, *, library: str = "") -> None:
        super().__init__(
            _(
                "The Parquet file cannot be read: %(problem)s. Its columns are those of the CSV list; nothing was "
                "stored."
            )
            % {"problem": problem},
            problem=problem,
            library=library,
        )
