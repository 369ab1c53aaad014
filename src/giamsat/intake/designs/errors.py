"""Why a draft is not begun, kept or published."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _

from giamsat.foundation.catalogue.errors import Problem
from giamsat.lib.refusals import Refusal


class DesignRefusal(Refusal):
    """Base of what this room refuses."""

    code = "designs.refused"


class DraftNotFound(DesignRefusal):
    code = "designs.draft_not_found"
    status = HTTPStatus.NOT_FOUND

    def __init__(self, number: object) -> None:
        super().__init__(
            _("There is no draft %(number)s. Look in the list of drafts.") % {"number": number},
            number=str(number),
        )


class DefinitionNotFound(DesignRefusal):
    code = "designs.definition_not_found"
    status = HTTPStatus.NOT_FOUND

    def __init__(self, kind: str, name: str, version: object) -> None:
        super().__init__(
            _("There is no published %(kind)s %(name)s version %(version)s. Look in the list of definitions.")
            % {"kind": kind, "name": name, "version": version},
            kind=kind,
            name=name,
            version=str(version),
        )


class CodeInvalid(DesignRefusal):
    """A code that no file of this kind could have."""

    code = "designs.code_invalid"

    def __init__(self, name: str, example: str) -> None:
        super().__init__(
            _("“%(name)s” cannot be a code. Write it as %(example)s.") % {"name": name, "example": example},
            name=name,
            example=example,
        )


class AlreadyDrafted(DesignRefusal):
    """One version is worked on in one place."""

    code = "designs.already_drafted"
    status = HTTPStatus.CONFLICT

    def __init__(self, name: str, version: int, by: str, number: int) -> None:
        super().__init__(
            _(
                "%(name)s version %(version)s is being drafted already, begun by %(by)s (draft %(number)s). "
                "Open that draft and work on it, or withdraw it first."
            )
            % {"name": name, "version": version, "by": by, "number": number},
            name=name,
            version=version,
            by=by,
            number=number,
        )


class DraftSettled(DesignRefusal):
    """It was published or withdrawn, perhaps a moment ago."""

    code = "designs.draft_settled"
    status = HTTPStatus.CONFLICT

    def __init__(self, name: str, stage: str, by: str) -> None:
        super().__init__(
            _("The draft of %(name)s was %(stage)s by %(by)s and is not changed any more. Begin a new draft.")
            % {"name": name, "stage": stage, "by": by},
            name=name,
            stage=stage,
            by=by,
        )


class StaleDraft(DesignRefusal):
    """Somebody saved it after this page was opened."""

    code = "designs.stale_draft"
    status = HTTPStatus.CONFLICT

    def __init__(self, by: str, diff: str) -> None:
        super().__init__(
            _(
                "%(by)s saved this draft after you opened it. Nothing of yours was saved, and nothing of theirs is "
                "lost: your text is still in the fields, and the difference is shown. Save again to put yours in its "
                "place, or open the draft anew to go on from theirs."
            )
            % {"by": by},
            by=by,
            diff=diff,
        )


class DraftChanged(DesignRefusal):
    """Who publishes must have seen what is published."""

    code = "designs.draft_changed"
    status = HTTPStatus.CONFLICT

    def __init__(self, by: str) -> None:
        super().__init__(
            _("%(by)s changed this draft after you opened it. Read it again, then decide.") % {"by": by},
            by=by,
        )


class OtherEyes(DesignRefusal):
    """One drafts, another publishes."""

    code = "designs.other_eyes"
    status = HTTPStatus.FORBIDDEN

    def __init__(self, name: str, authors: str) -> None:
        super().__init__(
            _(
                "%(name)s was drafted by %(authors)s. Whoever wrote in a draft does not publish it: "
                "ask another data administrator."
            )
            % {"name": name, "authors": authors},
            name=name,
            authors=authors,
        )


class NotReady(DesignRefusal):
    """Something stands against publication."""

    code = "designs.not_ready"

    def __init__(self, name: str, obstacles: Sequence[Problem]) -> None:
        told = "\n".join(f"– {each.what}" for each in obstacles)
        super().__init__(
            _("%(name)s cannot be published yet:\n%(obstacles)s") % {"name": name, "obstacles": told},
            name=name,
            obstacles=[each.what for each in obstacles],
        )


class WhyMissing(DesignRefusal):
    code = "designs.why_missing"

    def __init__(self) -> None:
        super().__init__(_("Say in a sentence why the draft is withdrawn; its authors read it."))


class ExampleUnreadable(DesignRefusal):
    """A line of a hand-worked report that says nothing."""

    code = "designs.example_unreadable"

    def __init__(self, line: str, problem: str) -> None:
        super().__init__(
            _("The line “%(line)s” cannot be read: %(problem)s") % {"line": line, "problem": problem},
            line=line,
            problem=problem,
        )


class TrialImpossible(DesignRefusal):
    """The draft cannot be tried on what was chosen."""

    code = "designs.trial_impossible"

    def __init__(self, problem: str, **facts: Any) -> None:
        super().__init__(problem, **facts)
