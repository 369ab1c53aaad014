"""Which tests stay on one worker: those that share a country, a cluster of processes, or a file's costly house.

xdist's own mark for groups has no effect under this pytest, which no longer lets a plugin change a test's name.
"""

from xdist.scheduler import LoadScopeScheduling

FOLDERS = ("tests/journeys/", "tests/kills/", "tests/at_once/")
BY_FILE = "tests/config/"


class Together(LoadScopeScheduling):
    """Sends folders and files that belong together to one worker, all other tests one by one."""

    def _split_scope(self, nodeid: str) -> str:
        for folder in FOLDERS:
            if nodeid.startswith(folder):
                return folder
        return nodeid.partition("::")[0] if nodeid.startswith(BY_FILE) else nodeid
