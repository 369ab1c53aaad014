"""What the warehouse can be asked to do. Every one may be killed at any point and simply run again."""

from giamsat.analysis.warehouse.services.checking import Problem, Reconciliation, reconcile
from giamsat.analysis.warehouse.services.export import export_parquet
from giamsat.analysis.warehouse.services.publishing import ask_to_join, ask_to_publish, note, publish_pending
from giamsat.analysis.warehouse.services.upkeep import (
    ask_to_renew,
    compact,
    rebuild,
    years_owed_otherwise,
)

__all__ = [
    "Problem",
    "Reconciliation",
    "ask_to_join",
    "ask_to_publish",
    "ask_to_renew",
    "compact",
    "export_parquet",
    "note",
    "publish_pending",
    "rebuild",
    "reconcile",
    "years_owed_otherwise",
]
