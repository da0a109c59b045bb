"""WSQ, the wavelet compression of 500 ppi fingerprints (CGA `WSQ20`), in plain numpy.

Modules, from the outside in: `container` (markers and tables), `bits`, `huffman`, `quantizer`, `wavelet`;
`decoder` and `encoder` put them together, `coding` is what callers see.
Pixels and bytes are those of NIST's NBIS to the last bit.

Source: FBI IAFIS-IC-0110(V3), WSQ Gray-scale Fingerprint Image Compression Specification, December 1997.
"""

from nistitl.base.errors import needing
from nistitl.images.errors import ImageError

with needing("WSQ"):
    from nistitl.images.wsq.coding import Info, decode, encode, info

__all__ = ["ImageError", "Info", "decode", "encode", "info"]
