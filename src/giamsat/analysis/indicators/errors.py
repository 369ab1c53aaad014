"""What this room refuses, and how it says so."""

from http import HTTPStatus

from django.utils.translation import gettext as _

from giamsat.lib.refusals import Refusal


class ExpressionInvalid(Refusal):
    """A derived indicator is a sum or difference of codes, nothing else."""

    code = "indicators.expression_invalid"

    def __init__(self, text: str, problem: str) -> None:
        super().__init__(
            _("“%(text)s” is not a sum or difference of codes: %(problem)s. Write it like D03 - D04.")
            % {"text": text, "problem": problem},
            text=text,
            problem=problem,
        )


class QuotaOnViolations(Refusal):
    """More or fewer violations found is no merit, so nothing may be aimed at."""

    code = "indicators.quota_on_violations"

    def __init__(self, target: str, indicator: str) -> None:
        super().__init__(
            _(
                "%(target)s sets a target on %(indicator)s, which has no better direction: counts of "
                "violations, denunciations and discipline are never targets. "
                "Aim at work done, timeliness, settlement."
            )
            % {"target": target, "indicator": indicator},
            target=target,
            indicator=indicator,
        )


class DerivedUnknown(Refusal):
    code = "indicators.derived_unknown"
    status = HTTPStatus.NOT_FOUND

    def __init__(self, name: str) -> None:
        super().__init__(_("There is no derived indicator %(name)s.") % {"name": name}, name=name)


class TargetUnknown(Refusal):
    code = "indicators.target_unknown"
    status = HTTPStatus.NOT_FOUND

    def __init__(self, name: str) -> None:
        super().__init__(_("There is no target %(name)s.") % {"name": name}, name=name)


class TargetComputed(Refusal):
    """A value was sent for a target that is computed from reports."""

    code = "indicators.target_computed"

    def __init__(self, name: str, indicator: str) -> None:
        super().__init__(
            _("%(name)s is computed from %(indicator)s as reported; a value for it cannot be entered.")
            % {"name": name, "indicator": indicator},
            name=name,
            indicator=indicator,
        )


class SourceMissing(Refusal):
    code = "indicators.source_missing"

    def __init__(self, name: str) -> None:
        super().__init__(
            _("A value for %(name)s needs its source: which document or system says so?") % {"name": name},
            name=name,
        )
