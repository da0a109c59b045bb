"""Rulers of inches and millimetres, by which a reader sees that paper has its true scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from nistitl.images.resolution import INCH
from nistitl.pages.card.paper import LEADING, POINT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.pages.card.paper import Paper

_DEEP = 0.19  # both scales together
_LETTERS = 4.0  # points
_EIGHTHS = {0: 0.08, 4: 0.05}  # how long ticks are; others are the shortest
_MILLIMETRES = {0: 0.08, 5: 0.05}
_SHORT = 0.03


@attrs.frozen(slots=True)
class Tick:
    """A tick: how far from the start, how long, and a whole number or nothing; of inches, or of centimetres."""

    at: float
    long: float
    label: str
    metric: bool


def ticks(inches: int) -> Iterator[Tick]:
    """Those of a ruler of so many inches; millimetres as far as whole centimetres go."""
    for eighth in range(8 * inches + 1):
        whole, part = divmod(eighth, 8)
        yield Tick(eighth / 8, _EIGHTHS.get(part, _SHORT), "" if part else str(whole), False)
    for millimetre in range(10 * int(inches * INCH / 10) + 1):
        whole, part = divmod(millimetre, 10)
        length = _MILLIMETRES.get(part if part in (0, 5) else 1, _SHORT)
        yield Tick(millimetre / INCH, length, "" if part else str(whole), True)


def draw_across(paper: Paper, left: float, top: float, inches: int) -> None:
    """A ruler to the right of a point: inches along its upper edge, centimetres along its lower one."""
    low = top + _DEEP
    paper.line(left, top, left + inches, top)
    paper.line(left, low, left + inches, low)
    for tick in ticks(inches):
        at, edge, end = left + tick.at, low if tick.metric else top, low - tick.long if tick.metric else top + tick.long
        paper.line(at, edge, at, end)
        if tick.label:
            letters = LEADING * _LETTERS * POINT
            paper.write(tick.label, at + 0.015, (low - letters - 0.02) if tick.metric else top + 0.02, _LETTERS)
    paper.write("true scale: inches, centimetres", left + inches + 0.1, top + 0.06, _LETTERS)


def draw_down(paper: Paper, left: float, top: float, inches: int) -> None:
    """A ruler below a point: inches along its left edge, centimetres along its right one."""
    right = left + _DEEP
    for tick in ticks(inches):
        at, edge = top + tick.at, right if tick.metric else left
        paper.line(edge, at, edge - tick.long if tick.metric else edge + tick.long, at)
        if tick.label and tick.at:
            letters = LEADING * _LETTERS * POINT
            paper.write(tick.label, (right - 0.045) if tick.metric else left + 0.015, at - letters, _LETTERS)
