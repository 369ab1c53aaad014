"""Putting files together to a consignment: all of them kept, or none."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from giamsat.foundation.audit import services as audit
from giamsat.intake.consignments.choices import Result, State
from giamsat.intake.consignments.models import Consignment, Outcome, Parcel
from giamsat.intake.sources import services as sources
from giamsat.intake.sources.choices import Channel
from giamsat.intake.sources.errors import NoSuchKind, NothingSent, SourceRefusal, TooLarge

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account

WORKBOOKS, LISTS, COLUMNS = (".xlsx", ".xlsm", ".xls"), (".csv", ".txt"), ".parquet"
KEPT_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Found:
    """One file that was sent: its name as the sender knows it, and where it lies for now."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Hands:
    """Whose accounts send on what passes; without them it awaits its head."""

    submits: Account | None = None
    accepts: Account | None = None


NOBODY = Hands()


@dataclass(frozen=True, slots=True)
class _Piece:
    """What becomes a parcel."""

    sent: sources.Sent
    first_line: int = 0


def gather(
    files: Sequence[Found], *, name: str, by: Account, at: datetime, hands: Hands = NOBODY
) -> Consignment:
    """Keep all files in one transaction, unpacked and cut into parcels.

    The same files by the same person, while they still wait, are the consignment that is there. Raises what the
    sources refuse of archives as a whole; a single file that cannot be read is refused by itself.
    """
    wanted = [file for file in files if not sources.left_by_programs(file.name)]
    if not wanted:
        raise NothingSent
    fingerprint = _fingerprint(wanted, hands)
    there = Consignment.objects.filter(by_id=by.pk, fingerprint=fingerprint, state=State.OPEN)
    if found := there.first():
        return found
    try:
        new = Consignment(
            name=name[:255],
            fingerprint=fingerprint,
            by_id=by.pk,
            by_name=by.actor().name,
            submits_id=_number(hands.submits),
            accepts_id=_number(hands.accepts),
            arrived_at=at,
            parcels_in_all=0,
        )
        return _keep(new, wanted, by, at)
    except IntegrityError:  # the same files were sent twice at the same moment
        if found := there.first():
            return found
        raise


def _number(account: Account | None) -> int | None:
    return account.pk if account else None


def _fingerprint(files: Sequence[Found], hands: Hands) -> str:
    whole = hashlib.sha256()
    for file in sorted(files, key=lambda each: (each.name, str(each.path))):
        with file.path.open("rb") as stream:
            whole.update(f"{file.name}\0{hashlib.file_digest(stream, 'sha256').hexdigest()}\n".encode())
    whole.update(f"{_number(hands.submits)} {_number(hands.accepts)}".encode())
    return whole.hexdigest()


@transaction.atomic
def _keep(consignment: Consignment, files: Sequence[Found], by: Account, at: datetime) -> Consignment:
    consignment.save()
    refused: list[Outcome] = []
    pieces = _pieces(files, consignment, refused)
    while some := list(islice(pieces, KEPT_AT_ONCE)):
        _keep_parcels(consignment, some, by, at)
    if not consignment.parcels_in_all and not refused:
        raise NothingSent
    Outcome.objects.bulk_create(refused)
    consignment.refused = len(refused)
    consignment.save(update_fields=["parcels_in_all", "refused"])
    facts = {"name": consignment.name, "files": len(files), "parcels": consignment.parcels_in_all}
    audit.record("consignment.arrived", subject=consignment.subject, by=by.actor(), at=at, facts=facts)
    return consignment


def _keep_parcels(consignment: Consignment, pieces: Sequence[_Piece], by: Account, at: datetime) -> None:
    numbers = sources.keep_waiting([piece.sent for piece in pieces], by=by.actor(), at=at)
    first = consignment.parcels_in_all + 1
    Parcel.objects.bulk_create(
        Parcel(consignment=consignment, number=number, delivery_id=delivery, first_line=piece.first_line)
        for number, (delivery, piece) in enumerate(zip(numbers, pieces, strict=True), start=first)
    )
    consignment.parcels_in_all += len(pieces)


def _pieces(files: Iterable[Found], consignment: Consignment, refused: list[Outcome]) -> Iterator[_Piece]:
    for file in files:
        inside = _unpacked(file) if sources.is_archive(file.path) else iter([file])
        for one in inside:
            try:
                yield from _cut(one)
            except SourceRefusal as refusal:
                refused.append(
                    Outcome(
                        consignment=consignment, result=Result.REFUSED, file=one.name[:255],
                        code=refusal.code, sentence=refusal.message,
                    )
                )  # fmt: skip


def _unpacked(archive: Found) -> Iterator[Found]:
    """The files of a ZIP, each on disk only while it is looked at."""
    with tempfile.TemporaryDirectory(prefix="giamsat-") as folder:
        place = Path(folder) / "member"
        for name in sources.members(archive.path, place):
            yield Found(plain_name(name), place)


def _cut(file: Found) -> Iterator[_Piece]:
    """A file as its parcels; refused when it is none that can be read, or too large for what it is."""
    kind = PurePosixPath(file.name).suffix.lower()
    if kind in WORKBOOKS:
        size = file.path.stat().st_size
        if size > sources.LARGEST_FILE:
            raise TooLarge(size, sources.LARGEST_FILE)
        yield _Piece(sources.Sent(file.name, Channel.EXCEL, file.path.read_bytes()))
    elif kind in LISTS:
        with file.path.open("rb") as stream:
            yield from _of_list(file.name, sources.parts_of_csv(stream))
    elif kind == COLUMNS:
        for _part in sources.parts_of_parquet(file.path):
            pass  # read to its end first: a file that cannot be meant somewhere is refused whole
        yield from _of_list(file.name, sources.parts_of_parquet(file.path))
    else:
        raise NoSuchKind(file.name)


def _of_list(name: str, parts: Iterable[sources.Part]) -> Iterator[_Piece]:
    for part in parts:
        lines = f":{part.first_line}–{part.first_line + part.lines - 1}"
        yield _Piece(sources.Sent(name[-200:] + lines, Channel.CSV, part.content), part.first_line)


def plain_name(name: str) -> str:
    """A file's name as it can be kept: the end of a long path, without what no text holds."""
    return name.encode("utf-8", "replace").decode().replace("\0", "")[-240:]
