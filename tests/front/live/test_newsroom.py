"""The stream of an overview: what is sent, how often, and to whom. Real events over a real LISTEN."""

import asyncio
import json

import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.db import connections, transaction
from django.test import RequestFactory
from procrastinate.contrib.django import connector_params

from giamsat.analysis.warehouse.errors import FilesMissing
from giamsat.analysis.warehouse.events import FiguresPublished
from giamsat.foundation.access.events import AccessChanged
from giamsat.foundation.outbox import queries as outbox
from giamsat.foundation.outbox import services
from giamsat.front.console import live
from giamsat.front.console.bulletin import Bulletin, differing
from giamsat.front.console.newsroom import Board, Newsroom, Stream, Watch, places_of
from tests.intake import house


def figures(**shown):
    return {("figure", name): text for name, text in shown.items()}


def events_of(text):
    """What a browser makes of it: (event, content) in order."""
    found = []
    for block in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines())
        found.append((lines["event"], json.loads(lines["data"])))
    return found


def test_only_what_differs_is_sent():
    assert differing(figures(B02="9", L01="3"), figures(B02="10", L01="3")) == figures(B02="10")


def test_a_slow_reader_gets_the_newest_state_of_everything():
    stream = Stream(Watch("key", dict))
    stream.hand(Bulletin(figures(B02="9", L01="3"), 4))
    stream.hand(Bulletin(figures(B02="10"), 5))
    assert stream.take() == Bulletin(figures(B02="10", L01="3"), 5)
    assert stream.take() is None


def test_a_bulletin_says_figures_parts_and_areas_each_where_a_page_looks_for_them():
    news = Bulletin(
        {
            ("as_of",): "08:30:00",
            ("figure", "state"): "locked",
            ("part", "late"): "<section></section>",
            ("layer", "12", "members"): {"scale": {"breaks": [0]}},
            ("area", "12", "members", "03466"): {"text": "4"},
        },
        7,
    )
    assert events_of(news.text.replace("id: 7\n", "")) == [
        ("figures", {"figures": {"state": "locked"}, "parts": {"late": "<section></section>"}, "as_of": "08:30:00"}),
        ("map", {"within": "12", "layers": {"members": {"scale": {"breaks": [0]}, "areas": {"03466": {"text": "4"}}}}}),
    ]  # fmt: skip


def test_news_of_one_province_does_not_touch_the_page_of_another(db):
    units = house.make_country()
    paths = places_of([{"unit_id": units.hua_bum.pk}, {"changed": [[units.muong_te.pk, "2026-M09", "BMT"]]}])
    boards = {name: Board(Watch(name, dict, path)) for name, path in
              [("country", ""), ("lai_chau", units.lai_chau.path), ("hue", units.hue.path)]}  # fmt: skip
    assert {name for name, board in boards.items() if board.touched_by(paths)} == {"country", "lai_chau"}


def test_news_that_names_no_unit_touches_every_page(db):
    assert places_of([{"unit_id": 1}, {"generation": 3, "changed": [], "years": [2026]}]) is None
    assert Board(Watch("any", dict, "0001")).touched_by(None)


