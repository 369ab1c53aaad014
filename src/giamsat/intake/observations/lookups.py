"""A question about thousands of rows by their numbers."""

from collections.abc import Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Lookup
from django.db.models.sql.compiler import SQLCompiler

from giamsat.lib.arrays import number_array


class Among(Lookup):  # type: ignore[type-arg]  # not generic at run time
    """The numbers go over as one array: thousands of parameters bind slowly."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::bigint[])", (*parameters, number_array(self.rhs))


def among(column: str, numbers: Iterable[int]) -> Among:
    """Whether a column holds one of the numbers."""
    return Among(F(column), tuple(numbers))
