"""The page of failed jobs: what is told, to whom, and the two acts."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django import app

from giamsat.foundation.audit.models import Entry
from giamsat.foundation.queue import queries as queue
from giamsat.front.console.job_words import CAUSES, TASKS, cause_in_words
from tests.foundation.queue.failing import failed_job

REASON = {"reason": "Đã công bố lại bằng lệnh giamsat publish"}


def page_for(client):
    return client.get("/systems/jobs/").content.decode()


def test_an_empty_page_says_that_all_is_well(browser):
    assert "All is well: no job waits" in page_for(browser("system_admin"))


def test_a_failed_job_is_told_in_words_without_those_of_the_error(browser):
    failed_job(error=OSError("/srv/giamsat/keys: 3 đảng viên bị kỷ luật"))
    page = page_for(browser("auditor"))
    assert "Publish accepted reports to the warehouse" in page
    assert CAUSES["OSError"] in page
    assert "3 đảng viên" not in page
    assert "/retry/" not in page  # the auditor reads, and decides nothing


def test_the_administrator_has_a_job_tried_again_by_a_double_click_once(browser):
    number = failed_job()
    client = browser("system_admin")
    for _click in (1, 2):
        assert client.post(f"/systems/jobs/{number}/retry/").status_code == 302
    assert queue.failed_count() == 0
    assert Entry.objects.filter(verb="job.tried_again").count() == 1


def test_giving_up_takes_a_reason_that_those_after_read(browser):
    number = failed_job()
    client = browser("system_admin")
    assert client.post(f"/systems/jobs/{number}/give-up/", {"reason": "x"}).status_code == 422
    assert queue.failed_count() == 1

    for _click in (1, 2):
        assert client.post(f"/systems/jobs/{number}/give-up/", REASON).status_code == 302
    page = page_for(client)
    assert REASON["reason"] in page
    assert "All is well" in page
    assert Entry.objects.filter(verb="job.given_up").count() == 1


@pytest.mark.parametrize("person", ["leader", "auditor", "security_admin", "data_admin", "head"])
def test_nobody_else_decides(browser, person):
    number = failed_job()
    for act in ("retry", "give-up"):
        assert browser(person).post(f"/systems/jobs/{number}/{act}/", REASON).status_code == 403
    assert queue.failed_count() == 1


def test_many_failed_jobs_ask_the_database_no_more_than_one(browser):
    client = browser("system_admin")
    asked = []
    for _more in range(3):
        failed_job(error=ValueError())
        with CaptureQueriesContext(connection) as queries:
            page_for(client)
        asked.append(len(queries))
    assert asked[0] == asked[2]


def test_the_rail_and_the_board_count_them(browser):
    failed_job()
    page = browser("system_admin").get("/systems/").content.decode()
    assert re.search(r'data-live="count.failed_jobs">1<', page)
    assert "Failed jobs · 1" in page


def test_every_task_of_the_house_has_words():
    ours = {name for name in app.tasks if not name.startswith(("builtin", "test.", "procrastinate."))}
    assert ours - set(TASKS) == set()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("", "Not noted"),
        ("psycopg.errors.DeadlockDetected", "The database did not answer"),
        ("django.db.utils.OperationalError", "The database did not answer"),
        ("KeyError", "An unexpected error"),
        ("source.too_large", "A rule of the house"),
    ],
)
def test_causes_are_sentences(kind, words):
    assert cause_in_words(kind).startswith(words)
