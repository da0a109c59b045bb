"""The image of a record: size and kind, codec, pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.errors import needing
from nistitl.base.findings import Severity
from nistitl.images.claims import VECTOR, claims_of
from nistitl.images.codestream import decoded, decoded_cut, header_claimed, most_pixels, settled_for
from nistitl.images.errors import ImageError
from nistitl.images.findings import UNSOUND, damage, disagreements

if TYPE_CHECKING:
    from nistitl.images.arrays import Image, MaskedImage
    from nistitl.images.header import Header
    from nistitl.model.record import Record


def header_of(record: Record) -> Header:
    """Size and kind of the image as its codestream says, as the record says where the bytes say nothing.

    Raises ImageError when there is no image, or nothing known here.
    """
    return header_claimed(claims_of(record))


def codec_of(record: Record) -> str:
    """What the codestream is: NONE, WSQ20, JPEGB, JPEGL, JP2, JP2L, PNG, FAX, or VECTOR for signatures drawn.

    Where the bytes do not tell it is what the record says, empty when that says nothing either.
    """
    claims = claims_of(record)
    if claims.codec == VECTOR:
        return VECTOR
    try:
        return settled_for(claims, header_claimed(claims))[0].codec
    except ImageError:
        return claims.codec or ""


def array_of(record: Record, max_pixels: int | None = None, strict: bool = False, planar: bool | None = None) -> Image:
    """The pixels: uint8 or uint16, (rows, columns) or (rows, columns, 3).

    `strict` raises where codestream and record disagree; `planar` says how uncompressed colour is stored, which no
    field does. Raises ImageError, also where a part of the image is missing.
    """
    claims = claims_of(record)
    most = most_pixels(claims) if max_pixels is None else max_pixels
    if claims.codec == VECTOR and claims.data is not None:
        from nistitl.images.strokes import draw, strokes

        return draw(strokes(claims.data), max_pixels=most)
    header = header_claimed(claims)
    if strict:
        for finding in disagreements(record, claims, settled_for(claims, header)[0]):
            if finding.severity >= Severity.ERROR:
                raise ImageError.of(finding)
    return decoded(claims, header, most, strict, planar)


@needing("a masked image")
def what_there_is_of(record: Record, max_pixels: int | None = None) -> MaskedImage:
    """The pixels of an image that may be cut, in its whole size; masked where they are not as they were written.

    Raises ImageError where nothing can be had.
    """
    import numpy as np

    claims = claims_of(record)
    most = most_pixels(claims) if max_pixels is None else max_pixels
    if claims.codec == VECTOR:
        image = array_of(record, most)
        rows = len(image)
    else:
        image, rows = decoded_cut(claims, header_claimed(claims), most)
    mask = np.zeros(image.shape, np.bool_)
    mask[rows:] = True
    return np.ma.MaskedArray(image, mask)


def sound_array_of(record: Record) -> Image:
    """The pixels of an image that has no damage that can be seen; ImageError, with the finding, of any other."""
    for finding in damage(record):
        if finding.code in UNSOUND:
            raise ImageError.of(finding)
    return array_of(record)
