"""Any picture that somebody has, as pixels that a record can hold: from a path, a file, bytes, an array or Pillow.

What is said of it comes along: the resolution with its source, the depth, how it lay. Nothing is done to the pixels
that nobody asked for but the turn that EXIF asks for, and every such thing is told by `Picture.done`.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from numbers import Real
from typing import IO, TYPE_CHECKING, Any

import attrs

from nistitl.base.errors import ReadError
from nistitl.base.files import load
from nistitl.images.arrays import library
from nistitl.images.errors import ImageError
from nistitl.images.formats import decoded_file
from nistitl.images.header import MAX_PIXELS
from nistitl.images.orientation import densities_given, pixels_given, turned, turned_densities
from nistitl.images.resampling import FILTERED, HALVED, halved, halves, scaled, size_at
from nistitl.images.resolution import Density, nominal
from nistitl.images.scale import resolution_agreed
from nistitl.images.streams.exif import UPRIGHT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.images.arrays import Image

    Source = str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes]

_RED, _GREEN, _BLUE, _HALF = 19595, 38470, 7471, 1 << 15  # of 65536: 0.299, 0.587, 0.114 of ITU-R BT.601, rounded
_GRAY_DONE = "gray from colour by ITU-R BT.601"


@attrs.frozen(slots=True, eq=False, repr=False)
class Picture:
    """Pixels and what is known of them. `numpy.asarray(picture)` gives the pixels, too.

    `pixels` is uint8 or uint16 of (rows, columns) or (rows, columns, 3), the right way up; `bits` how many of a
    component are used; `told` every statement of the resolution, `given` the one of the argument `ppi`; `form` what it
    was (PNG, TIFF, array, Pillow, ...), `name` of which file; `orientation` how it was stored (EXIF, 1 to 8); `done`
    what was done to the pixels, in plain words; `scanned` the resolution before that changed.
    """

    pixels: Image
    form: str
    bits: int
    name: str = ""
    told: tuple[Density, ...] = ()
    given: float | None = None
    orientation: int = UPRIGHT
    page: int = 1
    pages: int = 1
    done: tuple[str, ...] = ()
    scanned: Density | None = None

    @property
    def width(self) -> int:
        """Columns of pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Rows of pixels."""
        return int(self.pixels.shape[0])

    @property
    def colour(self) -> bool:
        """True of three components, red, green and blue."""
        return self.pixels.ndim == 3

    @property
    def density(self) -> Density | None:
        """The resolution across and down in pixels per inch, with its source; None where nobody says it.

        An aspect ratio (`density.ratio`) where no more than that is said. ImageError where two statements differ.
        """
        with naming(self.name):
            if self.given is not None or any(one.plausible and not one.ratio for one in self.told):
                return resolution_agreed(list(self.told), self.given)
        return next((one for one in self.told if one.ratio), None)

    @property
    def ppi(self) -> float | None:
        """Pixels per inch across; None where nobody says it, or an aspect ratio only."""
        density = self.density
        return None if density is None or density.ratio else density.across

    def gray(self) -> Picture:
        """The same without colour: (19595 R + 38470 G + 7471 B + 32768) / 65536, whole, as Pillow's mode L.

        That is 0.299 R + 0.587 G + 0.114 B, luma of ITU-R BT.601, rounded.
        """
        if not self.colour:
            return self
        import numpy as np

        red, green, blue = (self.pixels[..., at].astype(np.uint32) for at in range(3))
        luma = (_RED * red + _GREEN * green + _BLUE * blue + _HALF) >> 16
        pixels: Any = luma.astype(np.uint8 if self.pixels.itemsize == 1 else np.uint16)
        return self._changed(pixels, _GRAY_DONE)

    def eight_bits(self) -> Picture:
        """The same with 8 bits a component: deeper samples are divided, and rounded, so that white stays white."""
        if self.pixels.itemsize == 1:
            return self
        import numpy as np

        most = (1 << self.bits) - 1
        pixels = (self.pixels.astype(np.uint32) * 255 + most // 2) // most
        changed = self._changed(pixels.astype(np.uint8), f"8 bits from {self.bits}")
        return attrs.evolve(changed, bits=8)

    def resample(self, ppi: float, *, upsample: bool = False) -> Picture:
        """The same at another resolution, of square pixels; itself where it is that within one per cent.

        1000 to 500 as NISTIR 7839 says (Gaussian of sigma 0.8475 and radius 4, then every second pixel: the result has
        half of the resolution that it had), else by Lanczos. ImageError where no resolution is known, and where pixels
        would have to be invented, unless `upsample`.
        """
        with naming(self.name):
            check_numbers(ppi=ppi)
            said = self.density
            if said is None or said.ratio:
                raise ImageError("the resolution is not known, so that it cannot be changed; give ppi")
            if not ppi >= 1:
                raise ImageError("a resolution is 1 pixel per inch or more")
            if said.square and nominal(said.across) == nominal(ppi):
                return self
            least = min(said.across, said.down)
            if least < ppi and nominal(least) != nominal(ppi) and not upsample:
                raise ImageError(
                    f"{said} has less detail than {ppi:g} ppi: scan it again; upsample=True invents pixels between"
                )
        if halves(said.across, said.down, ppi):
            pixels, how = halved(self.pixels), HALVED
            now = Density("resampling", said.across / 2, said.down / 2)
        else:
            width, height = size_at(self.width, said.across, ppi), size_at(self.height, said.down, ppi)
            pixels, how, now = scaled(self.pixels, width, height), FILTERED, Density("resampling", ppi, ppi)
        changed = self._changed(pixels, f"resampled from {said} to {now}: {how}")
        return attrs.evolve(changed, told=(now,), given=None, scanned=self.scanned or said)

    def _changed(self, pixels: Image, how: str) -> Picture:
        return attrs.evolve(self, pixels=pixels, done=(*self.done, how))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        import numpy as np

        return np.array(self.pixels, dtype, copy=copy)

    def __repr__(self) -> str:
        kind = "RGB" if self.colour else "gray"
        try:
            said = self.density
        except ImageError:
            said = None
        resolution = f", {said} ({said.source})" if said is not None else ", no resolution"
        return f"<Picture {self.width} x {self.height}, {kind} of {self.bits} bits{resolution}>"


def open_picture(
    source: Any,
    *,
    page: int | None = None,
    ppi: float | None = None,
    override_ppi: bool = False,
    turn: bool | None = None,
    background: int | None = None,
    max_pixels: int = MAX_PIXELS,
) -> Picture:
    """Any picture as pixels, the right way up.

    `source` is a path, an open binary file, the bytes of a PNG, TIFF, BMP, JPEG, JPEG 2000, PNM, WSQ, GIF, WebP or
    IHead file, an array (uint8, uint16, or bool, of which True is white), a picture of Pillow, or a Picture. `page` is
    the one of a file of several, from 1; `ppi` the resolution where it says none, or (`override_ppi`) another than it
    says; `turn=False` leaves it as it is stored; `background`, 0 (black) to 255 (white), lies under what is
    transparent. Transparency that hides nothing is dropped, palettes become colours, or gray where they are grays.
    ImageError, which names the file, for anything else, and for more than `max_pixels`; numpy and Pillow are needed.
    """
    check_numbers(page=page, ppi=ppi, background=background)
    if isinstance(source, Picture):
        if page is not None or background is not None:
            raise ImageError("a Picture is one page without transparency: page and background go with its file")
        return source if ppi is None else attrs.evolve(source, given=ppi, told=() if override_ppi else source.told)
    name = name_of(source)
    with naming(name):
        if hasattr(source, "getexif"):
            told = densities_given(source, turn)
            pixels, bits = pixels_given(source, turn, background)
            picture = Picture(pixels, "Pillow", bits, name, tuple(told), ppi)
        elif is_file(source):
            picture = _of_file(file_bytes(source), name, page, ppi, turn, background, max_pixels)
        else:
            pixels = pixels_of_array(source)
            picture = Picture(pixels, "array", pixels.itemsize * 8, given=ppi)
        return attrs.evolve(picture, told=()) if override_ppi and ppi is not None else picture


def check_numbers(**numbers: Any) -> None:
    """ImageError, with the name of the argument, for what is to be a number and is none."""
    for name, number in numbers.items():
        if number is not None and not isinstance(number, Real):
            raise ImageError(f"{name} is a number, not {type(number).__name__}")


def is_file(source: Any) -> bool:
    """True for a path, the bytes of a file, and a file that is open."""
    return isinstance(source, str | os.PathLike | bytes | bytearray | memoryview) or hasattr(source, "read")


def name_of(source: Any) -> str:
    """What errors call a source: its path; nothing where it has none."""
    if isinstance(source, str | os.PathLike):
        return os.fsdecode(source)
    name = getattr(source, "name", "") or getattr(source, "filename", "")
    return name if isinstance(name, str) else ""


def file_bytes(source: Source) -> bytes:
    """All bytes of a path, of a file that is open, or of bytes. ImageError where they cannot be read."""
    try:
        return bytes(load(source, mapped=False))
    except ReadError as error:
        reason = getattr(error.__cause__, "strerror", None)
        raise ImageError(f"cannot be read: {reason}" if reason else str(error)) from None


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Around what is done with a picture: errors say of which file."""
    try:
        yield
    except ImageError as error:
        if not name or error.message.startswith(f"{name}: "):
            raise
        raise ImageError(f"{name}: {error.message}", error.finding, error.offset) from None


