from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "giamsat.intake.quality"
    label = "quality"
    verbose_name = "Quality"
