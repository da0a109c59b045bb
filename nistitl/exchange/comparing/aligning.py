"""Two lists side by side: what stays, what came between, what went; the time for n rows grows with n log n."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from nistitl.exchange.comparing.pairing import longest_ascending

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nistitl.exchange.comparing.pairing import Pair

    Row = tuple[object, ...]  # of items that can be told apart by their hash

_MANY = 2500  # pairs of rows that are looked at between two that stay


def aligned(before: Sequence[Row], after: Sequence[Row]) -> Iterator[Pair]:
    """The places of both lists, side by side in order: the same ones, and between them changed, removed and added ones.

    Rows at both ends that are the same stay together; between them those that stand once on either side, and in the
    same order, are the same. What lies between two such rows is paired so that the fewest items differ.
    """
    head = _alike(before, after)
    tail = _alike(before[head:][::-1], after[head:][::-1])
    ends = len(before) - tail, len(after) - tail
    yield from ((at, at) for at in range(head))
    at, to = head, head
    for one, other in [*_anchors(before, after, head, ends), ends]:
        yield from _between(before, after, range(at, one), range(to, other))
        if (one, other) != ends:
            yield one, other
        at, to = one + 1, other + 1
    yield from zip(range(ends[0], len(before)), range(ends[1], len(after)), strict=True)


def _alike(before: Sequence[Row], after: Sequence[Row]) -> int:
    """How many rows from the start are the same."""
    pairs = zip(before, after, strict=False)
    return next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(before), len(after)))


def _anchors(before: Sequence[Row], after: Sequence[Row], start: int, ends: tuple[int, int]) -> list[tuple[int, int]]:
    """Rows that stand once on either side, as many as are in the same order."""
    mine, theirs = _once(before, start, ends[0]), _once(after, start, ends[1])
    both = [(at, theirs[row]) for row, at in mine.items() if row in theirs]
    stay = longest_ascending([other for _, other in both])
    return [pair for at, pair in enumerate(both) if at in stay]


def _once(rows: Sequence[Row], start: int, end: int) -> dict[Row, int]:
    found: dict[Row, int] = {}
    twice: set[Row] = set()
    for at in range(start, end):
        if found.setdefault(rows[at], at) != at:
            twice.add(rows[at])
    return {row: at for row, at in found.items() if row not in twice}


def _between(before: Sequence[Row], after: Sequence[Row], at: range, to: range) -> Iterator[Pair]:
    """What lies between two rows that stay: by what their rows have in common, as they come where there are many."""
    if not at or not to or len(at) * len(to) > _MANY:
        yield from zip(at, to, strict=False)
        both = min(len(at), len(to))
        yield from ((one, None) for one in at[both:])
        yield from ((None, other) for other in to[both:])
        return
    yield from _least(before[at.start : at.stop], after[to.start : to.stop], at.start, to.start)


def _least(before: Sequence[Row], after: Sequence[Row], start: int, other_start: int) -> Iterator[Pair]:
    """The pairs of rows that change the fewest items: of rows that come or go all of them change."""
    rest = [[0] * (len(after) + 1) for _ in range(len(before) + 1)]  # of the rows from here on
    for at in range(len(before), -1, -1):
        for to in range(len(after), -1, -1):
            ways = (
                [rest[at + 1][to + 1] + _apart(before[at], after[to])] if at < len(before) and to < len(after) else []
            )
            ways += [rest[at + 1][to] + _size(before[at])] if at < len(before) else []
            ways += [rest[at][to + 1] + _size(after[to])] if to < len(after) else []
            rest[at][to] = min(ways, default=0)
    at = to = 0
    while at < len(before) or to < len(after):
        if (
            at < len(before)
            and to < len(after)
            and rest[at][to] == rest[at + 1][to + 1] + _apart(before[at], after[to])
        ):
            yield start + at, other_start + to
            at, to = at + 1, to + 1
        elif at < len(before) and rest[at][to] == rest[at + 1][to] + _size(before[at]):
            yield start + at, None
            at += 1
        else:
            yield None, other_start + to
            to += 1


def _size(row: Row) -> int:
    return len(row) + 1


def _apart(one: Row, other: Row) -> int:
    """How many items of two rows differ."""
    return sum(mine != theirs for mine, theirs in zip_longest(one, other))
