"""Times calls in turns: on a machine that does other work too, only what is timed side by side can
be compared."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

Milliseconds = NDArray[np.float64]

_WARM_UP = 5


def timed(calls: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, Milliseconds]:
    """Milliseconds of each of ``calls``, once a round, each round beginning with another one."""
    names = list(calls)
    taken = {name: np.empty(rounds) for name in names}
    for number in range(-_WARM_UP, rounds):
        for place in range(len(names)):
            name = names[(number + place) % len(names)]
            start = time.perf_counter()
            calls[name]()
            if number >= 0:
                taken[name][number] = (time.perf_counter() - start) * 1000
    return taken


def median(values: Milliseconds) -> float:
    """The middle of ``values``, to two digits."""
    return round(float(np.median(values)), 2)
