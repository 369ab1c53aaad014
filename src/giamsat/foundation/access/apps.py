from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "giamsat.foundation.access"
    label = "access"
    verbose_name = "access"
