"""The front of a card: values in their boxes, prints in theirs, and what stands on further pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from nistitl.images.amputations import Amputation, gone_of
from nistitl.images.labels import positions
from nistitl.pages.amputations import reasons
from nistitl.pages.card.layouts import CAPTION, RULER, SIDE, UPRIGHT
from nistitl.pages.card.ruler import draw_across, draw_down

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nistitl.pages.card.layouts import Box, Layout, PrintBox, WordBox
    from nistitl.pages.card.paper import Paper
    from nistitl.pages.card.prints import Shown
    from nistitl.pages.demographics import Value

SMALL = 4.5  # points: labels
_SIZES = (9.0, 8.0, 7.0, 6.5, 6.0, 5.5, 5.0)  # of values, the largest that has room
_EDGE = 0.03  # between a box and what stands in it
_LABEL = 0.08  # high, in a box for text
_TOLERANCE = 0.1 / 25.4  # by which an image may be larger than its box, in inches: less than a line is thick
_FINGERS = (3, 4, 5, 6, 14)  # record types whose prints have boxes
_BOXES = range(1, 15)


@attrs.frozen(slots=True)
class Filled:
    """A value in its box."""

    box: WordBox
    lines: Sequence[str]
    size: float


def fill(paper: Paper, layout: Layout, values: Iterable[Value]) -> tuple[list[Filled], list[Value], list[Value]]:
    """Values in their boxes; those that have a box without room enough; those that have none."""
    by_source: dict[str, Value] = {}
    for value in values:
        by_source.setdefault(value.path if value.path.startswith("1.") else value.mnemonic, value)
    filled, crowded, boxed = [], [], set()
    for box in layout.words:
        mine = next((by_source[name] for name in box.source.split() if name in by_source), None)
        if mine is None:
            continue
        boxed.add(id(mine))
        room = paper.fitted(mine.text, box.width - 2 * _EDGE, box.height - _LABEL - _EDGE / 2, _SIZES)
        if room is None:
            crowded.append(mine)
            room = (["SEE FURTHER PAGE"], SMALL)
        filled.append(Filled(box, *room))
    return filled, crowded, [value for value in values if id(value) not in boxed and not value.path.startswith("1.")]


def by_position(images: Iterable[Shown]) -> tuple[dict[int, Shown], list[Shown]]:
    """The first print of each position that has a box, and all other images."""
    boxed: dict[int, Shown] = {}
    others = []
    for shown in images:
        fingers = positions(shown.record) if shown.record.type in _FINGERS else ()
        if len(fingers) == 1 and fingers[0] in _BOXES and fingers[0] not in boxed:
            boxed[fingers[0]] = shown
        else:
            others.append(shown)
    return boxed, others


def has_room(box: PrintBox, shown: Shown) -> bool:
    """True where the image is no larger than its box."""
    if shown.size is None:
        return False
    return shown.size[0] <= box.width + _TOLERANCE and shown.size[1] <= box.height + _TOLERANCE


@attrs.frozen(slots=True)
class Front:
    """What is drawn on the first page. `pages` are those of images that have no room in their box."""

    paper: Paper
    layout: Layout
    filled: Sequence[Filled]
    prints: Mapping[int, Shown]
    codes: Mapping[int, Amputation]
    pages: Mapping[int, int]  # by position

    def draw(self) -> None:
        """The whole page."""
        paper = self.paper
        paper.turn(SIDE, SIDE)
        draw_across(paper, 0.05, 0.005, 5)
        paper.write(self.layout.title, SIDE - 0.05, RULER - 0.14, SMALL + 1, ends=True)
        for box in self.layout.words:
            self._frame(box)
            paper.write(box.label, box.left + _EDGE, box.top + 0.01, SMALL)
        for one in self.filled:
            paper.write_lines(one.lines, one.box.left + _EDGE, one.box.top + _LABEL, one.size)
        for box_ in self.layout.prints:
            self._print(box_)
        draw_down(paper, UPRIGHT.left + 0.005, UPRIGHT.top, int(UPRIGHT.height))

    def _frame(self, box: Box) -> None:
        self.paper.frame(box.left, box.top, box.width, box.height)

    def _print(self, box: PrintBox) -> None:
        shown, gone = self.prints.get(box.position), gone_of(box.position, self.codes)
        there = shown is not None and shown.image is not None and has_room(box, shown)
        self._caption(box, shown, gone)
        if shown is None:
            page = self.pages.get(box.position)
            none = ["NO IMAGE"] if page is None else [f"BOTH THUMBS IN ONE IMAGE: SEE PAGE {page}"]
            self._say(box, reasons(box.position, self.codes) or none)
        elif shown.image is None:
            self._say(box, ["IMAGE DOES NOT DECODE", shown.reason])
        elif not there:
            why = ["LARGER THAN ITS BOX", f"({shown.inches})"] if shown.size else ["NOT TO SCALE", shown.reason]
            self._say(box, [*why, f"SEE PAGE {self.pages[box.position]}"])
        else:
            assert shown.size is not None
            width, height = shown.size
            self.paper.place(
                shown.image, box.left + (box.width - width) / 2, box.top + (box.height - height) / 2, width, height
            )
        self._frame(box)

    def _caption(self, box: PrintBox, shown: Shown | None, gone: Mapping[int, Amputation]) -> None:
        """Above the box: whose place it is, and what is said of a print that is there."""
        top = box.top - CAPTION
        self.paper.frame(box.left, top, box.width, CAPTION)
        self.paper.write(box.label, box.left + _EDGE, top + 0.012, SMALL + 0.5)
        if shown is None:
            return
        told = ", ".join(one.code if at == box.position else f"{at} {one.code}" for at, one in gone.items())
        told = told or shown.resolution
        room = box.width - self.paper.width(box.label, SMALL + 0.5) - 3 * _EDGE
        if self.paper.width(told, SMALL) <= room:
            self.paper.write(told, box.left + box.width - _EDGE, top + 0.015, SMALL, ends=True)

    def _say(self, box: PrintBox, lines: Iterable[str]) -> None:
        """Words in a box without a print, as many as have room."""
        text = "\n".join(line for line in lines if line)
        room = self.paper.fitted(text, box.width - 4 * _EDGE, box.height - 4 * _EDGE, (7.0, 6.0, 5.0))
        if room is None:
            room = self.paper.fitted(text.split("\n")[0], box.width - 4 * _EDGE, box.height - 4 * _EDGE, (7.0, 5.0))
        if room is not None:
            self.paper.write_lines(room[0], box.left + 2 * _EDGE, box.top + 2 * _EDGE, room[1])
