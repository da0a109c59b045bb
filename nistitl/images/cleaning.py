"""A codestream without what it carries on the side: nothing is kept but what its decoder needs."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from nistitl.images.arrays import complaints
from nistitl.images.claims import BLANKS, claims_of, unwrapped
from nistitl.images.cleaners import jpeg, jpeg2000, png, rasters, sounds, tiff, wsq
from nistitl.images.cleaners.kept import BEFORE, BEHIND, FILLING, Kept
from nistitl.images.codecs.none import length_of
from nistitl.images.codestream import header_claimed
from nistitl.images.errors import ImageError
from nistitl.images.header import MAX_PIXELS
from nistitl.images.registry import codec_named, codec_recognised, read_header

if TYPE_CHECKING:
    from collections.abc import Callable

    from nistitl.images.arrays import Image
    from nistitl.images.header import Header
    from nistitl.model.record import Record
    from nistitl.wire.fields import Raw

_CLEANERS: dict[str, Callable[[memoryview, Kept], None]] = {
    "WSQ20": wsq.clean,
    "JPEGB": jpeg.clean,
    "JPEGL": jpeg.clean,
    "JP2": jpeg2000.clean,
    "JP2L": jpeg2000.clean,
    "PNG": png.clean,
    "TIFF": tiff.clean,
    "GIF": rasters.clean_gif,
    "BMP": rasters.clean_bmp,
    "PNM": rasters.clean_pnm,
    "WEBP": rasters.clean_webp,
    "IHEAD": rasters.clean_ihead,
}


class Cleaned(NamedTuple):
    """A codestream that holds an image, or a sound, and nothing else; `removed`: what went, by kind, never content."""

    data: bytes
    removed: tuple[str, ...]


def cleaned(data: Raw) -> Cleaned:
    """The codestream without comments, EXIF, profiles and whatever else its decoder does not need; the same pixels.

    Of any format that is known here by its bytes, and WAV and MP3. The resolution stays where the format has a place
    for it, and what NIST's comment says of it. Raises ImageError where the format is not known, or is damaged, and
    where an image cannot be cleaned without touching its pixels; both are decoded and compared.
    """
    view, wrappers = unwrapped(memoryview(data).cast("B"))
    start = bytes(view[:16])
    if sounds.is_wave(start):
        return _by(sounds.clean_wave, view, wrappers)
    codec = codec_recognised(view)
    if codec is None and sounds.is_mp3(start):
        return _by(sounds.clean_mp3, view, wrappers)
    if codec is None or codec.name not in _CLEANERS:
        raise ImageError("the format is not known here, so nothing can be taken out of it")
    made = _by(_CLEANERS[codec.name], view, wrappers)
    _compare(view, made.data)
    return made


def cleaned_of(record: Record) -> Cleaned:
    """The image of a record so cleaned, also where the record alone tells what it is: pixels end where they do.

    Raises ImageError, also for facsimile, whose end only its decoder knows, and for vector signatures.
    """
    claims = claims_of(record)
    header = header_claimed(claims)
    codec = codec_named(header.codec)
    if not codec.uncompressed:
        return cleaned(claims.data or b"")
    kept = Kept()
    for wrapper in claims.wrappers:
        kept.drop(BEFORE if wrapper == BLANKS else wrapper)
    kept.keep(kept.within(memoryview(claims.data or b""), length_of(header), BEHIND))
    codec.decode(kept.data, header)
    return Cleaned(kept.data, kept.removed)


def _by(clean: Callable[[memoryview, Kept], None], data: memoryview, wrappers: list[str]) -> Cleaned:
    kept = Kept()
    for wrapper in wrappers:
        kept.drop(BEFORE if wrapper == BLANKS else wrapper)
    try:
        clean(data, kept)
    except (struct.error, IndexError):
        raise ImageError("the codestream ends inside its header, or does not hold together") from None
    if kept.data != data:
        kept.drop(FILLING, b"" if kept.removed else b"?")
    return Cleaned(kept.data, kept.removed)


def _compare(before: memoryview, after: bytes) -> None:
    """ImageError where an image is damaged, or its pixels would be others."""
    clean = _pixels(after, strict=True)
    if before == after:
        return
    import numpy as np

    try:
        with complaints():  # of what went
            pixels = _pixels(bytes(before), strict=False)
    except ImageError:
        return  # of what went, something kept a decoder from reading it
    if not np.array_equal(pixels, clean):
        raise ImageError("the image cannot be cleaned: its pixels would be others")


def _pixels(data: bytes, strict: bool) -> Image:
    header = _header(data)
    pixels: Image = codec_named(header.codec).decode(data, header, MAX_PIXELS, strict=strict)
    return pixels


def _header(data: Raw) -> Header:
    header = read_header(data)
    if header is None:
        raise ImageError("these bytes are no codestream that is known here")
    return header


def is_sound(data: Raw) -> bool:
    """True for the bytes of a WAV or an MP3."""
    start = bytes(memoryview(data)[:16])
    return sounds.is_wave(start) or sounds.is_mp3(start)


def is_known(codec: str) -> bool:
    """True for a codec whose codestreams can be cleaned."""
    return codec in _CLEANERS
