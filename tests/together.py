"""Which tests stay on one worker: those of a file, and of a folder that shares a country or a cluster of processes.

xdist's own mark for groups has no effect under this pytest, which no longer lets a plugin change a test's name.
"""

from xdist.scheduler import LoadScopeScheduling

FOLDERS = ("tests/kills/", "tests/journeys/", "tests/at_once/")
# Begun first, so that nobody waits for them at the end; other files are short and follow as they come.
LONG = (
    "tests/journeys/",
    "tests/kills/",
    "tests/front/console/test_access_matrix.py",
    "tests/config/profiles/",
    "tests/foundation/units/test_boundaries.py",
    "tests/config/demo/test_loading.py",
    "tests/config/test_backups.py",
    "tests/analysis/",
    "tests/front/console/",
)


class Together(LoadScopeScheduling):
    """Sends folders and files that belong together to one worker, in the order in which they were collected."""

    def __init__(self, config, log) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        for folder in FOLDERS:
            if nodeid.startswith(folder):
                return folder
        return nodeid.partition("::")[0]


def begun_at(nodeid: str) -> int:
    """The place of a test's group among the long ones; all others come after them."""
    return next((place for place, folder in enumerate(LONG) if nodeid.startswith(folder)), len(LONG))
