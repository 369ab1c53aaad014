from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OutboxConfig(AppConfig):
    name = "giamsat.foundation.outbox"
    label = "outbox"
    verbose_name = "outbox"

    def ready(self) -> None:
        """Every room's ``handlers`` module says which events it hears; by now all models are loaded."""
        autodiscover_modules("handlers")
