"""JPEG: the frame, the scans and the tables they use; JFIF with its density, Adobe's transformation of colours.

ITU-T T.81, annex B; JFIF 1.02.
"""

from __future__ import annotations

import re
import struct
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import attrs

from nistitl.images.cleaners.kept import BEHIND, BETWEEN, UNUSED, Kept, Uses
from nistitl.images.errors import ImageError
from nistitl.images.sides import ADOBE, ADOBE_LENGTH, COMMENT, JFIF, JFIF_LENGTH, OTHER, THUMBNAIL, kind_of_application
from nistitl.images.streams import jpeg, nistcom
from nistitl.images.streams.jpegscan import walk
from nistitl.images.streams.progressive import check_scans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.wire.fields import Raw

_DHT, _DAC, _EOI, _SOS, _DQT, _DRI, _APP0, _APP14, _COM = 0xC4, 0xCC, 0xD9, 0xDA, 0xDB, 0xDD, 0xE0, 0xEE, 0xFE
_TABLES = (_DQT, _DHT, _DAC, _DRI)
_APPLICATIONS = range(_APP0, 0xF0)
_SEQUENTIAL, _LOSSLESS, _PROGRESSIVE = (0xC0, 0xC1), (0xC3,), (0xC2, 0xCA)
_BLOCK = 64  # coefficients
_MOST_COMPONENTS = 4
_MISPLACED = re.compile(rb"\xff[\x01\xd8]")  # markers that have no content, and no place in a scan
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")
_UNITS, _THUMBNAIL = 7, 12  # where JFIF tells the unit, and the size of a thumbnail
_PLAIN_JFIF = JFIF + b"\1\1\0\0\1\0\1"  # which tells no resolution
_PLAIN_ADOBE = ADOBE + b"\0\x64\0\0\0\0"  # version and flags, which no decoder asks for; the transformation follows


class _Table(NamedTuple):
    """One of the tables of a segment: its name, and where it is."""

    name: tuple[int, ...]
    start: int
    end: int


@attrs.define(slots=True)
class _Plan:
    """What is kept, found out before anything is; segments and tables by where their content begins."""

    uses: Uses = attrs.field(factory=Uses)
    restarting: set[int] = attrs.field(factory=set)  # scans
    jfif: int = 0
    adobe: int = 0
    comment: int = 0  # that tells a resolution
    process: int = 0
    frames: int = 0
    quantizations: dict[int, int] = attrs.field(factory=dict)  # of components that no scan has begun with
    interval: int = 0
    scans: int = 0
    lacking: bool = False  # a scan uses tables that stand elsewhere


def clean(data: memoryview, kept: Kept, tables: bytes = b"") -> None:
    """Keep what a decoder needs of a codestream; ImageError where it has no end, or more than one image.

    `tables`: those that stand elsewhere, as segments. ImageError, too, where coded data stand behind the image.
    """
    found = list(jpeg.segments(data))
    plan = _plan(data, found)
    if not found or found[-1].marker != _EOI or not plan.scans:
        raise ImageError("JPEG: there is no end of image, so nobody can tell where it is")
    if plan.frames != 1:
        raise ImageError("JPEG: a codestream of several frames cannot be cleaned")
    kept.keep(data[:2])
    _drop_between(data, 2, found[0], kept)
    for segment, following in pairwise(found):
        _keep_segment(data, segment, plan, kept)
        if segment.marker == _SOS:
            _keep_scan(data[segment.end : _begin(following)], segment.start in plan.restarting, kept)
        else:
            _drop_between(data, segment.end, following, kept)
    kept.keep(bytes((0xFF, _EOI)))
    kept.drop(BEHIND, data[found[-1].end :])
    _check_scans(kept.data, tables, plan)


