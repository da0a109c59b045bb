"""What a transfer did to the data as a whole, where one cause explains what framing had to forgive.

Only looked for in data that do not frame cleanly; each cause is tried once over all bytes, so that time stays linear.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nistitl.wire.framing import BINARY_LEN, HEADER
from nistitl.wire.grammar import BINARY_TYPES, GS

if TYPE_CHECKING:
    from collections.abc import Callable
    from mmap import mmap

    from nistitl.wire.framing import Framing

_STRUCTURAL = {
    "bytes-after", "bytes-between", "len-wrong", "len-unreadable", "record-cut", "terminator-missing",
    "terminator-wrong", "cnt-missing-record", "cnt-extra-record",
}  # fmt: skip
_FIRST_FIELDS = re.compile(rb"0?1\.0*1:\d{1,9}?([^\d\x1c-\x1f]{0,16}?)0?1\.0*2:")  # and what stands where GS should
_ENOUGH = 1024  # bytes outside ASCII: an image of so many is all but certain to hold a CR
_ASCII = bytes(range(128))
_FEWEST = 2  # bytes that have gone, at the least; one may be a fault of any other kind


def report_transfer(data: bytes | mmap, start: int, framing: Framing, frames_cleanly: Callable[[bytes], bool]) -> None:
    """Add a finding that names the cause, where text-mode transfer or another encoding of the bytes is one."""
    if not any(finding.code in _STRUCTURAL for finding in framing.findings):
        return
    cause = _cause(bytes(data[start : framing.stop]), data, framing, frames_cleanly)
    if cause is not None:
        framing.report(*cause, start, framing.stop - start, expected="a transfer in binary mode")
        framing.findings.insert(0, framing.findings.pop())  # it explains the others


def _cause(
    raw: bytes, data: bytes | mmap, framing: Framing, frames_cleanly: Callable[[bytes], bool]
) -> tuple[str, str] | None:
    """Code and message of the cause, None where none is known."""
    line_feeds = raw.count(b"\n")
    if line_feeds and line_feeds == raw.count(b"\r\n") and frames_cleanly(raw.replace(b"\r\n", b"\n")):
        return "transfer-text-mode", "a transfer in text mode has put CR before every LF"
    if b"\r" not in raw and len(raw.translate(None, _ASCII)) >= _ENOUGH and _missing(data, framing) >= _FEWEST:
        return (
            "transfer-text-mode",
            "a transfer in text mode seems to have taken every CR out; images cannot be had back",
        )
    if (once := _encoded_once(raw)) is not None and frames_cleanly(once):
        return "transfer-utf8", "the bytes were taken for Latin-1 text and written anew as UTF-8"
    return None


def report_lost_separators(data: bytes | mmap, start: int, framing: Framing) -> bool:
    """Add a finding where Type-1 has no separator between its first fields; whether that was so."""
    match = _FIRST_FIELDS.match(data, start)
    if match is None or data.find(GS, start, start + 4096) >= 0:
        return False
    instead = match[1]
    what = "were turned into blanks or line ends" if instead.isspace() else "were replaced" if instead else "are gone"
    message = f"the separators (FS, GS, RS, US) {what}, as a copy through a clipboard or an editor does"
    framing.report("separators-lost", message, match.start(1), len(instead), expected="GS", record=0, type=1)
    return True


def _missing(data: bytes | mmap, framing: Framing) -> int:
    """How many bytes the records have fewer than their LEN say."""
    missing = 0
    for kind, start, end in framing.spans:
        if kind in BINARY_TYPES:
            size = BINARY_LEN.unpack_from(data, start)[0] if end - start >= BINARY_LEN.size else end - start
        else:
            head = HEADER.match(data, start)
            size = int(head[2]) if head is not None else end - start
        missing += size - (end - start)
    return missing


def _encoded_once(raw: bytes) -> bytes | None:
    """The bytes as they were before somebody wrote them as UTF-8; None where that was not so."""
    if raw.isascii():
        return None
    try:
        return raw.decode("utf-8").encode("latin-1")
    except UnicodeError:
        return None
