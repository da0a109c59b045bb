"""Paper that fills from the top: text, tables and pictures in their order; what has no room begins the next page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import attrs

from nistitl.base.text import printable_lines
from nistitl.pages.card.paper import LEADING, POINT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from nistitl.pages.card.paper import Embedded, Paper

WIDTH, HEIGHT = 8.27, 11.0  # inches: what A4 and Letter both have
_MARGIN, _TOP, _FOOT = 0.6, 0.6, 0.7
ROOM = WIDTH - 2 * _MARGIN  # across
TALLEST = HEIGHT - _TOP - _FOOT - 1.5  # of a picture: its caption stands on the same page
_GAP = 0.12
_COLUMN_GAP = 0.08
_TEXT, _HEADING, _SMALL = 8.0, 12.0, 7.0  # points
_KEPT = 0.5  # below a heading at least
_WHOLE = 2.5  # no row that is lower goes over pages
_PADDING = 0.025  # between a line and what stands below it
_RULE = 170  # grey: the lines between rows


@attrs.frozen(slots=True, eq=False)
class Tile:
    """A picture with a caption: without an image its outline, without a size the caption alone."""

    size: tuple[float, float] | None  # inches
    caption: Sequence[str]
    image: Embedded | None = None


class Flow:
    """Pages that are laid out first and drawn at the end, when their number is known."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._pages: list[list[Callable[[], None]]] = [[]]
        self._top = _TOP
        self._part = ""
        self._headings: list[tuple[list[str], float, int]] = []  # lines, size, level: they wait for what follows them
        self.lacking: dict[str, set[str]] = {}  # letters that no font has, by the part that they stand in

    def draw(self, foot: str) -> None:
        """Draw every page, each with that line and its number at its foot."""
        self._need(0)
        paper, total = self._paper, len(self._pages)
        for number, page in enumerate(self._pages, 1):
            paper.turn(WIDTH, HEIGHT)
            for one in page:
                one()
            paper.line(_MARGIN, HEIGHT - _FOOT + 0.1, WIDTH - _MARGIN, HEIGHT - _FOOT + 0.1)
            lines = self.wrapped(foot, _SMALL, ROOM - 1)[:2]
            paper.write_lines(lines, _MARGIN, HEIGHT - _FOOT + 0.15, _SMALL)
            paper.write(f"page {number} of {total}", WIDTH - _MARGIN, HEIGHT - _FOOT + 0.15, _SMALL, ends=True)

    def title(self, text: str) -> None:
        """What the whole is called."""
        self._write(text, _HEADING + 4)

    def heading(self, text: str, *, smaller: bool = False) -> None:
        """A heading, on the page of what follows it, and in the outline."""
        self._part = text
        size = _HEADING - 2 if smaller else _HEADING
        self._headings.append((self.wrapped(text, size, ROOM), size, int(smaller)))

    def text(self, text: str) -> None:
        """A paragraph."""
        self._write(text, _TEXT)
        self._top += _GAP / 2

    def table(self, rows: Iterable[Sequence[str]], shares: Sequence[float], header: Sequence[str] = ()) -> None:
        """Rows of cells in columns of these shares of the width; the header stands on each page that they go on to."""
        left, columns = _MARGIN, []
        for share in shares:
            width = ROOM * share / sum(shares)
            columns.append((left, width - _COLUMN_GAP))
            left += width
        self._row(header, columns, ())
        for row in rows:
            self._row(row, columns, header)
        self._top += _GAP / 2

    def tiles(self, tiles: Iterable[Tile]) -> None:
        """Pictures beside each other as long as there is room."""
        row: list[tuple[Tile, float, list[str]]] = []
        for tile in tiles:
            width = max(tile.size[0] if tile.size else 0.0, ROOM / 3 - _GAP)
            lines = [line for text in tile.caption for line in self.wrapped(text, _SMALL, width)]
            if row and sum(taken + _GAP for _, taken, _ in row) + width > ROOM:
                self._tiles(row)
                row = []
            row.append((tile, width, lines))
        if row:
            self._tiles(row)

    def _tiles(self, row: list[tuple[Tile, float, list[str]]]) -> None:
        high = max(tile.size[1] if tile.size else 0.0 for tile, _, _ in row)
        self._need(high + min(max(len(lines) for _, _, lines in row) * _line(_SMALL) + _GAP, 1.4))
        left, top = _MARGIN, self._top
        for tile, width, _ in row:
            if tile.size is not None:
                place = (left, top + high - tile.size[1], *tile.size)
                if tile.image is not None:
                    self._add(partial(self._paper.place, tile.image, *place))
                self._add(partial(self._paper.frame, *place))
            left += width + _GAP
        self._top = top + high + 0.04
        lefts = [_MARGIN + sum(taken + _GAP for _, taken, _ in row[:at]) for at in range(len(row))]
        self._lines([(left, lines) for left, (_, _, lines) in zip(lefts, row, strict=True)], _SMALL)
        self._top += _GAP

    def _row(self, cells: Sequence[str], columns: Sequence[tuple[float, float]], header: Sequence[str]) -> None:
        if not cells:
            return
        wrapped = [(left, self.wrapped(cell, _TEXT, width)) for cell, (left, width) in zip(cells, columns, strict=True)]
        high = max(len(lines) for _, lines in wrapped) * _line(_TEXT)
        self._need(_PADDING + (high if high < _WHOLE else 2 * _line(_TEXT)))
        if self._top == _TOP and header:
            self._row(header, columns, ())
        self._add(partial(self._paper.line, _MARGIN, self._top, WIDTH - _MARGIN, self._top, _RULE))
        self._top += _PADDING
        self._lines(wrapped, _TEXT, lambda: self._row(header, columns, ()))
        self._top += _PADDING

    def _lines(
        self, columns: Sequence[tuple[float, list[str]]], size: float, again: Callable[[], None] | None = None
    ) -> None:
        """Columns of lines beside each other, over as many pages as they need; `again` is what begins each page."""
        at, total = 0, max(len(lines) for _, lines in columns)
        while at < total:
            if self._need(_line(size)) and again is not None:
                again()
            room = max(1, int((HEIGHT - _FOOT - self._top) / _line(size)))
            for left, lines in columns:  # a column at a time, as it is read and copied
                if mine := lines[at : at + room]:
                    self._add(partial(self._paper.write_lines, mine, left, self._top, size))
            self._top += min(room, total - at) * _line(size)
            at += room

    def _write(self, text: str, size: float) -> None:
        self._lines([(_MARGIN, self.wrapped(text, size, ROOM))], size)

    def wrapped(self, text: str, size: float, width: float) -> list[str]:
        """Text in lines of that width; letters that no font has are noted."""
        text = printable_lines(text)
        if missing := self._paper.lacking(text.replace("\n", "")):
            self.lacking.setdefault(self._part, set()).update(missing)
        return self._paper.wrapped(text, size, width) or []

    def _need(self, height: float) -> bool:
        """Begin a page where there is no such room below the headings that wait; whether that was so."""
        headings = sum(map(_high, self._headings))
        begun = False
        if headings and headings + height > HEIGHT - _TOP - _FOOT:  # no page has room for both
            begun = self._turn(headings)
            self._head()
            headings = 0
        begun |= self._turn(headings + max(height, _KEPT if headings else 0))
        self._head()
        return begun

    def _turn(self, height: float) -> bool:
        if self._top + height <= HEIGHT - _FOOT or self._top == _TOP:
            return False
        self._pages.append([])
        self._top = _TOP
        return True

    def _head(self) -> None:
        """Write the headings that wait."""
        for lines, size, level in self._headings:
            self._top += 0 if self._top == _TOP else _GAP
            self._add(partial(self._paper.bookmark, " ".join(lines), level, self._top))
            self._add(partial(self._paper.write_lines, lines, _MARGIN, self._top, size))
            self._top += len(lines) * _line(size) + _GAP / 3
        self._headings = []

    def _add(self, drawing: Callable[[], None]) -> None:
        self._pages[-1].append(drawing)


def _high(heading: tuple[list[str], float, int]) -> float:
    """How much room a heading takes, at most."""
    lines, size, _ = heading
    return len(lines) * _line(size) + _GAP + _GAP / 3


def _line(size: float) -> float:
    return LEADING * size * POINT
