"""Reports on their way through the house, sent by people who try again when nobody answered."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from tests.intake.sources.files import edited
from tests.kills.furnish import COMMIT_GATE
from tests.kills.household import CUT_OFF, Answer, Household, wait_until
from tests.kills.wholeness import faults

COMMIT = "commit"
WAITING = """
    SELECT a.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE NOT l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND a.query LIKE %s
"""


@dataclass
class Filing:
    """The flash report of one commune and period, and how far it has come."""

    home: Household
    commune: str
    period: str
    figure: int
    content: bytes = b""
    report: int = 0

    def upload(self) -> Answer:
        answer = self.home.ask("compiler", "POST", "/entry/upload/", {"file": ("bmt.xlsx", self.content)})
        if answer.status == 303:  # refused, and kept: its page tells why
            return self.home.ask("compiler", "GET", answer.place)
        if answer.status == 302:
            self.report = answer.report
        return answer

    def submit(self) -> Answer:
        return self.home.ask("compiler", "POST", f"/reports/{self.report}/submit/", {"version": 1})

    def accept(self) -> Answer:
        return self.home.ask("approver", "POST", f"/reports/{self.report}/accept/", {"version": 1})

    def fill(self) -> None:
        """The template as anybody downloads it, filled in."""
        path = f"/entry/{self.commune}/BMT/{self.period}/own/template.xlsx"
        template = insist(lambda: self.home.ask("compiler", "GET", path)).body
        cells = dict.fromkeys(self.home.cells.values(), 0) | {self.home.cells["A04"]: self.figure}
        self.content = edited(template, cells)

    def find(self) -> bool:
        """Look whether the report is there; a sender whose connection broke cannot know."""
        found = self.home.rows(
            "SELECT id FROM observations_report WHERE unit_id = %s AND period_key = %s",
            [self.home.communes[self.commune], self.period],
        )
        self.report = found[0][0] if found else 0
        return bool(found)

    def find_again(self) -> Answer:
        """The report by its place, while the database may be down."""
        try:
            return Answer(200 if self.find() else 404)
        except psycopg.OperationalError:
            return Answer(CUT_OFF)

    @property
    def status(self) -> str:
        found = self.home.rows("SELECT status FROM observations_report WHERE id = %s", [self.report])
        return found[0][0] if found else ""


@dataclass
class Filings:
    """Every report that may be filed, each handed out once."""

    home: Household
    handed_out: int = 0

    def new(self) -> Filing:
        months = [f"2026-M{month:02}" for month in range(1, 10)]
        communes = sorted(self.home.communes)
        round_, place = divmod(self.handed_out, len(communes))
        self.handed_out += 1
        filing = Filing(self.home, communes[place], months[round_], 200 + self.handed_out % 7)
        filing.fill()
        return filing

    def brought_to(self, step: str) -> Filing:
        """A new filing with every step before this one done."""
        filing = self.new()
        for before in ("upload", "submit", "accept"):
            if before == step:
                return filing
            answer = getattr(filing, before)()
            assert answer.status == 302, (before, answer.status, answer.text[-3000:])
        return filing

    def settle(self) -> None:
        """Let time pass until nothing is left to do."""
        self.home.wait_for("postgres")
        self.home.wait_for("server")
        self.home.wait_for("worker")
        self.home.forget_the_dead()
        wait_until(self._at_rest, "everything is numbered, heard and published")

    def _at_rest(self) -> bool:
        return self.home.rows(
            "SELECT (SELECT count(*) FROM outbox_storedevent WHERE seq IS NULL)"
            " + (SELECT count(*) FROM warehouse_waiting)"
            " + (SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing'))"
        ) == [(0,)]

    def everything_is_whole(self) -> None:
        """Ask the database, the chain and the files; published is what is in force, each figure once."""
        self.settle()
        with psycopg.connect(self.home.url) as database:
            assert faults(database, at_rest=True) == {}
        told = json.loads(self.home.run("tests.kills.inspect_house").splitlines()[-1])
        assert (told["chain"], told["warehouse"], told["behind"]) == ([], [], 0)
        place = list(self.home.cells).index("A04") + 1
        in_force = self.home.rows(
            "SELECT r.unit_id, r.period_key, v.values[%s]::int FROM observations_report r"
            " JOIN observations_reportversion v ON v.id = r.in_force_id ORDER BY 1, 2",
            [place],
        )
        assert [tuple(each) for each in told["published"]] == in_force


@contextmanager
def gate(home: Household, place: str) -> Iterator[Callable[..., list[int]]]:
    """Hold a table, or every commit, so that whoever comes there stands still; yields who stands there."""
    keeper = psycopg.connect(home.url)
    try:
        if place == COMMIT:
            keeper.execute("SELECT pg_advisory_xact_lock(%s)", [COMMIT_GATE])
        else:
            keeper.execute(f'LOCK TABLE "{place}" IN EXCLUSIVE MODE')
        # asked from outside: within a transaction PostgreSQL goes on telling who was active at the first question
        yield lambda statement="%": [pid for (pid,) in home.rows(WAITING, [statement])]
    finally:
        keeper.close()


def killed_at(
    home: Household, victim: str, place: str, act: Callable[[], Answer], *, statement: str = "%"
) -> Answer:
    """Let an act run until it stands at the gate, kill the victim there, and open the gate."""
    answers: list[Answer] = []
    sender = threading.Thread(target=lambda: answers.append(act()), daemon=True)
    with gate(home, place) as standing:
        sender.start()
        wait_until(lambda: standing(statement), f"somebody stands at {place}")
        stood = standing(statement)
        home.kill(victim)
    home.wait_for("postgres")
    wait_until(lambda: not _living(home, stood), "the dead one's transaction has ended")
    sender.join(30)
    assert not sender.is_alive()
    return answers[0]


def _living(home: Household, backends: list[int]) -> bool:
    query = "SELECT 1 FROM pg_stat_activity WHERE pid = ANY(%s) AND state <> 'idle'"
    return bool(home.rows(query, [backends]))


def insist(act: Callable[[], Answer]) -> Answer:
    """What a person does who got no answer: press again until there is one."""
    answers = [Answer(CUT_OFF)]

    def answered() -> bool:
        answers.append(act())
        return answers[-1].status != CUT_OFF and answers[-1].status < 500

    wait_until(answered, "somebody answers")
    return answers[-1]
