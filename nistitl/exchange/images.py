"""The content of a record as a policy lets it go: as it is but for what it carries on the side, blank, or synthetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.images.errors import ImageError
from nistitl.images.record import ImageRecord

if TYPE_CHECKING:
    from nistitl.model.record import Record


def redacted_image(action: str, record: Record, seed: int) -> bytes:
    """The image as an action wants it; `seed` tells synthetic ones apart. ImageError where that cannot be."""
    if not isinstance(record, ImageRecord):
        raise ImageError("the record holds no image")
    if action == "blank":
        from nistitl.images.blanking import blanked

        return blanked(record)
    if action == "synthetic":
        from nistitl.images.synthetic import synthetic

        return synthetic(record, seed)
    if action == "keep":
        from nistitl.images.cleaning import cleaned_of

        return cleaned_of(record).data
    raise ImageError(f"{action} is nothing that is done to images")
