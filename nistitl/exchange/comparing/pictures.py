"""Two images: the same pixels, or how different. What does not decode is told, never raised."""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING, Any

import attrs

from nistitl.base.errors import ITLError
from nistitl.exchange.comparing.difference import ImageChange, ImageFacts

if TYPE_CHECKING:
    from nistitl.exchange.comparing.difference import RecordPair
    from nistitl.images.record import ImageRecord

_ROWS = 256  # compared at a time: what is computed of them takes several times their memory


def image_change(pair: RecordPair, path: str, before: ImageRecord, after: ImageRecord) -> ImageChange:
    """How the images of two records differ whose bytes are not the same."""
    one, facts, why = _decoded(before, "before")
    other, other_facts, why_other = _decoded(after, "after")
    change = ImageChange(pair, path, facts, other_facts, why="; ".join(filter(None, (why, why_other))))
    if one is None or other is None:
        return change
    if one.shape != other.shape or one.dtype != other.dtype:
        return attrs.evolve(change, same_pixels=False)
    changed, largest, squares = _differing(one, other)
    noise = squares / one.size if one.size else 0.0
    psnr = 20 * log10((1 << 8 * one.dtype.itemsize) - 1) - 10 * log10(noise) if noise else None
    return attrs.evolve(change, same_pixels=not changed, changed=changed, largest=largest, psnr=psnr)


def _decoded(record: ImageRecord, side: str) -> tuple[Any, ImageFacts, str]:
    """The pixels, None where there are none to be had; what is known of them; why there are none."""
    size = len(record.raw(max(record.elements) if record.binary else record.data_field or 0) or b"")
    codec = ""
    try:
        codec = record.codec
        if not record.has_image:
            return None, ImageFacts(codec, size), f"{side}: the content is no image"
        pixels = record.array
    except ITLError as error:
        return None, ImageFacts(codec, size), f"{side}: {error}"
    height, width = pixels.shape[:2]
    samples = pixels.shape[2] if pixels.ndim > 2 else 1
    return pixels, ImageFacts(codec, size, width, height, samples, 8 * pixels.dtype.itemsize), ""


def _differing(one: Any, other: Any) -> tuple[int, int, float]:
    """How many pixels differ, the largest difference of a sample, and the sum of their squares."""
    import numpy as np

    changed, largest, squares = 0, 0, 0.0
    for at in range(0, len(one), _ROWS):
        apart = np.abs(one[at : at + _ROWS].astype(np.int32) - other[at : at + _ROWS])
        differs = apart.any(axis=2) if apart.ndim > 2 else apart > 0
        changed += int(np.count_nonzero(differs))
        largest = max(largest, int(apart.max(initial=0)))
        squares += float(np.square(apart, dtype=np.float64).sum())
    return changed, largest, squares
