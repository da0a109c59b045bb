"""Resolutions in pixels per inch: as whole numbers, and which of them count as a nominal one."""

from __future__ import annotations

from nistitl.images.errors import ImageError

_CLASSES = {500: (490.0, 520.0), 1000: (980.0, 1040.0)}  # pixels per inch that count as that


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
