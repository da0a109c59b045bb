"""Where a transaction begins whose Type-1 record does not begin as it should, or what is there instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nistitl.base.errors import ReadError
from nistitl.base.findings import Finding, Location
from nistitl.wire.framing import HEADER
from nistitl.wire.landmarks import TYPE_1_HEAD, UNREADABLE_LEN
from nistitl.wire.transfer import report_lost_separators
from nistitl.wire.wrappers import MAIL, wrapper_of

if TYPE_CHECKING:
    from mmap import mmap

    from nistitl.wire.framing import Framing

_FIRST_TAG = b"1.001:"
_DAMAGED_TAG = re.compile(rb"[^\x1c\x1d]{0,200}\x1d0?1\.0*\d{1,3}:|0?1\.\d+:")
_MAY_PRECEDE = 65536  # bytes before a Type-1 record
_MAGIC = (
    (b"<", "XML or HTML of another kind"),
    (b"\xef\xbb\xbf<", "XML or HTML of another kind"),
    (b"\xff\xa0", "a bare WSQ image"),
    (b"\xff\xd8", "a bare JPEG image"),
    (b"\x89PNG", "a bare PNG image"),
    (b"\0\0\0\x0cjP", "a bare JPEG 2000 image"),
    (b"\xff\x4f\xff\x51", "a bare JPEG 2000 codestream"),
    (b"FMR\0", "an ISO finger minutiae record"),
    (b"%PDF", "a PDF file"),
    (b"-----BEGIN ", "a PEM or OpenPGP block without a transaction (a key, something encrypted or signed)"),
    (b"\xf1\x4b\xf0", "text in EBCDIC, which a transfer as text from a mainframe gives: fetch it in binary mode"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\0", "an xz file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
)


def find_damaged_type_1(
    data: bytes | mmap, start: int, stop: int, framing: Framing
) -> tuple[int, re.Match[bytes] | None]:
    """Where Type-1 begins, and the match of its tag and LEN, None where they cannot be read.

    ReadError where this is no transaction.
    """
    wrapper = wrapper_of(data) if start == 0 else None
    if wrapper is not None and (wrapper.name != MAIL or TYPE_1_HEAD.search(data, start, _MAY_PRECEDE) is None):
        message = f"this is {wrapper.name}; unwrapped it may be read: read(unwrap=True), --unwrap"
        raise ReadError.of(Finding("input-wrapped", message, Location(0, len(data)), expected="1.001:LEN"))
    match = TYPE_1_HEAD.search(data, start, min(stop, start + _MAY_PRECEDE))
    if match is not None:
        begin = match.start()
        framing.report("bytes-before", f"{begin - start} bytes stand before the Type-1 record", start, begin - start)
        return begin, HEADER.match(data, begin)
    if report_lost_separators(data, start, framing):
        return start, None
    head = UNREADABLE_LEN.match(data, start, stop)
    if head is not None and head[0].startswith(_FIRST_TAG):
        framing.report("len-unreadable", "LEN is no number", head.start(2), len(head[2]), record=0, type=1, field=1)
        return start, None
    if _DAMAGED_TAG.match(data, start, stop):
        tag = bytes(data[start : start + len(_FIRST_TAG)])
        wrong = next((at for at, (a, b) in enumerate(zip(tag, _FIRST_TAG, strict=False)) if a != b), len(tag))
        message = "the tag of the first field is damaged"
        framing.report("type1-damaged", message, start + wrong, 1, expected="1.001:LEN", record=0, type=1)
        return start, None
    raise _not_a_transaction(bytes(data[start : min(start + 16, stop)]), start, stop)


def _not_a_transaction(head: bytes, start: int, stop: int) -> ReadError:
    if not head:
        finding = Finding("input-empty", "the input is empty", Location(start, 0))
    elif _FIRST_TAG.startswith(head):
        message = "the input ends inside the tag of its first field"
        finding = Finding("input-cut", message, Location(stop, 0), expected="1.001:LEN")
    else:
        kind = next((name for magic, name in _MAGIC if head.startswith(magic)), "something else")
        message = f"this is no ANSI/NIST-ITL transaction; it looks like {kind}"
        finding = Finding("input-not-itl", message, Location(start, len(head)), expected="1.001:LEN")
    return ReadError.of(finding)
