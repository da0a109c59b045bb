"""The pages behind the front of a card: text in a table, and images at true scale, as many as have room on each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from nistitl.images.amputations import amputations
from nistitl.images.labels import position_name
from nistitl.pages.card.layouts import SIDE
from nistitl.pages.card.paper import LEADING, POINT
from nistitl.pages.card.ruler import draw_across

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nistitl.pages.card.paper import Paper
    from nistitl.pages.card.prints import Shown
    from nistitl.pages.demographics import Value

_MARGIN = 0.25
_HEAD, _FOOT = 0.5, 0.5  # high: what the page is of; the ruler
_GAP = 0.15
_TEXT = 7.0  # points
_LINE = LEADING * _TEXT * POINT
_PATH, _NAME, _VALUE = 0.25, 0.95, 3.2  # where the columns of text begin
_LINES = int((SIDE - _HEAD - _FOOT) / _LINE)
_NARROWEST = 2.4  # of an image with its caption
_UNSCALED = (3.2, 3.0)  # the box of an image whose size is not known
_MISSING = 0.3  # high: the box of an image that does not decode


@attrs.frozen(slots=True)
class TextLine:
    """A line of the table."""

    path: str = ""
    name: str = ""
    value: str = ""


def text_pages(paper: Paper, values: Iterable[Value]) -> list[list[TextLine]]:
    """The table of these values, page by page."""
    lines = [line for value in values for line in _lines(paper, value)]
    return [lines[at : at + _LINES] for at in range(0, len(lines), _LINES)]


def _lines(paper: Paper, value: Value) -> Iterator[TextLine]:
    named = f"{value.mnemonic}  {value.name}".strip()
    names = paper.wrapped(named, _TEXT, _VALUE - _NAME - 0.1) or []
    texts = paper.wrapped(value.text, _TEXT, SIDE - _MARGIN - _VALUE) or []
    for at in range(max(len(names), len(texts))):
        yield TextLine(
            value.path if at == 0 else "",
            names[at] if at < len(names) else "",
            texts[at] if at < len(texts) else "",
        )


def draw_text_page(paper: Paper, lines: Sequence[TextLine], head: str) -> None:
    """One page of the table."""
    _begin(paper, SIDE, SIDE, head)
    for at, line in enumerate(lines):
        top = _HEAD + at * _LINE
        for left, text in ((_PATH, line.path), (_NAME, line.name), (_VALUE, line.value)):
            if text:
                paper.write(text, left, top, _TEXT)
        if line.path:
            paper.line(_MARGIN, top, SIDE - _MARGIN, top)


@attrs.frozen(slots=True, eq=False)
class Tile:
    """An image with its caption: its size on paper, and the size of both."""

    shown: Shown
    image: tuple[float, float]
    caption: Sequence[str]
    width: float
    height: float


@attrs.define(slots=True, eq=False)
class ImagePage:
    """Where images stand on a page, which is as large as they need."""

    width: float = SIDE
    height: float = SIDE
    tiles: list[tuple[Tile, float, float]] = attrs.field(factory=list)


def image_pages(paper: Paper, images: Iterable[Shown]) -> list[ImagePage]:
    """Pages of these images in order, in rows; none is scaled but where nobody knows its size."""
    pages: list[ImagePage] = []
    left = top = high = 0.0
    for tile in (_tile(paper, shown) for shown in images):
        if left + tile.width > SIDE - _MARGIN:  # a row of its own
            left, top, high = _MARGIN, top + high, 0.0
        if not pages or top + tile.height > pages[-1].height - _FOOT:
            pages.append(ImagePage(max(SIDE, tile.width + 2 * _MARGIN), max(SIDE, tile.height + _HEAD + _FOOT)))
            left, top, high = _MARGIN, _HEAD, 0.0
        pages[-1].tiles.append((tile, left, top))
        left, high = left + tile.width + _GAP, max(high, tile.height + _GAP)
    return pages


def _tile(paper: Paper, shown: Shown) -> Tile:
    size = shown.size or _fitted(shown)
    width = max(size[0], _NARROWEST)
    facts = f"Type-{shown.record.type}, IDC {shown.record.idc}; "
    facts += f"{shown.image.across} x {shown.image.down} pixels, " if shown.image is not None else ""
    facts += f"{shown.resolution}, {shown.inches}"
    gone = amputations(shown.record)
    said = [shown.label, facts, *(f"{position_name(position)}: {why}" for position, why in gone.items())]
    if shown.image is None:
        said.append(f"DOES NOT DECODE: {shown.reason}")
    elif shown.size is None:
        said.append(f"NOT TO SCALE: {shown.reason}")
    caption = [line for text in said for line in paper.wrapped(text, _TEXT, width) or []]
    return Tile(shown, size, caption, width, size[1] + len(caption) * _LINE + 0.05)


def _fitted(shown: Shown) -> tuple[float, float]:
    """How large an image is shown whose size nobody knows."""
    if shown.image is None:
        return _NARROWEST, _MISSING
    factor = min(_UNSCALED[0] / shown.image.across, _UNSCALED[1] / shown.image.down)
    return shown.image.across * factor, shown.image.down * factor


def draw_image_page(paper: Paper, page: ImagePage, head: str) -> None:
    """One page of images, captions below them."""
    _begin(paper, page.width, page.height, head)
    for tile, left, top in page.tiles:
        if tile.shown.image is not None:
            paper.place(tile.shown.image, left, top, *tile.image)
        paper.frame(left, top, *tile.image)
        paper.write_lines(tile.caption, left, top + tile.image[1] + 0.03, _TEXT)


def _begin(paper: Paper, width: float, height: float, head: str) -> None:
    paper.turn(width, height)
    lines, size = paper.fitted(head, width - 2 * _MARGIN, _HEAD - 0.22, (8.0, 7.0, 6.0, 5.0)) or ([head[-40:]], 8.0)
    paper.write_lines(lines, _MARGIN, 0.2, size)
    draw_across(paper, _MARGIN, height - _FOOT + 0.15, 5)
