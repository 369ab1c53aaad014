"""Why the practice country is not made."""

from pathlib import Path

from django.utils.translation import gettext as _

from giamsat.lib.refusals import Refusal


class HouseNotEmpty(Refusal):
    """Invented figures never go into a house that holds reports."""

    code = "demo.house_not_empty"

    def __init__(self, years: int) -> None:
        super().__init__(
            _(
                "This database already holds reports of %(years)s years. The practice country is made in an "
                "empty house only: choose another GIAMSAT_DATA_DIR, or another DATABASE_URL."
            )
            % {"years": years},
            years=years,
        )


class SendingStopped(Refusal):
    """A process that sent reports was killed, or failed; a failure says why by itself."""

    code = "demo.sending_stopped"

    def __init__(self, folder: Path, code: int) -> None:
        super().__init__(
            _(
                "A process that sends the reports ended before it was done (code %(code)s); if it said why, that "
                "stands above. The practice country in %(folder)s is not whole: delete the folder and start again."
            )
            % {"folder": folder, "code": code},
            folder=str(folder),
            code=code,
        )


class HalfMade(Refusal):
    """An earlier making was interrupted."""

    code = "demo.half_made"

    def __init__(self, folder: Path) -> None:
        super().__init__(
            _(
                "An earlier making of the practice country in %(folder)s was interrupted, and what is there "
                "is not whole. Delete the folder and start again; it holds nothing but practice."
            )
            % {"folder": folder},
            folder=str(folder),
        )
