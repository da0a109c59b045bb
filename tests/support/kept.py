"""What repair took out of an input and put into it, by a comparison of bytes that is not the library's own."""

from __future__ import annotations

import re
from itertools import product, starmap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import nistitl

PUT_IN = b"\x1c\x1d"  # FS and GS, which may be missing; and of which one may be too many
PADDING = b"\0 \r\n\x1a\x1c"
MARK = b"\xef\xbb\xbf"
_FIRST = re.compile(rb"^[^\x1c\x1d]{0,16}(?=[\x1c\x1d]|$)")
_DIGITS = re.compile(rb"^[0-9]{1,2}\.0*1:[0-9]*")
_HIDING = re.compile(rb"^([0-9]{1,2})\.0*1:[0-9]*?[^0-9]?(?=\1\.[0-9]{3}:)")  # GS is gone, or another byte
_NEXT = rb"(?=[\x1c\x1d]|[0-9]{1,2}\.[0-9]{3,}:|$)"
_LEN = re.compile(
    rb"(?:^|(?<=[\x1c\x1d]))[^\x1c\x1d.]{0,4}\.0*1(?![0-9]):?[0-9]*(?:[^\x1c-\x1f.:]{0,9}?" + _NEXT + rb")?"
)
_ENDS_WITH_LEN = re.compile(rb"[0-9]{1,2}\.0*1:[0-9]*$")
_CNT = re.compile(rb"(?<![0-9])1\.0*3(?![0-9])[^\x1c\x1d]*?" + _NEXT)


def lost_or_invented(came: nistitl.Transaction, repaired: nistitl.Transaction) -> str | None:
    """What repair lost or invented of a transaction, read as it came; None where there is nothing.

    LEN and CNT aside, each record is to be what it was, but for separators put in or taken out where two stood; what
    lies between records is to be what it was, or padding that has gone, or records that have come to light in it.
    """
    count = any(finding.code.startswith("cnt-") for finding in repaired.repairs)
    after, gaps = list(repaired), _gaps(repaired)
    if came.header is None and repaired.header is not None:
        after, gaps = after[1:], [gaps[0] + gaps[1], *gaps[2:]]
    places = _places(list(came), after, count=count)
    if places is None:
        return f"{len(came)} records became {len(after)}"
    begins, ends = [0, *(place + 1 for place in places)], [*places, len(after)]
    for one, begin, end in zip(_gaps(came), begins, ends, strict=True):
        if not _may_hold(one, gaps[begin : end + 1], after[begin:end]):
            return f"between records, {one!r} became {b''.join(gaps[begin : end + 1])!r}"
    return next(filter(None, (_told(one, after[at], count=count) for one, at in zip(came, places, strict=True))), None)


def _places(came: list[nistitl.Record], after: list[nistitl.Record], *, count: bool) -> list[int] | None:
    """Which record each has become, in order; None where that is none. Where as many are there, each is its own."""
    spare, places = len(after) - len(came), list[int]()
    for record in came if spare > 0 else ():
        at = places[-1] + 1 if places else 0
        same = (n for n in range(at, at + spare + 1) if _is_same(record, after[n], count=count))
        if (found := next(same, None)) is None:
            return None
        spare -= found - at
        places.append(found)
    return places or (list(range(len(came))) if spare == 0 else None)


def _is_same(one: nistitl.Record, other: nistitl.Record, *, count: bool) -> bool:
    return one.type == other.type and _told(one, other, count=count) is None


def _may_hold(before: bytes, gaps: list[bytes], records: list[nistitl.Record]) -> bool:
    """May bytes between records have become these, of which nothing is written anew but LEN, and FS put in?"""
    at = 0
    for gap, record in zip(gaps, records, strict=False):
        data = bytes(record)
        content = data[4:] if record.binary else _LEN.sub(b"", data, count=1)
        bare = content.removesuffix(PUT_IN[:1])
        begin = before.find(bare, at)
        head = before[at:begin]
        head = head[:-4] if record.binary else _ENDS_WITH_LEN.sub(b"", head)
        if begin < 0 or not _may_become(head, gap):
            return False
        at = begin + len(content if before.startswith(content, begin) else bare)
    return _may_become(before[at:], gaps[-1])


def _gaps(tx: nistitl.Transaction) -> list[bytes]:
    """What stands before the first record, and behind each."""
    before, after, between = tx.surroundings()
    gaps = [before, *between]
    gaps[-1] += after
    return gaps


def _told(before: nistitl.Record, after: nistitl.Record, *, count: bool) -> str | None:
    ways = product(_without_length(before, count=count), _without_length(after, count=count))
    told = list(starmap(_difference, ways))
    return None if None in told else told[0]


def _without_length(record: nistitl.Record, *, count: bool) -> Iterator[bytes]:
    """The bytes of a record without LEN, by each way to read which it is; without CNT if it was written anew."""
    data = bytes(record)
    if record.binary:
        yield data[4:]
        return
    # which of its tag, its digits or GS behind it are there; it may have no LEN; CNT may stand right behind the digits
    ways = [pattern.sub(b"", data, count=1) for pattern in (_LEN, _FIRST, _DIGITS, _HIDING)]
    for others in (*ways, data):
        yield _CNT.sub(b"", others) if count and record.type == 1 else others


def _may_become(before: bytes, after: bytes) -> bool:
    """Is it the same, or padding that has gone, alone or from where FS is now?"""
    put_right = len(before) == len(after) + 1 and before[0] in PADDING and before[1:] == after
    return after == before or put_right or (not after and not before.removeprefix(MARK).strip(PADDING))


def _difference(before: bytes, after: bytes) -> str | None:
    """Where the second cannot be the first with doubled separators taken out and separators put in."""
    ways, seen, furthest = [(0, 0)], set(), (0, 0)
    while ways:
        at, to = ways.pop()
        same = _common(before, at, after, to)
        at, to = at + same, to + same
        if (at, to) in seen:
            continue
        seen.add((at, to))
        furthest = max(furthest, (at, to))
        if at == len(before) and to == len(after):
            return None
        if to < len(after) and after[to] in PUT_IN:
            ways.append((at, to + 1))
        if at < len(before) and before[at] in PUT_IN:
            ways.append((at + 1, to))
    at, to = furthest
    return f"{before[at : at + 40]!r} became {after[to : to + 40]!r}"


def _common(one: bytes, at: int, other: bytes, to: int) -> int:
    """How many bytes are the same from here."""
    size, most = 1, min(len(one) - at, len(other) - to)
    while size < most and one[at : at + size] == other[to : to + size]:
        size *= 2
    low, high = 0, min(size, most)
    while low < high:
        middle = (low + high + 1) // 2
        if one[at : at + middle] == other[to : to + middle]:
            low = middle
        else:
            high = middle - 1
    return low
