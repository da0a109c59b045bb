"""Records that hold an image: pixels, resolution and codec, worked out when someone asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self, overload

from nistitl.model.binaryrecord import BinaryRecord
from nistitl.model.context import NSR, NTR
from nistitl.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Collection

    import numpy as np
    from numpy.typing import NDArray

    from nistitl.base.findings import Finding
    from nistitl.images.arrays import MaskedImage
    from nistitl.images.pictures import Picture
    from nistitl.images.renewing import ImageChange
    from nistitl.images.segments import Crop

_ANYTHING = (7, 20, 22, 99)  # types whose content may be something else than an image


class ImageRecord(Record):
    """The base of record types with an image. numpy and the codecs are imported when pixels are asked for."""

    __slots__ = ()

    @property
    def has_image(self) -> bool:
        """True when there is content, and where the type allows any content, when it is an image that is known.

        Such a type may say itself that it is one, of whatever kind: CGA is MEDIA.
        """
        data = self.raw(max(self.elements)) if self.binary else self.raw(self.data_field or 0)
        if not data or self.type not in _ANYTHING or self.codec != "":
            return bool(data)
        from nistitl.images.algorithms import MEDIA
        from nistitl.images.claims import claims_of

        return claims_of(self).said == MEDIA

    @property
    def array(self) -> NDArray[np.uint8] | NDArray[np.uint16]:
        """The pixels: (rows, columns), or (rows, columns, 3) in colour; uint8, uint16 above 8 bit.

        Decoded anew each time: keep it. ImageError when the image does not decode, is cut off, or is too large: more
        than 100 million pixels, or 16 times what the record claims; with policy "strict", when codestream and record
        disagree. Damage that a decoder does not notice is told by `image_findings`.
        """
        return self.pixels()

    @overload
    def pixels(
        self, max_pixels: int | None = None, *, truncated: Literal[False] = False
    ) -> NDArray[np.uint8] | NDArray[np.uint16]: ...

    @overload
    def pixels(self, max_pixels: int | None = None, *, truncated: Literal[True]) -> MaskedImage: ...

    def pixels(self, max_pixels: int | None = None, *, truncated: bool = False) -> Any:
        """The pixels as `array` gives them, with another limit of how many there may be.

        `truncated=True` gives what there is of a damaged image, in its whole size, as a masked array: the mask is
        False on the rows from the top that are as they were written, True on all others, which are filled, coarser
        than they were (WSQ, JPEG 2000: then the whole image is masked), or not known to be right. `.data` has all
        pixels. ImageError where nothing can be had.
        """
        from nistitl.images.picture import array_of, what_there_is_of

        return what_there_is_of(self, max_pixels) if truncated else array_of(self, max_pixels, self.context.strict)

    @property
    def ppi(self) -> float | None:
        """Horizontal pixels per inch as the record says; None where it gives an aspect ratio only, or nothing."""
        from nistitl.images.scale import ppi_of, type_1_of

        return ppi_of(self, type_1_of(self) if self.binary else None)

    @property
    def nominal_ppi(self) -> int | None:
        """The class of `ppi`: 500, 600, 1000 or 1200 within one per cent, else `ppi` as a whole number; None as `ppi`.

        So metric roundings of 500 (19.69 a millimetre, 197 a centimetre) are 500.
        """
        from nistitl.images.resolution import nominal

        return None if self.ppi is None else nominal(self.ppi)

    @property
    def codec(self) -> str:
        """What the codestream is, whatever the record says: NONE, WSQ20, JPEGB, JPEGL, JP2, JP2L, PNG, FAX, VECTOR."""
        from nistitl.images.picture import codec_of

        return codec_of(self)

    def image_findings(self) -> tuple[Finding, ...]:
        """Where codestream and record disagree, and whether the image is whole; empty when there is no image.

        What no decoder notices is looked for, too: coded data that do not hold together.
        """
        from nistitl.images.findings import image_findings

        return tuple(image_findings(self))

    def segments(self) -> list[Crop]:
        """The fingers or parts of an image of several, by SEG and ASEG, with position and amputation code."""
        from nistitl.images.segments import segments_of

        return segments_of(self)

    @classmethod
    def from_image(cls, image: Any, codec: str | None = None, ppi: float | None = None, **options: Any) -> Self:
        """A record of any picture: a path, an open file, its bytes, an array, a picture of Pillow, or a Picture.

        Sets HLL, VLL, SLC, THPS, TVPS, CGA, BPX and CSP where the type has them. Options of the codec (`bitrate`,
        `quality`, ...) and other fields by mnemonic; an unknown name is an error that names the nearest one.

        A file that a record may hold is taken as it is where no other `codec` is asked for; all else is encoded by
        `codec` (bytes of another one are refused: `open_picture(data)` gives their pixels). `page` of a file of
        several, `gray=True`, `eight_bits=True`, `background` under what is transparent (0 to 255), `resample=500`,
        `upsample=True` say what is to be done to the pixels before (see `nistitl.images.pictures`); nothing else is
        done to them.

        ImageError for what the codec cannot carry, and for a file of another resolution than `ppi`, or the fields,
        unless `override_ppi=True`. Pixels that are higher than wide stay so, with SLC 0; ImageError where the type
        holds square ones only. Faces, irises and other pictures need no resolution: SLC 0, and THPS and TVPS 1.
        ImageError, too, where EXIF asks for a turn of a file taken as it is, which readers of records do not make:
        `turn=True` turns the pixels and encodes them anew (by `codec` and its options, or the codec that it was),
        `turn=False` takes it as it is. All else is turned. A binary record keeps the resolution until a transaction
        tells it: `append` has 1.011 or 1.012 follow, or refuses.
        """
        from nistitl.images.fields import record_from

        return record_from(cls, image, codec, ppi, **options)

    def set_image(
        self,
        image: Any,
        codec: str | None = None,
        ppi: float | None = None,
        *,
        keep: Collection[str] = (),
        **options: Any,
    ) -> ImageChange:
        """Put another image in the place of this one: what `from_image` takes, with the same options. What was is told.

        Size, depth, colour, algorithm and resolution follow, and HAS where it stands; a picture that says no resolution
        has that of the record, an array without `codec` is encoded by the one that CGA names. Every other field stays,
        but those that are measured on the old image (segments, qualities, places, SHPS, external file) go: the result
        lists them, and the records that mark places in the old image (Type-9 of the same IDC), which stay; a warning
        (`StaleFields`) says the same. `keep` names fields that are true of the new image, too, such as SEG.
        Raises ImageError, and nothing is changed.
        """
        from nistitl.images.renewing import put_image

        return put_image(self, image, codec, ppi, keep, options)

    def at_ppi(self, ppi: float, *, upsample: bool = False) -> Picture:
        """The image at another resolution, as pixels (`.pixels`); `.done` tells what was done. The record stays.

        1000 to 500 as NISTIR 7839, else Lanczos; see `Picture.resample`. ImageError where the record says no
        resolution, or one that is lower, unless `upsample`; also where the image is damaged.
        """
        from nistitl.images.renewing import picture_of

        return picture_of(self).resample(ppi, upsample=upsample)

    def resample(self, ppi: float, codec: str | None = None, *, upsample: bool = False, **options: Any) -> ImageChange:
        """Bring the image to another resolution and encode it by `codec`, or by the one that CGA names.

        As `set_image` of `at_ppi`, with options of the codec; segments (SEG, ASEG, FSP, PPC) move with the pixels. SHPS
        and SVPS tell what it was scanned at, where the type has them: binary types have no such field. Nothing happens
        where it has that resolution within one per cent. Raises ImageError, and nothing is changed.
        """
        from nistitl.images.renewing import resampled

        return resampled(self, ppi, codec, upsample, options)

    def transcode(self, codec: str, **options: Any) -> None:
        """Encode the image anew by another codec; size and codec fields follow, all others stay.

        A hash (HAS) that was right is made anew; one that was wrong stays as it is, and wrong.
        Raises ImageError, with the finding, for an image that is damaged or cut: it would look whole; and where the
        codestream says another resolution than the record, which would be lost: `override_ppi=True` keeps the record's.
        Also where EXIF asks for a turn, which would be lost: `turn=False` keeps the pixels as they are stored.
        """
        from nistitl.images.fields import fields_anew

        for name, value in fields_anew(self, codec, **options).items():
            setattr(self, name, value)


class BinaryImageRecord(ImageRecord, BinaryRecord):
    """The base of binary record types with an image."""

    __slots__ = ()

    @property
    def scaled_by(self) -> int | None:
        """By ISR: 1.011 NSR or 1.012 NTR."""
        from nistitl.images.claims import claims_of

        return {1: NSR, 0: NTR}.get(claims_of(self).native)  # type: ignore[arg-type]

    def scaled(self, told: float) -> float:
        """Half of it in Types 3 and 5, whose nominal one may be told as that half."""
        from nistitl.images.scale import scaled

        return scaled(self.type, self.scaled_by == NSR, told)
