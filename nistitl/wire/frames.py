"""Where the records of a transaction lie: by LEN and CNT, never by searching image bytes.

As long as every LEN leads to a record that CNT expects, no byte of a record's content is looked at
(`follow_content`, the hot path of opening). Where it does not, `FrameScanner` looks for the true end once,
says what it forgave, and goes on; each byte is searched a bounded number of times, so that the time
stays linear whatever LEN and CNT claim. ANSI/NIST-ITL 1-2011, Annex B.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from nistitl.base.errors import ReadError
from nistitl.wire.framing import CONTENTS, TYPE_1, Framing, follow_content
from nistitl.wire.grammar import FS

if TYPE_CHECKING:
    from mmap import mmap

# LEN, VER and CNT as they begin nearly every transaction; others are split
CLEAN_HEAD = re.compile(
    rb"0?1\.0{0,8}1:(\d{1,18})\x1d1\.0{0,8}2:[^\x1c\x1d]*\x1d1\.0{0,8}3:([^\x1c\x1d]+)(?=[\x1c\x1d])"
)


def frame(data: bytes | mmap, start: int = 0, *, many: bool = False) -> Framing:
    """Frame the transaction that begins at `start`; with `many`, others may follow it.

    ReadError when there is nothing that could be a transaction.
    """
    stop = len(data)
    head = CLEAN_HEAD.match(data, start, stop)
    if head is not None:
        size, count = head.groups()
        end = start + int(size)
        clean, entries = CONTENTS[count]
        if clean and data.find(FS, start, stop) + 1 == end:
            spans = [(1, start, end)]
            end = follow_content(data, end, stop, entries, spans)
            if len(spans) > len(entries) and (end == stop or (many and _compiled(TYPE_1).match(data, end))):
                return Framing(spans, start, end)
    from nistitl.wire.scanner import FrameScanner  # for damaged input only
    from nistitl.wire.transfer import report_transfer

    framing = FrameScanner(data, start, stop).scan()
    _report_trailing(data, framing, many)
    report_transfer(data, start, framing, frames_cleanly)
    return framing


def frames_cleanly(data: bytes) -> bool:
    """Are these bytes one transaction with nothing to forgive?"""
    from nistitl.wire.scanner import FrameScanner

    try:
        framing = FrameScanner(data, 0, len(data)).scan()
    except ReadError:
        return False
    return not framing.findings and framing.end == len(data)


def _report_trailing(data: bytes | mmap, framing: Framing, many: bool) -> None:
    """Say what follows the last record; with `many`, another transaction may."""
    stop = len(data)
    framing.stop = _next_transaction(data, framing.end)
    if framing.stop > framing.end:
        extra = framing.stop - framing.end
        framing.report("bytes-after", f"{extra} bytes follow the last record", framing.end, extra)
    if framing.stop < stop and not many:
        message = "another transaction follows; read_many() reads them all"
        framing.report("transaction-follows", message, framing.stop, stop - framing.stop)


def setting(data: bytes | mmap, start: int, end: int, number: int) -> bytes | None:
    """The content of 1.013 DOM or 1.015 DCS, of the Type-1 record at data[start:end]."""
    if data.find(b"%d:" % number, start, end) < 0:
        return None
    match = _compiled(rb"\x1d0{0,8}1\.0{0,7}%d(?=[:\x1c\x1d]):?([^\x1c\x1d]*)" % number).search(data, start, end)
    return match[1] if match else None


def _next_transaction(data: bytes | mmap, pos: int) -> int:
    """Where the next transaction begins, at `pos` or after; the end of the data when there is none."""
    pattern = _compiled(TYPE_1)
    match = pattern.match(data, pos) or pattern.search(data, pos)
    return match.start() if match else len(data)


@cache
def _compiled(pattern: bytes) -> re.Pattern[bytes]:
    """What not every input needs, compiled when first met."""
    return re.compile(pattern)
