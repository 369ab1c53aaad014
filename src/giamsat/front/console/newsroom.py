"""Who is watching which page, and what they are sent: one listener a process, one reckoning a distinct view.

A stream holds no database connection and no thread. News (the outbox numbering an event) marks the pages it
touches; each marked page is reckoned once for all who see it alike, and what differs from what they have is handed
to their streams. Between two rounds of reckoning lies as long a pause as the last one took: at most half of a thread.
"""

import asyncio
import logging
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError, connections
from procrastinate.contrib.django import connector_params

from giamsat.foundation.outbox import queries as outbox
from giamsat.foundation.outbox.services import NEWS_CHANNEL
from giamsat.foundation.units import queries as units
from giamsat.front.console.bulletin import Bulletin, Changes, differing
from giamsat.lib.refusals import Refusal

log = logging.getLogger(__name__)
SHORTEST_PAUSE, LONGEST_PAUSE = 0.2, 1.0  # seconds
AGAIN_SECONDS = 2.0
BATCH = 500
RIGHTS = "access."
EVERYWHERE = ""


@dataclass(frozen=True)
class Watch:
    """What a page follows: by what its view equals another's, how it is reckoned, and where in the tree it looks.

    ``reckon`` may use nothing of the viewer that ``key`` does not hold: it is done once for all who share the key.
    """

    key: Hashable
    reckon: Callable[[], Changes]
    path: str = EVERYWHERE


@dataclass(eq=False)
class Stream:
    """One open page: what to send it next. A slow reader loses states between, never the newest."""

    watch: Watch
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: Bulletin | None = None
    check_rights: bool = False

    def hand(self, news: Bulletin) -> None:
        self.waiting = news.after(self.waiting)
        self.wake.set()

    def take(self) -> Bulletin | None:
        news, self.waiting = self.waiting, None
        self.wake.clear()
        return news


@dataclass
class Board:
    """All streams that see the same, and what was sent last."""

    watch: Watch
    streams: set[Stream] = field(default_factory=set)
    sent: Changes | None = None
    stale: bool = True
    one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    def touched_by(self, paths: set[str] | None) -> bool:
        """Whether news of these places (None: of any) may change what is seen here."""
        return paths is None or any(path.startswith(self.watch.path) for path in paths)


class Newsroom:
    """Lives in one event loop: listens, reckons, hands out."""

    def __init__(self) -> None:
        self.boards: dict[Hashable, Board] = {}
        self.number = 0
        self.task: asyncio.Task[None] | None = None
        self.news = asyncio.Event()
        self.hears = False

    @property
    def is_current(self) -> bool:
        """Whether what open pages show is the present state: nothing else has been heard, and we would hear it."""
        return self.hears and self.task is not None and not self.task.done()

    async def join(self, watch: Watch, since: int | None) -> Stream:
        """Start following a page; one drawn before the newest number gets the present state at once."""
        self._begin()
        board = self.boards.setdefault(watch.key, Board(watch))
        stream = Stream(board.watch)
        board.streams.add(stream)
        if since is not None:
            newest = await in_thread(outbox.last_number)
            self.number = self.number or newest  # what others have still to hear of is not skipped
            if since < newest:
                await self._send_whole(board, stream)
        return stream

    def leave(self, stream: Stream) -> None:
        board = self.boards.get(stream.watch.key)
        if board is None:
            return
        board.streams.discard(stream)
        if not board.streams:
            del self.boards[stream.watch.key]
        if not self.boards and self.task:
            self.task.cancel()
            self.task = None

    def _begin(self) -> None:
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        listener = asyncio.create_task(self._listen())
        try:
            time = asyncio.get_running_loop().time
            while True:
                await self.news.wait()
                self.news.clear()
                began = time()
                await self._reckon_marked()
                await asyncio.sleep(min(LONGEST_PAUSE, max(SHORTEST_PAUSE, time() - began)))
        finally:
            listener.cancel()

    async def _listen(self) -> None:
        while True:
            try:
                line = await psycopg.AsyncConnection.connect(**connector_params(), autocommit=True)
                async with line:
                    await line.execute(f"LISTEN {NEWS_CHANNEL}")
                    await self._read_news()
                    self.hears = True
                    async for _ in line.notifies():
                        await self._read_news()
            except (psycopg.OperationalError, OperationalError, InterfaceError) as reason:
                log.warning("live pages lost the database and try again: %s", reason)
            self.hears = False
            await asyncio.sleep(AGAIN_SECONDS)

    async def _read_news(self) -> None:
        """What was numbered since: news of rights has streams asked again, other news marks the pages it touches."""
        if not self.number:
            self.number = await in_thread(outbox.last_number)
            return
        while events := await in_thread(lambda: outbox.events_after(self.number, BATCH)):
            self.number = events[-1].seq or self.number
            facts = [event.payload for event in events if not event.name.startswith(RIGHTS)]
            if len(facts) < len(events):
                self._ask_rights()
            await self._mark(facts)

    async def _mark(self, facts: list[dict[str, Any]]) -> None:
        paths = await in_thread(lambda: places_of(facts))
        for board in self.boards.values():
            if board.touched_by(paths):
                board.stale = True
                self.news.set()

    def _ask_rights(self) -> None:
        for board in self.boards.values():
            for stream in board.streams:
                stream.check_rights = True
                stream.wake.set()

    async def _reckon_marked(self) -> None:
        for board in list(self.boards.values()):
            if board.stale and board.streams:
                await self._reckon(board)

    async def _reckon(self, board: Board) -> None:
        """Once for all who see it alike; what differs goes to every stream of the board."""
        async with board.one_at_a_time:
            if not board.stale:
                return
            board.stale, number = False, self.number
            try:
                state = await in_thread(board.watch.reckon)
            except (OperationalError, InterfaceError) as reason:
                log.warning("a live page could not be reckoned and is tried again: %s", reason)
                board.stale = True
                self.news.set()
                return
            except Refusal as refusal:
                log.warning("a live page was refused and waits for other news: %s", refusal.message)
                return
            changes, board.sent = differing(board.sent, state), state
            if changes:
                news = Bulletin(changes, number)
                for stream in list(board.streams):
                    stream.hand(news)

    async def _send_whole(self, board: Board, stream: Stream) -> None:
        number = self.number
        await self._reckon(board)
        if board.sent is not None:
            stream.hand(Bulletin(board.sent, number))


def places_of(facts: Iterable[dict[str, Any]]) -> set[str] | None:
    """Where in the tree news is of, as paths; None when some of it may be of any place."""
    ids: set[int] = set()
    for fact in facts:
        if "unit_id" in fact:
            ids.add(fact["unit_id"])
        elif fact.get("changed") and not fact.get("years"):
            ids.update(unit_id for unit_id, *_ in fact["changed"])
        else:
            return None
    return set(units.all_units().filter(pk__in=ids).order_by().values_list("path", flat=True))


async def in_thread(work: Callable[[], Any]) -> Any:
    """Database work beside the loop; the connection goes back to the pool with the answer."""
    return await sync_to_async(_and_give_back, thread_sensitive=False)(work)


def _and_give_back(work: Callable[[], Any]) -> Any:
    try:
        return work()
    finally:
        connections.close_all()


_rooms: dict[int, Newsroom] = {}


def newsroom() -> Newsroom:
    """The newsroom of this process's event loop."""
    loop = asyncio.get_running_loop()
    for number in [number for number in _rooms if number != id(loop)]:
        del _rooms[number]
    return _rooms.setdefault(id(loop), Newsroom())
