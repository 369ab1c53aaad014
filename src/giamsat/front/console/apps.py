from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "giamsat.front.console"
    label = "console"
    verbose_name = "console"
