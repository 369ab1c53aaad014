"""Killed with -9 at each step of a submission: what was being done is whole or absent, and can be done again."""

import psycopg
import pytest

from tests.kills.filing import COMMIT, insist, killed_at
from tests.kills.wholeness import faults

pytestmark = pytest.mark.slow
soak = pytest.mark.soak
AFTER = {"upload": "CHO_DUYET", "submit": "DA_NOP", "accept": "TIEP_NHAN"}

AT_WORK = [
    pytest.param("upload", "sources_delivery", id="before the delivery is kept"),
    pytest.param("upload", "observations_report", id="delivery kept, nothing read", marks=soak),
    pytest.param("upload", "observations_reportversion", id="checked, not stored"),
    pytest.param("upload", "quality_reportscore", id="stored, not scored", marks=soak),
    pytest.param("upload", "audit_entry", id="scored, not in the trail", marks=soak),
    pytest.param("upload", COMMIT, id="stored, never answered"),
    pytest.param("submit", "observations_report", id="about to submit", marks=soak),
    pytest.param("submit", "outbox_storedevent", id="submitted, not told"),
    pytest.param("submit", COMMIT, id="submitted, never answered", marks=soak),
    pytest.param("accept", "observations_reportversion", id="about to put in force", marks=soak),
    pytest.param("accept", "audit_entry", id="in force, not in the trail"),
    pytest.param("accept", "outbox_storedevent", id="in the trail, not told", marks=soak),
    pytest.param("accept", COMMIT, id="accepted, never answered"),
]


def whole(home):
    with psycopg.connect(home.url) as database:
        assert faults(database) == {}


@pytest.mark.parametrize(("step", "place"), AT_WORK)
def test_the_server_is_killed(home, filings, step, place):
    filing = filings.brought_to(step)

    killed_at(home, "server", place, getattr(filing, step))
    whole(home)
    answer = insist(getattr(filing, step))

    assert answer.status == 302 or "already accepted" in answer.text
    assert filing.find()
    assert filing.status == AFTER[step]
    whole(home)


@pytest.mark.parametrize(
    ("step", "place"),
    [
        pytest.param("upload", "observations_reportversion", id="checked, not stored"),
        pytest.param("upload", COMMIT, id="being committed", marks=soak),
        pytest.param("submit", "audit_entry", id="submitted, not in the trail", marks=soak),
        pytest.param("accept", "outbox_storedevent", id="accepted, not told"),
    ],
)
def test_postgresql_is_killed_under_the_server(home, filings, step, place):
    filing = filings.brought_to(step)

    killed_at(home, "postgres", place, getattr(filing, step))
    whole(home)
    answer = insist(getattr(filing, step))

    assert answer.status == 302 or "already accepted" in answer.text
    assert filing.find()
    assert filing.status == AFTER[step]
    whole(home)


BEHIND = [
    pytest.param("procrastinate_jobs", "%defer_jobs%", id="being numbered"),
    pytest.param("outbox_handled", "INSERT%", id="numbered, not heard", marks=soak),
    pytest.param("warehouse_waiting", "%INSERT%", id="being heard"),
    pytest.param("warehouse_generation", "INSERT%", id="files written, not in the manifest"),
    pytest.param("warehouse_datafile", "INSERT%", id="generation begun, files not in it", marks=soak),
    pytest.param(COMMIT, "%", id="being published"),
]


@pytest.mark.parametrize("victim", ["worker", pytest.param("postgres", marks=soak)])
@pytest.mark.parametrize(("place", "statement"), BEHIND)
def test_the_worker_or_its_postgresql_is_killed(home, filings, victim, place, statement):
    filing = filings.brought_to("accept")
    other = filings.brought_to("accept")
    if place == COMMIT:  # the commit of the acceptance is not the one meant
        filing.accept()

    killed_at(home, victim, place, filing.accept, statement=statement)
    insist(other.accept)  # what comes after must not wait for the dead one's work

    filings.settle()
    assert (filing.status, other.status) == ("TIEP_NHAN", "TIEP_NHAN")
    whole(home)


def test_the_worker_is_killed_while_it_seals_the_trail(home, filings):
    filings.brought_to("submit")
    killed_at(home, "worker", "audit_seal", home.seal)
    filings.settle()
    whole(home)


def test_after_all_of_it_the_figures_are_those_in_force(home, filings):
    filings.everything_is_whole()
