"""What a command says: in the language of who types it, and from the same catalogue before Django is awake."""

import gettext
from collections.abc import Mapping
from os import environ

from giamsat.config import environment

HOUSE_LANGUAGE, SOURCE_LANGUAGE = "vi", "en"
LANGUAGES = (HOUSE_LANGUAGE, SOURCE_LANGUAGE)


def language_of(surroundings: Mapping[str, str]) -> str:
    """What GIAMSAT_LANGUAGE says, else the terminal's own settings, else what the house speaks."""
    for name in ("GIAMSAT_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        wanted = surroundings.get(name, "")[:2].lower()
        if wanted in LANGUAGES:
            return wanted
    return HOUSE_LANGUAGE


def gettext_noop(words: str) -> str:
    """Marks words for the catalogue. Django's own asks for its settings, which a command begins without."""
    return words


def said(words: str) -> str:
    """The words in the language of who types."""
    languages = [language_of(environ)]
    return gettext.translation("django", environment.PACKAGE / "locale", languages, fallback=True).gettext(
        words
    )
