"""The minutiae of two records: the blocks that both hold, else the richest of each, in the same units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from nistitl.exchange.comparing.difference import MinutiaChange
from nistitl.exchange.comparing.matching import Point, matched, turned
from nistitl.minutiae.arrays import HUNDREDTHS, MinutiaeError
from nistitl.minutiae.image import geometry_of
from nistitl.minutiae.selection import block_named, with_minutiae

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.exchange.comparing.difference import RecordPair
    from nistitl.minutiae.record import MinutiaeRecord

_IN_MILLIMETRE = 100
_HEIGHT = 1  # from which y of one block counts, where it counts from the bottom: the same on both sides


@attrs.frozen(slots=True)
class Matching:
    """The minutiae of two records and which is which, by their rows; `field` is where both have them, or None."""

    block: str
    field: int | None
    before: tuple[Point, ...]
    after: tuple[Point, ...]
    pairs: dict[int, int]

    def changes(self, pair: RecordPair) -> Iterator[MinutiaChange]:
        """Every minutia that came, went, moved or turned, in order of the rows before, then after."""
        for at, point in enumerate(self.before):
            other = self.pairs.get(at)
            if other is None:
                yield MinutiaChange("removed", pair, self.block, at + 1, None, place=tuple(point))
            else:
                yield self.change(pair, at, other)
        there = set(self.pairs.values())
        for at, point in enumerate(self.after):
            if at not in there:
                yield MinutiaChange("added", pair, self.block, None, at + 1, place=tuple(point))

    def change(self, pair: RecordPair, at: int, other: int) -> MinutiaChange:
        """How far one minutia has moved and turned."""
        one, now = self.before[at], self.after[other]
        distance = ((now.x - one.x) ** 2 + (now.y - one.y) ** 2) ** 0.5
        angle = turned(one.theta, now.theta)
        return MinutiaChange("changed", pair, self.block, at + 1, other + 1, distance, angle, tuple(now))


def matchings(before: MinutiaeRecord, after: MinutiaeRecord, millimetres: float, degrees: float) -> Iterator[Matching]:
    """Of each block that both hold and that is not the same bytes, which minutia is which. MinutiaeError as it says."""
    mine, theirs = with_minutiae(before), with_minutiae(after)
    common = [name for name in mine if name in theirs]
    if not common and mine and theirs:
        one, other = _points(before, mine[0], None), _points(after, theirs[0], None)
        yield Matching(f"{mine[0]}, {theirs[0]}", None, one, other, matched(one, other, millimetres, degrees))
    for name in common:
        field = block_named(before, name).field
        if before.raw(field) != after.raw(field):
            one, other = _points(before, name, _HEIGHT), _points(after, name, _HEIGHT)
            yield Matching(name, field, one, other, matched(one, other, millimetres, degrees))


def _points(record: MinutiaeRecord, name: str, height: int | None) -> tuple[Point, ...]:
    """The minutiae of a block in millimetres. MinutiaeError where nothing tells their scale."""
    block = block_named(record, name)
    in_pixels = block.own.unit.startswith("pixel")
    if in_pixels and block.resolution(record) is None:
        image = geometry_of(record)
        if image is None:
            raise MinutiaeError(f"the block {name} is in pixels, and nothing tells how many there are to an inch")
        array, scale = record.minutiae(name), image.across / HUNDREDTHS * _IN_MILLIMETRE
    else:
        array, scale = record.minutiae(name, ppi=HUNDREDTHS, height=height), _IN_MILLIMETRE
    columns = (array[column].tolist() for column in ("x", "y", "theta"))
    return tuple(Point(x / scale, y / scale, theta) for x, y, theta in zip(*columns, strict=True))
