"""Files of pictures as users have them: pages, transparency, palettes, and what is no picture that is known here."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING, Any

import attrs

from nistitl.images.alpha import WHITE, gray_if_gray, laid_on
from nistitl.images.arrays import check_header, library
from nistitl.images.densities import densities_of
from nistitl.images.errors import ImageError
from nistitl.images.registry import codec_named, read_header, settled
from nistitl.images.sides import orientation_of
from nistitl.images.streams import png, tiff

if TYPE_CHECKING:
    from nistitl.images.arrays import Image
    from nistitl.images.header import Header
    from nistitl.images.resolution import Density

KNOWN = "PNG, TIFF, BMP, JPEG, JPEG 2000, PNM, WSQ, GIF, WebP and IHead"
_STRANGERS = (  # what people have that is none of these: where its signature stands, and what to do
    (0, b"%PDF", "a PDF: draw its pages first, for example by pdftoppm -r 500 -gray"),
    (0, b"II+\0", "a BigTIFF: save it as TIFF"),
    (0, b"MM\0+", "a BigTIFF: save it as TIFF"),
    (4, b"ftyp", "a HEIF or AVIF picture, or a film: save it as PNG or TIFF"),
    (0, b"8BPS", "a Photoshop document: save it as PNG or TIFF"),
    (128, b"DICM", "DICOM: save its picture as PNG or TIFF"),
    (0, b"PF", "a portable map of floating-point numbers: save it as PNG or TIFF"),
    (0, b"Pf", "a portable map of floating-point numbers: save it as PNG or TIFF"),
    (0, b"P7", "a portable arbitrary map: save it as PGM or PNG"),
    (0, b"1.001:", "a transaction: nistitl extract FILE -o DIR writes its images"),
    (0, b"1.01:", "a transaction: nistitl extract FILE -o DIR writes its images"),
)
_ALPHA_CODECS = ("PNG", "JP2", "JP2L")  # whose decoder gives transparency as one component more
_BEGINNING = 0
_PILLOW_ALPHA = ("BMP", "GIF", "WEBP")


@attrs.frozen(slots=True, eq=False)
class FilePicture:
    """The picture of a file as it is stored."""

    pixels: Image
    form: str
    bits: int
    told: tuple[Density, ...]
    orientation: int
    page: int
    pages: int
    done: tuple[str, ...]


def decoded_file(data: bytes, page: int | None, background: int | None, max_pixels: int) -> FilePicture:
    """The pixels of a file, of one of its pages; ImageError, with what to do, for what is none or is damaged."""
    if background is not None and not 0 <= background <= WHITE:
        raise ImageError("background is a gray from 0 (black) to 255 (white)")
    pages = _pages(data)
    if page is not None and not 1 <= page <= len(pages):
        raise ImageError(f"there is no page {page}: the file has {_count(len(pages))}")
    if page is None and len(pages) > 1:
        raise ImageError(f"the file has {len(pages)} pages; say which one is meant: page=1 to page={len(pages)}")
    if pages != [_BEGINNING]:
        data = tiff.page_of(data, pages[(page or 1) - 1])
    header = _readable(data)
    if header.truncated:
        raise ImageError(f"{header.codec}: the file ends before the picture does; get it anew from where it came from")
    check_header(header, max_pixels)
    pixels, alpha, premultiplied = _with_alpha(data, header, max_pixels)
    done: tuple[str, ...] = ()
    if alpha is not None:
        pixels, done = laid_on(pixels, alpha, background, premultiplied)
    if header.palette:
        pixels = gray_if_gray(pixels)
    return FilePicture(
        pixels,
        settled(data, header)[0].codec,
        max(header.bits, 8),
        tuple(densities_of(data)),
        orientation_of(data, header.codec),
        page or 1,
        len(pages),
        done,
    )


def header_of_file(data: bytes) -> Header:
    """The header of a file; ImageError, with what to do, where it is no picture that is known here."""
    if not data:
        raise ImageError("the file is empty")
    header = read_header(data)
    if header is None:
        for at, signature, what in _STRANGERS:
            if data[at : at + len(signature)] == signature:
                raise ImageError(f"this is {what}")
        raise ImageError(f"this is no picture that is known here ({KNOWN}); save it as PNG or TIFF")
    return header


def _readable(data: bytes) -> Header:
    header = header_of_file(data)
    if header.components not in (1, 3):
        raise ImageError(f"{header.codec}: {header.components} components, as of inks (CMYK); save it as gray or RGB")
    return header


def _pages(data: bytes) -> list[int]:
    """Where the pages of a TIFF are; one page of other formats. ImageError where the file is animated."""
    if data[:4] in tiff.SIGNATURES:
        try:
            return tiff.pages(data) or [_BEGINNING]
        except struct.error:
            raise ImageError("TIFF: the file ends in its directories; get it anew from where it came from") from None
    header = header_of_file(data)
    if header.codec in ("GIF", "WEBP") or (header.codec == "PNG" and _is_animated(data)):
        with library(header.codec):
            from PIL import Image as pillow

            with pillow.open(BytesIO(data), formats=(header.codec,)) as picture:
                frames = getattr(picture, "n_frames", 1)
        if frames > 1:
            raise ImageError(f"{header.codec}: {frames} pictures, an animation; save the one that is meant as PNG")
    return [_BEGINNING]


def _is_animated(data: bytes) -> bool:
    return any(chunk.name == b"acTL" for chunk in png.chunks(memoryview(data)))


def _count(pages: int) -> str:
    return f"{pages} pages, page=1 to page={pages}" if pages > 1 else "one page"


def _with_alpha(data: bytes, header: Header, max_pixels: int) -> tuple[Image, Any, bool]:
    """The pixels, their opacity where the file says one, and whether they are multiplied by it."""
    codec = codec_named(header.codec)
    pixels: Image = codec.decode(data, header, max_pixels, strict=True)
    with library(header.codec):
        if header.alpha and header.codec in _ALPHA_CODECS:
            return pixels, _last_component(data, header), False
        if header.alpha:
            stored = codec.stored(data, header, strict=True)
            return pixels, stored[..., -1], tiff.samples(memoryview(data)).premultiplied
        if header.codec in _PILLOW_ALPHA:
            return pixels, _opacity(data, header), False
    return pixels, None, False


def _last_component(data: bytes, header: Header) -> Any:
    import imagecodecs

    decode = imagecodecs.png_decode if header.codec == "PNG" else imagecodecs.jpeg2k_decode
    return decode(data)[..., -1]


def _opacity(data: bytes, header: Header) -> Any:
    import numpy as np
    from PIL import Image as pillow

    with pillow.open(BytesIO(data), formats=(header.codec,)) as picture:
        if "transparency" not in picture.info and "A" not in picture.getbands():
            return None
        return np.asarray(picture.convert("RGBA"))[..., -1]
