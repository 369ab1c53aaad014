from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "giamsat.foundation.audit"
    label = "audit"
    verbose_name = "audit"

    def ready(self) -> None:
        post_migrate.connect(_grant_the_application_its_rights, sender=self, dispatch_uid="audit.privileges")


def _grant_the_application_its_rights(*, using: str, **_: object) -> None:
    # Deferred: services import models, which do not exist while apps are being configured.
    from giamsat.foundation.audit import services

    services.arrange_privileges(using=using)
