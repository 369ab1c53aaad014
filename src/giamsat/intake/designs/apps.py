from django.apps import AppConfig


class DesignsConfig(AppConfig):
    name = "giamsat.intake.designs"
    label = "designs"
    verbose_name = "Designs"
