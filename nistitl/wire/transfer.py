"""What a transfer did to the data as a whole, where one cause explains what framing had to forgive.

Only looked for in data that do not frame cleanly; each cause is tried once over all bytes, so that time stays linear.
"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING

from nistitl.wire.framing import BINARY_LEN, HEADER, content_entry
from nistitl.wire.grammar import BINARY_TYPES, GS, PADDING, RS, find_data_tag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from mmap import mmap

    from nistitl.base.findings import Finding
    from nistitl.wire.framing import ContentEntry, Framing

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
_EIGHT_BITS = bytes(range(128, 256))
_LINE_ENDS = {"CR": 13, "LF": 10}
_TEXT_CONTROLS = {"NUL": 0, "TAB": 9, "LF": 10, "CR": 13, "Ctrl-Z": 26}
_OFTEN = 16
_SEVEN_BITS = re.compile(rb"\x7f[ XO]\x7f|[\t?]PNG\r?\n|\?{4}|\?O\?Q")  # how WSQ, JPEG, PNG and JPEG 2000 begin then
_MANY_CHARACTERS = 8  # outside ASCII: bytes of an image that are so many are UTF-8 only where somebody wrote it
_CONTROLS = re.compile(r"[\x00\x01\x04-\x08\x0b\x0c\x0e-\x1b]")  # in no text, but in every image
_CNT, _DCS = 3, 15
_FEWEST = 2  # bytes that have gone, at the least; one may be a fault of any other kind
_ABOUT = 3  # times more, or fewer, than the values beside it


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
    gone = next((name for name, code in _LINE_ENDS.items() if code not in raw), None)
    if gone and len(raw.translate(None, _ASCII)) >= _ENOUGH and _taken_out(_LINE_ENDS[gone], data, framing):
        message = f"a transfer in text mode seems to have taken every {gone} out; images cannot be had back"
        return "transfer-text-mode", message
    how = next((how for how, codes in _changed_one_by_one(raw) if _explains(codes, data, framing)), None)
    if how is not None:
        return "transfer-text-mode", f"a transfer as text seems to have {how}; images cannot be had back"
    return None


def _changed_one_by_one(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """What may have been done to single bytes, so that there are as many as before, and the values that are gone."""
    if raw.isascii():
        if _SEVEN_BITS.search(raw) and _CONTROLS.search(raw.decode("ascii")):
            yield "taken the eighth bit of every byte, or put ? there", _EIGHT_BITS
        return
    if len(raw.translate(None, _ASCII)) < _ENOUGH:
        return
    for case, letters, around in (("upper", ascii_lowercase, b"`{"), ("lower", ascii_uppercase, b"@[")):
        if len(raw.translate(None, letters.encode())) == len(raw) and _often(raw, around):
            yield f"written all letters in {case} case", letters.encode()
    for name, code in _TEXT_CONTROLS.items():
        if code not in raw and _often(raw, _neighbours(code)):
            yield f"put something else in the place of every {name}", bytes([code])


def _explains(gone: bytes, data: bytes | mmap, framing: Framing) -> bool:
    """Can it be that these values became others? That moves nothing: it leads astray only by a binary header.

    A processed image may lack any value; LEN of a binary record is never without NUL.
    """
    if 0 in gone and any(kind in BINARY_TYPES for kind, _, _ in framing.spans):
        return True
    headers = [finding for finding in framing.findings if _of_binary_header(finding, framing)]
    if headers:
        others = _true_values(headers[0], data, framing)
        return len(headers) > 1 or (bool(others) and all(value in gone for value in others))
    lost = any(finding.code == "cnt-missing-record" for finding in framing.findings)
    return lost and any(bytes(data[begin:end]).strip(PADDING) for begin, end in framing.gaps.values())


def _of_binary_header(finding: Finding, framing: Framing) -> bool:
    """Is it LEN or IDC in the header of a binary record that differs from what LEN or CNT should be?"""
    if finding.code != "cnt-idc":
        return finding.location.type in BINARY_TYPES and finding.code in ("len-wrong", "record-cut")
    return _entry(finding, framing)[0] in BINARY_TYPES


def _entry(finding: Finding, framing: Framing) -> ContentEntry:
    """The entry of CNT at which a finding points."""
    content = framing.header.raw(_CNT) if framing.header is not None else None
    assert content is not None and finding.location.subfield is not None  # or there were none to tell of
    return content_entry(bytes(content).split(RS)[finding.location.subfield - 1])


def _true_values(finding: Finding, data: bytes | mmap, framing: Framing) -> bytes:
    """The bytes of LEN or IDC that should stand where others do."""
    if finding.code == "cnt-idc":
        return bytes([idc]) if (idc := _entry(finding, framing)[1]) is not None and idc < 256 else b""
    _, start, end = framing.spans[finding.location.record or 0]
    size = (end - start).to_bytes(BINARY_LEN.size, "big")
    return bytes(
        true for true, found in zip(size, data[start : start + BINARY_LEN.size], strict=False) if true != found
    )


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
    message = f"the control characters FS, GS, RS, US {what}, as a copy through a clipboard or an editor does"
    framing.report("separators-lost", message, match.start(1), len(instead), expected="GS", record=0, type=1)
    return True


def _taken_out(code: int, data: bytes | mmap, framing: Framing) -> bool:
    """Do records lack about as many bytes as they would have of this one, and more of them than lack none?

    Where only LEN is wrong it may be any number.
    """
    short = whole = total = 0
    for kind, start, end in framing.spans:
        record = bytes(data[start:end])
        usual = sum(record.count(bytes([other])) for other in _neighbours(code)) / 2
        missing = _missing(data, kind, start, end)
        whole += missing == 0 and usual >= _OFTEN
        if missing > 0 and usual / _ABOUT - _FEWEST <= missing <= usual * _ABOUT + _FEWEST:
            short += 1
            total += missing
    return short > whole and total >= _FEWEST


def _missing(data: bytes | mmap, kind: int, start: int, end: int) -> int:
    """How many bytes a record has fewer than its LEN says."""
    if kind not in BINARY_TYPES:
        head = HEADER.match(data, start)
        return int(head[2]) - (end - start) if head is not None else 0
    size: int = BINARY_LEN.unpack_from(data, start)[0] if end - start >= BINARY_LEN.size else 0
    return size - (end - start)


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
