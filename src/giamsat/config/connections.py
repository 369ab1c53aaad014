"""Giving database connections back."""

from django.db import connections


def close_connections() -> None:
    """Close every connection of this thread and the pools behind them."""
    for wrapper in connections.all(initialized_only=True):
        wrapper.close()
        if hasattr(wrapper, "close_pool"):
            wrapper.close_pool()
