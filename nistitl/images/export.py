"""Images out of a transaction, one file each, with their resolution."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from nistitl.images.codecs import codec_named, library
from nistitl.images.errors import ImageError

if TYPE_CHECKING:
    from nistitl.images.record import ImageRecord

FORMATS = ("png", "tiff", "raw", "wsq", "jp2", "original")
_SUFFIXES = {
    "WSQ20": ".wsq", "JPEGB": ".jpg", "JPEGL": ".jpg", "JP2": ".jp2", "JP2L": ".jp2", "PNG": ".png", "FAX": ".g4",
}  # fmt: skip
_BARE_J2K = b"\xff\x4f\xff\x51"


def exported(record: ImageRecord, form: str) -> tuple[bytes, str]:
    """The image of a record in a format of FORMATS, and the suffix of its file.

    `original` is the codestream as it stands; `raw` the pixels, row by row, 16-bit ones big-endian.
    Raises ImageError when the image does not decode or the format cannot carry it.
    """
    if form == "original":
        return _original(record)
    array = record.array
    if form == "raw":
        return array.astype(array.dtype.newbyteorder(">")).tobytes(), ".raw"
    if form == "tiff":
        return _tiff(array, record.ppi), ".tif"
    codec = {"png": "PNG", "wsq": "WSQ20", "jp2": "JP2L"}.get(form)
    if codec is None:
        raise ImageError(f"no format {form!r}; known: {', '.join(FORMATS)}")
    return codec_named(codec).encode(array, ppi=record.ppi), f".{form}"


def _original(record: ImageRecord) -> tuple[bytes, str]:
    field = max(record.elements) if record.binary else record.data_field
    data = bytes(record.raw(field or 0) or b"")
    suffix = ".j2k" if data.startswith(_BARE_J2K) else _SUFFIXES.get(record.codec, ".raw")
    return data, suffix


def _tiff(array: Any, ppi: float | None) -> bytes:
    with library("TIFF"):
        from PIL import Image

        out = io.BytesIO()
        Image.fromarray(array).save(out, "TIFF", compression="tiff_lzw", **({"dpi": (ppi, ppi)} if ppi else {}))
        return out.getvalue()
