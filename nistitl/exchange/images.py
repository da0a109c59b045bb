"""The content of a record as a policy lets it go: as it is but for what it carries on the side, blank, or synthetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.images.errors import ImageError
from nistitl.images.record import ImageRecord

if TYPE_CHECKING:
    from nistitl.model.record import Record


def redacted_image(action: str, record: Record, data: bytes) -> bytes:
    """The image as an action wants it. ImageError where that cannot be: the record is to go then."""
    if not isinstance(record, ImageRecord):
        raise ImageError("the record holds no image")
    if action == "keep" and record.codec == "NONE":
        return _plain_pixels(record, data)
    raise ImageError(f"{action} is not known of {record.codec or 'this codec'}")


def _plain_pixels(record: ImageRecord, data: bytes) -> bytes:
    """The pixels of an image that is not compressed, and no byte behind them."""
    size = record.array.nbytes
    if len(data) < size:
        raise ImageError("the image is cut off")
    return data[:size]
