"""What a transfer did to the data as a whole, where one cause explains what framing had to forgive.

Only looked for in data that do not frame cleanly; each cause is tried once over all bytes, so that time stays linear.
"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING

from nistitl.wire.framing import BINARY_LEN, HEADER
from nistitl.wire.grammar import BINARY_TYPES, GS, find_data_tag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from mmap import mmap

    from nistitl.wire.framing import Framing

_STRUCTURAL = {
    "bytes-after", "bytes-between", "len-wrong", "len-unreadable", "record-cut", "terminator-missing",
    "terminator-wrong", "cnt-missing-record", "cnt-extra-record", "cnt-idc",
}  # fmt: skip
_SPELLED = rb"\\+(?:u00|x)1d|\\+035|%1d|&#(?:29|x1d);"  # GS as JSON, C, URLs, HTML and XML spell it
_FIRST_FIELDS = re.compile(  # and what stands where GS should
    rb"0?1\.0*1:\d{1,9}?([^\d\x1c-\x1f]{0,16}?|(?i:%b))0?1\.0*2:" % _SPELLED
)
_ENOUGH = 1024  # bytes outside ASCII: an image of so many is all but certain to hold a CR
_ASCII = bytes(range(128))
_LINE_ENDS = {"CR": b"\r", "LF": b"\n"}
_TEXT_CONTROLS = {"NUL": 0, "TAB": 9, "LF": 10, "CR": 13, "Ctrl-Z": 26}
_OFTEN = 16
_SEVEN_BITS = re.compile(rb"\x7f[ XO]\x7f|[\t?]PNG\r?\n|\?{4}|\?O\?Q")  # how WSQ, JPEG, PNG and JPEG 2000 begin then
_MANY_CHARACTERS = 8  # outside ASCII: bytes of an image that are so many are UTF-8 only where somebody wrote it
_CONTROLS = re.compile(r"[\x00\x01\x04-\x08\x0b\x0c\x0e-\x1b]")  # in no text, but in every image
_DCS = 15
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
    if (utf8 := _written_as_utf8(raw, data, framing, frames_cleanly)) is not None:
        return "transfer-utf8", utf8
    gone = next((name for name, byte in _LINE_ENDS.items() if byte not in raw), None)
    if gone and len(raw.translate(None, _ASCII)) >= _ENOUGH and _missing(data, framing) >= _FEWEST:
        message = f"a transfer in text mode seems to have taken every {gone} out; images cannot be had back"
        return "transfer-text-mode", message
    if (how := _changed_one_by_one(raw)) is not None:
        return "transfer-text-mode", f"a transfer as text seems to have {how}; images cannot be had back"
    return None


def _changed_one_by_one(raw: bytes) -> str | None:
    """What was done to single bytes, so that there are as many as before; None where no byte is missed for sure."""
    if raw.isascii():
        stripped = _SEVEN_BITS.search(raw) and _CONTROLS.search(raw.decode("ascii"))
        return "taken the eighth bit of every byte, or put ? there" if stripped else None
    if len(raw.translate(None, _ASCII)) < _ENOUGH:
        return None
    for case, letters, around in (("upper", ascii_lowercase, b"`{"), ("lower", ascii_uppercase, b"@[")):
        if len(raw.translate(None, letters.encode())) == len(raw) and _often(raw, around):
            return f"written all letters in {case} case"
    for name, code in _TEXT_CONTROLS.items():
        if code not in raw and _often(raw, _neighbours(code)):
            return f"put something else in the place of every {name}"
    return None


def _often(raw: bytes, codes: Iterable[int]) -> bool:
    return all(raw.count(bytes([code])) >= _OFTEN for code in codes)


def _neighbours(code: int) -> tuple[int, int]:
    """Two byte values that images have about as often, and that no transfer changes."""
    return (code - 1, code + 1) if code - 1 not in _TEXT_CONTROLS.values() and code else (code + 1, code + 2)


def _written_as_utf8(
    raw: bytes, data: bytes | mmap, framing: Framing, frames_cleanly: Callable[[bytes], bool]
) -> str | None:
    """How somebody wrote the bytes as UTF-8 who took them for text; None where nobody did."""
    try:
        text = getincrementaldecoder("utf-8")().decode(raw)  # which may end inside a character, where data were cut
    except UnicodeDecodeError:
        return None
    begin = _first_image(data, framing) - framing.stop + len(raw)
    image = text[len(raw[:begin].decode("utf-8", "ignore")) :]
    many = len(image) - len(image.encode("ascii", "ignore")) >= _MANY_CHARACTERS
    if not many and _announces_utf8(framing):
        return None
    before: bytes | None = raw
    for times in ("", " twice", " three times"):
        before = None if before is None else _encoded_once(before)
        if before is not None and frames_cleanly(before):
            return f"the bytes were taken for Latin-1 text and written anew as UTF-8{times}"
    if not many or not _CONTROLS.search(image):
        return None
    if "\ufffd" in image:
        return "bytes that are no text were replaced by U+FFFD in a copy as UTF-8; images cannot be had back"
    return "the bytes were taken for text of another character set and written anew as UTF-8"


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


def _announces_utf8(framing: Framing) -> bool:
    """Does 1.015 announce UTF-8, so that it may be right in text?"""
    announced = framing.header.raw(_DCS) if framing.header is not None else None
    return announced is not None and bytes(announced).lstrip(b"0").startswith(b"3")


def _first_image(data: bytes | mmap, framing: Framing) -> int:
    """Where the first record begins that is binary, or the first field that is; the end where there is none."""
    for kind, start, end in framing.spans:
        if kind in BINARY_TYPES:
            return start
        if tag := find_data_tag(data, start, end, kind):
            return tag[1]
    return framing.stop


def _encoded_once(raw: bytes) -> bytes | None:
    """The bytes as they were before somebody wrote them as UTF-8; None where that was not so."""
    if raw.isascii():
        return None
    try:
        return raw.decode("utf-8").encode("latin-1")
    except UnicodeError:
        return None
