"""A view of a template as bytes; where nothing has changed, those it was read from."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import numpy as np

from nistitl.minutiae.arrays import COUNTS, MinutiaeError, checked
from nistitl.minutiae.view import (
    ANGLES_FOLLOW,
    CORES_AND_DELTAS,
    DELTA_ANGLES,
    FARTHEST,
    HIGHEST_QUALITY,
    MINUTIA,
    MINUTIA_WITHOUT_QUALITY,
    MOST_CORES,
    RIDGE_COUNT,
    RIDGE_COUNTS,
    TYPES,
)
from nistitl.minutiae.view_reading import read_areas, read_minutiae

if TYPE_CHECKING:
    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.formats.base import TemplateFormat
    from nistitl.minutiae.view import TemplateFields, View
    from nistitl.minutiae.view_reading import Areas

_MOST_MINUTIAE, _MOST_BYTES = 255, 0xFFFF


def view_bytes(view: View, template: TemplateFields, form: TemplateFormat) -> bytes:
    """The bytes of a view of a template. MinutiaeError, or struct.error, for what the format cannot hold."""
    minutiae = checked(view.minutiae)
    if len(minutiae) > _MOST_MINUTIAE:
        raise MinutiaeError(f"a view holds 255 minutiae, not {len(minutiae)}: keep the best of them")
    form.check(view)
    with_quality = form.writes_quality(view)
    rows, areas = _minutiae_bytes(minutiae, view, form, with_quality), _areas_bytes(minutiae, view, form)
    if len(areas) > _MOST_BYTES:
        raise MinutiaeError(f"a view holds 65535 bytes of extended data, not {len(areas)}: keep fewer ridge counts")
    head = form.head(template, view, with_quality) + bytes((len(minutiae),))
    return form.framed(head + rows + struct.pack(">H", len(areas)) + areas)


def _minutiae_bytes(minutiae: Array, view: View, form: TemplateFormat, with_quality: bool) -> bytes:
    """Six bytes each, five without quality; those it was read from where they still say the same, reserved bits too."""
    kind = MINUTIA if with_quality else MINUTIA_WITHOUT_QUALITY
    rows = np.zeros(len(minutiae), kind)
    x, y = _coordinates(minutiae)
    codes = np.zeros(len(minutiae), np.uint16)
    for code in (1, 2):
        codes[minutiae["type"] == TYPES[code]] = code
    rows["x"], rows["y"] = codes << 14 | x, y
    rows["angle"] = _own_angle(minutiae["theta"], form)
    quality, source = minutiae["quality"], view.source
    if source is None or source.format != form.name or len(source.minutiae) != rows.nbytes:
        if with_quality:
            rows["quality"] = _own_quality(quality, form, np.zeros(len(rows), np.bool_))
        return rows.tobytes()
    was, raw = read_minutiae(source.minutiae, form, kind.itemsize), np.frombuffer(source.minutiae, kind)
    same = was["quality"] == quality
    if with_quality:
        rows["quality"] = np.where(same, raw["quality"], _own_quality(quality, form, same))
    for name in ("x", "y", "theta", "type"):
        same &= was[name] == minutiae[name]
    rows[same] = raw[same]
    return rows.tobytes()


def _own_quality(quality: Array, form: TemplateFormat, as_read: Array) -> Array:
    """The codes of the format; the lowest that it has for one below. MinutiaeError for one above, unless as read."""
    if (quality[~as_read] > HIGHEST_QUALITY).any():
        raise MinutiaeError(f"the quality of a minutia is {HIGHEST_QUALITY} at most")
    return np.where(quality < 0, form.no_quality, np.maximum(quality, form.lowest_quality)).astype(np.uint8)


def _coordinates(points: Array) -> tuple[Array, Array]:
    x, y = np.rint(points["x"]), np.rint(points["y"])
    if not ((x >= 0) & (x <= FARTHEST) & (y >= 0) & (y <= FARTHEST)).all():
        raise MinutiaeError("a point lies outside of what a template can say: 0 to 16383 pixels")
    return x.astype(np.uint16), y.astype(np.uint16)


def _own_angle(theta: Any, form: TemplateFormat) -> Any:
    return (np.rint(np.asarray(theta) % 360 / (360 / form.units)) % form.units).astype(np.uint8)


def _areas_bytes(minutiae: Array, view: View, form: TemplateFormat) -> bytes:
    """The areas of extended data; those it was read from where they still say the same."""
    counts, source = _by_row(view.ridge_counts, minutiae), view.source
    features: Areas = (counts, view.method, view.cores, view.deltas, view.extended)
    kept = source.areas if source is not None and source.format == form.name else None
    if kept is not None and _same(read_areas(kept, form), features):
        return kept
    areas = list(view.extended)
    if len(view.cores) or len(view.deltas):
        areas.insert(0, (CORES_AND_DELTAS, _points_bytes(view.cores, view.deltas, form)))
    if len(counts):
        areas.insert(0, (RIDGE_COUNTS, _counts_bytes(counts, view.method)))
    try:
        return b"".join(struct.pack(">HH", kind, 4 + len(content)) + content for kind, content in areas)
    except struct.error:
        raise MinutiaeError("an area of extended data holds 65531 bytes: keep fewer ridge counts") from None


def _same(was: Areas, features: Areas) -> bool:
    """True where ridge counts, method, cores, deltas and other areas are the same, nan as nan."""
    return (
        was[1] == features[1]
        and was[4] == features[4]
        and all(
            np.asarray(before).tobytes() == np.asarray(now, before.dtype).tobytes()
            for before, now in zip((was[0], was[2], was[3]), (features[0], features[2], features[3]), strict=True)
        )
    )


def _by_row(counts: Array, minutiae: Array) -> Array:
    """The ridge counts with the places of the minutiae, from 1, instead of their indices."""
    placed = np.array(counts, COUNTS)
    if np.array_equal(minutiae["index"], np.arange(1, len(minutiae) + 1)):
        return placed
    order = np.argsort(minutiae["index"])
    for name in ("center", "neighbour"):
        place = np.searchsorted(minutiae["index"], placed[name], sorter=order)
        place = order[np.minimum(place, len(order) - 1)] if len(order) else place
        if len(placed) and (not len(order) or (minutiae["index"][place] != placed[name]).any()):
            raise MinutiaeError("ridge counts name minutiae that are not there: take them out of ridge_counts")
        placed[name] = place + 1
    return placed


def _counts_bytes(counts: Array, method: int) -> bytes:
    rows = np.zeros(len(counts), RIDGE_COUNT)
    for name in ("center", "neighbour", "count"):
        if len(counts) and not 0 <= int(counts[name].min()) <= int(counts[name].max()) <= 255:
            raise MinutiaeError(f"the {name} of a ridge count is 0 to 255 in a template")
        rows[name] = counts[name]
    if not 0 <= method <= 255:
        raise MinutiaeError(f"the method of ridge counting is 0 to 255, not {method}")
    return bytes((method,)) + rows.tobytes()


def _points_bytes(cores: Array, deltas: Array, form: TemplateFormat) -> bytes:
    cores_part = _kind_bytes(cores, "cores", ("theta",), MOST_CORES, form)
    return cores_part + _kind_bytes(deltas, "deltas", DELTA_ANGLES, form.most_deltas, form)


def _kind_bytes(points: Array, what: str, angles: tuple[str, ...], most: int, form: TemplateFormat) -> bytes:
    """How many points of one kind there are, then each: x, y, and its angles where it has them."""
    if len(points) > most:
        raise MinutiaeError(f"a template holds {most} {what}, not {len(points)}")
    known = np.array([[np.isfinite(point[name]) for name in angles] for point in points], np.bool_)
    known = known.reshape(len(points), len(angles))
    some, every = np.logical_or.reduce(known, axis=1), np.logical_and.reduce(known, axis=1)
    if (some != every).any() or (not form.each_point_tells and known.any() != known.all() and len(points)):
        raise MinutiaeError(f"a template holds every angle of {what} or none: give all, or nan")
    x, y = _coordinates(points)
    once = bool(len(points)) and not form.each_point_tells and bool(known.all())
    content = bytes((len(points) | (ANGLES_FOLLOW << 6 if once else 0),))
    for row, point in enumerate(points):
        high = ANGLES_FOLLOW << 14 if every[row] and form.each_point_tells else 0
        content += struct.pack(">HH", int(x[row]) | high, int(y[row]))
        content += bytes(int(_own_angle(point[name], form)) for name in angles) if every[row] else b""
    return content
