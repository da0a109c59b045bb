"""A picture that somebody has as the image of a record: its pixels as they are to be, and the fields that describe it.

Manifests (`{ image = "x.tif", codec = "WSQ20", bitrate = 0.75 }`) and descriptions (`R1 = "x.tif"`) go by it alike.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from nistitl.images.densities import densities_of
from nistitl.images.errors import ImageError
from nistitl.images.fields import fields_from, fields_of_pixels, resolution_agreed, scale_fields
from nistitl.images.orientation import densities_given, pixels_given, refusal, turned, turned_densities
from nistitl.images.registry import codec_spelled, decode, read_header
from nistitl.images.resolution import Density, is_nominal
from nistitl.images.sides import orientation_of
from nistitl.images.streams.exif import UPRIGHT

if TYPE_CHECKING:
    from nistitl.base.editions import Edition
    from nistitl.images.arrays import Image

_TURN = "say turn = true to turn it, turn = false to take it as it is stored"
_CLASSES = (500, 1000)


@attrs.frozen(slots=True, eq=False)
class Pixels:
    """Pixels of a picture, upright, with their resolution; `scanned` is that of the file where they were resampled.

    `stream` are the bytes of the file where nothing was changed of it, so that they can be taken as they are, and
    `codec` what they are. `notes` say what was done.
    """

    array: Image
    density: Density
    stream: bytes | None = None
    codec: str = ""
    scanned: Density | None = None
    notes: tuple[str, ...] = ()

    @property
    def ppi_class(self) -> int | None:
        """500 or 1000, by the ranges that count as that; None for any other resolution and for an aspect ratio."""
        if self.density.ratio:
            return None
        return next((one for one in _CLASSES if is_nominal(self.density.across, one)), None)

    @property
    def factor(self) -> float:
        """How many pixels there are for one of the file."""
        return self.density.across / self.scanned.across if self.scanned is not None else 1.0


def pixels_of(
    source: Any, *, ppi: float | None = None, page: int | None = None, turn: bool | None = None, gray: bool = False
) -> Pixels:
    """The pixels of a path, of the bytes of a file, of an array or of a picture of Pillow; ImageError.

    `ppi` is the resolution where the file tells none, and must be that of the file where it does. `gray` makes gray
    of colour.
    """
    if isinstance(source, str | os.PathLike):
        source = _read(Path(source))
    if isinstance(source, bytes | bytearray | memoryview):
        return _of_file(bytes(source), ppi, page, turn, gray)
    array, notes = _as_wanted(pixels_given(source, turn), gray)
    return Pixels(array, resolution_agreed(densities_given(source, turn), ppi), notes=notes)


def _read(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise ImageError("is no file")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise ImageError(f"cannot read: {getattr(error, 'strerror', None) or error}") from None


def _of_file(data: bytes, ppi: float | None, page: int | None, turn: bool | None, gray: bool) -> Pixels:
    header = read_header(data)
    if header is None:
        raise ImageError("is no picture that is known here")
    if header.alpha:
        raise ImageError("has transparency, which no record can hold; save it without")
    if page not in (None, 1):
        raise ImageError(f"has no page {page}")
    orientation = orientation_of(data, header.codec)
    if orientation != UPRIGHT and turn is None:
        raise refusal(orientation, _TURN)
    told = densities_of(data)
    array: Image = decode(data, strict=True)
    if turn:
        array, told = turned(array, orientation), turned_densities(told, orientation)
    wanted, notes = _as_wanted(array, gray)
    same = wanted is array and not (turn and orientation != UPRIGHT)
    density = resolution_agreed(told, ppi)
    return Pixels(wanted, density, data if same and not header.palette else None, header.codec, notes=notes)


def _as_wanted(array: Any, gray: bool) -> tuple[Any, tuple[str, ...]]:
    """Gray of 8 bits, where that is wanted: 0.299 red, 0.587 green, 0.114 blue (ITU-R BT.601)."""
    import numpy as np

    if not gray or (array.ndim == 2 and array.itemsize == 1):
        return array, ()
    if array.ndim == 2:
        raise ImageError("has more than 8 bits, which no friction ridge image of these records has; save it with 8")
    mixed = array @ np.array([0.299, 0.587, 0.114])
    return np.rint(mixed).astype(array.dtype), ("gray made of colour",)


def options_of(codec: str, bitrate: float | None, array: Any) -> dict[str, Any]:
    """What an encoder is told so that it makes `bitrate` bits of a pixel; ImageError for one that has no rate."""
    if bitrate is None:
        return {}
    known = codec_spelled(codec)
    name = known.name if known is not None else codec
    if name == "WSQ20":
        return {"bitrate": bitrate}
    if name == "JP2":
        return {"ratio": max(1.0, array.itemsize * 8 * (array.shape[2] if array.ndim == 3 else 1) / bitrate)}
    raise ImageError(f"{name} has no bit rate; those of WSQ20 and JP2 can be chosen")


def described(
    pixels: Pixels, kind: int, codec: str, bitrate: float | None = None, edition: Edition | None = None
) -> dict[str, Any]:
    """The fields of the image, its size, depth, algorithm and resolution, by mnemonic, for a record type.

    A file that is of that algorithm already is taken as it is, unless a bit rate is asked for.
    """
    known = codec_spelled(codec)
    if bitrate is None and pixels.stream is not None and known is not None and known.name == pixels.codec:
        return fields_from(pixels.stream, kind, ppi=pixels.density.across, override_ppi=True, turn=False)
    rate = options_of(codec, bitrate, pixels.array)
    scale = scale_fields(kind, pixels.density)
    return scale | fields_of_pixels(pixels.array, kind, codec, pixels.density, edition=edition, **rate)
