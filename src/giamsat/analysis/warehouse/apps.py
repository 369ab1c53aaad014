from django.apps import AppConfig


class WarehouseConfig(AppConfig):
    name = "giamsat.analysis.warehouse"
    label = "warehouse"
    verbose_name = "Warehouse"
