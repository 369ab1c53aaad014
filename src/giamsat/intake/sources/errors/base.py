"""What all refusals of this room are, and how they name a period."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import get_language

from giamsat.lib.periods import Period
from giamsat.lib.refusals import Refusal

if TYPE_CHECKING:
    from giamsat.intake.sources.files.submission import Submission


class SourceRefusal(Refusal):
    """Base of what this room refuses. ``said``: what a refused file said of itself, where it could be read."""

    code = "source.refused"
    said: Submission | None = None


def language() -> str:
    """In which a sentence is being said."""
    return (get_language() or "vi")[:2]


def period_in_words(key: str) -> str:
    """A period as the reader's language says it inside a sentence; what is no period's key stays as it came."""
    try:
        return Period.parse(key).in_sentence(language())
    except ValueError:
        return key or "—"
