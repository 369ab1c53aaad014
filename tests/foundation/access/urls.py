"""A house with a door and one room, so that signing in is tested without the pages above this floor."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("home")


urlpatterns = [
    path("", home, name="home"),
    path("accounts/", include("giamsat.foundation.access.urls")),
]
