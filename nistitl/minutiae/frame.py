"""How the coordinates of a block lie in the image: from its own units to pixels, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from nistitl.minutiae.arrays import copied

if TYPE_CHECKING:
    from nistitl.minutiae.arrays import Array


@attrs.frozen(slots=True)
class Frame:
    """How a block's coordinates lie in the image: pixel = (own + offset) * scale, y from the top or bottom.

    `turned`: directions point the other way. `step`: degrees of one unit of an angle. `other_down`: the scale of y,
    where it is another one.
    """

    scale: float
    offset_x: float = 0.0
    offset_y: float = 0.0
    height: float | None = None  # of the image in own units, where y counts from the bottom
    turned: bool = False
    step: int = 1
    other_down: float | None = None

    def to_pixels(self, own: Array) -> Array:
        """An array in the block's units as one in pixels."""
        pixels = copied(own)
        pixels["x"], pixels["y"] = self.points(own["x"], own["y"])
        pixels["theta"] = self.angle(own["theta"])
        pixels["radius"] = own["radius"] * self.scale
        return pixels

    def to_own(self, pixels: Array) -> Array:
        """An array in pixels as one in the block's units, rounded to whole ones."""
        own = copied(pixels)
        own["x"], own["y"] = self.own_points(pixels["x"], pixels["y"])
        own["theta"] = self.own_angle(pixels["theta"])
        own["radius"] = np.rint(pixels["radius"] / self.scale)
        own["spread"] = np.rint(pixels["spread"])
        return own

    def points(self, x: Array, y: Array) -> tuple[Array, Array]:
        """x and y in pixels of points in the block's units."""
        return (x + self.offset_x) * self.scale, (self._upright(y) + self.offset_y) * self._down

    def own_points(self, x: Array, y: Array) -> tuple[Array, Array]:
        """x and y in whole units of the block of points in pixels."""
        return np.rint(x / self.scale - self.offset_x), np.rint(self._upright(y / self._down - self.offset_y))

    @property
    def _down(self) -> float:
        return self.scale if self.other_down is None else self.other_down

    def _upright(self, y: Array) -> Array:
        return y if self.height is None else self.height - y

    def angle(self, own: Array) -> Array:
        """Degrees of the convention from the block's angle."""
        theta = own * self.step + (180 if self.turned else 0)
        if len(theta) and theta.min() >= 0 and theta.max() < 360:
            return theta  # a division less, which takes longer than all else
        return theta % 360

    def own_angle(self, theta: Array) -> Array:
        """The block's angle from degrees of the convention."""
        full = 360 // self.step
        own = np.rint((theta - (180 if self.turned else 0)) / self.step)
        if not len(own) or not (own.min() >= -full and own.max() < 2 * full):
            return own % full
        own += full * (own < 0)  # a division less
        own -= full * (own >= full)
        return own
