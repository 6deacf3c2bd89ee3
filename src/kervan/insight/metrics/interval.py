"""The interval a share lies in, as far as a sample of its size can say."""

from math import sqrt

Z = 1.959964
"""95 %, two-sided."""


def wilson(did: int, of: int) -> tuple[float, float] | None:
    """The 95 % interval of `did` out of `of`; None out of nothing.

    Wilson 1927: right for small samples and for shares near 0 and 1. Of one who did it twice only
    once is counted, so `did` is at most `of`.
    """
    if of <= 0:
        return None
    share = min(did, of) / of
    middle = (share + Z**2 / (2 * of)) / (1 + Z**2 / of)
    half = Z * sqrt(share * (1 - share) / of + Z**2 / (4 * of**2)) / (1 + Z**2 / of)
    return max(0.0, middle - half), min(1.0, middle + half)
