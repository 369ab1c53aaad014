from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "giamsat.analysis.indicators"
    label = "indicators"
