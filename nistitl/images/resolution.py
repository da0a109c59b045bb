"""Resolutions in pixels per inch: what counts as a class or as the same, and what somebody says of one."""

from __future__ import annotations

import math

import attrs

from nistitl.images.errors import ImageError

PER_INCH = {1: 1.0, 2: 2.54}  # SLC: pixels per inch, per centimetre
INCH = 25.4  # millimetres

_CLASSES = {500: (490.0, 520.0), 1000: (980.0, 1040.0)}  # pixels per inch that count as that
_NOMINAL = (500, 600, 1000, 1200)
_TOLERANCE = 0.01  # of the standard's resolution classes; clauses of xx.009
_GRAIN = 0.0127  # pixels per inch: half a pixel per metre, the finest unit that is rounded to
_LEAST, _MOST = 1.0, 25400.0  # pixels per inch: one an inch, one a micrometre


def whole(resolution: float) -> int:
    """A resolution as a whole number; ImageError for what is no number."""
    try:
        return round(resolution)
    except (ValueError, OverflowError):
        raise ImageError("this resolution cannot be written") from None


def is_nominal(ppi: float, nominal: int) -> bool:
    """True for a resolution that counts as 500 or as 1000 pixels per inch."""
    low, high = _CLASSES[nominal]
    return low <= ppi <= high


def is_plausible(ppi: float) -> bool:
    """True for a resolution that an image may have: 1 to 25,400 pixels per inch."""
    return _LEAST <= ppi <= _MOST


def nominal(ppi: float) -> int | None:
    """The class of a resolution, 500, 600, 1000 or 1200 within one per cent, else as a whole number."""
    if not math.isfinite(ppi):
        return None
    return next((one for one in _NOMINAL if _same(ppi, one)), round(ppi))


def _same(one: float, other: float, step: float = 0.0) -> bool:
    return abs(one - other) <= max(_TOLERANCE * other + _GRAIN, step / 2)


@attrs.frozen(slots=True)
class Density:
    """What somebody says of the resolution: pixels per inch across and down, or an aspect ratio only.

    `step` is how far the values are apart that they could have been rounded to, in pixels per inch.
    """

    source: str
    across: float
    down: float
    step: float = 0.0
    ratio: bool = False

    @property
    def plausible(self) -> bool:
        """True for what an image may have; of an aspect ratio, too."""
        return self.ratio or (is_plausible(self.across) and is_plausible(self.down))

    @property
    def square(self) -> bool:
        """True where the pixels are as wide as high, within the tolerance."""
        return _same(self.across, self.down, 0.0 if self.ratio else self.step)

    def turned(self) -> Density:
        """Of the image turned by a quarter."""
        return attrs.evolve(self, across=self.down, down=self.across)

    def agrees(self, other: Density) -> bool:
        """True where both are the same within one per cent, or by the unit that one was rounded to."""
        if self.ratio or other.ratio:
            return _same(self.across / self.down, other.across / other.down)
        step = self.step + other.step
        return _same(self.across, other.across, step) and _same(self.down, other.down, step)

    def __str__(self) -> str:
        if self.ratio:
            return f"pixels of {self.across:g} to {self.down:g}"
        across, down = (f"{round(one, 1):.12g}" for one in (self.across, self.down))
        return f"{across} ppi" if across == down or self.square else f"{across} x {down} ppi"
