"""Where each address leads."""

from django.urls import include, path

from giamsat.config import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
    path("accounts/", include("giamsat.foundation.access.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("giamsat.front.console.urls")),
]
