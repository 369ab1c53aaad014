from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "giamsat.foundation.units"
    label = "units"
    verbose_name = "Units"
