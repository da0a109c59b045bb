"""Signatures as vectors: Type-8 with SRT 2. ANSI/NIST-ITL 1-2011, 8.8 and B.2.4.

Five bytes a vector: X and Y, high byte first, in thousandths of an inch from the bottom left, then the
pressure that holds until the next vector: 0 pen up, 1 to 254, and 255 where the list ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from nistitl.images.arrays import library
from nistitl.images.errors import ImageError
from nistitl.images.header import MAX_PIXELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from nistitl.wire.fields import Raw

    Stroke: TypeAlias = NDArray[np.int32]

_VECTOR = 5  # bytes
_INCH = 1000  # units
_END = 255
_MOST_POINTS = 200_000
_MARGIN = 4  # pixels
_THICKEST = 0.02  # inches, of a line at full pressure


def strokes(data: Raw) -> tuple[Stroke, ...]:
    """The strokes of a vector signature, each an array (n, 3) of x, y, pressure.

    A stroke goes from where the pen comes down to where it is lifted; its last point has pressure 0 there.
    Raises ImageError when the bytes are no whole vectors.
    """
    with library("vector signatures"):
        import numpy as np
    used = len(data) // _VECTOR * _VECTOR
    table = np.frombuffer(data, np.uint8, used).reshape(-1, _VECTOR).astype(np.int32)
    ends = np.flatnonzero(table[:, 4] == _END)
    if ends.size:
        table = table[: ends[0]]
    elif used != len(data):
        raise ImageError(f"vector signature: {len(data)} bytes are no vectors of {_VECTOR}")
    points = np.stack((table[:, 0] << 8 | table[:, 1], table[:, 2] << 8 | table[:, 3], table[:, 4]), axis=1)
    lifted = np.flatnonzero(points[:, 2] == 0) + 1
    parts = np.split(points, lifted)
    return tuple(part for part in parts if part.size and part[0, 2])


def draw(lines: Sequence[Stroke], *, ppi: float = 300, max_pixels: int = MAX_PIXELS) -> NDArray[np.uint8]:
    """The strokes as ink: uint8 (rows, columns), 0 on 255, upright; the harder the pen, the wider the line.

    Raises ImageError when there are too many points or the picture would exceed `max_pixels`.
    """
    if sum(map(len, lines)) > _MOST_POINTS:
        raise ImageError(f"vector signature: more than {_MOST_POINTS} points are not drawn")
    scale = ppi / _INCH
    width, height = (int(max((line[:, axis].max() for line in lines), default=0) * scale) + 1 for axis in (0, 1))
    if (width + 2 * _MARGIN) * (height + 2 * _MARGIN) > max_pixels:
        raise ImageError(f"vector signature: {width} x {height} pixels are more than the limit of {max_pixels}")
    with library("vector signatures"):
        import numpy as np
        from PIL import Image, ImageDraw

        picture = Image.new("L", (width + 2 * _MARGIN, height + 2 * _MARGIN), 255)
        pen = ImageDraw.Draw(picture)
        for line in lines:
            across = line[:, 0] * scale + _MARGIN
            down = height - 1 + _MARGIN - line[:, 1] * scale
            ends = list(zip(across.tolist(), down.tolist(), line[:, 2].tolist(), strict=True))
            for (x, y, pressure), (to_x, to_y, _) in zip(ends, ends[1:] or ends, strict=False):
                pen.line((x, y, to_x, to_y), fill=0, width=max(1, round(pressure / 254 * _THICKEST * ppi)))
        return np.array(picture)
