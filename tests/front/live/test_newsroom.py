"""The stream of an overview: what is sent, how often, and to whom. Real events over a real LISTEN."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.db import connections, transaction
from django.test import RequestFactory

from giamsat.analysis.warehouse.events import FiguresPublished
from giamsat.foundation.access.events import AccessChanged
from giamsat.foundation.outbox import queries as outbox
from giamsat.foundation.outbox import services
from giamsat.front.console import live
from giamsat.front.console.newsroom import Newsroom, Stream, differing


def test_only_what_differs_is_sent():
    assert differing({"B02": "9", "L01": "3"}, {"B02": "10", "L01": "3"}) == {"B02": "10"}


def test_a_slow_reader_gets_the_newest_state_of_every_figure():
    stream = Stream("key")
    stream.hand({"B02": "9", "L01": "3"}, 4)
    stream.hand({"B02": "10"}, 5)
    assert stream.take() == ({"B02": "10", "L01": "3"}, 5)
    assert stream.changes == {}


@pytest.mark.parametrize(
    ("address", "headers", "since"),
    [
        ("/live/?since=7", {}, 7),
        ("/live/?since=7&last=9", {}, 9),
        ("/live/?since=7&last=9", {"HTTP_LAST_EVENT_ID": "11"}, 11),
        ("/live/", {}, None),
        ("/live/?since=x", {}, None),
    ],
)
def test_a_stream_goes_on_where_the_page_stopped(address, headers, since):
    assert live._since(RequestFactory().get(address, **headers)) == since


def announce(*events):
    """As a room would, and the dispatcher after it."""
    with transaction.atomic():
        for event in events:
            services.announce(event)
    services.dispatch_pending()
    connections.close_all()


class Figures:
    """A board whose figure is the number of the newest event; counts how often it was reckoned."""

    def __init__(self):
        self.reckoned = 0

    def __call__(self):
        self.reckoned += 1
        return {"number": str(outbox.last_number()), "same": "1"}


async def woken(stream):
    await asyncio.wait_for(stream.wake.wait(), 8)
    return stream.take()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_news_reaches_everyone_who_watches_once_and_a_revocation_asks_for_rights():
    async def watch():
        room, figures = Newsroom(), Figures()
        await sync_to_async(announce)(FiguresPublished(1))
        late = await room.join("board", figures, since=0)
        assert (await woken(late))[0] == {"number": "1", "same": "1"}

        fresh = await room.join("board", figures, since=1)
        assert not fresh.wake.is_set()
        await asyncio.sleep(0.3)  # until LISTEN stands

        before = figures.reckoned
        await sync_to_async(announce)(*(FiguresPublished(number) for number in range(2, 12)))
        for stream in (late, fresh):
            changes, number = await woken(stream)
            assert changes == {"number": "11"}
            assert number == 11
        assert figures.reckoned == before + 1

        await sync_to_async(announce)(AccessChanged(account_id=1))
        await asyncio.wait_for(fresh.wake.wait(), 8)
        assert fresh.check_rights
        assert late.check_rights
        room.leave(late)
        room.leave(fresh)
        assert room.boards == {}
        assert room.task is None

    asyncio.run(watch())
