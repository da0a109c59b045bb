"""What a codec is: one object that says how records name it, how its codestreams begin, and what it can carry."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from nistitl.images.arrays import MOST_BITS, as_image
from nistitl.images.errors import ImageError
from nistitl.images.header import MAX_PIXELS, Header
from nistitl.images.resolution import is_nominal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.images.arrays import Image
    from nistitl.wire.fields import Raw

BINARY_TYPES = (3, 4, 7)  # whose CGA is a number
BILEVEL_TYPES = (5, 6, 8)  # the same, of images of one bit
FRICTION_RIDGE_TYPES = (3, 4, 13, 14, 15, 19)
NOT_FOR_NEW_RIDGES = ("JPEGB", "JPEGL")  # 8.13 to 8.15 of the standard
_LATENT = 13


class Codec(ABC):
    """A compression algorithm. Packages offer one through the entry-point group `nistitl.codecs`, under its `name`.

    A codec whose codestreams say what they are has `signatures` and reads their header. One without is known by what
    the record says, and decodes by the size that the record gives.
    """

    name: str  # as CGA of tagged records spells it
    lossless: bool
    suffix: str  # of a file, such as .png
    signatures: tuple[bytes, ...] = ()
    later_names: tuple[str, ...] = ()  # codes of CGA for it that came after 2015
    media_types: tuple[str, ...] = ()  # of IANA's registry, in small letters
    other_names: tuple[str, ...] = ()  # spellings of CGA that occur, in capital letters and digits only
    number: int | None = None  # CGA in Types 3, 4 and 7; None where they cannot hold it
    bilevel_number: int | None = None  # CGA of Types 5 and 6, SRT of Type-8
    tagged: bool = True  # False where tagged records cannot hold it
    foreign: bool = False  # no record may hold it up to 2015; it is decoded where one does
    also: tuple[str, ...] = ()  # what it may be by all of the data, which the header does not tell
    uncompressed: bool = False  # pixels as they are: their number tells whether the record describes them
    for_1000_ppi: bool = False  # whether NIST has friction ridges at 1000 pixels per inch compressed by it, with loss
    most_bits: int = MOST_BITS  # of a component that it carries; 1: black and white only
    colour: bool = True  # whether it carries RGB
    export_as: str = ""  # what `nistitl extract --as` calls it; empty: not offered there

    @abstractmethod
    def decode(self, data: Raw, header: Header, max_pixels: int = MAX_PIXELS, *, strict: bool = False) -> Image:
        """The pixels: uint8 or uint16, C-contiguous, (rows, columns) or (rows, columns, 3); alpha is dropped.

        Raises ImageError above `max_pixels`, where the header is not the image, where a part of it is missing, and
        (`strict`) where the end marker is, or the coded data do not hold together.
        """

    def decode_cut(self, data: Raw, header: Header, max_pixels: int = MAX_PIXELS) -> tuple[Image, int]:
        """What there is of an image that is damaged or cut, in its whole size, and how many rows of it are whole.

        These are the rows from the top that are as they were written, 0 where nobody can tell; what fills the others
        is the decoder's invention. Raises ImageError where nothing can be had, as a codec does that says nothing here.
        """
        return self.decode(data, header, max_pixels), header.height

    def lacks_only_end(self, data: Raw, header: Header) -> bool:
        """True where every pixel is there of a codestream whose end marker is not."""
        return False

    @abstractmethod
    def encode(self, array: Any, *, ppi: float | None = None) -> bytes:
        """The codestream of an array of that form, or ImageError; codecs take options of their own besides."""

    def header(self, data: memoryview) -> Header:
        """The header of a codestream that begins with one of the signatures, read with no library.

        Its `codec` may be another one of the same signature. Raises ImageError where it does not go on like one;
        struct.error and IndexError are understood as an end too early.
        """
        raise ImageError(f"{self.name}: codestreams say nothing of themselves")

    def recognises(self, start: bytes) -> bool:
        """True for the first bytes of a codestream of this codec."""
        return start.startswith(self.signatures)

    def name_of(self, data: Raw) -> str | None:
        """The codec of a codestream by all of the data: this one, or one of `also`; None where they do not tell."""
        return self.name

    def suffix_of(self, data: Raw) -> str:
        """The suffix of a file of this codestream."""
        return self.suffix

    def is_called(self, name: str) -> bool:
        """True for a spelling of CGA, given in capital letters and digits only."""
        numbers = () if self.number is None else (str(self.number),)
        return name in (capitals(self.name), *self.later_names, *self.other_names, *numbers)

    def spelling(self, record_type: int) -> str | int | None:
        """How a record type names it: the text or number of CGA or SRT; None where it cannot hold it."""
        if record_type in BILEVEL_TYPES:
            return self.bilevel_number
        if record_type in BINARY_TYPES:
            return self.number
        return self.name if self.tagged else None

    def advice(self, record_type: int, ppi: float) -> Iterator[str]:
        """What NIST's rules would rather have. ANSI/NIST-ITL 1-2011, CGA in the clauses of the record types."""
        if self.lossless:
            return
        if record_type in FRICTION_RIDGE_TYPES and is_nominal(ppi, 1000) and not self.for_1000_ppi:
            yield f"friction ridges at 1000 pixels per inch are compressed by JPEG 2000, not {self.name}"
        if record_type == _LATENT:
            yield f"latent images are not compressed with loss, {self.name} does"

    def image(self, array: Any) -> Image:
        """An array to encode, if this codec can carry it; ImageError."""
        return as_image(array, self.name, most_bits=max(self.most_bits, 8), colour=self.colour)


def capitals(text: str) -> str:
    """The letters and digits of a name, in capitals: what spellings are compared by."""
    return "".join(filter(str.isalnum, text)).upper()
