"""Why quality says no. Every sentence says what, why, and what to do now."""

from http import HTTPStatus

from django.utils.translation import gettext as _

from giamsat.intake.sources.errors import period_in_words
from giamsat.lib.refusals import Refusal


class QualityRefusal(Refusal):
    """Base of what this room refuses."""

    code = "quality.refused"


class RuleInvalid(QualityRefusal):
    """A rule file says something that cannot be."""

    code = "quality.rule_invalid"

    def __init__(self, file: str, problem: str, position: int | None = None) -> None:
        super().__init__(
            _("The rule file %(file)s cannot be loaded: %(problem)s\nMend the file and load again.")
            % {"file": file, "problem": problem},
            file=file,
            problem=problem,
            position=position,
        )


class RuleChanged(QualityRefusal):
    """A published version arrived with other content."""

    code = "quality.rule_changed"
    status = HTTPStatus.CONFLICT

    def __init__(self, rule: str, version: int, diff: str) -> None:
        super().__init__(
            _(
                "Rule %(rule)s version %(version)s is already published with other content. A published "
                "version never changes: put the old text back and add the new one as version %(next)s."
                "\n%(diff)s"
            )
            % {"rule": rule, "version": version, "next": version + 1, "diff": diff},
            rule=rule,
            version=version,
            diff=diff,
        )


class FindingNotFound(QualityRefusal):
    code = "quality.finding_not_found"
    status = HTTPStatus.NOT_FOUND

    def __init__(self, finding_id: object) -> None:
        super().__init__(
            _("There is no finding %(finding)s. Open the report again; its figures may have changed.")
            % {"finding": finding_id},
            finding=str(finding_id),
        )


class NothingToExplain(QualityRefusal):
    """Only a finding that asks for an explanation takes one."""

    code = "quality.nothing_to_explain"
    status = HTTPStatus.CONFLICT

    def __init__(self, rule: str) -> None:
        super().__init__(
            _("The finding of rule %(rule)s asks for no explanation. Correct the figures if they are wrong.")
            % {"rule": rule},
            rule=rule,
        )


class ExplanationMissing(QualityRefusal):
    code = "quality.explanation_missing"

    def __init__(self, rule: str) -> None:
        super().__init__(
            _("The explanation of rule %(rule)s is empty. Say in a sentence why the figures are right.")
            % {"rule": rule},
            rule=rule,
        )


class NotAShare(QualityRefusal):
    """Evidence is a share between 0 and 1 of something counted."""

    code = "quality.not_a_share"

    def __init__(self, part: str, share: object) -> None:
        super().__init__(
            _("The evidence for %(part)s is %(share)s; it must be a share between 0 and 1.")
            % {"part": part, "share": share},
            part=part,
            share=str(share),
        )


class ScoreNotFound(QualityRefusal):
    code = "quality.score_not_found"
    status = HTTPStatus.NOT_FOUND

    def __init__(self, unit: object, form_code: str, period_key: str) -> None:
        super().__init__(
            _("Form %(form)s of unit %(unit)s has no score for %(period)s: its report has not come yet.")
            % {"form": form_code, "unit": unit, "period": period_in_words(period_key)},
            unit=str(unit),
            form=form_code,
            period=period_key,
        )
