"""What the warehouse refuses."""

from http import HTTPStatus

from django.utils.translation import gettext as _

from giamsat.lib.refusals import Refusal


class ConsolidatedIsNotAdded(Refusal):
    code = "warehouse.consolidated_is_not_added"

    def __init__(self) -> None:
        super().__init__(
            _(
                "Consolidated figures are sums already; adding them up would count twice. "
                "Ask for own figures, or for the consolidated figure of one unit."
            )
        )


class RatioIsNotAdded(Refusal):
    code = "warehouse.ratio_is_not_added"

    def __init__(self, indicator: str) -> None:
        super().__init__(
            _("%(indicator)s is a ratio and cannot be added up. Compute it from its parts.")
            % {"indicator": indicator},
            indicator=indicator,
        )


class FilesMissing(Refusal):
    """Files that the manifest names are not there: a restored database, or somebody tidied up."""

    code = "warehouse.files_missing"
    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            _(
                "The warehouse lacks %(count)s of its files. Run “giamsat publish --rebuild”; no report is lost."
            )
            % {"count": len(names)},
            files=names,
        )


class UpkeepUnderWay(Refusal):
    code = "warehouse.upkeep_under_way"
    status = HTTPStatus.CONFLICT

    def __init__(self) -> None:
        super().__init__(
            _(
                "The warehouse is being rebuilt, compacted or checked by another process. Try again when it is done."
            )
        )