@pytest.mark.parametrize(
    ("address", "headers", "since"),
    [
        ("/live/?since=7", {}, 7),
        ("/live/?since=7&last=9", {}, 9),
        ("/live/?since=7&last=9", {"HTTP_LAST_EVENT_ID": "11"}, 11),
        ("/live/", {}, None),
        ("/live/?since=x", {}, None),
        ("/live/?since=%C2%B2", {}, None),
        (f"/live/?since={'9' * 5000}", {}, None),
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


class Reckon:
    """A board whose figure is the number of the newest event; counts how often it was reckoned."""

    def __init__(self):
        self.reckoned = 0

    def __call__(self):
        self.reckoned += 1
        return figures(number=str(outbox.last_number()), same="1")


async def woken(stream):
    await asyncio.wait_for(stream.wake.wait(), 8)
    news = stream.take()
    return news.changes, news.number


class Told(Newsroom):
    """Reads and reckons when it is told, not by itself."""

    def _begin(self):
        pass


@pytest.mark.django_db(transaction=True)
def test_who_joins_does_not_make_the_others_miss_what_is_numbered_and_not_read_yet():
    async def watch():
        room = Told()
        first = await room.join(Watch("first", Reckon()), since=None)
        await sync_to_async(announce)(FiguresPublished(1))
        room.number, room.boards["first"].stale = 1, False
        await sync_to_async(announce)(FiguresPublished(2))

        second = await room.join(Watch("second", Reckon()), since=1)

        assert (await woken(second))[0] == figures(number="2", same="1")
        await room._read_news()
        assert (room.number, room.boards["first"].stale) == (2, True)
        room.leave(first)
        room.leave(second)

    asyncio.run(watch())


@pytest.mark.django_db(transaction=True)
def test_a_page_that_is_refused_does_not_stop_the_others():
    def refuse():
        raise FilesMissing(["2026-base.duckdb"])

    async def watch():
        room = Told()
        refused = await room.join(Watch("refused", refuse), since=None)
        other = await room.join(Watch("other", Reckon()), since=None)

        await room._reckon_marked()

        assert refused.take() is None
        assert other.take().changes == figures(number="0", same="1")
        room.leave(refused)
        room.leave(other)

    asyncio.run(watch())


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_news_reaches_everyone_who_watches_once_and_a_revocation_asks_for_rights():
    async def watch():
        room, reckon = Newsroom(), Reckon()
        board = Watch("board", reckon)
        await sync_to_async(announce)(FiguresPublished(1))
        late = await room.join(board, since=0)
        assert (await woken(late))[0] == figures(number="1", same="1")

        fresh = await room.join(board, since=1)
        assert not fresh.wake.is_set()
        await asyncio.sleep(0.3)  # until LISTEN stands

        before = reckon.reckoned
        await sync_to_async(announce)(*(FiguresPublished(number) for number in range(2, 12)))
        for stream in (late, fresh):
            changes, number = await woken(stream)
            assert changes == figures(number="11")
            assert number == 11
        assert reckon.reckoned == before + 1

        await sync_to_async(announce)(AccessChanged(account_id=1))
        await asyncio.wait_for(fresh.wake.wait(), 8)
        assert fresh.check_rights
        assert late.check_rights
        room.leave(late)
        room.leave(fresh)
        assert room.boards == {}
        assert room.task is None

    asyncio.run(watch())


BLOCKED = """
    SELECT pg_terminate_backend(pid) FROM pg_locks
    WHERE NOT granted AND relation = 'outbox_storedevent'::regclass
"""


async def until(condition, seconds=10):
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.02)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_listener_whose_connection_dies_while_it_reads_the_news_listens_again():
    async def kill_the_reader():
        """Have it read at a moment when it must wait, and end its connection there."""
        async with await psycopg.AsyncConnection.connect(**connector_params()) as other:
            await other.execute("LOCK TABLE outbox_storedevent IN ACCESS EXCLUSIVE MODE")
            async with await psycopg.AsyncConnection.connect(**connector_params(), autocommit=True) as third:
                await third.execute("SELECT pg_notify(%s, '1')", [services.NEWS_CHANNEL])

                async def ended():
                    return await (await third.execute(BLOCKED)).fetchone()

                await until(ended)

    async def watch():
        room = Newsroom()
        await sync_to_async(announce)(FiguresPublished(1))
        stream = await room.join(Watch("board", Reckon()), since=1)
        await until(sync_to_async(lambda: room.hears))

        await kill_the_reader()
        await until(sync_to_async(lambda: not room.hears))
        await sync_to_async(announce)(FiguresPublished(2))

        assert (await woken(stream))[1] == 2
        room.leave(stream)

    asyncio.run(watch())
