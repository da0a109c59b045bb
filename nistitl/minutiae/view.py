"""One view of a finger in a template, and the numbers that its two formats are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import attrs
import numpy as np

from nistitl.minutiae.arrays import CORES, COUNTS, DELTAS

if TYPE_CHECKING:
    from nistitl.minutiae.arrays import Array, Minutiae

Format = Literal["incits-378-2004", "iso-19794-2-2005"]
FORMATS: tuple[Format, ...] = get_args(Format)
INCITS, ISO = FORMATS

MINUTIA = np.dtype([("x", ">u2"), ("y", ">u2"), ("angle", "u1"), ("quality", "u1")])  # the type in the bits of x
RIDGE_COUNT = np.dtype([("center", "u1"), ("neighbour", "u1"), ("count", "u1")])
TYPES = np.array(["O", "E", "B", "X"])  # by the code of two bits; the fourth is reserved
UNITS: dict[str, int] = {INCITS: 180, ISO: 256}  # of an angle in a full turn
FARTHEST = 0x3FFF  # of a coordinate, 14 bits
RIDGE_COUNTS, CORES_AND_DELTAS = 1, 2  # types of areas
MOST_CORES, MOST_DELTAS = 15, 63  # of a view
ANGLES_FOLLOW = 1  # two bits before a core or delta
DELTA_ANGLES = ("up", "left", "right")
QUADRANTS, OCTANTS = 1, 2  # methods of ridge counting


@attrs.frozen(slots=True)
class ViewSource:
    """The bytes a view was read from; what is still as they say is written as they are."""

    format: str
    minutiae: bytes
    areas: bytes


@attrs.frozen(slots=True, eq=False)
class View:
    """One finger as seen once. Features are in pixels of the template's resolution; index n is the n-th minutia.

    `position` and `impression` are the codes of FGP and IMP, `quality` of the finger is 0 to 100, that of minutiae
    1 to 100. `method` of ridge counting: 0 not told, 1 quadrants, 2 octants. `extended`: type and content of areas
    of other types, and of those of types 1 and 2 that do not decode.
    """

    minutiae: Minutiae
    position: int = 0
    number: int = 0
    impression: int = 0
    quality: int = 0
    ridge_counts: Array = attrs.field(factory=lambda: np.zeros(0, COUNTS))
    method: int = 0
    cores: Array = attrs.field(factory=lambda: np.zeros(0, CORES))
    deltas: Array = attrs.field(factory=lambda: np.zeros(0, DELTAS))
    extended: tuple[tuple[int, bytes], ...] = ()
    source: ViewSource | None = attrs.field(default=None, repr=False)
