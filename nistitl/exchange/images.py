"""The content of a record as a policy lets it go: as it is but for what it carries on the side, blank, or synthetic."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError
from nistitl.images.errors import ImageError
from nistitl.images.record import ImageRecord
from nistitl.images.renewing import MEASURED

if TYPE_CHECKING:
    from nistitl.model.record import Record

_FACES_AND_IRISES = (10, 17)


def redacted_image(action: str, record: Record) -> bytes:
    """The image as an action wants it. ImageError where that cannot be: the record is to go then."""
    if not isinstance(record, ImageRecord):
        raise ImageError("the record holds no image")
    if action == "keep":
        from nistitl.images.cleaning import cleaned_of

        return cleaned_of(record).data
    if action == "blank" or (action == "synthetic" and record.type in _FACES_AND_IRISES):
        return _blank(record)
    raise ImageError(f"{action} is not known of {record.codec or 'this codec'}")


def _blank(record: ImageRecord) -> bytes:
    """A gray image of the size, depth and codec of the old one. ImageError where it cannot be read or written."""
    import numpy as np  # only for those who ask for images

    pixels = record.array
    gray = np.full_like(pixels, np.iinfo(pixels.dtype).max // 2)
    copy = record.copy()
    keep = [name for name in MEASURED if name in copy.mnemonics()]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what told of the old image is looked after by the policy
            copy.set_image(gray, codec=record.codec, ppi=record.ppi, keep=keep)
    except (ITLError, ValueError) as error:
        raise ImageError(f"no blank image can be put in its place: {type(error).__name__}") from None
    number = max(copy.elements) if copy.binary else copy.data_field
    return bytes(copy.raw(number or 0) or b"")
