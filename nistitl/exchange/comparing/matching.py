"""Minutiae one to one by nearest place: those of the same place and direction, then as near as can be.

Only minutiae within both tolerances go together. Of those that could, as many pairs are made as there can be, and of
these the nearest: in each group of minutiae that are near each other by the Hungarian method. A grid finds who is near
whom, so that the time for n minutiae grows with n.
"""

from __future__ import annotations

from collections import defaultdict, deque
from math import floor, hypot
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MILLIMETRES, DEGREES = 0.5, 15.0  # how far apart two minutiae may be to be the same
_CROWD = 24  # near ones that are looked at: more are within half a millimetre in no print
_LARGEST = 64  # minutiae a side of a group; a larger one is paired nearest first
_NEVER = 1e6  # the cost of a pair that cannot be
_OF_ANGLE = 1e-3  # what direction counts beside place


class Point(NamedTuple):
    """A minutia: x and y in millimetres, theta in degrees."""

    x: float
    y: float
    theta: float


def turned(one: float, other: float) -> float:
    """From one direction to the other, -180 to 180 degrees."""
    return (other - one + 180) % 360 - 180


def matched(before: Sequence[Point], after: Sequence[Point], millimetres: float, degrees: float) -> dict[int, int]:
    """Which minutia before is which after; those of none are left out."""
    found = _same(before, after)
    taken = set(found.values())
    left = [at for at in range(len(before)) if at not in found]
    near = _near(before, after, left, [at for at in range(len(after)) if at not in taken], (millimetres, degrees))
    for group in _groups(near):
        found |= _nearest_first(group) if _is_large(group) else _assigned(group)
    return found


Costs = dict[int, dict[int, float]]  # by minutia before and after


def _same(before: Sequence[Point], after: Sequence[Point]) -> dict[int, int]:
    """Those of exactly the same place and direction; in the same row where they can."""
    found = {at: at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one == other}
    waiting: dict[Point, deque[int]] = defaultdict(deque)
    for at, point in enumerate(after):
        if at not in found:
            waiting[point].append(at)
    for at, point in enumerate(before):
        if at not in found and waiting.get(point):
            found[at] = waiting[point].popleft()
    return found


def _near(
    before: Sequence[Point], after: Sequence[Point], left: Iterable[int], others: Iterable[int],
    most: tuple[float, float],
) -> Costs:  # fmt: skip
    """The cost of every pair that may be; in a crowd of those that stand about as far along in it."""
    millimetres, degrees = most
    side = millimetres or 1.0
    cells, own = _cells(after, others, side), _cells(before, left, side)
    costs: Costs = {}
    for cell, members in own.items():
        for rank, at in enumerate(members):
            one, rows = before[at], dict[int, float]()
            for other in _around(cells, *cell, rank):
                point = after[other]
                distance, angle = hypot(point.x - one.x, point.y - one.y), abs(turned(one.theta, point.theta))
                if distance <= millimetres and angle <= degrees:
                    rows[other] = distance / side + _OF_ANGLE * angle / (degrees or 1.0)
            if rows:
                costs[at] = rows
    return {at: costs[at] for at in left if at in costs}


def _cells(points: Sequence[Point], places: Iterable[int], side: float) -> dict[tuple[int, int], list[int]]:
    """The minutiae of each square, from one side of it to the other."""
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for at in sorted(places, key=points.__getitem__):
        point = points[at]
        cells[floor(point.x / side), floor(point.y / side)].append(at)
    return cells


def _around(cells: dict[tuple[int, int], list[int]], column: int, row: int, rank: int) -> Iterator[int]:
    for across in (column, column - 1, column + 1):
        for down in (row, row - 1, row + 1):
            there = cells.get((across, down), ())
            start = max(0, min(rank - _CROWD // 2, len(there) - _CROWD))
            yield from there[start : start + _CROWD]


def _groups(costs: Costs) -> Iterator[Costs]:
    """Minutiae that are near each other, directly or by others between them."""
    back: dict[int, list[int]] = defaultdict(list)
    for at, rows in costs.items():
        for other in rows:
            back[other].append(at)
    seen: set[int] = set()
    for start in costs:
        group, waiting = Costs(), [start]
        while waiting:
            at = waiting.pop()
            if at not in seen:
                seen.add(at)
                group[at] = costs[at]
                waiting += [near for other in costs[at] for near in back.pop(other, ())]
        if group:
            yield group


def _is_large(group: Costs) -> bool:
    return len(group) > _LARGEST or len({other for rows in group.values() for other in rows}) > _LARGEST


def _nearest_first(group: Costs) -> dict[int, int]:
    pairs = sorted((cost, at, other) for at, rows in group.items() for other, cost in rows.items())
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, at, other in pairs:
        if at not in found and other not in taken:
            found[at] = other
            taken.add(other)
    return found


def _assigned(group: Costs) -> dict[int, int]:
    """As many pairs as can be, of the least cost together."""
    mine = list(group)
    theirs = sorted({other for rows in group.values() for other in rows})
    if len(mine) == 1:
        return {mine[0]: min(theirs, key=group[mine[0]].__getitem__)}
    size = max(len(mine), len(theirs))
    costs = [[group[at].get(other, _NEVER) for other in theirs] + [_NEVER] * (size - len(theirs)) for at in mine] + [
        [_NEVER] * size for _ in range(size - len(mine))
    ]
    chosen = least_cost(costs)
    return {
        at: theirs[column]
        for at, column in zip(mine, chosen, strict=False)
        if column < len(theirs) and theirs[column] in group[at]
    }


def least_cost(costs: Sequence[Sequence[float]]) -> list[int]:
    """The column of each row of a square of costs, each column once, so that their sum is least (Hungarian method)."""
    size = len(costs)
    of_rows, of_columns = [0.0] * (size + 1), [0.0] * (size + 1)  # potentials
    row_of = [0] * (size + 1)  # of each column, from 1; 0 for none
    for row in range(1, size + 1):
        row_of[0], column = row, 0
        least, way = [float("inf")] * (size + 1), [0] * (size + 1)
        used = [False] * (size + 1)
        while row_of[column]:
            used[column] = True
            here, step, nearest = row_of[column], float("inf"), 0
            for other in range(1, size + 1):
                if used[other]:
                    continue
                cost = costs[here - 1][other - 1] - of_rows[here] - of_columns[other]
                if cost < least[other]:
                    least[other], way[other] = cost, column
                if least[other] < step:
                    step, nearest = least[other], other
            for other in range(size + 1):
                if used[other]:
                    of_rows[row_of[other]] += step
                    of_columns[other] -= step
                else:
                    least[other] -= step
            column = nearest
        while column:
            row_of[column] = row_of[way[column]]
            column = way[column]
    chosen = [0] * size
    for column in range(1, size + 1):
        chosen[row_of[column] - 1] = column - 1
    return chosen
