"""Codecs: one module each, ours by the same door as anybody's (see nistitl.images.codec.Codec).

Every decoder checks the header that was read with our own code before it calls a library, and the array against that
header afterwards; whatever a library raises leaves here as ImageError.
"""

from nistitl.images.arrays import as_image, check_header, checked, depth_of, library
from nistitl.images.codec import Codec
from nistitl.images.registry import codec_named, codecs, decode, read_header

__all__ = [
    "Codec", "as_image", "check_header", "checked", "codec_named", "codecs", "decode", "depth_of", "library",
    "read_header",
]  # fmt: skip
