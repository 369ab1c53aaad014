"""Answers kept by what they stand on."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """A limited number of answers, those asked for last. Any thread may ask; nobody changes what they are given."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._known: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.Lock()

    def answers(self, asked: Iterable[K], work_out: Callable[[list[K]], Mapping[K, V]]) -> dict[K, V]:
        """Every answer asked for; those that are not kept are worked out together."""
        wanted = list(dict.fromkeys(asked))
        with self._lock:
            known = {each: self._known[each] for each in wanted if each in self._known}
        if unknown := [each for each in wanted if each not in known]:
            known |= work_out(unknown)
        with self._lock:
            for each in wanted:
                self._known[each] = known[each]
                self._known.move_to_end(each)
            while len(self._known) > self.most:
                self._known.popitem(last=False)
        return known

    def forget(self) -> None:
        with self._lock:
            self._known.clear()
