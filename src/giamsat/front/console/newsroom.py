"""Who is watching which board, and what they are sent: one listener a process, one reckoning a distinct view.

A stream holds no database connection and no thread. News (the outbox numbering an event) marks the boards it
touches; at most once a second each marked board is reckoned once for all who see it alike, and what differs
from what they have is handed to their streams.
"""

import asyncio
import logging
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from django.db import connections
from procrastinate.contrib.django import connector_params

from giamsat.foundation.outbox import queries as outbox
from giamsat.foundation.outbox.services import NEWS_CHANNEL

log = logging.getLogger(__name__)
PACE_SECONDS = 1.0
AGAIN_SECONDS = 2.0
BATCH = 500
QUIET = ("observations.report_drafted",)
RIGHTS = ("access.",)

Figures = dict[str, Any]
Reckon = Callable[[], Figures]


@dataclass(eq=False)
class Stream:
    """One open page: what to send it next. A slow reader loses states between, never the newest."""

    key: Hashable
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    changes: Figures = field(default_factory=dict)
    number: int = 0
    check_rights: bool = False

    def hand(self, changes: Figures, number: int) -> None:
        self.changes = {**self.changes, **changes}
        self.number = number
        self.wake.set()

    def take(self) -> tuple[Figures, int]:
        changes, self.changes = self.changes, {}
        self.wake.clear()
        return changes, self.number


@dataclass
class Board:
    """All streams that see the same figures, how to reckon them, and what was sent last."""

    reckon: Reckon
    streams: set[Stream] = field(default_factory=set)
    sent: Figures | None = None
    stale: bool = True


class Newsroom:
    """Lives in one event loop: listens, reckons, hands out."""

    def __init__(self) -> None:
        self.boards: dict[Hashable, Board] = {}
        self.number = 0
        self.task: asyncio.Task[None] | None = None
        self.news = asyncio.Event()

    async def join(self, key: Hashable, reckon: Reckon, since: int | None) -> Stream:
        """Start following a board; a page drawn before the newest number gets the present state at once."""
        self._begin()
        board = self.boards.setdefault(key, Board(reckon))
        stream = Stream(key)
        board.streams.add(stream)
        if since is not None:
            newest = await in_thread(outbox.last_number)
            self.number = max(self.number, newest)
            if since < newest:
                await self._send_whole(board, stream)
        return stream

    def leave(self, stream: Stream) -> None:
        board = self.boards.get(stream.key)
        if board is None:
            return
        board.streams.discard(stream)
        if not board.streams:
            del self.boards[stream.key]
        if not self.boards and self.task:
            self.task.cancel()
            self.task = None

    def _begin(self) -> None:
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        listener = asyncio.create_task(self._listen())
        try:
            while True:
                await self.news.wait()
                self.news.clear()
                await self._reckon_marked()
                await asyncio.sleep(PACE_SECONDS)
        finally:
            listener.cancel()

    async def _listen(self) -> None:
        while True:
            try:
                line = await psycopg.AsyncConnection.connect(**connector_params(), autocommit=True)
                async with line:
                    await line.execute(f"LISTEN {NEWS_CHANNEL}")
                    await self._read_news()
                    async for _ in line.notifies():
                        await self._read_news()
            except psycopg.OperationalError as reason:
                log.warning("live pages lost the database and try again: %s", reason)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _read_news(self) -> None:
        """What was numbered since: news of figures marks boards, news of rights has streams asked again."""
        if not self.number:
            self.number = await in_thread(outbox.last_number)
            return
        for event in await in_thread(lambda: outbox.events_after(self.number, BATCH)):
            self.number = event.seq or self.number
            if event.name.startswith(RIGHTS):
                self._ask_rights()
            elif event.name not in QUIET:
                for board in self.boards.values():
                    board.stale = True
                self.news.set()

    def _ask_rights(self) -> None:
        for board in self.boards.values():
            for stream in board.streams:
                stream.check_rights = True
                stream.wake.set()

    async def _reckon_marked(self) -> None:
        for board in list(self.boards.values()):
            if not board.stale or not board.streams:
                continue
            board.stale, number = False, self.number
            figures = await in_thread(board.reckon)
            before, board.sent = board.sent, figures
            changes = figures if before is None else differing(before, figures)
            if changes:
                for stream in list(board.streams):
                    stream.hand(changes, number)

    async def _send_whole(self, board: Board, stream: Stream) -> None:
        if board.sent is None or board.stale:
            board.stale = False
            board.sent = await in_thread(board.reckon)
        stream.hand(board.sent, self.number)


def differing(before: Figures, after: Figures) -> Figures:
    """What a reader of ``before`` must be told."""
    return {key: value for key, value in after.items() if before.get(key) != value}


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
