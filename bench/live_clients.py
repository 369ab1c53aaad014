"""Readers of the live overview, and people at the door: what a load needs, without a browser."""

import asyncio
import http.cookiejar
import json
import re
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from typing import Any, Self

from tools.practice import PASSWORD

WAIT_SECONDS = 15.0
FIGURES = b"event: figures\n"
LONGEST_LINE = 4 * 1024**2


def cookie_of(address: str, account: str) -> str:
    """Sign in through the real door; returns the Cookie header of the session."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = opener.open(f"{address}/accounts/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if token is None:
        raise RuntimeError("the sign-in page has no form")
    form = {"csrfmiddlewaretoken": token[1], "login": account, "password": PASSWORD}
    request = urllib.request.Request(
        f"{address}/accounts/login/",
        urllib.parse.urlencode(form).encode(),
        {"Referer": f"{address}/accounts/login/"},
    )
    opener.open(request).read()
    cookies = {cookie.name: cookie.value for cookie in jar}
    if "sessionid" not in cookies:
        raise RuntimeError(f"{account} could not sign in")
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def time_page(url: str, cookie: str, *, times: int, pause: float = 0) -> list[float]:
    """Seconds for each of ``times`` calls of a page, after three that warm it; ``pause`` lets what is kept grow old."""
    taken = []
    for number in range(times + 3):
        time.sleep(pause)
        began = time.perf_counter()
        request = urllib.request.Request(url, headers={"Cookie": cookie})
        urllib.request.urlopen(request).read()
        if number >= 3:
            taken.append(time.perf_counter() - began)
    return taken


class Crowd:
    """So many open streams, read in a thread of their own; ``times`` says when each showed what an act led to."""

    def __init__(self, address: str, cookies: Sequence[str], *, clients: int, query: str) -> None:
        self.host, _, port = address.removeprefix("http://").partition(":")
        self.port = int(port)
        self.cookies, self.clients, self.query = cookies, clients, query
        self.heard: list[list[tuple[int, float]]] = [[] for _ in range(clients)]  # numbers of news, and when
        self.told: list[list[bytes]] = [
            [] for _ in range(clients)
        ]  # all that was sent, the present state first
        self.writers: list[asyncio.StreamWriter] = []  # held: a line without its writer is closed
        self.open = 0
        self.lost = 0
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        deadline = time.monotonic() + 120
        while self.open < self.clients:
            if time.monotonic() > deadline:
                raise RuntimeError(f"only {self.open} of {self.clients} streams opened")
            time.sleep(0.1)
        time.sleep(3)  # let the first figures of every stream pass
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)

    def times(self, act: Callable[[], object], number_of_news: Callable[[], int | None]) -> list[float]:
        """Seconds from the end of ``act`` until each stream had the figures of the news that came of it.

        The news has a number once it is told; figures sent before, for other reasons, do not count. A reckoning
        already under way may hold the news before it has its number: then nothing new follows, and a stream that
        was sent nothing in ``WAIT_SECONDS`` is lost only if it lacks what a page opened now is sent.
        """
        act()
        done = time.perf_counter()
        deadline, number = done + WAIT_SECONDS, None
        while time.perf_counter() < deadline and not (number and all(self._since(number))):
            time.sleep(0.005)
            number = number or number_of_news()
        heard = self._since(number) if number else [0.0] * self.clients
        self.lost += sum(not at and self._behind(each) for each, at in enumerate(heard))
        for news in self.heard:
            news.clear()
        return [max(0.0, each - done) for each in heard if each]

    def _since(self, number: int) -> list[float]:
        return [next((at for told, at in news if told >= number), 0.0) for news in self.heard]

    def _behind(self, number: int) -> bool:
        """Whether a reader's page differs from one opened now by the same person."""
        asking = asyncio.run_coroutine_threadsafe(self._present(number), self.loop)
        return _state(self.told[number]) != _state([asking.result(WAIT_SECONDS)])

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        readers = [self.loop.create_task(self._read(number)) for number in range(self.clients)]
        self.loop.run_forever()
        for reader in readers:  # held until here: the loop alone does not keep a waiting task alive
            reader.cancel()
        self.loop.run_until_complete(asyncio.gather(*readers, return_exceptions=True))

    async def _read(self, number: int) -> None:
        await asyncio.sleep(number * 0.01)
        reader = await self._follow(number)
        self.open += 1
        told = 0
        figures = False
        async for line in reader:
            if line.startswith(b"id: "):
                told = int(line[4:])
            elif line.startswith(b"event: "):
                figures = line == FIGURES
            elif figures and line.startswith(b"data: "):
                self.heard[number].append((told, time.perf_counter()))
                self.told[number].append(line)

    async def _present(self, number: int) -> bytes:
        reader = await self._follow(number)
        while await reader.readline() != FIGURES:
            pass
        return await reader.readline()

    async def _follow(self, number: int) -> asyncio.StreamReader:
        """A stream that begins with the present state, whatever the page knew."""
        reader, writer = await asyncio.open_connection(self.host, self.port, limit=LONGEST_LINE)
        self.writers.append(writer)
        cookie = self.cookies[number % len(self.cookies)]
        writer.write(
            f"GET /live/overview/{self.query}&since=0 HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n"
            f"Cookie: {cookie}\r\nAccept: text/event-stream\r\n\r\n".encode()
        )
        status = await reader.readline()
        if b" 200 " not in status:
            raise RuntimeError(f"the stream answered {status!r}")
        return reader


def _state(messages: list[bytes]) -> dict[str, Any]:
    """Figures and parts after all these messages, in order."""
    state: dict[str, Any] = {}
    for line in messages:
        sent = json.loads(line.removeprefix(b"data: "))
        state |= sent["figures"] | sent["parts"]
    return state
