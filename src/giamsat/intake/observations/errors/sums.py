"""Refusals of consolidated reports and of the estimates in them."""

from collections.abc import Sequence
from http import HTTPStatus

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giamsat.intake.observations.errors.base import ReportRefusal
from giamsat.intake.sources.errors import period_in_words


class OwnReportMissing(ReportRefusal):
    """A sum of a unit that has not said what it did itself."""

    code = "report.own_report_missing"
    status = HTTPStatus.CONFLICT

    def __init__(self, unit_name: str, form_code: str, period_key: str) -> None:
        super().__init__(
            _(
                "%(unit)s has not sent its own report %(form)s for %(period)s yet, so its sum would leave out "
                "what it did itself. Send the own report first, then make the sum."
            )
            % {"unit": unit_name, "form": form_code, "period": period_in_words(period_key)},
            unit=unit_name,
            form=form_code,
            period=period_key,
        )


class OwnReportNotInForce(ReportRefusal):
    code = "report.own_report_not_in_force"
    status = HTTPStatus.CONFLICT

    def __init__(self, unit_name: str, form_code: str, period_key: str) -> None:
        super().__init__(
            _(
                "The own report %(form)s of %(unit)s for %(period)s is not accepted yet, and the sum rests on it. "
                "Accept the own report first."
            )
            % {"unit": unit_name, "form": form_code, "period": period_in_words(period_key)},
            unit=unit_name,
            form=form_code,
            period=period_key,
        )


class SumOutdated(ReportRefusal):
    """Since the sum was made, what its parts give has changed: figures, or an estimate that was withdrawn."""

    code = "report.sum_outdated"
    status = HTTPStatus.CONFLICT

    def __init__(self, form_code: str, period_key: str, cells: int, units: Sequence[str]) -> None:
        super().__init__(
            ngettext(
                "The consolidated report %(form)s for %(period)s does not rest on what its parts give now "
                "(%(count)s cell differs). Changed since it was made: %(units)s. Make the sum anew, then submit it.",
                "The consolidated report %(form)s for %(period)s does not rest on what its parts give now "
                "(%(count)s cells differ). Changed since it was made: %(units)s. Make the sum anew, then submit it.",
                cells,
            )
            % {
                "form": form_code,
                "period": period_in_words(period_key),
                "count": cells,
                "units": ", ".join(units) or "—",
            },
            form=form_code,
            period=period_key,
            cells=cells,
            units=list(units),
        )


class ConflictInParts(ReportRefusal):
    """A conflict of interest with one part: whoever adds up all the others would know that one."""

    code = "report.conflict_in_parts"
    status = HTTPStatus.FORBIDDEN

    def __init__(self, units: Sequence[str]) -> None:
        super().__init__(
            _(
                "You are excluded from %(units)s by a conflict of interest, and this sum holds its figures. Another "
                "compiler of your unit makes the sum."
            )
            % {"units": ", ".join(units)},
            units=list(units),
        )


class NotEstimable(ReportRefusal):
    """The unit's figures are in force, or nothing is known that an estimate could be taken from."""

    code = "report.not_estimable"
    status = HTTPStatus.CONFLICT

    def __init__(self, unit_name: str, way: object) -> None:
        sentence = (
            _(
                "There are no figures in force of %(unit)s to take an estimate from: %(way)s. Choose another way."
            )
            if way
            else _(
                "The figures of %(unit)s are in the sum, or do not belong to it: nothing is to be estimated."
            )
        )
        super().__init__(sentence % {"unit": unit_name, "way": way}, unit=unit_name, way=str(way))


class NotCounted(ReportRefusal):
    """A figure of an estimate that no report would be taken with."""

    code = "report.not_counted"

    def __init__(self, row: str, written: str, decimals: int) -> None:
        super().__init__(
            _(
                "The estimate says %(written)s for %(row)s. Nothing was stored; enter a number of 0 or more there, "
                "with at most %(decimals)s decimals, or leave it blank."
            )
            % {"written": written, "row": row, "decimals": decimals},
            row=row,
            written=written,
        )


class EstimateNotThere(ReportRefusal):
    code = "report.estimate_not_there"
    status = HTTPStatus.CONFLICT

    def __init__(self) -> None:
        super().__init__(_("This estimate was withdrawn already. Reload the page to see how the sum stands."))