def _check_scans(clean: bytes, tables: bytes, plan: _Plan) -> None:
    """ImageError where a scan holds more than the image, unless that is for a strict decoder to say."""
    if plan.process in _SEQUENTIAL and not tables and not plan.lacking:
        return
    whole = memoryview(clean[:2] + tables + clean[2:])
    if plan.process == _PROGRESSIVE[0]:
        check_scans(whole)
        return
    met = walk(whole)
    if met is None:
        raise ImageError("JPEG: nobody can tell where the coded data end, as this process is not followed here")
    if met.fault:
        raise ImageError(f"JPEG: the coded data are damaged: {met.fault}")


def clean_tables(data: memoryview, kept: Kept) -> None:
    """Keep the tables of a codestream of nothing else, to which the strips of a TIFF refer."""
    kept.keep(data[:2])
    for segment in jpeg.segments(data):
        if segment.marker in (_DQT, _DHT):
            _keep(segment.marker, b"".join(data[one.start : one.end] for one in _tables(data, segment)), kept)
        else:
            kept.drop(OTHER, b"" if segment.marker == _EOI else b"?")
    kept.keep(bytes((0xFF, _EOI)))


# -- the plan -------------------------------------------------------------------------------------


def _plan(data: memoryview, found: list[jpeg.Segment]) -> _Plan:
    plan = _Plan()
    for segment in found:
        marker, start, end = segment
        if marker in _TABLES:
            _define(data, segment, plan)
        elif marker in jpeg.FRAMES:
            plan.frames, plan.process = plan.frames + 1, marker
            places = range(start + 6, start + 6 + 3 * min(data[start + 5], _MOST_COMPONENTS), 3)
            plan.quantizations = {data[at]: data[at + 2] for at in places}
        elif marker == _SOS:
            _use(data, segment, plan)
        elif not plan.scans:
            head = bytes(data[start : start + len(JFIF)])
            if marker == _APP0 and head == JFIF and end - start >= JFIF_LENGTH:
                if not plan.jfif or not _is_sensible(data, plan.jfif):
                    plan.jfif = start
            elif marker == _APP14 and head == ADOBE and end - start >= ADOBE_LENGTH:
                plan.adobe = start
        if marker == _COM and not plan.comment and nistcom.ppi_of(bytes(data[start:end])):
            plan.comment = start
    if plan.jfif and _is_sensible(data, plan.jfif) and data[plan.jfif + _UNITS]:
        plan.comment = 0
    return plan


def _is_sensible(data: memoryview, start: int) -> bool:
    """True for a JFIF header of a version and a unit that there are."""
    return data[start + len(JFIF)] == 1 and data[start + len(JFIF) + 1] <= 2 and data[start + _UNITS] <= 2


def _define(data: memoryview, segment: jpeg.Segment, plan: _Plan) -> None:
    for table in _tables(data, segment):
        plan.uses.define(table.name, table.start)
    if segment.marker == _DRI:
        plan.interval = int.from_bytes(data[segment.start : segment.start + 2], "big")


def _use(data: memoryview, segment: jpeg.Segment, plan: _Plan) -> None:
    """What a scan uses, by its header. B.2.3, G.1.1.1, H.1.1."""
    start, count = segment.start, min(data[segment.start], _MOST_COMPONENTS)
    plan.scans += 1
    plan.uses.use((_DRI,))
    if plan.interval:
        plan.restarting.add(start)
    first, fresh = data[start + 1 + 2 * count], data[start + 3 + 2 * count] < 0x10
    for at in range(start + 1, start + 1 + 2 * count, 2):
        number, chosen = data[at], data[at + 1]
        if number in plan.quantizations and plan.process not in _LOSSLESS:
            plan.uses.use((_DQT, 0, plan.quantizations.pop(number)))
        for kind in (_DHT, _DAC):
            if plan.process in _LOSSLESS:
                plan.uses.use((kind, 0, chosen >> 4), (kind, 1, chosen >> 4))  # NBIS takes one class for the other
            elif plan.process in _PROGRESSIVE and kind == _DHT:
                plan.uses.use(*([(kind, 1, chosen & 15)] if first else [(kind, 0, chosen >> 4)] * fresh))
            else:
                plan.uses.use((kind, 0, chosen >> 4), (kind, 1, chosen & 15))
                plan.lacking |= kind == _DHT and not plan.uses.knows((kind, 0, chosen >> 4), (kind, 1, chosen & 15))


