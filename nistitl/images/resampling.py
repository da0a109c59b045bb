"""Pixels at another resolution.

From 1000 to 500 pixels per inch as NIST advises for friction ridges (NISTIR 7839): a Gaussian of sigma 0.8475 and
radius 4, then every second pixel, the first one among them. Otherwise by Pillow's Lanczos filter.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from nistitl.images.arrays import library
from nistitl.images.resolution import nominal, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from nistitl.images.arrays import Image

SIGMA, RADIUS = 0.8475, 4  # pixels
HALVED, FILTERED = "Gaussian 0.8475, every second pixel (NISTIR 7839)", "Lanczos"
_ROWS = 256  # that are filtered at a time: their floating-point copies take eight times their place


def halves(across: float, down: float, ppi: float) -> bool:
    """True where NISTIR 7839 says how: from 1000 to 500 pixels per inch, each within one per cent."""
    return nominal(across) == nominal(down) == 1000 and nominal(ppi) == 500


def halved(image: Image) -> Image:
    """Every second pixel of the image behind the filter; of an odd row the last one, too. Edges are repeated."""
    import numpy as np

    weights = [math.exp(-(at**2) / (2 * SIGMA**2)) for at in range(-RADIUS, RADIUS + 1)]
    kernel = np.array(weights) / sum(weights)
    rows = -(-image.shape[0] // 2)
    out: Any = np.empty((rows, -(-image.shape[1] // 2), *image.shape[2:]), image.dtype)
    for first in range(0, rows, _ROWS):
        last = min(first + _ROWS, rows)
        wanted = np.arange(2 * first - RADIUS, 2 * last - 1 + RADIUS).clip(0, image.shape[0] - 1)
        down = _every_second(image[wanted].astype(np.float64), kernel, last - first)
        sides = [(0, 0), (RADIUS, RADIUS)] + [(0, 0)] * (image.ndim - 2)
        across = np.pad(down, sides, mode="edge").swapaxes(0, 1)
        out[first:last] = np.floor(_every_second(across, kernel, out.shape[1]).swapaxes(0, 1) + 0.5)
    result: Image = out
    return result


def _every_second(padded: Any, kernel: Any, count: int) -> Any:
    """So many of the filtered rows, of rows that have their neighbours before and behind."""
    return sum(weight * padded[at : at + 2 * count - 1 : 2] for at, weight in enumerate(kernel))


def scaled(image: Image, width: int, height: int) -> Image:
    """The image in another size, by Lanczos; deeper samples are filtered as floating-point numbers."""
    with library("resampling"):
        import numpy as np
        from PIL import Image as pillow

        def filtered(plane: Any) -> Any:
            return pillow.fromarray(plane).resize((width, height), pillow.Resampling.LANCZOS)

        if image.itemsize == 1:
            return np.array(filtered(image))
        planes = [image] if image.ndim == 2 else [image[..., at] for at in range(image.shape[2])]
        deep = [_sixteen_bits(plane, filtered) for plane in planes]
        result: Any = deep[0] if image.ndim == 2 else np.dstack(deep)
        return result  # type: ignore[no-any-return]


def _sixteen_bits(plane: Any, filtered: Callable[[Any], Any]) -> Image:
    import numpy as np

    most = int(plane.max())  # what rings beyond the range of the picture stays within that of its depth
    depth = (1 << max(most.bit_length(), 8)) - 1
    result: Image = np.clip(np.rint(np.asarray(filtered(plane.astype(np.float32)))), 0, depth).astype(np.uint16)
    return result


def size_at(pixels: int, from_ppi: float, to_ppi: float) -> int:
    """How many pixels a side has at another resolution; at least one."""
    return max(1, whole(pixels * to_ppi / from_ppi))