def _of_file(
    data: bytes,
    name: str,
    page: int | None,
    ppi: float | None,
    turn: bool | None,
    background: int | None,
    max_pixels: int,
) -> Picture:
    read = decoded_file(data, page, background, max_pixels)
    orientation = UPRIGHT if turn is False else read.orientation
    done = read.done if orientation == UPRIGHT else (*read.done, f"turned as EXIF orientation {orientation} asks")
    return Picture(
        turned(read.pixels, orientation),
        read.form,
        read.bits,
        name,
        tuple(turned_densities(list(read.told), orientation)),
        ppi,
        read.orientation,
        read.page,
        read.pages,
        done,
    )


def pixels_of_array(array: Any) -> Image:
    """An array of gray, or of red, green and blue, as pixels; ImageError, which says what to do, for any other."""
    with library("a picture"):
        import numpy as np

        masked = np.ma.is_masked(array)
        pixels: Any = np.asarray(array)
    if pixels.dtype == np.object_ or pixels.ndim == 0:
        raise ImageError(
            f"a picture is a path, a file, its bytes, an array or a picture of Pillow, not {type(array).__name__}"
        )
    if masked:
        raise ImageError("pixels are masked, so that the picture is not whole; fill them (array.filled(255))")
    if pixels.dtype == np.bool_:
        pixels = pixels.astype(np.uint8) * np.uint8(255)
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    if pixels.dtype.kind != "u" or pixels.itemsize > 2:
        raise ImageError(
            f"pixels are uint8, uint16 or bool, not {pixels.dtype}; "
            "scale them to 0 to 255 and round them: array.round().astype('uint8')"
        )
    if pixels.ndim == 3 and pixels.shape[2] in (2, 4):
        raise ImageError(
            f"an array of {pixels.shape[2]} components has transparency, or is of inks; "
            "give gray (array[..., 0]) or red, green and blue (array[..., :3])"
        )
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] != 3) or 0 in pixels.shape:
        raise ImageError(f"a picture is an array of (rows, columns) or (rows, columns, 3), not {pixels.shape}")
    image: Image = np.ascontiguousarray(pixels.astype(pixels.dtype.newbyteorder("="), copy=False))
    return image