def _tables(data: memoryview, segment: jpeg.Segment) -> Iterator[_Table]:
    """Every table of a segment, and the interval of restarts. B.2.4."""
    marker, at, end = segment
    if marker == _DRI:
        yield _Table((_DRI,), at, at + 2)
        return
    while at < end:
        kind, number = data[at] >> 4, data[at] & 15
        stop = at + 2
        if marker == _DQT:
            kind, stop = 0, at + 1 + _BLOCK * (1 + kind)
        elif marker == _DHT:
            stop = at + 17 + sum(data[at + 1 : at + 17])
        if stop > end:
            return
        yield _Table((marker, kind, number), at, stop)
        at = stop


# -- its execution --------------------------------------------------------------------------------


def _keep_segment(data: memoryview, segment: jpeg.Segment, plan: _Plan, kept: Kept) -> None:
    marker, start, end = segment
    content = data[start:end]
    if marker in _TABLES:
        _keep_tables(data, segment, plan.uses, kept)
    elif marker in jpeg.FRAMES:
        _keep(marker, kept.within(content, 6 + 3 * content[5], OTHER), kept)
    elif marker == _SOS:
        _keep(marker, kept.within(content, 4 + 2 * content[0], OTHER), kept)
    elif start == plan.jfif:
        plain = bytes(content[:_THUMBNAIL]) if _is_sensible(data, start) else _PLAIN_JFIF
        kept.drop(THUMBNAIL, b"" if content == plain + b"\0\0" else b"?")
        _keep(marker, plain + b"\0\0", kept)
    elif start == plan.adobe:
        plain = _PLAIN_ADOBE + bytes(content[ADOBE_LENGTH - 1 : ADOBE_LENGTH])
        kept.drop(kind_of_application(content), b"" if content == plain else b"?")
        _keep(marker, plain, kept)
    elif marker == _COM:
        _keep_comment(data, content, kept) if start == plan.comment else kept.drop(COMMENT)
    else:
        kept.drop(kind_of_application(content) if marker in _APPLICATIONS else OTHER)


def _keep_tables(data: memoryview, segment: jpeg.Segment, uses: Uses, kept: Kept) -> None:
    """Those that scans use."""
    content = b"".join(data[table.start : table.end] for table in _tables(data, segment) if table.start in uses)
    if content:
        _keep(segment.marker, content, kept)
    kept.drop(UNUSED, bytes(segment.end - segment.start - len(content)))


def _keep_comment(data: memoryview, content: memoryview, kept: Kept) -> None:
    """The resolution that a comment of NIST's tells, in a comment made anew."""
    header = jpeg.header(data)
    said = nistcom.renewed(bytes(content), header, lossy=header.process != "lossless")
    kept.drop(COMMENT, b"" if content == said else b"?")
    if said:
        _keep(_COM, said, kept)


def _keep_scan(coded: Raw, restarting: bool, kept: Kept) -> None:
    """Coded data as they are, without the filling behind them."""
    scan = bytes(coded).rstrip(b"\xff")
    if _MISPLACED.search(scan) or (not restarting and _RESTART.search(scan)):
        raise ImageError("JPEG: a scan holds a marker that has no place there")
    kept.keep(scan)


def _keep(marker: int, content: Raw, kept: Kept) -> None:
    kept.keep(struct.pack(">BBH", 0xFF, marker, len(content) + 2), content)


def _begin(segment: jpeg.Segment) -> int:
    """Where the marker of a segment is."""
    return segment.start - (2 if segment.marker == _EOI else 4)


def _drop_between(data: memoryview, start: int, following: jpeg.Segment, kept: Kept) -> None:
    kept.drop(BETWEEN, bytes(data[start : _begin(following)]).strip(b"\xff"))
