"""The first page: one look at what was done, where, how good the data is, and what is late."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from giamsat.foundation.catalogue import queries as catalogue
from giamsat.front.console import board

from .choice import choose
from .viewer import viewer_of


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    choice = choose(viewer, request.GET)
    if choice is None:
        return render(request, "console/nothing_yet.html")
    with catalogue.one_look():
        assembled = board.assemble(viewer, choice)
    context = {
        "board": assembled,
        "period": choice.period,
        "periods": choice.offered,
        "cut_off_on": choice.cut_off_on,
    }
    return render(request, "console/overview.html", context)
