"""One view of a finger in a template, and the numbers that all formats are made of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

import attrs
import numpy as np

from nistitl.minutiae.arrays import CORES, COUNTS, DELTAS

if TYPE_CHECKING:
    from nistitl.base.findings import Finding
    from nistitl.minutiae.arrays import Array, Minutiae

MINUTIA = np.dtype([("x", ">u2"), ("y", ">u2"), ("angle", "u1"), ("quality", "u1")])  # the type in the bits of x
MINUTIA_WITHOUT_QUALITY = np.dtype([("x", ">u2"), ("y", ">u2"), ("angle", "u1")])
RIDGE_COUNT = np.dtype([("center", "u1"), ("neighbour", "u1"), ("count", "u1")])
TYPES = np.array(["O", "E", "B", "X"])  # by the code of two bits; the fourth is reserved
FARTHEST = 0x3FFF  # of a coordinate, 14 bits
RIDGE_COUNTS, CORES_AND_DELTAS = 1, 2  # types of areas
MOST_CORES = 15  # of a view
ANGLES_FOLLOW = 1  # two bits before a core or delta
DELTA_ANGLES = ("up", "left", "right")
QUADRANTS, OCTANTS = 1, 2  # methods of ridge counting
NOT_TOLD = 254  # a quality that nobody tried to tell, in the formats since 2009
HIGHEST_QUALITY = 100
MOST_VIEW_NUMBER = 15
_NO_DATE = b"\xff" * 9


class ViewImage(NamedTuple):
    """Size in pixels and resolution in pixels per cm of the image of one view."""

    width: int
    height: int
    ppcm_x: int
    ppcm_y: int


class Quality(NamedTuple):
    """The quality of a finger by the algorithm of a vendor, as IBIA numbers them; 0 where they are not told."""

    value: int
    vendor: int = 0
    algorithm: int = 0


class Certificate(NamedTuple):
    """Who certified the capture device, as IBIA numbers it, and by which scheme: 1 is the FBI's appendix F."""

    authority: int
    scheme: int


@attrs.frozen(slots=True)
class Capture:
    """When and with what a view was captured, as ISO/IEC 19794-2:2011 tells it; `date` are its nine bytes."""

    date: bytes = _NO_DATE
    technology: int = 0
    vendor: int = 0
    device: int = 0

    @property
    def when(self) -> datetime | None:
        """Date and time in UTC; None where they are not told, or are none."""
        year, millisecond = (int.from_bytes(self.date[at : at + 2], "big") for at in (0, 7))
        try:
            month, day, hour, minute, second = self.date[2:7]
            return datetime(year, month, day, hour, minute, second, millisecond * 1000, UTC)
        except ValueError:
            return None


@attrs.frozen(slots=True)
class ViewSource:
    """What a view was read from; what is still as it says is written as it is."""

    format: str
    codes: tuple[int, int, int]  # position, impression, quality
    minutiae: bytes
    areas: bytes | None  # None where they are to be written anew


@attrs.frozen(slots=True, eq=False)
class View:
    """One finger as seen once. Features are in pixels of the view's resolution; index n is the n-th minutia.

    `position` and `impression` are the codes of FGP and IMP, `quality` of the finger is 0 to 100 (since 2009 also
    254 not told, 255 failed), that of minutiae 0 or 1 to 100. `method` of ridge counting: 0 not told, 1 quadrants,
    2 octants. `extended`: type and content of areas of other types, and of those of types 1 and 2 that do not decode;
    `cut`: how many bytes of extended data are missing at the end of the file. `findings`: what reading forgave in this
    view, which are among those of the template.

    What only later formats have: `image` is the view's own size and resolution, None for the template's; `algorithm`
    who told the quality (vendor and algorithm), `qualities` what others said; `capture` and `certificates` of the
    device; `ending` 1 where ridge endings are ends of the ridge's skeleton, 0 where they are forks of the valley's.
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
    image: ViewImage | None = None
    algorithm: tuple[int, int] = (0, 0)
    qualities: tuple[Quality, ...] = ()
    capture: Capture | None = None
    certificates: tuple[Certificate, ...] = ()
    ending: int = 0
    cut: int = 0
    findings: tuple[Finding, ...] = attrs.field(default=(), repr=False)


class TemplateFields(Protocol):
    """What is asked of a template to write its header and its views; see `Template`."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def ppcm_x(self) -> int: ...
    @property
    def ppcm_y(self) -> int: ...
    @property
    def views(self) -> tuple[View, ...]: ...
    @property
    def equipment(self) -> int: ...
    @property
    def certification(self) -> int: ...
    @property
    def product(self) -> int | None: ...
    @property
    def reserved(self) -> int: ...
    @property
    def long(self) -> bool: ...
