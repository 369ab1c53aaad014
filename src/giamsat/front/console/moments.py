"""What was reckoned a moment ago for somebody with the same rights serves again, until anything happens."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from giamsat.analysis.warehouse import queries as warehouse
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.outbox import queries as outbox
from giamsat.front.console.viewer import Viewer

T = TypeVar("T")
LONGEST = timedelta(seconds=2)  # what changes without news, drafts and their scores, is no older on any page
MOST_KEPT = 200
_kept: OrderedDict[Hashable, tuple[datetime, Any]] = OrderedDict()
_lock = threading.Lock()


@contextmanager
def one_look() -> Iterator[None]:
    """A page sees one state of the definitions and one generation of figures, and asks for each once."""
    with catalogue.one_look(), warehouse.one_generation():
        yield


def of_this_moment(what: str, key: Hashable, viewer: Viewer, reckon: Callable[[], T]) -> T:
    """``reckon`` may use nothing of the viewer but scope, language and time, and its answer is changed by nobody."""
    whole = (what, key, viewer.scope.key(), viewer.language, viewer.today, outbox.newest_mark())
    with _lock:
        at, known = _kept.get(whole, (None, None))
    if at is not None and abs(viewer.at - at) <= LONGEST:
        return cast(T, known)
    made = reckon()
    with _lock:
        _kept[whole] = (viewer.at, made)
        _kept.move_to_end(whole)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return made


def forget() -> None:
    with _lock:
        _kept.clear()
