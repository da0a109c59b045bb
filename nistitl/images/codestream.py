"""The codestream of a record: what it is, whatever the record says, and its pixels.

What the record says is believed only where the bytes say nothing themselves.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from nistitl.images.claims import VECTOR, Claims, geometry
from nistitl.images.codecs.none import bilevel, length_of
from nistitl.images.errors import ImageError
from nistitl.images.registry import codec_named, read_header

if TYPE_CHECKING:
    from nistitl.images.arrays import Image
    from nistitl.images.header import Header

_AGAIN = re.compile(rb"[^\x1d]*\x1d\d{2}\.999:")


def header_claimed(claims: Claims) -> Header:
    """The header of the codestream, or what the claims make of data that say nothing themselves; ImageError."""
    if claims.data is None or not len(claims.data):
        raise ImageError("the record has no image")
    if claims.codec == VECTOR:
        raise ImageError("a vector signature is no picture; nistitl.images.strokes reads it")
    raw = geometry(claims)
    codec = None if claims.codec is None else codec_named(claims.codec)
    if raw and codec and not codec.signatures and not codec.uncompressed:
        return attrs.evolve(raw, codec=codec.name)
    exact = raw is not None and len(claims.data) == length_of(raw)
    if raw and exact and (codec is None or codec.uncompressed):
        return raw  # uncompressed pixels may begin like anything
    described = read_header(claims.data)
    if described:
        return described
    if raw and (exact or (codec and codec.uncompressed and claims.type != 7)):
        return raw
    if _AGAIN.match(bytes(claims.data[:64])):
        raise ImageError("the image is behind another tag of its own field")
    raise ImageError("the image is no codestream that is known here")


def decoded(claims: Claims, header: Header, max_pixels: int, strict: bool, planar: bool | None = None) -> Image:
    """The pixels of the data that the claims hold, by their codec; ImageError."""
    data = claims.data
    assert data is not None
    codec = codec_named(header.codec)
    if codec.uncompressed:
        header = attrs.evolve(_rows_there(header, len(data)), planar=planar)
        data = data[: length_of(header)]
    array: Image = codec.decode(data, header, max_pixels, strict=strict)
    return bilevel(array) if claims.bits == 1 and header.bits > 1 else array


def _rows_there(header: Header, length: int) -> Header:
    """The header with as many rows as there are bytes for."""
    rows = min(header.height, length // length_of(attrs.evolve(header, height=1)))
    if not rows:
        raise ImageError("uncompressed: there is not a single row")
    return attrs.evolve(header, height=rows)
