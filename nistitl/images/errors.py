"""What image codecs raise: ImageError, whatever was wrong with the bytes or the pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError

if TYPE_CHECKING:
    from nistitl.base.findings import Finding


class ImageError(ITLError, ValueError):
    """A codestream cannot be decoded, or an array cannot be encoded without losing the picture.

    The message says what is wrong; `offset` counts bytes of the codestream, where a place is known.
    """

    def __init__(self, message: str, finding: Finding | None = None, offset: int | None = None) -> None:
        super().__init__(message if offset is None else f"{message} (byte {offset})", finding)
        self.message = message
        self.offset = offset

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.message, self.finding, self.offset)


class CutOff(ImageError):
    """A part of the image is missing; `pixels(truncated=True)` gives what there is."""


class UnknownMedia(ImageError):
    """The record names a media type (10.036) that nobody here decodes."""


class WrongLength(ImageError):
    """Uncompressed pixels are more than their size and depth ask for."""

    def __init__(self, asked: int, there: int) -> None:
        super().__init__(f"uncompressed: {there} bytes where size and depth ask for {asked}")
        self.asked, self.there = asked, there

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.asked, self.there)
