"""Keep server, worker and PostgreSQL up as `giamsat demo` does; ended by SIGTERM."""

import sys

from giamsat.config import postgres, processes
from giamsat.config.environment import postgres_folder


def keep_postgres_up() -> None:
    if postgres.running_pid(postgres_folder()) is None:
        postgres.start(postgres_folder())


if __name__ == "__main__":
    commands = {
        "server": processes.giamsat_command("serve", "--port", sys.argv[1]),
        "worker": processes.giamsat_command("worker"),
    }
    processes.Supervisor(commands, say=print, tend=keep_postgres_up).run()
