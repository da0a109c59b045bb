"""A synthetic image in the place of a record's, of its codec, size, depth and resolution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.images.blanking import put_in_place
from nistitl.images.codec import FRICTION_RIDGE_TYPES
from nistitl.images.errors import ImageError
from nistitl.images.resolution import is_plausible

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nistitl.images.arrays import Image
    from nistitl.images.header import Header
    from nistitl.images.record import ImageRecord

_RIDGES = (*FRICTION_RIDGE_TYPES, 5, 6)
_FACES, _IRISES, _FACE = 10, 17, "FACE"
_PPI = 500  # at which ridges are grown
_LEAST, _MOST = 64, 512  # pixels either way that are grown; larger images mirror them
_MOST_SCALE = 8.0  # pixels of the image to those that are grown
_GROUND, _SHAPE, _HALF = 200, 160, 128
_WHITE = 255


def synthetic(record: ImageRecord, seed: int) -> bytes:
    """A codestream of the size, codec, depth and resolution of a record's image, the same for the same seed.

    Ridges for fingers, palms, plantars and latents, a plain placeholder (an oval) for faces and irises. Nothing is
    taken from the pixels of the record. Raises ImageError for all other images (scars and tattoos, signatures, scans),
    and where `blanked` does.
    """
    if record.type in _RIDGES:
        ppi = _PPI if record.ppi is None or not is_plausible(record.ppi) else max(round(record.ppi, -1), 10)
        return put_in_place(record, lambda header: _ridges(header, ppi, seed))
    if record.type == _IRISES or (record.type == _FACES and getattr(record, "IMT", None) == _FACE):
        return put_in_place(record, _placeholder)
    raise ImageError(f"there is no synthetic image of a Type-{record.type}, or of its kind")


def _ridges(header: Header, ppi: float, seed: int) -> Image:
    """A print that fills the image: ridges of 500 pixels per inch, mirrored and brought to the resolution."""
    import numpy as np
    from PIL import Image as pillow

    from nistitl.images.synthetic import ridges

    seed %= 1 << 63
    scale = min(max(ppi / _PPI, 1 / _MOST_SCALE), _MOST_SCALE)
    rows, columns = (max(round(size / scale), 1) for size in (header.height, header.width))
    kinds = (ridges.ARCH, ridges.LOOP_LEFT, ridges.LOOP_RIGHT, ridges.WHORL, ridges.DOUBLE_LOOP)
    grown = ridges.grow(
        kinds[seed % len(kinds)],
        min(max(rows, _LEAST), _MOST),
        min(max(columns, _LEAST), _MOST),
        seed,
        ridges.PERIOD + 0.3 * (seed // len(kinds) % 4),
    )
    whole = grown[_mirrored(rows, grown.shape[0])][:, _mirrored(columns, grown.shape[1])]
    skin = pillow.fromarray(whole.astype(np.float32)).resize((header.width, header.height), pillow.Resampling.BILINEAR)
    image = ridges.ink(np.asarray(skin, np.float64), _contact(header, seed), seed)
    return np.where(image < _HALF, 0, _WHITE).astype(np.uint8) if header.bits == 1 else image


def _contact(header: Header, seed: int) -> NDArray[np.float64]:
    """How firmly the skin touches: of images too small for an edge, everywhere."""
    import numpy as np

    from nistitl.images.synthetic import ridges

    if min(header.height, header.width) < _LEAST:
        return np.ones((header.height, header.width))
    return ridges.contact(header.height, header.width, seed)


def _mirrored(size: int, period: int) -> NDArray[np.int64]:
    """So many places that go from 0 to the end of a period, back, and so on."""
    import numpy as np

    at = np.arange(size) % (2 * period)
    return np.where(at < period, at, 2 * period - 1 - at)


def _placeholder(header: Header) -> Image:
    """A light ground and on it a darker oval."""
    import numpy as np

    down, across = np.ogrid[-1 : 1 : header.height * 1j, -1 : 1 : header.width * 1j]
    ground, shape = (_WHITE, 0) if header.bits == 1 else (_GROUND, _SHAPE)
    return np.where((down / 0.7) ** 2 + (across / 0.55) ** 2 <= 1, np.uint8(shape), np.uint8(ground))
