"""Images out of a transaction, one file each, with their resolution."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import attrs

from nistitl.base.plugins import CODECS, find
from nistitl.images.arrays import library
from nistitl.images.codec import FRICTION_RIDGE_TYPES
from nistitl.images.errors import ImageError
from nistitl.images.pictures import Picture
from nistitl.images.registry import codecs
from nistitl.images.renewing import picture_of
from nistitl.images.scale import density_said, ppi_to_write
from nistitl.images.segments import segments_of
from nistitl.images.suffixes import SAYING, UNKNOWN, suffix_of
from nistitl.wire.grammar import US

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.images.record import ImageRecord
    from nistitl.images.resolution import Density
    from nistitl.images.segments import Crop

_TIFF, _PIXELS, _ORIGINAL = "tiff", "raw", "original"


def formats() -> tuple[str, ...]:
    """What an image can be exported as: by the codecs that are installed, and three that are no codec's."""
    return (*(codec.export_as for codec in codecs() if codec.export_as), _TIFF, _PIXELS, _ORIGINAL)


@attrs.frozen(slots=True)
class Export:
    """How images are exported: the format, gray, and friction ridges at a resolution."""

    form: str
    gray: bool = False
    ppi: float | None = None

    @property
    def stored(self) -> bool:
        """True where the codestream is wanted as it stands, which nothing may be done to."""
        return self.form == _ORIGINAL

    def picture(self, record: ImageRecord) -> Picture:
        """The image of a record as it is wanted. ImageError where it does not decode, or cannot become that."""
        return self.of(record, self.before(record))

    def before(self, record: ImageRecord) -> Picture:
        """The same before anything is done to it; one whose resolution is to change has to say it without doubt."""
        if self.ppi is not None and record.type in FRICTION_RIDGE_TYPES:
            return picture_of(record)
        pixels, said = record.array, density_said(record)
        told = (said,) if said is not None and said.plausible else ()
        return Picture(pixels, "record", 8 * pixels.itemsize, told=told)

    def of(self, record: ImageRecord, picture: Picture) -> Picture:
        """A picture out of a record as it is wanted."""
        picture = picture.gray() if self.gray else picture
        ridges = record.type in FRICTION_RIDGE_TYPES
        return picture.resample(self.ppi) if self.ppi is not None and ridges else picture


def exported(record: ImageRecord, form: str | Export) -> tuple[bytes, str]:
    """The image of a record in one of the formats, and the suffix of its file.

    `original` is the codestream as it stands; `raw` the pixels, row by row, 16-bit ones big-endian. A resolution that
    no image has, or of pixels that are not square, is left out where the format cannot carry it.
    Raises ImageError when the image does not decode or the format cannot carry it.
    """
    wanted = form if isinstance(form, Export) else Export(form)
    return _original(record) if wanted.stored else written(wanted.picture(record), wanted.form)


def exported_segments(record: ImageRecord, wanted: Export) -> Iterator[tuple[Crop, Picture]]:
    """Every segment of an image of several fingers or parts, as it is wanted; white outside of a polygon.

    Raises ImageError as `exported` does.
    """
    whole = wanted.before(record)
    for crop in segments_of(record, whole.pixels):
        if crop.array is not None:
            yield crop, wanted.of(record, attrs.evolve(whole, pixels=_within(crop)))


def written(picture: Picture, form: str) -> tuple[bytes, str]:
    """A picture in one of the formats but `original`, and the suffix of its file; ImageError as `exported`."""
    array, said = picture.pixels, picture.density
    if form == _PIXELS:
        return array.astype(array.dtype.newbyteorder(">")).tobytes(), ".raw"
    if form == _TIFF:
        return _tiff(array, said), ".tif"
    codec = next((codec for codec in codecs() if form and codec.export_as == form), None)
    if codec is None:
        raise ImageError(f"no format {form!r}; known: {', '.join(formats())}")
    return codec.encode(array, ppi=ppi_to_write(said)), codec.suffix


def _within(crop: Crop) -> Any:
    """The pixels of a segment, white where its polygon is not."""
    import numpy as np

    pixels: Any = np.ascontiguousarray(crop.array)
    if crop.mask is not None:
        pixels = pixels.copy()
        pixels[~crop.mask] = np.iinfo(pixels.dtype).max
    return pixels


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
