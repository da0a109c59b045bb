"""JP2 and JP2L: JPEG 2000 that loses something and JPEG 2000 that does not, in boxes or bare.

Headers tell 9-7, which is JP2, from 5-3, which is JP2L only where nothing is left out of it.

Decoded by OpenJPEG (imagecodecs: exact for 1 to 16 bits). Lossy codestreams are Pillow's, which controls
the rate; lossless ones imagecodecs', which knows every depth.
"""

from __future__ import annotations

import os
from io import BytesIO
from typing import TYPE_CHECKING, Any

import attrs

from nistitl.images.arrays import WARNINGS, check_header, checked, complaints, cut_off, depth_of, library, without_end
from nistitl.images.codec import Codec
from nistitl.images.errors import ImageError
from nistitl.images.header import MAX_PIXELS, Header
from nistitl.images.streams import jpeg2000
from nistitl.images.streams.reversible import is_reversible

if TYPE_CHECKING:
    from nistitl.images.arrays import Image
    from nistitl.wire.fields import Raw

_LEVELS = 6  # resolutions, that a small one can be shown without decoding all
_MOST_THREADS = 4


def _rows(whole: int, header: Header) -> str:
    return f"{whole} of {header.height} rows are whole"


class _Jpeg2000(Codec):
    suffix = ".jp2"
    signatures = jpeg2000.SIGNATURES

    def header(self, data: memoryview) -> Header:
        """The header, of either transformation."""
        return jpeg2000.header(data)

    def suffix_of(self, data: Raw) -> str:
        """Codestreams without boxes are no JP2 files."""
        return ".j2k" if bytes(data[:4]) == jpeg2000.BARE else self.suffix

    def decode(self, data: Raw, header: Header, max_pixels: int = MAX_PIXELS, *, strict: bool = False) -> Image:
        """Gray or RGB; signed components and CMYK are refused."""
        check_header(attrs.evolve(header, truncated=False), max_pixels)
        if not header.truncated:
            return self._pixels(_image_of(data), header, strict)
        mended = jpeg2000.mended(memoryview(data))
        if strict or not mended.only_end:
            raise without_end(self.name) if strict else cut_off(self.name, _rows(mended.rows, header))
        return self._pixels(mended.data, header, strict)

    def decode_cut(self, data: Raw, header: Header, max_pixels: int = MAX_PIXELS) -> tuple[Image, int]:
        """Coarser for what is missing; of an image of one tile no row is whole before all are."""
        check_header(attrs.evolve(header, truncated=False), max_pixels)
        if not header.truncated:
            return self._pixels(_image_of(data), header, strict=False), header.height
        mended = jpeg2000.mended(memoryview(data))
        return self._pixels(mended.data, header, strict=False), mended.rows

    def lacks_only_end(self, data: Raw, header: Header) -> bool:
        """By the lengths of the tile-parts."""
        return jpeg2000.mended(memoryview(data)).only_end

    def _pixels(self, data: bytes, header: Header, strict: bool) -> Image:
        with library(self.name):
            from imagecodecs import jpeg2k_decode

            threads = min(_MOST_THREADS, os.cpu_count() or 1)
            if not strict:
                return checked(jpeg2k_decode(data, numthreads=threads), header)
            with complaints() as said:
                image = checked(jpeg2k_decode(data, numthreads=threads, verbose=WARNINGS), header)
            if said:
                raise ImageError(f"{self.name}: the coded data are damaged: {said[0]}")
            return image


class Jpeg2000(_Jpeg2000):
    """CGA JP2, GCA 4."""

    name = "JP2"
    lossless = False
    later_names = ("JPEG2",)
    media_types = ("image/jp2",)
    other_names = ("JPEG2000", "JPG2000", "J2K", "JPEG2K", "JP2000")
    number = 4
    for_1000_ppi = True

    def encode(self, array: Any, *, ppi: float | None = None, ratio: float = 10, boxes: bool = True) -> bytes:
        """JPEG 2000 of 1/ratio of the size, resolution by resolution (RPCL); `boxes=False`: a bare codestream."""
        image = self.image(array)
        if image.ndim == 3 and image.itemsize > 1:
            raise ImageError("JP2 is written with 8 bits in colour; JP2L carries 16")
        if not ratio >= 1:
            raise ImageError("JP2: a ratio is 1 or more")
        with library(self.name):
            from PIL import Image as pillow

            out = BytesIO()
            pillow.fromarray(image).save(
                out,
                "JPEG2000",
                irreversible=True,
                mct=int(image.ndim == 3),
                quality_mode="rates",
                quality_layers=[ratio],
                progression="RPCL",
                num_resolutions=min(_LEVELS, min(image.shape[:2]).bit_length()),
                no_jp2=not boxes,
            )
        return _with_ppi(out.getvalue(), ppi, boxes)


class Jpeg2000Lossless(_Jpeg2000):
    """CGA JP2L, GCA 5."""

    name = "JP2L"
    lossless = True
    number = 5
    media_types = ("image/jp2",)
    also = (Jpeg2000.name,)
    export_as = "jp2"

    def name_of(self, data: Raw) -> str | None:
        """JP2 where coding passes are left out."""
        kept = is_reversible(memoryview(data).cast("B"))
        return None if kept is None else self.name if kept else Jpeg2000.name

    def encode(self, array: Any, *, ppi: float | None = None, bits: int | None = None, boxes: bool = True) -> bytes:
        """Lossless JPEG 2000; `bits` where pixels have fewer than their array; `boxes=False`: a bare codestream."""
        image = self.image(array)
        depth = depth_of(image, bits, self.name)
        with library(self.name):
            from imagecodecs import jpeg2k_encode

            form = "jp2" if boxes else "j2k"
            data = bytes(jpeg2k_encode(image, level=0, reversible=True, bitspersample=depth, codecformat=form))
        return _with_ppi(data, ppi, boxes)


def _image_of(data: Raw) -> bytes:
    """Without what stands behind the codestream, which a decoder may take for boxes that are damaged."""
    return bytes(jpeg2000.image_of(memoryview(data)))


def _with_ppi(data: bytes, ppi: float | None, boxes: bool) -> bytes:
    return data if ppi is None or not boxes else jpeg2000.with_ppi(data, ppi)


LOSSY = Jpeg2000()
LOSSLESS = Jpeg2000Lossless()
