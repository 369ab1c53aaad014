"""In which language a page speaks."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

KNOWN = dict(settings.LANGUAGES)


class HouseLanguage:
    """What the person chose here, else what the account says, else Vietnamese.

    The browser's own language is not asked: an English browser on an official's desk says nothing about the official.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = self._language_of(request)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
        with translation.override(language):
            response = self.get_response(request)
        patch_vary_headers(response, ("Cookie",))
        response.headers.setdefault("Content-Language", language)
        return response

    def _language_of(self, request: HttpRequest) -> str:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if chosen not in KNOWN and request.user.is_authenticated:
            chosen = request.user.language
        return chosen if chosen in KNOWN else settings.LANGUAGE_CODE
