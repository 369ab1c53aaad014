"""Files taken in from the command line, and what passes sent on at once: compiled, submitted, accepted.

Each step is its own account's, under the same rules as on the pages: who compiles does not submit, and who did either
does not accept. What needs an explanation waits for one on its page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from giamsat.analysis.warehouse import services as warehouse
from giamsat.foundation.outbox import services as outbox
from giamsat.intake.observations import services
from giamsat.lib.refusals import Refusal

if TYPE_CHECKING:
    from giamsat.analysis.warehouse.models import Generation
    from giamsat.foundation.access.models import Account
    from giamsat.intake.observations.services import Moved, Receipt


@dataclass(frozen=True, slots=True)
class Hands:
    """Whose work each step is; a step without an account is left to the pages."""

    compiles: Account
    submits: Account | None = None
    accepts: Account | None = None


@dataclass(slots=True)
class Outcome:
    """What became of the reports of one file; sentences where somebody has to do something."""

    accepted: int = 0
    submitted: int = 0
    waiting: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)

    def refuse(self, refusal: Refusal, sentence: str = "") -> None:
        self.refused.append((refusal.code, sentence or str(refusal.message)))


@transaction.atomic
def take_in(content: bytes, *, filename: str, hands: Hands, at: datetime) -> Outcome:
    """One file in one transaction: a run cut off in the middle can be repeated."""
    outcome = Outcome()
    try:
        receipts = services.receive_file(content, filename=filename, by=hands.compiles, at=at)
    except Refusal as refusal:  # kept with its delivery, so the transaction goes on
        outcome.refuse(refusal)
        return outcome
    for receipt in receipts:
        if receipt.refusal:
            outcome.refuse(receipt.refusal, receipt.sentence)
    submitted = _submit([each for each in receipts if each.report], hands, outcome, at)
    _accept(submitted, hands, outcome, at)
    return outcome


def _submit(receipts: list[Receipt], hands: Hands, outcome: Outcome, at: datetime) -> list[Receipt]:
    """Those without a finding to explain; the others wait, and so do all when nobody here submits."""
    waiting = [each for each in receipts if hands.submits is None or each.to_explain]
    outcome.waiting += [each.sentence for each in waiting]
    if hands.submits is None:
        return []
    ready = [each for each in receipts if not each.to_explain]
    return _passing(services.submit_many, ready, hands.submits, outcome, at)


def _accept(receipts: list[Receipt], hands: Hands, outcome: Outcome, at: datetime) -> None:
    if hands.accepts is None:
        outcome.submitted = len(receipts)
    else:
        outcome.accepted = len(_passing(services.accept_many, receipts, hands.accepts, outcome, at))


def _passing(
    step: Callable[..., Moved], receipts: list[Receipt], by: Account, outcome: Outcome, at: datetime
) -> list[Receipt]:
    """Those whose reports took the step; the others are told, and their reports left where they are."""
    by_report = {each.report.pk: each for each in receipts if each.report}
    moved = step([each.report for each in by_report.values()], by=by, at=at)
    for number, refusal in moved.refusals.items():
        each = by_report[number]
        outcome.refuse(refusal, f"{each.unit_code} {each.form_code} {each.period_key}: {refusal.message}")
    return [each for number, each in by_report.items() if number in moved.reports]


def publish_what_came(*, anew: bool, at: datetime) -> Generation | None:
    """Hear the news that no worker has handled yet, and publish it; all of it, or nothing of it is settled."""
    with transaction.atomic():
        outbox.deliver_now(at=at)
        if not anew:
            return warehouse.publish_pending(at=at)
    return warehouse.rebuild(at=at)
