"""A view of a template from its bytes: its head, its minutiae, areas of extended data; what is forgiven is told."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from nistitl.base.findings import Finding, Location, Severity
from nistitl.minutiae.arrays import CORES, COUNTS, DELTAS, Minutiae, empty, no_deltas, square_ppi
from nistitl.minutiae.formats.base import Cut, Reader
from nistitl.minutiae.view import (
    ANGLES_FOLLOW,
    CORES_AND_DELTAS,
    DELTA_ANGLES,
    FARTHEST,
    HIGHEST_QUALITY,
    MINUTIA,
    MINUTIA_WITHOUT_QUALITY,
    MOST_CORES,
    MOST_VIEW_NUMBER,
    RIDGE_COUNT,
    RIDGE_COUNTS,
    TYPES,
    View,
    ViewSource,
)

if TYPE_CHECKING:
    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.formats.base import Head, Header, TemplateFormat

    Areas = tuple[Array, int, Array, Array, tuple[tuple[int, bytes], ...]]  # ridge_counts to extended of a View

_OTHER_TYPE = 3  # reserved
_AREA_HEAD, _LENGTH = 4, 2  # bytes before the content of an area, and of what says how long all areas are


@attrs.define(slots=True)
class Reading:
    """One try to read bytes as a format: where it is, what it forgave, how many bytes were too many or missing.

    `by_content`: areas of cores and deltas are as long as what they hold, whatever they say of their length.
    """

    reader: Reader
    form: TemplateFormat
    by_content: bool = False
    findings: list[Finding] = attrs.field(factory=list)
    misfit: int = 0

    def forgive(self, code: str, message: str, at: int, by: int = 0, severity: Severity = Severity.WARNING) -> None:
        """Tell what is not as it should be, and by how many bytes it does not fit."""
        self.findings.append(Finding(code, message, Location(min(at, len(self.reader.data))), severity))
        self.misfit += by


def read_view(reading: Reading, header: Header, number: int, ppi: float | None) -> View:
    """The next view. Cut where not even its head is there."""
    reader, form = reading.reader, reading.form
    start = reader.at
    head = form.read_head(reader, header)
    rows = _rows(reading, head, number)
    raw, areas, cut = _extended(reading, header, number)
    _check_length(reading, head, start, number)
    image = head.fields.get("image")
    own_ppi = square_ppi(image.ppcm_x, image.ppcm_y) if image else ppi
    minutiae = Minutiae(read_minutiae(rows, form, head.bytes_each), form.name, "pixels", own_ppi)
    codes = (head.fields["position"], head.fields["impression"], head.fields["quality"])
    _tell_codes(reading, codes, head, start, number)
    _tell_minutiae(reading, rows, head.bytes_each, start, number)
    return View(minutiae, **head.fields, **_named(areas), cut=cut, source=ViewSource(form.name, codes, rows, raw))


def _named(areas: Areas) -> dict[str, Any]:
    return dict(zip(("ridge_counts", "method", "cores", "deltas", "extended"), areas, strict=True))


def _rows(reading: Reading, head: Head, number: int) -> bytes:
    """The bytes of the minutiae that are all there."""
    reader = reading.reader
    there = min(head.minutiae, reader.left // head.bytes_each)
    rows = reader.data[reader.at : reader.at + there * head.bytes_each]
    if there < head.minutiae:
        missing = head.minutiae * head.bytes_each - reader.left
        told = f"the template ends inside view {number}: {there} of {head.minutiae} minutiae are there"
        reading.forgive("template-cut", told, len(reader.data), missing, Severity.ERROR)
        reader.at = len(reader.data)
    else:
        reader.at += len(rows)
    return rows


def _extended(reading: Reading, header: Header, number: int) -> tuple[bytes | None, Areas, int]:
    """The areas of extended data: their bytes, None where these cannot be written so again, what they hold, and how
    many bytes of them are missing.
    """
    reader, at = reading.reader, reading.reader.at
    try:
        (size,) = reader.take("H")
    except Cut:
        if not reading.misfit:
            told = f"view {number} does not tell the length of its extended data"
            reading.forgive("template-extended", told, at, 2 - reader.left)
        reader.at, missing = len(reader.data), header.length - len(reader.data)
        return None, no_areas(), missing if number == header.views and missing > _LENGTH else 0
    start, end = reader.at, reader.at + size
    if reading.by_content:
        reached, areas, too_many = _areas_by_content(reading, end, number)
        missing = end - len(reader.data) - too_many
        cut = missing if missing >= _AREA_HEAD or reached < len(reader.data) else 0
    else:
        reached, missing = min(end, len(reader.data)), end - len(reader.data)
        problems: list[str] = []
        areas = read_areas(reader.data[start:reached], reading.form, problems)
        for problem in problems:
            reading.forgive("template-extended", f"view {number}: {problem}", start)
        cut = missing if missing >= _AREA_HEAD or problems else 0
    if reached != end:
        told = f"view {number} says it has {size} bytes of extended data; it has {reached - start}"
        reading.forgive("template-length", told, at, 0 if reading.by_content else end - reached)
    reader.at = reached
    whole = reached == end and not reading.by_content
    return reader.data[start:reached] if whole else None, areas, max(cut, 0)


def _check_length(reading: Reading, head: Head, start: int, number: int) -> None:
    """Go on where a view says that it ends, unless its content is believed more."""
    if head.length is None or start + head.length == reading.reader.at:
        return
    told = f"view {number} says it has {head.length} bytes; it has {reading.reader.at - start}"
    by = 0 if reading.by_content else abs(start + head.length - reading.reader.at)
    reading.forgive("template-length", told, start, by)
    if not reading.by_content and reading.reader.at < start + head.length <= len(reading.reader.data):
        reading.reader.at = start + head.length


def _tell_codes(reading: Reading, codes: tuple[int, int, int], head: Head, at: int, number: int) -> None:
    """Tell codes of a view that the format does not have."""
    form, strange = reading.form, reading.form.strange(codes)
    others = [("quality", one.value) for one in head.fields.get("qualities", ()) if not form.has_quality(one.value)]
    views = [("view number", told)] if (told := head.fields["number"]) > MOST_VIEW_NUMBER else []
    for what, code in (*strange, *others, *views):
        reading.forgive("template-code", f"view {number}: {form.name} has no {what} {code}", at)


def _tell_minutiae(reading: Reading, raw: bytes, bytes_each: int, at: int, number: int) -> None:
    """Tell codes of minutiae that the format does not have: those that say nothing, and angles beyond a full turn."""
    rows = _table(raw, bytes_each)
    strange = rows["x"] >> 14 == _OTHER_TYPE
    if bytes_each == MINUTIA.itemsize:
        unknown = (reading.form.no_quality, 255) if reading.form.no_quality else (0,)
        strange |= (rows["quality"] > HIGHEST_QUALITY) & ~np.isin(rows["quality"], unknown)
    if many := int(np.count_nonzero(strange)):
        told = f"view {number}: {many} minutiae have a type or a quality that is none, and is read as not known"
        reading.forgive("template-code", told, at, severity=Severity.ERROR)
    if many := int(np.count_nonzero(rows["angle"].astype(np.int16) >= reading.form.units)):
        told = f"view {number}: {many} minutiae have an angle of a full turn or more, which is read as what is above it"
        reading.forgive("template-code", told, at)


# -- minutiae -----------------------------------------------------------------------------------


def read_minutiae(raw: bytes, form: TemplateFormat, bytes_each: int = MINUTIA.itemsize) -> Array:
    """Minutiae of six bytes each, or of five without their quality."""
    rows = _table(raw, bytes_each)
    array = empty(len(rows))
    array["x"], array["y"] = rows["x"] & FARTHEST, rows["y"] & FARTHEST
    array["theta"] = _degrees(rows["angle"], form)
    array["type"] = TYPES[rows["x"] >> 14]
    if bytes_each == MINUTIA.itemsize:
        quality = rows["quality"].astype(np.int16)
        none = (quality > HIGHEST_QUALITY) | (quality < form.lowest_quality)
        array["quality"] = np.where(none, -1, quality)
    return array


def _table(raw: bytes, bytes_each: int) -> Array:
    return np.frombuffer(raw, MINUTIA if bytes_each == MINUTIA.itemsize else MINUTIA_WITHOUT_QUALITY)


def _degrees(angle: Any, form: TemplateFormat) -> Any:
    return np.asarray(angle, np.float64) * (360 / form.units) % 360


# -- areas of extended data ---------------------------------------------------------------------


def no_areas() -> Areas:
    """What a view without extended data holds."""
    return np.zeros(0, COUNTS), 0, np.zeros(0, CORES), np.zeros(0, DELTAS), ()


def read_areas(raw: bytes, form: TemplateFormat, problems: list[str] | None = None) -> Areas:
    """Ridge counts, their method, cores, deltas and the other areas; what is wrong with them goes to `problems`."""
    told: list[str] = problems if problems is not None else []
    areas, at = [], 0
    while at < len(raw):
        size = int.from_bytes(raw[at + 2 : at + 4], "big")
        if len(raw) - at < _AREA_HEAD or size < _AREA_HEAD or at + size > len(raw):
            told.append(f"an area of extended data says it has {size} bytes; {len(raw) - at} are left")
            if len(raw) - at < _AREA_HEAD or size < _AREA_HEAD:
                break
        areas.append((int.from_bytes(raw[at : at + 2], "big"), raw[at + _AREA_HEAD : at + size]))
        at += size
    return _decoded(areas, form, told)


def _areas_by_content(reading: Reading, end: int, number: int) -> tuple[int, Areas, int]:
    """Where the areas end when those of cores and deltas are as long as what they hold, what they hold, and how many
    bytes more these say they have.
    """
    data, at, areas, problems, too_many = reading.reader.data, reading.reader.at, [], [], 0
    while at + _AREA_HEAD <= min(end, len(data)):
        kind, size = struct.unpack_from(">HH", data, at)
        if kind == CORES_AND_DELTAS and (points := _read_points(data[at + _AREA_HEAD :], reading.form)) is not None:
            if size != _AREA_HEAD + points[2]:
                problems.append(f"cores and deltas say they have {size} bytes; they have {_AREA_HEAD + points[2]}")
            too_many += size - _AREA_HEAD - points[2]
            size = _AREA_HEAD + points[2]
        if size < _AREA_HEAD or at + size > len(data):
            break
        areas.append((kind, data[at + _AREA_HEAD : at + size]))
        at += size
    decoded = _decoded(areas, reading.form, problems)
    for problem in problems:
        reading.forgive("template-extended", f"view {number}: {problem}", reading.reader.at)
    return at, decoded, too_many


def _decoded(areas: list[tuple[int, bytes]], form: TemplateFormat, problems: list[str]) -> Areas:
    counts, method, cores, deltas, _ = no_areas()
    others, seen = [], set()
    for kind, content in areas:
        if kind == RIDGE_COUNTS and kind not in seen and content:
            method, counts = content[0], _read_counts(content[1:])
            extra = (len(content) - 1) % RIDGE_COUNT.itemsize
        elif kind == CORES_AND_DELTAS and kind not in seen and (points := _read_points(content, form)) is not None:
            cores, deltas, used = points
            extra = len(content) - used
        else:
            others.append((kind, content))
            if kind in (RIDGE_COUNTS, CORES_AND_DELTAS):
                problems.append(f"an area of type {kind} does not decode, or is a second one; it is kept as it is")
            continue
        seen.add(kind)
        if extra:
            problems.append(f"{extra} bytes follow what an area of type {kind} holds")
    return counts, method, cores, deltas, tuple(others)


def _read_counts(raw: bytes) -> Array:
    rows = np.frombuffer(raw[: len(raw) // RIDGE_COUNT.itemsize * RIDGE_COUNT.itemsize], RIDGE_COUNT)
    counts = np.zeros(len(rows), COUNTS)
    for name in ("center", "neighbour", "count"):
        counts[name] = rows[name]
    counts["sector"] = counts["residual"] = -1
    return counts


def _read_points(raw: bytes, form: TemplateFormat) -> tuple[Array, Array, int] | None:
    """Cores, deltas and how many bytes they are; None where the bytes end before they do."""
    try:
        core_points, at = _read_kind(raw, 0, form, MOST_CORES, 1)
        delta_points, at = _read_kind(raw, at, form, form.most_deltas, len(DELTA_ANGLES))
    except (struct.error, IndexError):
        return None
    cores, deltas = np.full(len(core_points), np.nan, CORES), no_deltas(len(delta_points))
    for row, (x, y, angles) in enumerate(core_points):
        cores[row] = (x, y, *(_degrees(angles, form) if angles else [np.nan]), np.nan, np.nan)
    for row, (x, y, angles) in enumerate(delta_points):
        for name, value in zip(("x", "y", *DELTA_ANGLES), (x, y, *_degrees(angles, form)), strict=False):
            deltas[name][row] = value
    return cores, deltas, at


def _read_kind(
    raw: bytes, at: int, form: TemplateFormat, most: int, angles: int
) -> tuple[list[tuple[int, int, list[int]]], int]:
    """The points of one kind, and where the next begins: whether angles follow is told once, or at each x."""
    head = raw[at]
    at, points = at + 1, []
    for _ in range(head & most):
        x, y = struct.unpack_from(">HH", raw, at)
        follow = angles if (x >> 14 if form.each_point_tells else head >> 6) == ANGLES_FOLLOW else 0
        points.append((x & FARTHEST, y & FARTHEST, list(struct.unpack_from(f">{follow}B", raw, at + 4))))
        at += 4 + follow
    return points, at
