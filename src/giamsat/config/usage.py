"""A command typed wrongly is answered in the language of who types, as everything else is."""

import re
import sys
from os import environ
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape

from giamsat.config.spoken import SOURCE_LANGUAGE, gettext_noop, language_of, said

MISTYPED: Any = (
    typer.BadParameter.__base__
)  # whatever can be mistyped; typer itself names this one kind alone
HELP_INSTEAD = "NoArgsIsHelpError"  # the help was shown already, and is no mistake
# What the library says, and what we say in its place; without one of ours, its own words stand.
SENTENCES = {
    r"No such command '(?P<name>.*)'\.": gettext_noop("There is no command %(name)s."),
    r"No such option: (?P<name>\S+)(?: \(.*\))?": gettext_noop("There is no option %(name)s."),
    r"Option '(?P<name>.*)' requires an argument\.": gettext_noop("Option %(name)s needs a value."),
    r"Missing (?:argument|option|parameter:?) '?(?P<name>[^'.]*)'?\.?.*": gettext_noop(
        "%(name)s is missing."
    ),
    r"Missing command\.": gettext_noop("Say which command."),
    r"Got unexpected extra arguments?(?:\(s\))? \((?P<name>.*)\)": gettext_noop("%(name)s is too much here."),
    r"Invalid value for '(?P<name>.*)': .*valid integer.*": gettext_noop("%(name)s takes a whole number."),
    r"Invalid value for '(?P<name>.*)': .*greater than or equal to (?P<end>[\d.]+).*": gettext_noop(
        "%(name)s is at least %(end)s."
    ),
    r"Invalid value for '(?P<name>.*)': .*less than or equal to (?P<end>[\d.]+).*": gettext_noop(
        "%(name)s is at most %(end)s."
    ),
    r"Invalid value for '(?P<name>.*)': \w+ '(?P<path>.*)' does not exist\.": gettext_noop(
        "%(name)s: there is no %(path)s."
    ),
    r"Invalid value for '(?P<name>.*)': .*": gettext_noop("%(name)s cannot take this value."),
    r"Invalid value: (?P<why>.*)": "%(why)s",  # ours, which speaks the language already
}


class SpeakingTyper(typer.Typer):
    """An application whose answers to what was mistyped are our own."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        try:
            code = super().__call__(*arguments, standalone_mode=False, **{"prog_name": "giamsat", **options})
        except MISTYPED as mistake:
            if type(mistake).__name__ != HELP_INSTEAD:
                _tell(mistake)
            sys.exit(2)
        except typer.Abort:
            sys.exit(1)
        sys.exit(code if isinstance(code, int) else 0)


def in_words(told: str) -> str:
    """What the library tells of a mistake, in the language of who made it."""
    if language_of(environ) == SOURCE_LANGUAGE:
        return told
    for pattern, sentence in SENTENCES.items():
        if found := re.fullmatch(pattern, told, re.DOTALL):
            return said(sentence) % found.groupdict()
    return told


def _tell(mistake: Any) -> None:
    terminal = Console(stderr=True, highlight=False)
    terminal.print(escape(in_words(mistake.format_message())))
    if mistake.ctx is not None:
        terminal.print(
            escape(said(gettext_noop("See: %(command)s --help")) % {"command": mistake.ctx.command_path})
        )
