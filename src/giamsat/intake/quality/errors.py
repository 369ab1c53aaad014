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


class ObjectionNotFound(QualityRefusal):
    code = "quality.objection_not_found"
    status = HTTPStatus.NOT_FOUND

    def __init__(self, number: int) -> None:
        super().__init__(
            _(
                "There is no objection %(number)s that you may see: only its unit and the level directly above read it."
            )
            % {"number": number},
            number=number,
        )


class WithoutObjection(QualityRefusal):
    """There is nothing to object to."""

    code = "quality.without_objection"
    status = HTTPStatus.CONFLICT

    def __init__(self, part: str, *, assessed: bool) -> None:
        super().__init__(
            _("This part is assessed as full. There is nothing to object to; nothing was sent.")
            if assessed
            else _("This part is not assessed, so it takes nothing from the score. Nothing was sent."),
            part=part,
        )


class ScoreChanged(QualityRefusal):
    """The part was assessed anew since it was looked at, or since it was objected to."""

    code = "quality.score_changed"
    status = HTTPStatus.CONFLICT

    def __init__(self, part: str) -> None:
        super().__init__(
            _(
                "This part was assessed anew in the meantime. Nothing was done; open the scores of the report "
                "again and look at what stands there now."
            ),
            part=part,
        )


class ObjectedAlready(QualityRefusal):
    code = "quality.objected_already"
    status = HTTPStatus.CONFLICT

    def __init__(self, part: str) -> None:
        super().__init__(
            _(
                "There is an open objection to this part already. Nothing was sent a second time; wait for the answer "
                "of the level above."
            ),
            part=part,
        )


class ObjectionAnsweredAlready(QualityRefusal):
    code = "quality.objection_answered_already"
    status = HTTPStatus.CONFLICT

    def __init__(self, by: str, state: str) -> None:
        super().__init__(
            _("%(by)s has answered this objection already: %(state)s. Nothing was changed.")
            % {"by": by, "state": state},
            by=by,
        )


class ObjectionReasonMissing(QualityRefusal):
    code = "quality.objection_reason_missing"

    def __init__(self) -> None:
        super().__init__(
            _("Say why in at least ten letters, so that the other side can follow it. Nothing was sent.")
        )


class ObjectionFileRefused(QualityRefusal):
    """An attached file is empty, too large, or of a kind that is not taken."""

    code = "quality.objection_file_refused"

    def __init__(self, filename: str, problem: str) -> None:
        super().__init__(
            _(
                "%(filename)s was not taken: %(problem)s. "
                "Attach a PDF, Word, Excel, PNG or JPEG file up to 10 MB."
            )
            % {"filename": filename, "problem": problem},
            filename=filename,
            problem=problem,
        )
