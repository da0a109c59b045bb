"""The arrays that minutiae come as, and the geometry between a block's units and pixels.

One convention for every block: x to the right and y down from the top left of the image, in pixels of the image;
theta in degrees counterclockwise from the positive x axis, pointing along the ridge into it (as the extended feature
set and INCITS 378 have it; the standard block of 9.012 points out of the ridge, the other way).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import attrs
import numpy as np

from nistitl.base.errors import ITLError

if TYPE_CHECKING:
    from numpy.typing import NDArray

Block = Literal["standard", "iafis", "m1", "efs"]
Units = Literal["pixels", "own"]

DTYPE = np.dtype([
    ("x", np.float64), ("y", np.float64),  # pixels, or the block's own units
    ("theta", np.float64),  # degrees
    ("type", "U1"),  # E ending, B bifurcation, C compound, O other, X not distinguished
    ("quality", np.int16),  # by the scale of the block, -1 where there is none
    ("radius", np.float64),  # of position uncertainty, as x and y; nan where there is none
    ("spread", np.float64),  # of direction uncertainty, degrees; nan where there is none
    ("index", np.int32),  # by which ridge counts name it, from 1
], align=True)  # fmt: skip
COUNTS = np.dtype([
    ("center", np.int32), ("neighbour", np.int32), ("count", np.int16),  # indices of minutiae, ridges between them
    ("sector", np.int8),  # octant or quadrant, -1 where it is not told
    ("residual", np.int8),  # 0 clockwise half, 1 counterclockwise half, -1 where it is not told
])  # fmt: skip
CORES = np.dtype([
    ("x", np.float64), ("y", np.float64), ("theta", np.float64), ("radius", np.float64), ("spread", np.float64),
])  # fmt: skip
DELTAS = np.dtype([
    ("x", np.float64), ("y", np.float64), ("up", np.float64), ("left", np.float64), ("right", np.float64),
    ("type", "U3"), ("radius", np.float64), ("spread_up", np.float64), ("spread_left", np.float64),
    ("spread_right", np.float64),
])  # fmt: skip
HUNDREDTHS = 2540.0  # of a millimetre in an inch


class MinutiaeError(ITLError, ValueError):
    """Features cannot be read, or cannot be written into a block; the message says which and why."""


class Minutiae(np.ndarray):
    """A structured array of minutiae that says where it comes from: `block`, `units` and `ppi`."""

    block: str
    units: str
    ppi: float | None

    def __new__(cls, array: NDArray[Any], block: str = "", units: str = "pixels", ppi: float | None = None) -> Minutiae:
        """An array of DTYPE with these labels."""
        made = np.asarray(array, DTYPE).view(cls)
        made.block, made.units, made.ppi = block, units, ppi
        return made

    def __array_finalize__(self, obj: Any) -> None:
        self.block = getattr(obj, "block", "")
        self.units = getattr(obj, "units", "pixels")
        self.ppi = getattr(obj, "ppi", None)


@attrs.frozen(slots=True)
class Frame:
    """How a block's coordinates lie in the image: pixel = (own + offset) * scale, y from the top or bottom.

    `turned`: directions point the other way. `step`: degrees of one unit of an angle.
    """

    scale: float
    offset_x: float = 0.0
    offset_y: float = 0.0
    height: float | None = None  # of the image in own units, where y counts from the bottom
    turned: bool = False
    step: int = 1

    def to_pixels(self, own: NDArray[Any]) -> NDArray[Any]:
        """An array in the block's units as one in pixels."""
        made = copied(own)
        made["x"] = (own["x"] + self.offset_x) * self.scale
        made["y"] = (self._upright(own["y"]) + self.offset_y) * self.scale
        made["theta"] = self.angle(own["theta"])
        made["radius"] = own["radius"] * self.scale
        return made

    def to_own(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """An array in pixels as one in the block's units, rounded to whole ones."""
        made = copied(pixels)
        made["x"] = np.rint(pixels["x"] / self.scale - self.offset_x)
        made["y"] = np.rint(self._upright(pixels["y"] / self.scale - self.offset_y))
        made["theta"] = self.own_angle(pixels["theta"])
        made["radius"] = np.rint(pixels["radius"] / self.scale)
        made["spread"] = np.rint(pixels["spread"])
        return made

    def _upright(self, y: NDArray[Any]) -> NDArray[Any]:
        return y if self.height is None else self.height - y

    def angle(self, own: NDArray[Any]) -> NDArray[Any]:
        """Degrees of the convention from the block's angle."""
        theta = own * self.step + (180 if self.turned else 0)
        if len(theta) and theta.min() >= 0 and theta.max() < 360:
            return theta  # a division less, which takes longer than all else
        return theta % 360

    def own_angle(self, theta: NDArray[Any]) -> NDArray[Any]:
        """The block's angle from degrees of the convention."""
        full = 360 // self.step
        made = np.rint((theta - (180 if self.turned else 0)) / self.step)
        if not len(made) or not (made.min() >= -full and made.max() < 2 * full):
            return made % full
        made += full * (made < 0)  # a division less
        made -= full * (made >= full)
        return made


def copied(array: NDArray[Any]) -> NDArray[Any]:
    """A copy of an array of minutiae, byte by byte; numpy by itself copies field by field, which takes much longer."""
    return array.view(f"V{array.itemsize}").copy().view(array.dtype)


def letters_of(types: NDArray[Any]) -> NDArray[np.uint32]:
    """The letters of a column of types as numbers, which compare faster than text."""
    return np.ascontiguousarray(types.view(np.uint32))


def rows_of(index: NDArray[Any], names: NDArray[Any]) -> NDArray[np.int64]:
    """In which row of an array of minutiae each of these indices is; -1 for those of none."""
    if _counted(index):
        rows = names.astype(np.int64)
        rows -= 1
        if len(rows) and (int(rows.min()) < 0 or int(rows.max()) >= len(index)):
            rows[(rows < 0) | (rows >= len(index))] = -1
        return rows
    order = np.argsort(index, kind="stable")
    found = order[np.minimum(np.searchsorted(index, names, sorter=order), len(index) - 1)]
    return np.where(index[found] == names, found, -1)


def among(index: NDArray[Any], names: NDArray[Any]) -> NDArray[np.bool_]:
    """Which of these are indices of minutiae."""
    return (names > 0) & (names <= len(index)) if _counted(index) else np.isin(names, index)


def _counted(index: NDArray[Any]) -> bool:
    """Whether minutiae are numbered as they come, as they mostly are."""
    return bool((index == np.arange(1, len(index) + 1)).all())


def empty(count: int) -> NDArray[Any]:
    """An array of so many minutiae of which nothing is known."""
    made = np.zeros(count, DTYPE)
    made["type"] = "X"
    made["quality"] = -1
    made["radius"] = made["spread"] = np.nan
    made["index"] = np.arange(1, count + 1)
    return made
