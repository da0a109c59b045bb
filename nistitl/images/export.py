"""Images out of a transaction, one file each, with their resolution."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from nistitl.base.plugins import CODECS, find
from nistitl.images.arrays import library
from nistitl.images.errors import ImageError
from nistitl.images.registry import codecs
from nistitl.images.scale import density_said, ppi_to_write
from nistitl.images.suffixes import SAYING, UNKNOWN, suffix_of
from nistitl.wire.grammar import US

if TYPE_CHECKING:
    from nistitl.images.record import ImageRecord
    from nistitl.images.resolution import Density

_TIFF, _PIXELS, _ORIGINAL = "tiff", "raw", "original"


def formats() -> tuple[str, ...]:
    """What an image can be exported as: by the codecs that are installed, and three that are no codec's."""
    return (*(codec.export_as for codec in codecs() if codec.export_as), _TIFF, _PIXELS, _ORIGINAL)


def exported(record: ImageRecord, form: str) -> tuple[bytes, str]:
    """The image of a record in one of the formats, and the suffix of its file.

    `original` is the codestream as it stands; `raw` the pixels, row by row, 16-bit ones big-endian. A resolution that
    no image has, or of pixels that are not square, is left out where the format cannot carry it.
    Raises ImageError when the image does not decode or the format cannot carry it.
    """
    if form == _ORIGINAL:
        return _original(record)
    array = record.array
    if form == _PIXELS:
        return array.astype(array.dtype.newbyteorder(">")).tobytes(), ".raw"
    if form == _TIFF:
        return _tiff(array, density_said(record)), ".tif"
    codec = next((codec for codec in codecs() if form and codec.export_as == form), None)
    if codec is None:
        raise ImageError(f"no format {form!r}; known: {', '.join(formats())}")
    return codec.encode(array, ppi=ppi_to_write(density_said(record))), codec.suffix


def _original(record: ImageRecord) -> tuple[bytes, str]:
    field = max(record.elements) if record.binary else record.data_field
    data = bytes(record.raw(field or 0) or b"")
    point = find(CODECS, record.codec)
    suffix = point.load().suffix_of(data) if point else UNKNOWN
    return data, suffix_of(data, _said(record)) if suffix == UNKNOWN and record.type in SAYING else suffix


def _said(record: ImageRecord) -> str:
    """The type of its data as the record says it; empty where it does not."""
    raw = record.raw(SAYING[record.type]) if record.type in SAYING else None
    return bytes(raw or b"").partition(US)[0].decode("ascii", "replace")


def _tiff(array: Any, said: Density | None) -> bytes:
    known = said is not None and said.plausible and not said.ratio
    density = {"dpi": (said.across, said.down)} if said is not None and known else {}
    with library("TIFF"):
        from PIL import Image

        out = io.BytesIO()
        Image.fromarray(array).save(out, "TIFF", compression="tiff_lzw", **density)
        return out.getvalue()
