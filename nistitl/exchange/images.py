"""The content of a record as a policy lets it go: as it is but for what it carries on the side, blank, or synthetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.images.errors import ImageError
from nistitl.images.record import ImageRecord
from nistitl.images.registry import codec_named, read_header

if TYPE_CHECKING:
    from nistitl.model.record import Record


def redacted_image(action: str, record: Record, seed: int) -> bytes:
    """The image, or the sound, as an action wants it; `seed` tells synthetic ones apart. ImageError where it cannot."""
    if action == "keep":
        return _cleaned(record)
    if not isinstance(record, ImageRecord):
        raise ImageError("the record holds no image")
    if action == "blank":
        from nistitl.images.blanking import blanked

        return blanked(record)
    if action == "synthetic":
        from nistitl.images.synthetic import synthetic

        return synthetic(record, seed)
    raise ImageError(f"{action} is nothing that is done to images")


def _cleaned(record: Record) -> bytes:
    """What the record holds without what it carries on the side: voices and sources may be sounds, too."""
    from nistitl.images.cleaning import cleaned, cleaned_of, is_sound

    number = max(record.elements) if record.binary else record.data_field
    data = bytes(record.raw(number) or b"") if number is not None else b""
    return cleaned_of(record).data if isinstance(record, ImageRecord) and not is_sound(data) else cleaned(data).data


def size_of(record: Record, data: bytes) -> dict[str, int]:
    """HLL and VLL as the codestream of a record tells them; nothing for pixels alone and for what is no image."""
    try:
        header = None if not isinstance(record, ImageRecord) or _is_pixels(record) else read_header(data)
        return {} if header is None else {"HLL": header.width, "VLL": header.height}
    except ImageError:
        return {}


def _is_pixels(record: ImageRecord) -> bool:
    return record.codec is None or bool(codec_named(record.codec).uncompressed)
