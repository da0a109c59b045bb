"""The codestream of a record: what it is, whatever the record says, and its pixels.

What the record says is believed only where the bytes say nothing themselves.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from nistitl.images.algorithms import MEDIA
from nistitl.images.claims import VECTOR, Claims, geometry
from nistitl.images.codecs.none import bilevel, is_padding, length_of
from nistitl.images.errors import ImageError, UnknownMedia, WrongLength
from nistitl.images.header import MAX_PIXELS
from nistitl.images.registry import codec_named, read_header, settled

if TYPE_CHECKING:
    from nistitl.images.arrays import Image
    from nistitl.images.codec import Codec
    from nistitl.images.header import Header

_AGAIN = re.compile(rb"[^\x1d]*\x1d\d{2}\.999:")
_BEYOND = 16  # times the pixels that the record claims: a codestream of more is no mistake in a field
_HARMLESS = 1 << 22  # pixels, which are decoded whatever the record claims


def header_claimed(claims: Claims) -> Header:
    """The header of the codestream, or what the claims make of data that say nothing themselves; ImageError."""
    if claims.data is None or not len(claims.data):
        raise ImageError("the record has no image")
    if claims.codec == VECTOR:
        raise ImageError("a vector signature is no picture; nistitl.images.strokes reads it")
    raw = geometry(claims)
    codec = None if claims.codec is None else codec_named(claims.codec)
    if raw and codec and not codec.signatures and not codec.uncompressed:
        return _of_no_signature(claims, raw, codec)
    exact = raw is not None and len(claims.data) == length_of(raw)
    if raw and exact and (codec is None or codec.uncompressed):
        return raw  # uncompressed pixels may begin like anything
    described = read_header(claims.data)
    if described:
        return described
    if raw and (exact or (codec and codec.uncompressed and claims.type != 7)):
        return _of_pixels(claims, raw)
    if _AGAIN.match(bytes(claims.data[:64])):
        raise ImageError("the image is behind another tag of its own field")
    if claims.said == MEDIA and claims.media and claims.codec is None:
        raise UnknownMedia("the image is of a media type that is not decoded here; extract it as original")
    raise ImageError("the image is no codestream that is known here")


def settled_for(claims: Claims, header: Header) -> tuple[Header, bool]:
    """The header with the codec that all of the data tell, and whether they do; else with what the claims may mean."""
    by_data, told = settled(claims.data or b"", header)
    return (by_data if told else as_named(header, claims.codec)), told


def as_named(header: Header, codec: str | None) -> Header:
    """The header of data that do not tell their codec, with the one that somebody names, if it may be that."""
    if codec is None or codec not in codec_named(header.codec).also:
        return header
    return attrs.evolve(header, codec=codec)


def _of_no_signature(claims: Claims, raw: Header, codec: Codec) -> Header:
    """Data of a codec that is known by what the record says, unless they are a file of another of the same size."""
    try:
        described = read_header(claims.data or b"")
    except ImageError:
        described = None
    if described and (described.width, described.height) == (raw.width, raw.height):
        return described
    return attrs.evolve(raw, codec=codec.name)


def _of_pixels(claims: Claims, raw: Header) -> Header:
    """Uncompressed pixels, if their number is right, or too small, or padding follows."""
    assert claims.data is not None
    asked = length_of(raw)
    if not is_padding(claims.data[asked:]):
        raise WrongLength(asked, len(claims.data))
    return raw


def most_pixels(claims: Claims) -> int:
    """How many pixels are decoded where nobody says: a few times what the record claims, if it does.

    So a few bytes that announce a picture beyond all measure cost no more than the image that they are said to be.
    """
    claimed = (claims.width or 0) * (claims.height or 0)
    return min(MAX_PIXELS, max(_BEYOND * claimed, _HARMLESS)) if claimed else MAX_PIXELS


def decoded(claims: Claims, header: Header, max_pixels: int, strict: bool, planar: bool | None = None) -> Image:
    """The pixels of the data that the claims hold, by their codec; ImageError."""
    codec, header = _how(header, planar)
    image: Image = codec.decode(claims.data or b"", header, max_pixels, strict=strict)
    return _ink(claims, header, image)


def decoded_cut(claims: Claims, header: Header, max_pixels: int) -> tuple[Image, int]:
    """What there is of the pixels, and how many rows from the top are as they were written; ImageError."""
    codec, header = _how(header, None)
    image, rows = codec.decode_cut(claims.data or b"", header, max_pixels)
    return _ink(claims, header, image), rows


def _how(header: Header, planar: bool | None) -> tuple[Codec, Header]:
    codec: Codec = codec_named(header.codec)
    return codec, attrs.evolve(header, planar=planar) if codec.uncompressed else header


def _ink(claims: Claims, header: Header, image: Image) -> Image:
    """An image of a byte a pixel, 1 for ink, where a bit was right, as black on white."""
    if claims.bits == 1 and header.shape == image.shape and header.bits == 8 and image.ndim == 2 and image.max() <= 1:
        return bilevel(image)
    return image
