"""The house of one room with a second door behind the first, where ADR 0016 says that it comes."""

from django.urls import include, path

from tests.foundation.access import urls

urlpatterns = [path("accounts/2fa/", include("allauth.mfa.urls")), *urls.urlpatterns]
