"""WSQ: the frame, the blocks and the tables that they use. FBI IAFIS-IC-0110(V3), annex B."""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import TYPE_CHECKING

from nistitl.images.cleaners.kept import BEHIND, BETWEEN, FILLING, UNUSED, Kept, Uses
from nistitl.images.errors import ImageError
from nistitl.images.sides import COMMENT, OTHER
from nistitl.images.streams import nistcom, wsq

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.wire.fields import Raw

_EOI, _SOF, _SOB, _DTT, _DQT, _DHT, _DRT, _COM = 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8
_LENGTHS = {_SOF: 15, _SOB: 1, _DRT: 2, _DQT: 3 + 6 * 64}
_ROW, _SENT = 6, 60  # bytes of a subband in the quantization table, and how many subbands there are
_Segment = tuple[int, int, int]


def clean(data: memoryview, kept: Kept) -> None:
    """Keep what a decoder needs of a codestream; ImageError where it has no end."""
    found = list(wsq.segments(data))
    if not found or found[-1][0] != _EOI:
        raise ImageError("WSQ: there is no end of image, so nobody can tell where it is")
    uses = _uses(data, found)
    comment = next((start for code, start, end in found if code == _COM and _said(data[start:end])), 0)
    kept.keep(data[:2])
    _drop_between(data, 2, found[0], kept)
    for segment, following in pairwise(found):
        code, start, end = segment
        if start == comment:
            _keep_comment(data, data[start:end], kept)
        elif code in (_DHT, _DTT, *_LENGTHS):
            _keep_tables(data, segment, uses, kept)
        else:
            kept.drop(COMMENT if code == _COM else OTHER)
        if code == _SOB:
            kept.keep(bytes(data[end : _begin(following)]).rstrip(b"\xff"))
        else:
            _drop_between(data, end, following, kept)
    kept.keep(bytes((0xFF, _EOI)))
    kept.drop(BEHIND, data[found[-1][2] :])


def _uses(data: memoryview, found: list[_Segment]) -> Uses:
    """The tables that are in force where a block begins; the last frame header."""
    uses = Uses()
    for segment in found:
        for name, start, _ in _tables(data, segment):
            uses.define(name, start)
        if segment[0] == _SOB:
            number = data[segment[1]]
            uses.use((_SOB,), (_SOF,), (_DTT,), (_DQT,), (_DRT,), (_DHT, number))
    return uses


def _tables(data: memoryview, segment: _Segment) -> Iterator[tuple[tuple[int, ...], int, int]]:
    """The name of every table of a segment, and where it is."""
    code, at, end = segment
    if code == _DTT:
        taps = sum((data[at + number] + 1) // 2 for number in (0, 1))
        yield (code,), at, at + 2 + 6 * taps
    elif code in _LENGTHS:
        yield (code,), at, at + _LENGTHS[code]
    while code == _DHT and at + 17 <= end:
        stop = at + 17 + sum(data[at + 1 : at + 17])
        yield (code, data[at]), at, stop
        at = stop


def _keep_tables(data: memoryview, segment: _Segment, uses: Uses, kept: Kept) -> None:
    """Those that blocks use, each of its length."""
    code, start, end = segment
    content = b"".join(data[begin : min(stop, end)] for _, begin, stop in _tables(data, segment) if begin in uses)
    kept.drop(UNUSED, bytes(end - start - len(content)))
    if content:
        _keep(code, _without_unsent(content, kept) if code == _DQT else content, kept)


def _without_unsent(table: bytes, kept: Kept) -> bytes:
    """The quantization table with zeros for subbands that are not sent: those whose bin width is zero."""
    rows = [table[at : at + _ROW] for at in range(3, len(table), _ROW)]
    sent = [row if at < _SENT and row[1:3] != b"\0\0" else bytes(_ROW) for at, row in enumerate(rows)]
    kept.drop(FILLING, b"" if rows == sent else b"?")
    return table[:3] + b"".join(sent)


def _said(comment: memoryview) -> bool:
    return nistcom.ppi_of(bytes(comment)) is not None


def _keep_comment(data: memoryview, content: memoryview, kept: Kept) -> None:
    """The resolution that a comment of NIST's tells, in a comment made anew."""
    said = nistcom.renewed(bytes(content), wsq.header(data), lossy=True)
    kept.drop(COMMENT, b"" if content == said else b"?")
    if said:
        _keep(_COM, said, kept)


def _keep(code: int, content: Raw, kept: Kept) -> None:
    kept.keep(struct.pack(">BBH", 0xFF, code, len(content) + 2), content)


def _begin(segment: _Segment) -> int:
    """Where the marker of a segment is."""
    return segment[1] - (2 if segment[0] == _EOI else 4)


def _drop_between(data: memoryview, start: int, following: _Segment, kept: Kept) -> None:
    kept.drop(BETWEEN, bytes(data[start : _begin(following)]).strip(b"\xff"))
