"""Files that came before, broke off, or cannot be trusted or read."""

from decimal import Decimal
from http import HTTPStatus

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giamsat.intake.sources.errors.base import SourceRefusal, language
from giamsat.lib.numbers import format_number


def _megabytes(size: int, decimals: int = 0) -> str:
    return format_number(Decimal(size) / 1_000_000, language(), decimals)


class DuplicateDelivery(SourceRefusal):
    code = "source.duplicate_delivery"
    status = HTTPStatus.CONFLICT

    def __init__(self, sha256: str, received_at: str, by: str) -> None:
        super().__init__(
            _(
                "Exactly this file was already accepted on %(at)s from %(by)s. Nothing was stored a "
                "second time; if figures changed, send the changed file."
            )
            % {"at": received_at, "by": by},
            sha256=sha256,
            received_at=received_at,
            by=by,
        )


class Interrupted(SourceRefusal):
    """The process that was reading it ended in the middle."""

    code = "source.interrupted"

    def __init__(self, received_at: str) -> None:
        super().__init__(
            _(
                "This delivery of %(at)s was cut off before it was read to its end, and nothing of it was "
                "stored. Send it again."
            )
            % {"at": received_at},
            received_at=received_at,
        )


class NothingTaken(SourceRefusal):
    """A list of which not a single line passed."""

    code = "source.nothing_taken"

    def __init__(self, lines: int) -> None:
        super().__init__(
            ngettext(
                "The %(count)s line of the file was not taken in. Correct what is said of it and send the file "
                "again.",
                "None of the %(count)s lines of the file was taken in. Correct what is said of each and send the "
                "file again.",
                lines,
            )
            % {"count": lines},
            lines=lines,
        )


class TooLarge(SourceRefusal):
    code = "source.too_large"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(
            _(
                "The file has %(size)s MB, the limit is %(limit)s MB. A filled-in form has less than 1 "
                "MB: send the downloaded form itself, without pictures or added sheets."
            )
            % {"size": _megabytes(size, 1), "limit": _megabytes(limit)},
            size=size,
            limit=limit,
        )


class EncryptedWorkbook(SourceRefusal):
    code = "source.encrypted_workbook"

    def __init__(self) -> None:
        super().__init__(
            _(
                "The workbook is locked with a password, so that nobody can check it. Open it in "
                "Excel, remove the password under File, Info, Protect Workbook, save and send it again."
            )
        )


class LegacyWorkbook(SourceRefusal):
    code = "source.legacy_workbook"

    def __init__(self) -> None:
        super().__init__(
            _(
                "The workbook is in the old .xls format. Open the downloaded .xlsx form, fill that in "
                "and send it."
            )
        )


class CorruptWorkbook(SourceRefusal):
    """``library``: what the library said that could not open it, in its own language: kept, not shown."""

    code = "source.corrupt_workbook"

    def __init__(self, problem: str = "", *, library: str = "") -> None:
        problem = problem or _("it is damaged, only a part of it arrived, or it is another kind of file")
        super().__init__(
            _(
                "The file is not a readable Excel workbook (%(problem)s). Download the form again and "
                "fill it in anew."
            )
            % {"problem": problem},
            problem=problem,
            library=library,
        )


class NotOurForm(SourceRefusal):
    code = "source.not_our_form"

    def __init__(self, problem: str) -> None:
        super().__init__(
            _(
                "The workbook is not a form of this system (%(problem)s). Download the form from the "
                "entry page and fill it in without adding or deleting rows, columns or sheets."
            )
            % {"problem": problem},
            problem=problem,
        )


class Macros(SourceRefusal):
    code = "source.macros"

    def __init__(self, part: str) -> None:
        super().__init__(
            _(
                "The workbook contains a program (%(part)s). Programs in files are never taken in: "
                "save it as a plain .xlsx workbook and send that."
            )
            % {"part": part},
            part=part,
        )


class ZipBomb(SourceRefusal):
    code = "source.zip_bomb"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def __init__(self, packed: int, unpacked: int) -> None:
        super().__init__(
            _(
                "The file would unpack to %(unpacked)s MB from %(packed)s MB, which no form does. It "
                "was not opened. Send the downloaded form itself."
            )
            % {"packed": _megabytes(packed, 2), "unpacked": _megabytes(unpacked)},
            packed=packed,
            unpacked=unpacked,
        )


class TooManyParts(ZipBomb):
    def __init__(self, parts: int, limit: int) -> None:
        SourceRefusal.__init__(
            self,
            _(
                "The file is packed from %(parts)s parts, a form from at most %(limit)s. It was not opened. "
                "Send the downloaded form itself."
            )
            % {"parts": format_number(parts, language()), "limit": format_number(limit, language())},
            parts=parts,
            limit=limit,
        )


class FormulaCell(SourceRefusal):
    code = "source.formula_cell"

    def __init__(self, sheet: str, cells: list[dict[str, str]], count: int) -> None:
        first = cells[0]
        super().__init__(
            _(
                "Sheet %(sheet)s, cell %(cell)s holds a formula (=%(formula)s); %(count)s cells do. "
                "What a formula shows cannot be trusted in a file: type the number itself, or paste as "
                "values."
            )
            % {"sheet": sheet, "cell": first["cell"], "formula": first["formula"], "count": count},
            sheet=sheet,
            cells=cells,
        )


class LegacyEncoding(SourceRefusal):
    code = "source.legacy_encoding"

    def __init__(self, encoding: str, line: int) -> None:
        self.encoding = encoding
        super().__init__(
            _(
                "The file is written in the old %(encoding)s encoding (line %(line)s). Letters would "
                "be lost: convert it to Unicode, save it as CSV UTF-8 and send it again."
            )
            % {"encoding": encoding, "line": line},
            encoding=encoding,
            line=line,
        )


class NotUtf8(SourceRefusal):
    code = "source.not_utf8"

    def __init__(self, line: int, found: str) -> None:
        super().__init__(
            _(
                "Line %(line)s of the file holds bytes that are not UTF-8 (%(found)s). Save the file "
                "as CSV UTF-8 and send it again."
            )
            % {"line": line, "found": found},
            line=line,
            found=found,
        )


class CsvUnreadable(SourceRefusal):
    """``library``: as of a corrupt workbook."""

    code = "source.csv_unreadable"

    def __init__(self, line: int, problem: str, *, library: str = "") -> None:
        super().__init__(
            _(
                "Line %(line)s of the file: %(problem)s. Nothing of the file was stored; mend it and "
                "send it again."
            )
            % {"line": line, "problem": problem},
            line=line,
            problem=problem,
            **({"library": library} if library else {}),
        )
