"""The command line: `giamsat …`. Each module adds its commands to the one application."""

from giamsat.config.usage import SpeakingTyper

app = SpeakingTyper(
    help="Giamsat: operations centre for inspection and supervision.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

from giamsat.config.cli import accounts, audit, care, data, export, periods, practice, receive, run, territory  # noqa: E402, F401 - commands register themselves
