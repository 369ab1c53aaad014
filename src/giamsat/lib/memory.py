"""Memory while very many rows are at hand."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def spare_what_is_there() -> None:
    """Leave out of every later search what a process holds once it is ready: it stays as long as the process.

    Else each search of all there is stops everybody for a fifth of a second.
    """
    gc.collect()
    gc.freeze()


@contextmanager
def no_search_for_cycles() -> Iterator[None]:
    """Put off Python's search for rings of objects that hold one another.

    It starts anew whenever the number of objects has grown by a quarter; among rows, which form no rings, it takes a
    fifth of the time of what goes through them all. What is no longer used is given back as always.
    """
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()
