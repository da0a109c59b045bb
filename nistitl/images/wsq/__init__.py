"""WSQ, the wavelet compression of 500 ppi fingerprints (CGA `WSQ20`), in plain numpy.

Modules, from the outside in: `container` (markers and tables), `bits`, `huffman`, `quantizer`, `wavelet`;
`decoder` and `encoder` put them together. Pixels and bytes are those of NIST's NBIS to the last bit.

Source: FBI IAFIS-IC-0110(V3), WSQ Gray-scale Fingerprint Image Compression Specification, December 1997.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.images.errors import ImageError
from nistitl.images.wsq import decoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def decode(data: bytes, *, max_pixels: int = 100_000_000, strict: bool = False) -> NDArray[np.uint8]:
    """x"""
    result = decoder.decode(bytes(data), max_pixels)
    if strict and result.notes:
        raise ImageError(result.notes[0])
    return result.pixels
