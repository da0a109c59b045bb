"""One step of synthesis for filters of any length and lines of any length, tap by tap.

Slow beside `wavelet`'s way with the usual filters, but it takes everything that a transform table may
hold: other lengths, even lengths, and lines so short that their edges meet.

Source: FBI IAFIS-IC-0110(V3), Part 1; what happens at the edges of short lines as in NIST's NBIS.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from nistitl.images.wsq.container import Filters

    Floats = NDArray[np.float32]


def merge(low: Floats, high: Floats | None, n: int, filters: Filters) -> Floats:
    """Columns of n samples from low and high ones (rows of the arrays)."""
    out = np.zeros((n, low.shape[1]), np.float32)
    for samples, tap, sources, _ in _low_taps(n, len(filters.low)):
        total = low[sources[0]] * filters.low[tap]
        for more, source in enumerate(sources[1:], 1):
            total += low[source] * filters.low[tap + 2 * more]
        out[samples] = total
    if high is None or not len(high):
        return out
    for samples, tap, sources, signs in _high_taps(n, len(filters.high)):
        total = out[samples]
        for more, (source, sign) in enumerate(zip(sources, signs, strict=True)):
            total += high[source] * filters.high[tap + 2 * more] * sign[:, None]
        out[samples] = total
    return out


# For all samples that begin with one tap: which they are, the tap, and for each tap from there on, two
# apart, the places it meets (one per sample) and the signs with which it counts.
Taps = tuple["NDArray[np.intp]", int, "NDArray[np.intp]", "NDArray[np.float32]"]


@lru_cache(maxsize=64)
def _low_taps(n: int, taps: int) -> tuple[Taps, ...]:
    """Which low samples meet which taps, in lines of n samples."""
    if taps % 2:
        start, two, left = (taps - 1) // 4, (taps - 1) // 2 % 2, False
    else:
        start, two, left = taps // 4 - 1, taps // 2 % 2, True
    if start < 0:
        start, left = 0, False
    walk = _Walk(start, (n + 1) // 2 - 1, left, right=not n % 2)
    return _collect(walk, n, taps, bool(two))


@lru_cache(maxsize=64)
def _high_taps(n: int, taps: int) -> tuple[Taps, ...]:
    """Which high samples meet which taps, in lines of n samples.

    Filters of even length are antisymmetric: a mirrored sample counts with the opposite sign.
    """
    if taps % 2:
        walk = _Walk((taps + 1) // 4 - 1, n // 2 - 1, True, right=bool(n % 2))
        return _collect(walk, n, taps, bool((taps + 1) // 2 % 2))
    start = taps // 4 - 1
    walk = _Walk(max(start, 0), n // 2 - 1, start >= 0, right=True)
    walk.sign, walk.antisymmetric, walk.odd = -1, True, bool(n % 2)
    return _collect(walk, n, taps, bool(taps // 2 % 2))


class _Walk:
    """A walk along a line of samples, which a filter's taps take from left to right of its mirrored self.

    It starts downwards, turns at the first sample and comes back up, and turns again at the last. At an
    end it steps on the sample twice if the mirror stands behind it (`left`, `right`), the first time it is
    there. Where a line is so short that it gets there again, the mirror has moved onto the sample: lines
    that short are irregular, and so is the reference decoder. Where a filter begins beyond the end of a line
    (with the usual filters in lines of three, images below 49 pixels) the reference reads whatever is stored
    there; here the line's last sample stands in.
    """

    def __init__(self, start: int, last: int, left: bool, right: bool) -> None:
        self.at, self.last, self.step = start, last, -1
        self.left, self.right = left, right
        self.sign, self.antisymmetric, self.odd, self.spare = 1, False, False, 2

    def forward(self) -> None:
        """On to where the next two samples start."""
        if self.at == 0:
            if self.left:
                self.step, self.left = 0, False
            else:
                self.step, self.sign = 1, 1
        self.at += self.step

    def places(self, count: int) -> Iterator[tuple[int, int]]:
        """The places and signs that the next `count` taps meet from here."""
        at, step, left, right, sign, spare = self.at, self.step, self.left, self.right, self.sign, self.spare
        for _ in range(count):
            if at == 0:
                if left:
                    step, left = 0, False
                else:
                    step, sign = 1, 1
            if at == self.last:
                if right:
                    step, right = 0, False
                    if self.antisymmetric and self.odd:  # on the last sample once more, and then as nothing
                        spare -= 1
                        sign, right = spare, spare > 0
                else:
                    step, sign = -1, -1 if self.antisymmetric else sign
            yield min(max(at, 0), max(self.last, 0)), sign
            at += step


def _collect(walk: _Walk, n: int, taps: int, two: bool) -> tuple[Taps, ...]:
    """Walk a line of n samples, which begin with taps 1 and 0 in turn; the first of all with 1 if `two`."""
    by_tap: dict[int, list[tuple[int, list[tuple[int, int]]]]] = {1: [], 0: []}
    sample = 0
    for pair in range(n // 2 + 1):
        if walk.antisymmetric and taps == 2 and n % 2 and pair == n // 2:  # the sample left over meets no detail
            walk.at, walk.spare = walk.last, 1
        for tap in (1, 0) if pair or two else (0,):
            if sample < n:
                by_tap[tap].append((sample, list(walk.places((taps - tap + 1) // 2))))
                sample += 1
        walk.forward()
    result = []
    for tap, rows in by_tap.items():
        if rows:
            met = np.array([row for _, row in rows]).transpose(1, 2, 0)
            samples = np.array([sample for sample, _ in rows], np.intp)
            flip = -1 if walk.antisymmetric else 1
            result.append((samples, tap, met[:, 0].astype(np.intp), (flip * met[:, 1]).astype(np.float32)))
    return tuple(result)
