"""Another image in the place of a record's: of its codec, size, depth and resolution, and nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from nistitl.images.arrays import check_header, library
from nistitl.images.claims import claims_of
from nistitl.images.cleaning import cleaned, is_known
from nistitl.images.codestream import header_claimed, most_pixels, settled_for
from nistitl.images.errors import ImageError
from nistitl.images.registry import codec_named, read_header
from nistitl.images.streams import jpeg2000

if TYPE_CHECKING:
    from collections.abc import Callable

    from nistitl.images.arrays import Image
    from nistitl.images.header import Header
    from nistitl.model.record import Record
    from nistitl.wire.fields import Raw

_ANYTHING = 7  # the record type
_BITS = 8  # of a byte
_WHITE = 255


def blanked(record: Record) -> bytes:
    """A codestream of one gray in the place of a record's image: same codec, size, components, bits and resolution.

    It holds nothing else. An image that is damaged is blanked as well, if its header can be read. Raises ImageError
    where it cannot, and where its codec is not written here, or not with that depth or those components.
    """
    return put_in_place(record, _gray)


def put_in_place(record: Record, draw: Callable[[Header], Image]) -> bytes:
    """The codestream of what is drawn for the header of a record's image, coded as that was; ImageError.

    What is drawn is gray of 8 bits, (rows, columns); of one bit it is 0 and 255.
    """
    if record.type == _ANYTHING:
        raise ImageError("what a Type-7 holds beside its image nobody knows")
    claims = claims_of(record)
    header = settled_for(claims, header_claimed(claims))[0]
    check_header(attrs.evolve(header, truncated=False), most_pixels(claims))
    codec, options = codec_named(header.codec), _options(header, claims.data or b"")
    with library(header.codec):
        data = bytes(codec.encode(_as_stored(draw(header), header), **options))
    if is_known(header.codec):
        data = cleaned(data).data
    made = read_header(data) if codec.signatures else header
    if made is None or _shape(made) != _shape(header):
        raise ImageError(f"{header.codec}: images of {header.bits} bits are not written with as many")
    return data


def _gray(header: Header) -> Image:
    import numpy as np

    return np.full((header.height, header.width), _WHITE if header.bits == 1 else 1 << _BITS - 1, np.uint8)


def _as_stored(image: Image, header: Header) -> Any:
    """Gray of 8 bits in the depth and the components of the header."""
    import numpy as np

    stored: Any = image
    if header.bits > _BITS:
        stored = image.astype(np.uint16) << header.bits - _BITS
    elif 1 < header.bits < _BITS:
        stored = image >> _BITS - header.bits
    return stored if header.components == 1 else np.stack([stored] * header.components, axis=-1)


def _options(header: Header, data: Raw) -> dict[str, Any]:
    """What the encoder has to be told so that the result is like the codestream."""
    options: dict[str, Any] = {}
    if header.ppi is not None and header.ppi[0] == header.ppi[1]:
        options["ppi"] = header.ppi[0]
    if header.codec in ("JP2", "JP2L"):
        options["boxes"] = bytes(data[:2]) != jpeg2000.BARE[:2]
    if header.codec in ("JP2L", "JPEGL"):
        options["bits"] = header.bits
    if header.codec == "NONE" and header.bits == 1:
        options["bits"] = 1
    return options


def _shape(header: Header) -> tuple[int, ...]:
    return header.width, header.height, header.bits, header.components
