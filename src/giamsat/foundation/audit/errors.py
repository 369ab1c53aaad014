"""Refusals of this room."""

from datetime import datetime

from django.utils.translation import gettext as _

from giamsat.lib.refusals import Refusal


class TooYoungToPurge(Refusal):
    code = "audit.too_young_to_purge"

    def __init__(self, before: datetime, fewest_months: int) -> None:
        super().__init__(
            _(
                "Entries of the audit trail are kept at least %(months)s months, so nothing after %(before)s may be "
                "purged yet. Choose an earlier day."
            )
            % {"months": fewest_months, "before": f"{before:%d/%m/%Y}"},
            before=before.isoformat(),
            fewest_months=fewest_months,
        )
