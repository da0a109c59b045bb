"""What a block or a view of a template tells, in terms that all of them share: where conversions meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import attrs
import numpy as np

from nistitl.minutiae.arrays import CORES, COUNTS, no_deltas
from nistitl.minutiae.meaning import NEIGHBOURS, Counting, Pattern

if TYPE_CHECKING:
    from nistitl.minutiae.arrays import Array


class FingerQuality(NamedTuple):
    """A quality of the finger, 0 to 100, 254 not tried or 255 failed, and the algorithm that gave it."""

    value: int
    vendor: str | None = None
    product: int | None = None


class Source(NamedTuple):
    """How minutiae were found: a code of 9.005, "?" for another one; by which system; whether more is told of it."""

    method: str = ""
    system: str = ""
    more: bool = False


class Equipment(NamedTuple):
    """Capture equipment and its certification, as `Template` has them; 0 where they are not told."""

    number: int = 0
    certification: int = 0


_NO_SOURCE = Source()
NO_EQUIPMENT = Equipment()


@attrs.frozen(slots=True)
class Finger:
    """What is told of the finger, its view and how its features were found; what is not told is empty or 0."""

    codes: tuple[int, ...] = ()  # of FGP, several for candidates, 0 for one that is not known
    parts: int = 0  # codes of which a segment, a polygon or a place off the center is told
    patterns: tuple[Pattern | None, ...] = ()  # None for a class that only its sender knows
    pattern_counts: int = 0  # classes that are told with ridge counts
    qualities: tuple[FingerQuality, ...] = ()
    view: int = 0  # its number
    source: Source = _NO_SOURCE
    product: int = 0  # that encoded the features, as CBEFF numbers it
    equipment: Equipment = NO_EQUIPMENT


@attrs.frozen(slots=True, eq=False)
class Features:
    """Points in pixels from the top left, quality of minutiae in percent."""

    minutiae: Array
    facts: Array  # of every minutia: a key of FACTS, or -1
    counts: Array = attrs.field(factory=lambda: np.zeros(0, COUNTS))
    counting: Counting = NEIGHBOURS
    cores: Array = attrs.field(factory=lambda: np.zeros(0, CORES))
    deltas: Array = attrs.field(factory=lambda: no_deltas(0))
    finger: Finger = attrs.field(factory=Finger)
