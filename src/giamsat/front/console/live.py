"""The stream that keeps an open overview current."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from giamsat.foundation.access import queries as access
from giamsat.front.console import board
from giamsat.front.console.choice import Choice, choose
from giamsat.front.console.newsroom import Newsroom, Stream, in_thread, newsroom
from giamsat.front.console.viewer import Viewer
from giamsat.lib import clock

BEAT_SECONDS = 15
RIGHTS_SECONDS = 60
RETRY_MS = 3000


async def overview_stream(request: HttpRequest) -> HttpResponseBase:
    """Server-sent events of one overview. Signs in by the session, then holds nothing of the database."""
    language = _language()
    opened = await in_thread(lambda: _open(request, language))
    if opened is None:
        return HttpResponse(status=204)  # tells the browser not to ask again
    room = newsroom()
    since = _since(request)
    response = StreamingHttpResponse(_events(request, room, opened, since), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    response["Content-Encoding"] = "identity"
    return response


def _open(request: HttpRequest, language: str) -> "Opened | None":
    """Who asks and for which board; None for nobody we know."""
    account = request.user
    if not account.is_authenticated:
        return None
    at = clock.now()
    viewer = Viewer(account, at, access.scope_for(account, at=at), language)
    chosen = choose(viewer, request.GET)
    return Opened(viewer, chosen) if chosen else None


class Opened:
    """A viewer and the board they chose, and by what their view equals another's."""

    def __init__(self, viewer: Viewer, chosen: Choice) -> None:
        self.viewer, self.choice = viewer, chosen
        self.key = (chosen.key, viewer.language, viewer.scope.key())

    def reckon(self) -> dict[str, Any]:
        """The board's figures as of now, in this language."""
        with translation.override(self.viewer.language):
            return board.live_figures(replace(self.viewer, at=clock.now()), self.choice)


async def _events(
    request: HttpRequest, room: Newsroom, opened: Opened, since: int | None
) -> AsyncIterator[str]:
    stream = await room.join(opened.key, opened.reckon, since)
    asked_at = asyncio.get_running_loop().time()
    try:
        yield f"retry: {RETRY_MS}\n\n"
        while True:
            news = await _next(stream)
            now = asyncio.get_running_loop().time()
            if stream.check_rights or now - asked_at > RIGHTS_SECONDS:
                stream.check_rights, asked_at = False, now
                if not await in_thread(lambda: _still(request, opened)):
                    yield _message("bye", {})
                    return
            if news:
                changes, number = stream.take()
                yield _message("figures", _as_sent(changes), number)
                if areas := changes.get("map"):
                    yield _message("map", areas, number)
            else:
                yield _message("beat", {})
    finally:
        room.leave(stream)


async def _next(stream: Stream) -> bool:
    """Whether figures came before the next beat was due."""
    try:
        await asyncio.wait_for(stream.wake.wait(), BEAT_SECONDS)
    except TimeoutError:
        return False
    stream.wake.clear()
    return bool(stream.changes)


def _still(request: HttpRequest, opened: Opened) -> bool:
    """Whether the session lives and the rights are those the stream began with."""
    key = request.session.session_key
    if key is None or not request.session.exists(key):
        return False
    account = type(opened.viewer.account).objects.filter(pk=opened.viewer.account.pk, is_active=True).first()
    if account is None:
        return False
    return access.scope_for(account, at=clock.now()).key() == opened.key[-1]


def _as_sent(changes: dict[str, Any]) -> dict[str, Any]:
    figures = {key: value for key, value in changes.items() if key not in ("map", "as_of")}
    return {"figures": figures, "as_of": changes.get("as_of", "")}


def _message(event: str, content: Any, number: int | None = None) -> str:
    head = f"id: {number}\n" if number else ""
    return f"{head}event: {event}\ndata: {json.dumps(content, ensure_ascii=False)}\n\n"


def _since(request: HttpRequest) -> int | None:
    """The last number this page has seen: from the browser's retry, else from our own, else from the page."""
    asked = request.GET
    for text in (request.headers.get("Last-Event-ID", ""), asked.get("last", ""), asked.get("since", "")):
        if text.isdigit():
            return int(text)
    return None


def _language() -> str:
    return (translation.get_language() or "vi")[:2]
