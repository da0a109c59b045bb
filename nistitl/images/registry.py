"""The codecs that are installed: by name, by a spelling of CGA, by how a codestream begins. Ours come first."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import attrs

from nistitl.base.plugins import CODECS, find, objects
from nistitl.images.codec import Codec, capitals
from nistitl.images.errors import CutOff, ImageError
from nistitl.images.header import MAX_PIXELS, Header

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from nistitl.images.arrays import Image
    from nistitl.wire.fields import Raw

_MOST_SIGNATURE = 64  # bytes


def codecs() -> Iterator[Codec]:
    """Every codec, ours first; other packages are looked for only when these are passed."""
    return objects(CODECS)


def codec_named(name: str) -> Any:
    """The codec of a name (NONE, WSQ20, JPEGB, JPEGL, JP2, JP2L, PNG, FAX); encoders' options differ, hence Any."""
    point = find(CODECS, name)
    if point is None:
        raise ImageError(f"no codec of the name {name} is installed")
    return point.load()


def codec_spelled(text: str) -> Codec | None:
    """The codec that somebody names, however it is spelled; None when nobody knows it."""
    name = capitals(text)
    return next((codec for codec in codecs() if codec.is_called(name)), None)


def codec_claimed(record_type: int, said: str | int) -> Codec | None:
    """The codec that CGA or SRT of a record type names, None when nobody knows it."""
    if isinstance(said, str):
        codec = codec_spelled(said)
        if codec is None or (codec.spelling(record_type) is None and capitals(said) not in codec.later_names):
            return None
        return codec
    return next((codec for codec in codecs() if codec.spelling(record_type) == said), None)


def codec_of_media(media_type: str) -> Codec | None:
    """The codec of a media type (`image/png`), without its parameters; None when nobody knows it."""
    name = media_type.partition(";")[0].strip().lower()
    return next((codec for codec in codecs() if name in codec.media_types), None)


def codec_recognised(data: Raw) -> Codec | None:
    """The codec whose signature the bytes begin with, None when nobody knows them."""
    start = bytes(memoryview(data).cast("B")[:_MOST_SIGNATURE])
    return next((codec for codec in codecs() if codec.recognises(start)), None)


def read_header(data: Raw) -> Header | None:
    """The header of a codestream, None when the bytes begin like none that is known here.

    Raises ImageError when they begin like one and do not go on like it.
    """
    codec = codec_recognised(data)
    if codec is None:
        return None
    try:
        header = codec.header(memoryview(data).cast("B"))
    except (struct.error, IndexError):
        raise CutOff("the codestream ends inside its header") from None
    if not (header.width and header.height and header.bits and header.components):
        raise ImageError("the codestream says that the image has no pixels")
    return header


def settled(data: Raw, header: Header) -> tuple[Header, bool]:
    """The header of a codestream with the codec that all of the data tell, and whether they do."""
    name = codec_named(header.codec).name_of(data)
    return (header if name in (None, header.codec) else attrs.evolve(header, codec=name)), name is not None


def decode(data: Raw, *, max_pixels: int = MAX_PIXELS, strict: bool = False) -> Image:
    """The pixels of a codestream, whichever it is."""
    header = read_header(data)
    if header is None:
        raise ImageError("these bytes are no codestream that is known here")
    array: Image = codec_named(header.codec).decode(data, header, max_pixels, strict=strict)
    return array
