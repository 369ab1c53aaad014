"""A publication made once and laid out again for each test that asks: to publish takes longer than most tests."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.test import override_settings

from tests.kept import lay_out, rows_of

ROOMS = ("warehouse", "outbox")  # where publishing leaves rows: the manifest, and the news of it


@dataclass(frozen=True)
class Publication:
    """The files of a warehouse, and the rows that came with them."""

    folder: Path
    rows: tuple[Model, ...]

    @classmethod
    def kept(cls, publish: Callable[[], Any], folder: Path) -> "Publication":
        """Publish into a folder of its own; the database is as it was before."""
        with override_settings(DATA_DIR=folder), transaction.atomic():
            before = {(type(row), row.pk) for row in rows_of(*ROOMS)}
            publish()
            rows = tuple(row for row in rows_of(*ROOMS) if (type(row), row.pk) not in before)
            transaction.set_rollback(True)
        return cls(folder, rows)

    def lay_out(self) -> None:
        """Where this test keeps its data, as if it had been published just now."""
        shutil.copytree(self.folder, settings.DATA_DIR, dirs_exist_ok=True)
        lay_out(self.rows)
