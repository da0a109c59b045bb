"""A picture that somebody has as the image of a record: its pixels as they are to be, and the fields that describe it.

Manifests (`{ image = "x.tif", codec = "WSQ20", bitrate = 0.75 }`) and descriptions (`R1 = "x.tif"`) go by it alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from nistitl.base.editions import LATEST
from nistitl.images.errors import ImageError
from nistitl.images.fields import described, fields_of_pixels, processed_fields, scale_fields
from nistitl.images.given import Wishes, check_carried
from nistitl.images.pictures import Picture, file_bytes, is_file, open_picture
from nistitl.images.registry import codec_spelled, read_header, settled
from nistitl.images.resolution import Density, is_nominal
from nistitl.records import record_class

if TYPE_CHECKING:
    from nistitl.base.editions import Edition

CLASSES = (500, 1000)
_WITH_BIT_RATE = ("WSQ20", "JP2")
_SQUARE = Density("nobody", 1, 1, ratio=True)


@attrs.frozen(slots=True, eq=False)
class Ready:
    """A picture made ready, and its resolution; `stream` is its file where its pixels are as they were."""

    picture: Picture
    density: Density
    stream: bytes | None = None
    codec: str = ""

    @property
    def ppi_class(self) -> int | None:
        """500 or 1000, by the ranges that count as that; None for any other resolution and for an aspect ratio."""
        if self.density.ratio or not self.density.square:
            return None
        return next((one for one in CLASSES if is_nominal(self.density.across, one)), None)

    @property
    def factor(self) -> tuple[float, float]:
        """How many pixels there are for one of the file, across and down."""
        before = self.picture.scanned
        return (self.density.across / before.across, self.density.down / before.down) if before else (1.0, 1.0)


def ready(
    source: Any,
    wishes: Wishes = Wishes(),  # noqa: B008  # frozen
    *,
    ppi: float | None = None,
    usual_ppi: float | None = None,
    needs_ppi: bool = True,
) -> Ready:
    """The picture of anything that `open_picture` takes, as it is wished; ImageError.

    `usual_ppi` is the resolution of one that tells none; without `needs_ppi` such a one has square pixels.
    """
    data = file_bytes(source) if is_file(source) else None
    picture = wishes.opened(source if data is None else data, ppi)
    if usual_ppi is not None and picture.ppi is None:
        picture = open_picture(picture, ppi=usual_ppi)
    opened = picture.pixels
    picture = wishes.done_to(picture)
    density = picture.density
    if density is None or (density.ratio and needs_ppi):
        if needs_ppi:
            raise ImageError("does not say its resolution: write ppi = 500, or what it was scanned at, beside the file")
        density = _SQUARE
    header = None if data is None else read_header(data)
    if data is None or header is None or picture.pixels is not opened or picture.done or picture.pages > 1:
        return Ready(picture, density)
    return Ready(picture, density, data, settled(data, header)[0].codec)


def has_bit_rate(codec: str) -> bool:
    """True for an algorithm whose bit rate can be chosen."""
    return codec in _WITH_BIT_RATE


def bit_rate(codec: str, bitrate: float | None, pixels: Any) -> dict[str, Any]:
    """What an encoder is told so that it makes `bitrate` bits of a pixel; ImageError for one that has no rate."""
    if bitrate is None:
        return {}
    if codec == "WSQ20":
        return {"bitrate": bitrate}
    if codec == "JP2":
        return {"ratio": max(1.0, pixels.itemsize * 8 * (pixels.shape[2] if pixels.ndim == 3 else 1) / bitrate)}
    raise ImageError(f"{codec} has no bit rate; {' and '.join(_WITH_BIT_RATE)} have one, for {codec} leave bitrate out")


def image_fields(
    made: Ready, kind: int, codec: str, bitrate: float | None = None, edition: Edition | None = None
) -> dict[str, Any]:
    """The image, its size, depth, algorithm and resolution, by mnemonic, for a record type; ImageError."""
    fields = coded_fields(made, kind, codec, bitrate, made.density, edition)
    return fields | scale_fields(kind, made.density)


def coded_fields(
    made: Ready, kind: int, codec: str, bitrate: float | None, said: Density | None, edition: Edition | None = None
) -> dict[str, Any]:
    """The image, its size, depth and algorithm, for a record that says the resolution itself; ImageError.

    A file that is of that algorithm already is taken as it is, unless a bit rate is asked for.
    """
    known = codec_spelled(codec)
    name = known.name if known is not None else codec
    if bitrate is None and made.stream is not None and name == made.codec and said is not None:
        ppi = None if said.ratio else said.across
        options = {"override_ppi": True, "turn": False}
        return described(made.stream, record_class(kind), None, ppi, options, edition, said).fields
    if known is not None:
        check_carried(made.picture, kind, known)
    rate = bit_rate(name, bitrate, made.picture.pixels)
    fields = fields_of_pixels(made.picture.pixels, kind, codec, said, edition=edition or LATEST, **rate)
    return fields | processed_fields(record_class(kind), made.picture)
