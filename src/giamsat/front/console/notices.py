"""What a person was told: a list, and the way to what each notice is about."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from giamsat.foundation.notices import queries, services
from giamsat.foundation.notices.choices import Page
from giamsat.front.console.viewer import viewer_of

MOST_SHOWN = 100
ADDRESSES = {
    Page.ENTRY: "console:entry",
    Page.REPORT: "console:report",
    Page.REQUEST: "console:request",
    Page.CALENDAR: "console:calendar",
    Page.OBJECTION: "console:objection",
}


@login_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    context = {
        "notices": queries.notices_of(viewer.account, at=viewer.at)[:MOST_SHOWN],
        "unread": queries.unread_count(viewer.account, at=viewer.at),
        "mail_on": settings.EMAIL_ON,
    }
    return render(request, "console/notices.html", context)


@login_required
@require_safe
def notice(request: HttpRequest, number: int) -> HttpResponse:
    """Open what it is about; opening is reading. Whether that page may still be seen, the page itself says."""
    viewer = viewer_of(request)
    told = queries.notice_of(viewer.account, number, at=viewer.at)
    services.mark_read(told, at=viewer.at)
    return redirect(ADDRESSES[Page(told.page)], *([told.number] if told.number else []))


@login_required
@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    services.mark_all_read(viewer.account, at=viewer.at)
    return redirect("console:notices")
