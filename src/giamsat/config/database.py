"""The database that was named: it answers at once, or a command says why it cannot begin."""

from urllib.parse import urlsplit

import psycopg

from giamsat.config.spoken import gettext_noop, said
from giamsat.lib.refusals import Refusal

SECONDS = 5
OLDEST = 15
SCHEMES = ("postgresql", "postgres")


class DatabaseOutOfReach(Refusal):
    code = "house.database_out_of_reach"

    def __init__(self, why: str) -> None:
        sentence = gettext_noop(
            "No PostgreSQL can be used where DATABASE_URL says: {why}. Name one that runs, as "
            "postgresql://USER:PASSWORD@HOST:PORT/DATABASE, or leave DATABASE_URL out for the embedded one."
        )
        super().__init__(said(sentence).format(why=why), why=why)


def require_answer(address: str) -> None:
    """Ask the database at ``address`` for its version; raises DatabaseOutOfReach within seconds."""
    if urlsplit(address).scheme not in SCHEMES:
        raise DatabaseOutOfReach(said(gettext_noop("its address does not begin with postgresql://")))
    try:
        with psycopg.connect(address, connect_timeout=SECONDS) as database:
            version = database.info.server_version // 10_000
    except psycopg.Error as reason:
        raise DatabaseOutOfReach(" ".join(str(reason).split())) from reason
    if version < OLDEST:
        sentence = gettext_noop("it is PostgreSQL {version}, and {oldest} is the oldest that serves")
        raise DatabaseOutOfReach(said(sentence).format(version=version, oldest=OLDEST))
