"""An open page as the server holds it: through the whole middleware, without a connection or a thread of its own."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import SyncToAsync, sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, connections, transaction

from giamsat.config.asgi import application
from giamsat.foundation.access.events import AccessChanged
from giamsat.foundation.access.middleware import SEEN_AT
from giamsat.foundation.outbox import services as outbox
from giamsat.front.console import live
from giamsat.lib import clock
from tests.front.console.conftest import signed_in
from tests.intake import house

OPEN_PAGES = 6


@pytest.fixture
def cookie(transactional_db, monkeypatch):
    monkeypatch.setattr(live, "BEAT_SECONDS", 1)  # nothing to tell is told soon
    monkeypatch.setenv(clock.SHIFT_VARIABLE, str((house.AT - datetime.now(UTC)) / timedelta(seconds=1)))
    house.load_everything()
    units = house.make_country()
    leader = house.make_person("leader", units.centre, ("leader", units.centre, True))
    found = signed_in(leader).cookies["sessionid"].value
    connections.close_all()
    return found


async def opened(cookie):
    """A stream of the overview after its first words."""
    page = ApplicationCommunicator(
        application,
        {
            "type": "http", "http_version": "1.1", "method": "GET", "path": "/live/overview/", "raw_path": b"",
            "query_string": b"", "scheme": "http", "server": ("testserver", 80), "client": ("127.0.0.1", 1),
            "headers": [(b"host", b"testserver"), (b"cookie", f"sessionid={cookie}".encode())],
        },
    )  # fmt: skip
    await page.send_input({"type": "http.request", "body": b""})
    start = await page.receive_output(10)
    assert start["status"] == 200
    assert (await page.receive_output(10))["body"].startswith(b"retry:")
    return page


async def closed(pages):
    for page in pages:
        await page.send_input({"type": "http.disconnect"})
        await page.wait(10)


def connections_in_use():
    """Of the server's pool: neither those that lie ready in it, nor the one that listens for all pages."""
    pool = connection.pool.get_stats()
    return pool["pool_size"] - pool["pool_available"]


@pytest.mark.slow
def test_open_pages_hold_no_connection_and_no_thread(cookie):
    async def watch():
        pages = [await opened(cookie) for _ in range(OPEN_PAGES)]
        async with asyncio.timeout(10):  # the first reckoning of the page may still be under way
            while connections_in_use():
                await asyncio.sleep(0.05)
        assert not SyncToAsync.context_to_thread_executor
        await closed(pages)

    asyncio.run(watch())


def sign_out(_cookie):
    Session.objects.all().delete()


def leave_unused(cookie):
    kept = SessionStore(cookie)
    kept[SEEN_AT] = clock.now().timestamp() - settings.SESSION_IDLE_SECONDS - 1
    kept.save()


@pytest.mark.slow
@pytest.mark.parametrize("end", [sign_out, leave_unused])
def test_a_stream_whose_rights_are_unchanged_goes_on_and_one_without_a_session_ends(cookie, end):
    def announce():
        with transaction.atomic():
            outbox.announce(AccessChanged(account_id=1))
        outbox.dispatch_pending()
        connections.close_all()

    def end_it():
        end(cookie)
        connections.close_all()

    async def watch():
        page = await opened(cookie)
        await asyncio.sleep(0.3)  # until LISTEN stands
        await sync_to_async(announce, thread_sensitive=False)()
        told = await page.receive_output(20)
        assert b"bye" not in told["body"]
        await sync_to_async(end_it, thread_sensitive=False)()
        await sync_to_async(announce, thread_sensitive=False)()
        while b"bye" not in told["body"]:
            told = await page.receive_output(20)
        await closed([page])

    asyncio.run(watch())
