"""Small robust statistics for counts of bodies of very different size.

For a count x with mean m and relative spread s between bodies, 2·√(x + 3/8) has variance about 1 + m·s²:
one for chance, the rest for bodies not being alike. The spread is found from the bodies themselves by their
median residual, so a few wild figures do not widen it.
"""

import math

import numpy as np

NORMAL_MEDIAN = 0.6744897501960817
LARGEST_SPREAD = 9.0


def stabilised(counts: np.ndarray) -> np.ndarray:
    """Anscombe's root: chance has variance one at any size."""
    return 2 * np.sqrt(np.maximum(counts, 0) + 0.375)


def unstabilised(roots: np.ndarray | float) -> np.ndarray | float:
    """The count behind a root; never below nothing."""
    return np.maximum((np.maximum(roots, 0) / 2) ** 2 - 0.375, 0)


def relative_spread(residuals: np.ndarray, means: np.ndarray) -> float:
    """s² such that the median of |residual| / √(1 + m·s²) is that of a standard normal."""
    size = np.abs(residuals[np.isfinite(residuals) & np.isfinite(means)])
    mean = means[np.isfinite(residuals) & np.isfinite(means)]
    if not len(size) or np.median(size) <= NORMAL_MEDIAN:
        return 0.0
    low, high = 0.0, LARGEST_SPREAD
    for _ in range(60):
        middle = (low + high) / 2
        if np.median(size / np.sqrt(1 + mean * middle)) > NORMAL_MEDIAN:
            low = middle
        else:
            high = middle
    return high


def two_sided(z: float) -> float:
    """The chance of a standard normal at least so far out."""
    return math.erfc(abs(z) / math.sqrt(2))


def medians_without_self(rates: np.ndarray) -> np.ndarray:
    """For each body the median of all the others."""
    n = len(rates)
    order = np.argsort(rates, kind="stable")
    rank = np.empty(n, dtype=np.int64)
    rank[order] = np.arange(n)
    ordered = rates[order]
    lower, upper = (n - 2) // 2, (n - 1) // 2  # places of the middle among n - 1 values
    take = lambda place: ordered[np.where(rank <= place, place + 1, place)]  # noqa: E731
    return (take(lower) + take(upper)) / 2
