"""Which record of one transaction is which of the other, and which stand elsewhere among the others.

Records are of the same type. Those that say the same with the same IDC come first, then those that say the same under
another IDC, then those of the same IDC and position (finger, palm, eye, kind of image), of the same position, of the
same IDC, and where a type is left once on either side these two. What is then left was removed, or added.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from nistitl.model.record import Record

Pair = tuple[int | None, int | None]  # indices before and after
_POSITIONS = ("FGP", "PLP", "ELR", "IMT")  # by mnemonic: what a record shows
_UNKNOWN = (b"0", b"00", b"255")  # positions that are none
_LEN, _IDC, _CNT = 1, 2, 3


def paired(before: Sequence[Record], after: Sequence[Record]) -> list[Pair]:
    """Every record of both sides once: pairs and removed ones in their order, then those that were added."""
    partner = {at: at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one == other}
    left, right = _Left(before, partner.keys()), _Left(after, partner.values())
    for key in (_same, _same_content, _same_place, _position, _idc):
        partner |= _matched(left, right, key)
    partner |= _alone(left, right)
    added = sorted(set(range(len(after))).difference(partner.values()))
    return [*((at, partner.get(at)) for at in range(len(before))), *((None, at) for at in added)]


def moved(pairs: Iterable[Pair]) -> set[int]:
    """The records, by their index before, that the fewest moves would have to bring to their places."""
    both = [(one, other) for one, other in pairs if one is not None and other is not None]
    stay = longest_ascending([other for _, other in both])
    return {one for at, (one, _) in enumerate(both) if at not in stay}


def longest_ascending(numbers: Sequence[int]) -> set[int]:
    """The places of a longest ascending part of distinct numbers; the time for n of them grows with n log n."""
    tails: list[int] = []  # the least last number of an ascending part of each length, and its place
    places: list[int] = []
    earlier: list[int] = []
    for at, number in enumerate(numbers):
        length = bisect_left(tails, number)
        tails[length : length + 1] = [number]
        places[length : length + 1] = [at]
        earlier.append(places[length - 1] if length else -1)
    found, at = set(), places[-1] if places else -1
    while at >= 0:
        found.add(at)
        at = earlier[at]
    return found


class _Left:
    """The records of one side that have no partner yet, in order, with what they are known by."""

    def __init__(self, records: Sequence[Record], taken: Iterable[int]) -> None:
        self.records = records
        gone = set(taken)
        self.at = [at for at in range(len(records)) if at not in gone]
        self._contents: dict[int, bytes] = {}

    def content(self, at: int) -> bytes:
        if at not in self._contents:
            self._contents[at] = _content_of(self.records[at])
        return self._contents[at]

    def without(self, taken: set[int]) -> None:
        self.at = [at for at in self.at if at not in taken]


def _matched(left: _Left, right: _Left, key: Callable[[_Left, int], Hashable]) -> dict[int, int]:
    """Pairs of the same key, in order; those whose key is None are not asked."""
    waiting: dict[Hashable, deque[int]] = {}
    for at in right.at if left.at else ():
        waiting.setdefault((right.records[at].type, key(right, at)), deque()).append(at)
    found: dict[int, int] = {}
    for at in left.at if waiting else ():
        mine = key(left, at)
        others = waiting.get((left.records[at].type, mine)) if mine is not None else None
        if others:
            found[at] = others.popleft()
    left.without(set(found))
    right.without(set(found.values()))
    return found


def _same(side: _Left, at: int) -> Hashable:
    return side.records[at].idc, side.content(at)


def _same_content(side: _Left, at: int) -> Hashable:
    return side.content(at)


def _same_place(side: _Left, at: int) -> Hashable:
    shown = _position(side, at)
    return None if shown is None else (side.records[at].idc, shown)


def _position(side: _Left, at: int) -> Hashable:
    record = side.records[at]
    names = record.mnemonics()
    for name in _POSITIONS:
        raw = record.raw(record.number_of(name)) if name in names else None
        if raw:
            shown = bytes(raw)
            return None if shown.rstrip(b"\xff") in (*_UNKNOWN, b"") else (name, shown.lstrip(b"0"))
    return None


def _idc(side: _Left, at: int) -> Hashable:
    return (side.records[at].idc,)


def _alone(left: _Left, right: _Left) -> dict[int, int]:
    """The records of types of which one is left on either side."""
    ones, others = _by_type(left), _by_type(right)
    return {mine[0]: others[kind][0] for kind, mine in ones.items() if len(mine) == len(others.get(kind, ())) == 1}


def _by_type(side: _Left) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for at in side.at:
        found.setdefault(side.records[at].type, []).append(at)
    return found


def _content_of(record: Record) -> bytes:
    """A digest of what stands in the fields of a record, but for LEN and IDC, and CNT of Type-1."""
    digest = blake2b(digest_size=16)
    decode = record.context.charset.decode
    for key in sorted(record.keys(), key=str):
        if key in (_LEN, _IDC) or (key == _CNT and record.type == 1):
            continue
        raw = record.raw(key) or b""
        as_it_is = record.binary or key == record.data_field or bytes(raw).isascii()
        content = raw if as_it_is else decode(bytes(raw)).encode("utf-8", "surrogatepass")
        digest.update(f"{key}:{len(content)}:".encode())
        digest.update(content)
    return digest.digest()
