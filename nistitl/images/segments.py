"""The segments of an image of several fingers or parts: a view of the pixels each, with position and mask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from nistitl.images.arrays import library
from nistitl.images.errors import ImageError
from nistitl.images.picture import array_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from nistitl.images.arrays import Image
    from nistitl.model.record import Record

_MOST_COVERED = 64  # times the image: what the masks of its polygons may hold together


@attrs.frozen(slots=True, eq=False)
class Crop:
    """One finger, palm or part in an image of several.

    `array` is a view of the image and `box` its place: left, top, right, bottom, the last two exclusive. `mask`
    is True within the polygon where there is one. `code` is the amputation code of that position; positions that
    have a code and no segment come with no array.
    """

    position: int | None
    array: Image | None = None
    code: str | None = None
    box: tuple[int, int, int, int] | None = None
    mask: NDArray[np.bool_] | None = None


def segments_of(record: Record, array: Image | None = None) -> list[Crop]:
    """The segments by SEG (boxes), then by ASEG and other paths (polygons), clipped to the image.

    Coordinates count pixels from 0 at the top left, the right and bottom ones included. `array` saves decoding
    once more. Raises ImageError when there are segments and the image does not decode, and where polygons lie on
    each other more than 64 times.
    """
    codes = {item.FRAP: item.ABC for item in _value(record, "AMP") or ()}
    items = [item for name in ("SEG", "ASEG", "FSP") for item in _value(record, name) or ()]
    image = array_of(record) if array is None and items and _value(record, "DATA") else array
    crops = [] if image is None else list(_crops(items, image, codes))
    segmented = {crop.position for crop in crops}
    return [*crops, *(Crop(position, None, code) for position, code in codes.items() if position not in segmented)]


def _crops(items: list[Any], image: Image, codes: dict[int | None, str | None]) -> Iterator[Crop]:
    room = _MOST_COVERED * image.shape[0] * image.shape[1]
    for item in items:
        crop = _crop(item, image, codes)
        if crop is None:
            continue
        room -= crop.mask.size if crop.mask is not None else 0
        if room < 0:
            raise ImageError(f"the polygons of the segments cover the image more than {_MOST_COVERED} times")
        yield crop


def points_of(item: Any) -> list[tuple[int, int]]:
    """The polygon of a segment, empty where it is none; pairs of which a half is missing are no points."""
    points = [point for point in getattr(item, "points", None) or () if len(point) == 2 and None not in point]
    return points if len(points) > 2 else []


def _crop(item: Any, image: Image, codes: dict[int | None, str | None]) -> Crop | None:
    position = next((getattr(item, name) for name in ("FRSP", "FRAS", "RSP") if hasattr(item, name)), None)
    points = points_of(item)
    box = _box(points) if points else _corners(item)
    if box is None:
        return None
    height, width = image.shape[:2]
    left, top, right, bottom = box
    left, top, right, bottom = max(left, 0), max(top, 0), min(right + 1, width), min(bottom + 1, height)
    if left >= right or top >= bottom:
        return None
    part: Any = image[top:bottom, left:right]
    mask = _mask(points, (left, top, right, bottom)) if points else None
    return Crop(position, part, codes.get(position), (left, top, right, bottom), mask)


def _corners(item: Any) -> tuple[int, int, int, int] | None:
    sides = [getattr(item, name, None) for name in ("LHC", "TVC", "RHC", "BVC")]
    return None if None in sides else tuple(sides)  # type: ignore[return-value]


def _box(points: list[tuple[int, int]]) -> tuple[int, int, int, int]:
    across, down = [x for x, _ in points], [y for _, y in points]
    return min(across), min(down), max(across), max(down)


def _mask(points: list[tuple[int, int]], box: tuple[int, int, int, int]) -> NDArray[np.bool_]:
    """True inside the polygon and on its outline."""
    left, top, right, bottom = box
    with library("polygons"):
        import numpy as np
        from PIL import Image, ImageDraw

        picture = Image.new("1", (right - left, bottom - top))
        ImageDraw.Draw(picture).polygon([(x - left, y - top) for x, y in points], fill=1, outline=1)
        return np.array(picture, dtype=np.bool_)


def _value(record: Record, name: str) -> Any:
    return getattr(record, name) if name in record.mnemonics() else None
