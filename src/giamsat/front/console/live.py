"""The streams that keep open pages current: one view a page, each following what that page says it watches."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial

from asgiref.sync import SyncToAsync, sync_to_async
from django.contrib.auth import get_user_model
from django.db import connections
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase

from giamsat.foundation.access import queries as access
from giamsat.foundation.access import services as sessions
from giamsat.front.console import inbox, overview, units, warnings
from giamsat.front.console.bulletin import message
from giamsat.front.console.newsroom import Newsroom, Stream, Watch, in_thread, newsroom
from giamsat.front.console.parts import as_of
from giamsat.front.console.viewer import Viewer, language
from giamsat.lib import clock
from giamsat.lib.numbers import counting_number
from giamsat.lib.refusals import Refusal

BEAT_SECONDS = 15
RIGHTS_SECONDS = 60
RETRY_MS = 3000

Choose = Callable[[Viewer, QueryDict], Watch | None]


@dataclass(frozen=True)
class Opened:
    """A viewer with their rights as the stream began, and what they follow."""

    viewer: Viewer
    watch: Watch


async def overview_stream(request: HttpRequest) -> HttpResponseBase:
    return await _stream(request, overview.watch)


async def unit_stream(request: HttpRequest, code: str) -> HttpResponseBase:
    return await _stream(request, partial(units.watch, code=code))


async def inbox_stream(request: HttpRequest) -> HttpResponseBase:
    return await _stream(request, inbox.watch)


async def warnings_stream(request: HttpRequest) -> HttpResponseBase:
    return await _stream(request, warnings.watch)


async def _stream(request: HttpRequest, choose: Choose) -> HttpResponseBase:
    """Server-sent events of one page. Signs in by the session, then holds nothing of the database."""
    opened = await sync_to_async(_open)(request, choose, language())
    if opened is None:
        return HttpResponse(status=204)  # tells the browser not to ask again
    events = _events(request, newsroom(), opened, _since(request))
    response = StreamingHttpResponse(events, content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    response["Content-Encoding"] = "identity"
    return response


def _open(request: HttpRequest, choose: Choose, language: str) -> Opened | None:
    """Who asks and what they may follow; None for nobody we know and for what is not theirs to see."""
    account = request.user
    if not account.is_authenticated:
        return None
    at = clock.now()
    viewer = Viewer(account, at, access.scope_for(account, at=at), language)
    try:
        watch = choose(viewer, request.GET)
    except Refusal:
        return None
    return Opened(viewer, watch) if watch else None


async def _events(
    request: HttpRequest, room: Newsroom, opened: Opened, since: int | None
) -> AsyncIterator[str]:
    await _give_back()
    stream = await room.join(opened.watch, since)
    time = asyncio.get_running_loop().time
    asked_at = time()
    try:
        yield f"retry: {RETRY_MS}\n\n"
        while True:
            await _next(stream)
            if stream.check_rights or time() - asked_at > RIGHTS_SECONDS:
                stream.check_rights, asked_at = False, time()
                if not await in_thread(lambda: _still(request, opened)):
                    yield message("bye", {})
                    return
            if news := stream.take():
                yield news.text
            elif room.is_current:
                yield message("beat", {"as_of": as_of(opened.viewer.now())})
            else:
                return  # the browser comes back, and gets what was missed
    finally:
        room.leave(stream)


async def _give_back() -> None:
    """The middleware is done: the request's own thread, and the connection it opened there, serve others.

    Otherwise as many open pages as the pool has connections would bring the server to a stand.
    """
    await sync_to_async(connections.close_all)()
    request = SyncToAsync.thread_sensitive_context.get(None)
    threads = SyncToAsync.context_to_thread_executor
    if request is not None and (executor := threads.pop(request, None)):
        executor.shutdown(wait=False)


async def _next(stream: Stream) -> None:
    """Until there is news, or the next beat is due."""
    try:
        await asyncio.wait_for(stream.wake.wait(), BEAT_SECONDS)
    except TimeoutError:
        return


def _still(request: HttpRequest, opened: Opened) -> bool:
    """Whether the session stands (listening is no use of it) and the rights are those the stream began with."""
    key = request.session.session_key
    if key is None or not sessions.session_stands(key, at=clock.now()):
        return False
    account = get_user_model().objects.filter(pk=opened.viewer.account.pk, is_active=True).first()
    if account is None:
        return False
    return access.scope_for(account, at=clock.now()).key() == opened.viewer.scope.key()


def _since(request: HttpRequest) -> int | None:
    """The last number this page has seen: from the browser's retry, else from our own, else from the page."""
    asked = request.GET
    for text in (request.headers.get("Last-Event-ID", ""), asked.get("last", ""), asked.get("since", "")):
        if (number := counting_number(text)) is not None:
            return number
    return None
