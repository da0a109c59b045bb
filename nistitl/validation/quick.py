"""What is fine beyond doubt, as a pattern of its bytes: made of a declaration, for fields of many subfields.

What a pattern does not match may be fine all the same, or not: the plain way, in `nistitl.validation.contents`, tells.
To make one takes as long as to check some fifty subfields the plain way.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nistitl.declare.conditions import M_UP
from nistitl.declare.values import N, Text, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nistitl.base.ranges import Range
    from nistitl.declare.items import Item

_US = rb"\x1f"
_MOST_CODES, _MOST_DIGITS = 64, 9


def never(raw: bytes) -> None:
    """Nothing is fine at once."""


def quick_text(value: Value) -> Callable[[bytes], object]:
    """True for text that is fine, where nothing but characters and length limits it; else `never`."""
    pattern = _of_text(value)
    return never if pattern is None else re.compile(pattern).fullmatch


def quick_subfield(
    rows: Sequence[Item], contents: Sequence[Value], fine: Callable[[int, bytes], bool]
) -> Callable[[bytes], object]:
    """True for subfields whose items are all there and fine; `never` where no pattern can tell.

    `contents` are those of the rows in an edition, `fine` tells of the text of one code whether a row may hold it.
    """
    pattern = b""
    last = max((at for at, row in enumerate(rows, 1) if row.condition is M_UP), default=1)
    closing = 0
    for at, (row, value) in enumerate(zip(rows, contents, strict=True)):
        one = _of_value(value, lambda code, at=at: fine(at, code))  # type: ignore[misc]
        if one is None or (row.repeats and at + 1 < len(rows)):
            return never
        separator = _US if at else b""
        if row.repeats:
            least, most = row.occurrence
            group = b"(?:%b%b){%d}" % (separator, one, len(row.pair) or 1)
            pattern += b"(?:%b){%d,%b}" % (group, least, b"" if most is None else b"%d" % most)
        else:
            piece = one if row.condition is M_UP else b"(?:%b)?" % one
            opening = b"(?:" if at >= last else b""
            closing += bool(opening)
            pattern += opening + separator + piece
    return re.compile(pattern + b")?" * closing).fullmatch


def _of_value(value: Value, fine: Callable[[bytes], bool]) -> bytes | None:
    """The pattern of a content, None where there is none."""
    if value.one_of is not None or value.table is not None:
        return None if value.open or value.each else _of_codes(value, fine)
    if type(value) is N:
        return _of_number(value)
    return _of_text(value)


def _of_text(value: Value) -> bytes | None:
    limited = value.table or value.one_of or value.within or getattr(value, "pattern", None)
    if not isinstance(value, Text) or limited is not None:
        return None
    characters = "[ -~]*" if value.allowed is None else value.allowed
    least = 1 if value.min_len is None else value.min_len
    most = "" if value.max_len is None else str(value.max_len)
    return f"{characters[:-1]}{{{least},{most}}}".encode()


def _of_codes(value: Value, fine: Callable[[bytes], bool]) -> bytes | None:
    codes = set(value.one_of or ()) | ({row.code for row in value.code_table.codes} if value.code_table else set())
    if len(codes) > _MOST_CODES:
        return None
    good = sorted(code for code in codes if code.isascii() and fine(code.encode()))
    return b"(?:%b)" % b"|".join(re.escape(code.encode()) for code in good) if good else None


def _of_number(value: N) -> bytes | None:
    least, most = value.min_len or 1, value.max_len
    if most is None or most > _MOST_DIGITS:
        return None
    if value.within is None:
        return b"[0-9]{%d,%d}" % (least, most)
    ways = [way for width in range(least, most + 1) for way in _of_span(value.within, width)]
    return b"(?:%b)" % b"|".join(ways) if ways else None


def _of_span(within: Range, width: int) -> Iterator[bytes]:
    """The numbers of a range that are written with so many digits, leading zeros counted."""
    for low, high in within.spans:
        first = max(0, int(low or 0))
        last = min(10**width - 1, 10**width if high is None else int(high))
        if first <= last:
            yield from _between(f"{first:0{width}d}", f"{last:0{width}d}")


def _between(low: str, high: str) -> Iterator[bytes]:
    """The numbers from one to another, of as many digits: one pattern for each way their digits begin."""
    same = next((at for at, pair in enumerate(zip(low, high, strict=True)) if pair[0] != pair[1]), len(low))
    head, rest = low[:same].encode(), len(low) - same - 1
    if rest < 0:
        yield head
        return
    if low[same:].strip("0") == "" and high[same:].strip("9") == "":
        yield head + b"[0-9]{%d}" % (rest + 1)
        return
    first, last = int(low[same]), int(high[same])
    if low[same + 1 :].strip("0"):  # not all that begin as the lowest does
        yield from (head + way for way in _between(low[same:], low[same] + "9" * rest))
        first += 1
    if high[same + 1 :].strip("9"):
        yield from (head + way for way in _between(high[same] + "0" * rest, high[same:]))
        last -= 1
    if first <= last:
        yield head + b"[%d-%d][0-9]{%d}" % (first, last, rest)
