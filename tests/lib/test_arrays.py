"""Many whole numbers on their way into one statement."""

import pytest
from django.db import connection

from giamsat.lib.arrays import number_array


@pytest.mark.django_db
@pytest.mark.parametrize("numbers", [[], [7], [3, -1, 2**62, 3]])
def test_postgresql_reads_the_numbers_that_were_written(numbers):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::bigint[]", [number_array(iter(numbers))])
        assert cursor.fetchone() == (numbers,)
