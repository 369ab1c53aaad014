"""Round every page: one look at the definitions and at rights, and refusals shown where the person was working."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from itertools import chain
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from giamsat.foundation.access import queries as access
from giamsat.front.console import moments
from giamsat.front.console.errors import NotText
from giamsat.lib.refusals import Refusal

PLACE = re.compile(r"#[A-Za-z][\w-]{0,60}")
NOT_TYPED = {
    "csrfmiddlewaretoken",
    "refusal_at",
    "back_to",
    "password",
    "oldpassword",
    "password1",
    "password2",
}
PAGE_PLACE = "#refusal"
NUL = "\x00"


class LookOnce:
    """One request sees one state of the published definitions and figures, and asks for it once.

    A page that only shows asks for its viewer's rights once, too; whatever acts asks at each door anew.
    """

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if iscoroutinefunction(self):
            return self._later(request)
        with one_look(request):
            return self.get_response(request)

    async def _later(self, request: HttpRequest) -> Any:
        with one_look(request):
            return await self.get_response(request)


@contextmanager
def one_look(request: HttpRequest) -> Iterator[None]:
    with moments.one_look(), access.one_scope() if request.method == "GET" else nullcontext():
        yield


class ExplainRefusals:
    """Answers a ``Refusal`` with its sentence: a fragment for htmx, JSON for programs, else a page.

    A form names where its refusal belongs by a hidden field ``refusal_at`` (``#some-id``); without one it
    goes to the page's own place. The page for plain posts repeats what was typed: nothing is lost.
    """

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """What the database cannot hold as text is refused before any page asks it."""
        return explain(request, NotText()) if _holds_nul(request) else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        with access.one_scope():  # the act is over; what follows only shows
            return explain(request, exception)


def explain(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The answer to a refused request, in the form the asker can use."""
    if wants_json(request):
        return JsonResponse(as_json(refusal), status=refusal.status)
    if request.headers.get("HX-Request"):
        # htmx swaps 422 alone (base.html); the refusal's own status is for pages and programs
        response = render(request, "console/_refusal.html", {"refusal": refusal}, status=422)
        response["HX-Retarget"] = _place(request)
        response["HX-Reswap"] = "innerHTML"
        return response
    context = {"refusal": refusal, "typed": what_was_typed(request), "back_to": way_back(request)}
    return render(request, "console/refusal.html", context, status=refusal.status)


def as_json(refusal: Refusal) -> dict[str, Any]:
    """Code, sentence and facts; facts that JSON cannot hold are shown as text."""
    return {
        "code": refusal.code,
        "message": str(refusal.message),
        "facts": {name: _plain(value) for name, value in refusal.facts.items()},
    }


def wants_json(request: HttpRequest) -> bool:
    """Whether the asker is a program: it sends JSON, or would rather have JSON than a page."""
    if request.headers.get("HX-Request"):
        return False
    if request.content_type == "application/json":
        return True
    wanted = request.headers.get("Accept", "")
    return "application/json" in wanted and "text/html" not in wanted


def what_was_typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Every text the person sent, to be shown back; secrets and machinery left out."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in NOT_TYPED and value.strip()
    ]


def way_back(request: HttpRequest) -> str:
    """Where to return: what the form names, else where it came from, else the overview; never another site."""
    for address in (request.POST.get("back_to", ""), request.headers.get("Referer", "")):
        if address and url_has_allowed_host_and_scheme(address, {request.get_host()}):
            return address
    return reverse("console:overview")


def _holds_nul(request: HttpRequest) -> bool:
    sent = chain(
        [request.path], *(values for asked in (request.GET, request.POST) for _, values in asked.lists())
    )
    return any(NUL in text for text in sent)


def _place(request: HttpRequest) -> str:
    named = request.POST.get("refusal_at", "")
    return named if PLACE.fullmatch(named) else PAGE_PLACE


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(inner) for inner in value]
    return str(value)
