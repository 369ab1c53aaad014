from django.apps import AppConfig


class EarlyWarningConfig(AppConfig):
    name = "giamsat.analysis.early_warning"
    label = "early_warning"
