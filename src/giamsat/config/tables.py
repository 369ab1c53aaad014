"""Whether the database's tables are those that this version of the program expects."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giamsat.lib.refusals import Refusal


class NoTables(Refusal):
    code = "house.no_tables"

    def __init__(self) -> None:
        sentence = no_tables()
        super().__init__(f"{sentence[:1].upper()}{sentence[1:]}.")


class UpgradeNeeded(Refusal):
    code = "house.upgrade_needed"

    def __init__(self, steps: int) -> None:
        super().__init__(
            ngettext(
                "This version of the program needs a change of the tables that was not made yet (%(steps)s step). "
                "Run giamsat upgrade, then this command again.",
                "This version of the program needs changes of the tables that were not made yet (%(steps)s steps). "
                "Run giamsat upgrade, then this command again.",
                steps,
            )
            % {"steps": steps},
            steps=steps,
        )


def no_tables() -> str:
    return _("the house has no tables yet; run giamsat init")


def are_there() -> bool:
    """Whether this house was ever made ready."""
    return MigrationRecorder(connection).has_table()


def steps_waiting() -> int:
    """Changes of the tables that the program knows and the database has not seen."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def require() -> None:
    """Refuse to begin on tables that are missing or older than the program; raises NoTables or UpgradeNeeded."""
    if not are_there():
        raise NoTables
    if steps := steps_waiting():
        raise UpgradeNeeded(steps)
