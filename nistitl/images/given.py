"""What a record is made of: a codestream that is taken as it is, or a picture that is made ready and encoded."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import attrs

from nistitl.base.nearest import meant
from nistitl.images.advice import warn
from nistitl.images.codec import BILEVEL_TYPES, Codec
from nistitl.images.codestream import as_named
from nistitl.images.densities import densities_of
from nistitl.images.errors import ImageError
from nistitl.images.formats import header_of_file
from nistitl.images.header import Header
from nistitl.images.orientation import refusal
from nistitl.images.pictures import Picture, check_numbers, file_bytes, is_file, name_of, naming, open_picture
from nistitl.images.registry import codec_named, codecs, read_header, settled
from nistitl.images.resolution import Density
from nistitl.images.scale import ppi_to_write, resolution_agreed
from nistitl.images.sides import orientation_of
from nistitl.images.streams.exif import UPRIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable

RATIO_TYPES = (10, 16, 17, 20, 22, 99)  # whose images need no resolution: SLC 0 with an aspect ratio
GRAY_TYPES = (3, 4)  # whose images are gray of 8 bits
_SQUARE = Density("nobody", 1, 1, ratio=True)
_NEEDED = "an array is encoded with a codec and a resolution; give codec and ppi"
_NO_CODEC = "it is to be encoded: give codec, such as WSQ20 for prints at 500 ppi, JP2 at 1000, JPEGB for faces"
_ANEW = "from_image(open_picture(data), codec=...) or from_image(path, codec=...) encodes its pixels anew"
_NO_PPI = "the picture does not say its resolution; give ppi, the pixels per inch that it was scanned at"
_TURN = "turn=True turns the pixels and encodes them anew, turn=False takes the codestream as it is"


@attrs.frozen(slots=True)
class Wishes:
    """What is to become of a picture before it is encoded, each by the keyword of `from_image` of its name."""

    override_ppi: bool = False
    turn: bool | None = None
    page: int | None = None
    background: int | None = None
    gray: bool = False
    eight_bits: bool = False
    resample: float | None = None
    upsample: bool = False

    @classmethod
    def taken_from(cls, options: dict[str, Any]) -> Wishes:
        """The wishes among options, which they leave."""
        return cls(**{name: options.pop(name) for name in WISHES if name in options})

    @property
    def pixels(self) -> bool:
        """True where the pixels of a file are not to be what they are stored as."""
        given = (self.page, self.background, self.resample)
        return self.gray or self.eight_bits or any(one is not None for one in given)

    def of(self, source: Any, ppi: float | None, usual: Density | None = None) -> Picture:
        """The picture of a source as it is wished, of the usual resolution where nobody says another."""
        picture = self.opened(source, ppi)
        if usual is not None and picture.density is None:
            picture = attrs.evolve(picture, told=(usual,))
        return self.done_to(picture)

    def opened(self, source: Any, ppi: float | None) -> Picture:
        """The picture of a source, before anything is done to its pixels but the turn."""
        return open_picture(
            source,
            page=self.page,
            ppi=ppi,
            override_ppi=self.override_ppi,
            turn=self.turn,
            background=self.background,
        )

    def done_to(self, picture: Picture) -> Picture:
        """The picture with its pixels as they are wished."""
        picture = picture.gray() if self.gray else picture
        picture = picture.eight_bits() if self.eight_bits else picture
        return picture if self.resample is None else picture.resample(self.resample, upsample=self.upsample)


WISHES = tuple(field.name for field in attrs.fields(Wishes))


@attrs.frozen(slots=True, eq=False)
class Coded:
    """A codestream for a record: its bytes, what its header says, and the resolution of the image."""

    data: bytes
    header: Header
    density: Density
    told: tuple[Density, ...] = ()
    picture: Picture | None = None  # that was encoded


def coded(
    image: Any,
    kind: int,
    codec: Codec | None,
    ppi: float | None,
    wishes: Wishes,
    options: Any,
    usual: Density | None = None,
) -> Coded:
    """The codestream of anything that a record of a type can be made of. ImageError, which names the file.

    The bytes of a file stay as they are where no other codec is asked for, and nothing else that changes its pixels.
    """
    check_numbers(ppi=ppi, resample=wishes.resample)
    with naming(name_of(image)):
        if is_file(image):
            data = file_bytes(image)
            header, orientation = _recognised(data, codec)
            turning = bool(wishes.turn) and orientation != UPRIGHT
            same = codec is None or codec.name == header.codec
            if not (same or turning or wishes.pixels) and isinstance(image, bytes | bytearray | memoryview):
                raise ImageError(f"the codestream is {header.codec}, not {codec.name if codec else ''}; {_ANEW}")
            if same and not wishes.pixels and not turning:
                return _taken(data, header, orientation, ppi, wishes, options, kind, usual)
            own = codec_named(header.codec)
            if codec is None and (turning or own.spelling(kind) is not None):
                codec = own
            if codec is not None and not (codec.lossless or own.lossless):
                warn(f"the picture was compressed with loss before, by {header.codec}, and now is again")
            image = data
        elif codec is None or (ppi is None and usual is None and kind not in RATIO_TYPES and _silent(image)):
            raise ImageError(_NEEDED)
        if codec is None:
            raise ImageError(_NO_CODEC)
        picture = wishes.of(image, ppi, usual)
        density = picture.density or (_SQUARE if kind in RATIO_TYPES else None)
        if density is None or (density.ratio and kind not in RATIO_TYPES):
            raise ImageError(_NO_PPI)
        check_carried(picture, kind, codec)
        options = _depth(picture, codec) | options
        made, header = encoded(picture.pixels, kind, codec, ppi_to_write(density), options)
        return Coded(made, header, density, picture.told, picture)


def encoded(array: Any, kind: int, codec: Codec | None, ppi: float | None, options: Any) -> tuple[bytes, Header]:
    """An array encoded for a record of a type, and its header."""
    if codec is None:
        raise ImageError(_NEEDED)
    check_options(codec, options)
    if codec.uncompressed and kind in BILEVEL_TYPES:
        options = {**options, "bits": 1}
    data = codec.encode(array, ppi=ppi, **options)
    header = read_header(data) if codec.signatures else None
    return data, header or _raw_header(array, codec, kind in BILEVEL_TYPES)


def check_options(codec: Codec | None, options: Iterable[str], fields: Iterable[str] = ()) -> None:
    """ImageError, with the nearest name, for an option that is none of the codec; of any codec where none is named."""
    named = list(codecs()) if codec is None else [codec]
    known = dict.fromkeys(name for one in named for name in _options_of(one))
    for name in options:
        if name not in known:
            likely = meant(name, [*fields, *known, *WISHES, "codec", "ppi"])
            raise ImageError(
                f"there is no field and no option {name}{likely}; options of {named[0].name if codec else 'codecs'} "
                f"are {', '.join(known) or 'none'}, of pictures {', '.join(WISHES)}"
            )


def _options_of(codec: Codec) -> list[str]:
    return [name for name in inspect.signature(codec.encode).parameters if name not in ("array", "ppi")]


def check_carried(picture: Picture, kind: int, codec: Codec) -> None:
    """ImageError, with the option that mends it, where a codec or a record type holds less than the picture has."""
    holder = f"Type-{kind}" if kind in GRAY_TYPES else codec.name
    if picture.colour and not (codec.colour and kind not in GRAY_TYPES):
        raise ImageError(f"{holder} carries gray images only, and this one is RGB; gray=True makes it gray")
    if picture.pixels.itemsize > 1 and (codec.most_bits <= 8 or kind in GRAY_TYPES):
        raise ImageError(
            f"{holder} carries no more than 8 bits a component, and this one has {picture.bits}; "
            "eight_bits=True divides them"
        )


def _depth(picture: Picture, codec: Codec) -> dict[str, int]:
    """The option that keeps a depth between 8 and 16 bits; ImageError where a codec has none."""
    if picture.bits == 8 * picture.pixels.itemsize:
        return {}
    if codec.uncompressed or "bits" not in _options_of(codec):
        raise ImageError(
            f"{codec.name} carries 8 or 16 bits a component, and this one has {picture.bits}; "
            "JP2L and JPEGL carry them, eight_bits=True divides them"
        )
    return {"bits": picture.bits}


def _silent(image: Any) -> bool:
    """True of what says no resolution itself: arrays."""
    return not (isinstance(image, Picture) or hasattr(image, "getexif"))


def _taken(
    data: bytes,
    header: Header,
    orientation: int,
    ppi: float | None,
    wishes: Wishes,
    options: Any,
    kind: int,
    usual: Density | None,
) -> Coded:
    """A codestream is taken as it is, or not at all."""
    if header.truncated:
        raise ImageError(f"{header.codec}: the codestream is cut off")
    if options and not wishes.turn:
        anew = "codec= names what to encode it by"
        raise ImageError(f"a codestream is not encoded again: {', '.join(sorted(options))} cannot be obeyed; {anew}")
    if wishes.turn is None and orientation != UPRIGHT:
        raise refusal(orientation, _TURN)
    told = densities_of(data)
    if usual is not None and ppi is None and not told:
        density = usual
    elif kind in RATIO_TYPES and ppi is None and not any(one.plausible and not one.ratio for one in told):
        density = next((one for one in told if one.ratio), _SQUARE)
    else:
        density = resolution_agreed(told, ppi, wishes.override_ppi)
    return Coded(data, header, density, tuple(told))


def _recognised(data: bytes, codec: Codec | None) -> tuple[Header, int]:
    """The header of a codestream (of the codec that is asked for, where it may be that), and its orientation."""
    header = header_of_file(data)
    by_data, told = settled(data, header)
    header = by_data if told or codec is None else as_named(header, codec.name)
    return header, orientation_of(data, header.codec)


def _raw_header(array: Any, codec: Codec, bilevel: bool) -> Header:
    rows, columns, *rest = array.shape
    bits = 1 if bilevel or codec.most_bits == 1 else array.itemsize * 8
    return Header(codec.name, columns, rows, bits, rest[0] if rest else 1, "RGB" if rest else "GRAY")
