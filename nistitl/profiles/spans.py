"""Spans of numbers as tables write them: `3-50`, `9`, `10-`; and sizes: `12 MB`.

A side that is left open is that of the layer below: `10-` on `1-120` is 10 to 120. `10-*` says that there is no most.
"""

from __future__ import annotations

import re

Interval = tuple[int, int | None]  # least and most; None: any number
OPEN = -1  # a side that is left open, before the layer below is known

_SPAN = re.compile(r"(\d++)?(-)?(\d++|\*)?")
_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?([kKMG]i?B|B)?")
_UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}


def span(text: str) -> Interval:
    """Least and most of a span, OPEN where a side is left open. ValueError for what is none."""
    match = _SPAN.fullmatch(text)
    if match is None or (match[1] is None and match[3] in (None, "*")) or (match[3] and not match[2]):
        raise ValueError(f"{text!r} is no span such as 3-50, 9 or 1-")
    low = OPEN if match[1] is None else int(match[1])
    high = low if not match[2] else OPEN if match[3] is None else None if match[3] == "*" else int(match[3])
    return _ordered((low, high), text)


def _ordered(one: Interval, text: str) -> Interval:
    low, high = one
    if high is not None and OPEN not in (low, high) and high < low:
        raise ValueError(f"{text!r} ends before it begins")
    return one


def closed(mine: Interval, below: Interval | None) -> Interval:
    """A span whose open sides are those of the layer below. ValueError where it then ends before it begins."""
    if below is None or OPEN not in mine:
        return mine
    made = (below[0] if mine[0] == OPEN else mine[0], below[1] if mine[1] == OPEN else mine[1])
    return _ordered(made, f"{written(mine)} on {written(below)}")


def settled(mine: Interval) -> Interval:
    """A span below which there is none: an open least is 0, an open most any number."""
    return (0 if mine[0] == OPEN else mine[0]), (None if mine[1] == OPEN else mine[1])


def written(mine: Interval) -> str:
    """A span as tables write it."""
    low, high = ("" if side == OPEN else "*" if side is None else str(side) for side in mine)
    return low if low == high else f"{low}-{high}"


def interval(text: str) -> Interval:
    """`3-50`, `9`, `1-`: least and most."""
    return settled(span(text))


def size(given: int | str) -> int:
    """A number of bytes: `1000000`, `12 MB` (of a million), `12 MiB` (of 1024 times 1024); `12 MB?` is not certain."""
    if isinstance(given, int):
        return given
    match = _SIZE.fullmatch(given.strip().removesuffix("?"))
    if match is None:
        raise ValueError(f"{given!r} is no size such as 12 MB, 12 MiB or 12000000")
    return int(float(match[1]) * _UNITS[(match[2] or "B").upper()])
