from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "giamsat.front.reports"
    label = "reports"
    verbose_name = "reports"
