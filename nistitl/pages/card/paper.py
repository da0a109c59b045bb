"""The one place that makes PDF: text in embedded fonts, lines and images, all in inches from the top left corner."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import attrs

from nistitl.base.errors import needing
from nistitl.pages.card.fonts import Fonts, needs_shaping

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from PIL.Image import Image

POINT = 1 / 72  # of an inch
LEADING = 1.2  # from line to line, of the size
_FINE = 0.4 * POINT  # the thickness of a line
_BLACK = 0
_FIRST_LETTERS = 64  # of a long word that are measured at first
_NO_DAY = (1970, 1, 1)  # of what does not tell its day: a PDF has to name one


@attrs.frozen(slots=True)
class Embedded:
    """An image that the document holds, in its own pixels."""

    name: str
    across: int
    down: int


class Paper:
    """A document of pages of any size. MissingDependency where the packages of `ebtskit[card]` are missing."""

    def __init__(self, title: str, day: date | None, fonts: Fonts) -> None:
        with needing("a PDF", "card"):
            import uharfbuzz  # noqa: F401  # letters that are joined need it
            from fpdf import FPDF
        self._fonts = fonts
        self._loaded: set[str] = set()  # letters of which the font is in the document
        self._families: dict[Path, str] = {}
        self._pdf = FPDF(unit="in", format=(8, 8))
        self._pdf.set_auto_page_break(False)
        self._pdf.set_margin(0)
        self._pdf.c_margin = 0
        self._pdf.alias_nb_pages("")  # or "{nb}" in a name would become a number
        self._pdf.set_title(title)
        self._pdf.set_lang("en")
        self._pdf.set_creator("nistitl")
        from datetime import UTC, datetime

        made = (day.year, day.month, day.day) if day is not None else _NO_DAY
        self._pdf.set_creation_date(datetime(*made, tzinfo=UTC))  # the same transaction gives the same bytes
        self._load(fonts.first)

    def bytes(self) -> bytes:
        """The document."""
        return bytes(self._pdf.output())

    def turn(self, width: float, height: float) -> None:
        """Begin a page of this size."""
        self._pdf.add_page(format=(width, height))
        self._pdf.set_line_width(_FINE)

    # -- text -------------------------------------------------------------------------------------

    def lacking(self, text: str) -> set[str]:
        """The letters of a text that no font at hand has; fonts for all others are embedded from now on."""
        lacking = set()
        for letter in {*text} - self._loaded:
            path = self._fonts.with_letter(letter)
            if path is None:
                lacking.add(letter)
            else:
                self._load(path)
                self._loaded.add(letter)
        return lacking

    def _load(self, path: Path) -> None:
        if path not in self._families:
            family = self._families[path] = f"font{len(self._families)}"
            self._pdf.add_font(family, fname=path)
            self._pdf.set_fallback_fonts(list(self._families.values())[1:], exact_match=False)

    def _shown(self, text: str, size: float) -> str:
        """A text as it can be written, in a font that is set for it: letters that no font has as escapes."""
        lacking = self.lacking(text)
        if lacking:
            text = "".join(letter.encode("unicode_escape").decode() if letter in lacking else letter for letter in text)
        self._pdf.set_font("font0", size=size)
        self._pdf.set_text_shaping(needs_shaping(text))
        return text

    def width(self, text: str, size: float) -> float:
        """How wide a text is in points of that size."""
        return float(self._pdf.get_string_width(self._shown(text, size)))

    def write(self, text: str, left: float, top: float, size: float, *, ends: bool = False) -> None:
        """One line of text whose upper edge is there; with `ends`, its right end is at `left`."""
        text = self._shown(text, size)
        wide = float(self._pdf.get_string_width(text))
        self._pdf.set_xy(left - wide if ends else left, top)
        self._pdf.cell(w=wide, h=LEADING * size * POINT, text=text)

    def wrapped(self, text: str, size: float, width: float, *, cut: bool = True) -> list[str] | None:
        """A text in lines that are no wider; words that are too long are cut, or None without `cut`."""
        lines: list[str] = []
        for paragraph in text.split("\n"):
            line = ""
            for word in paragraph.split(" "):
                longer = f"{line} {word}" if line else word
                if self.width(longer, size) <= width:
                    line = longer
                    continue
                if line:
                    lines.append(line)
                at = 0
                while (fits := self._most(word, at, size, width)) < len(word) - at:
                    if not cut:
                        return None
                    lines.append(word[at : at + fits])
                    at += fits
                line = word[at:]
            lines.append(line)
        return lines

    def _most(self, word: str, at: int, size: float, width: float) -> int:
        """How many letters of a word from there on fit, at least one; a long word is not measured whole."""
        high = _FIRST_LETTERS
        while high < len(word) - at and self.width(word[at : at + high], size) <= width:
            high *= 2
        text = word[at : at + high]
        if self.width(text, size) <= width:
            return len(text)
        low, high = 1, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.width(text[:middle], size) <= width else (low, middle - 1)
        return low

    def fitted(self, text: str, width: float, height: float, sizes: Sequence[float]) -> tuple[list[str], float] | None:
        """A text in lines and the largest of these sizes in which it has room; None where it has none."""
        for at, size in enumerate(sizes):
            lines = self.wrapped(text, size, width, cut=at == len(sizes) - 1)
            if lines is not None and len(lines) * LEADING * size * POINT <= height:
                return lines, size
        return None

    def write_lines(self, lines: Sequence[str], left: float, top: float, size: float) -> None:
        """Lines below each other."""
        for at, line in enumerate(lines):
            self.write(line, left, top + at * LEADING * size * POINT, size)

    # -- lines and images -------------------------------------------------------------------------

    def frame(self, left: float, top: float, width: float, height: float) -> None:
        """The outline of a rectangle."""
        self._pdf.rect(left, top, width, height)

    def line(self, left: float, top: float, right: float, bottom: float, grey: int = _BLACK) -> None:
        """A straight line, from black (0) to white (255)."""
        self._pdf.set_draw_color(grey)
        self._pdf.line(left, top, right, bottom)
        self._pdf.set_draw_color(_BLACK)

    def bookmark(self, text: str, level: int, top: float) -> None:
        """An entry of the outline that leads to this height of the page; level 0 is the highest."""
        self._pdf.set_y(top)
        self._pdf.start_section(text, level)

    def embed(self, picture: Image) -> Embedded:
        """Take an image into the document, every pixel as it is; it may be let go then.

        As a PNG: fpdf2 takes bare pixels that are the same for the same image, whatever its width.
        """
        from fpdf.image_parsing import preload_image

        with BytesIO() as packed:
            picture.save(packed, "PNG", compress_level=1)
            name, _, _ = preload_image(self._pdf.image_cache, packed)
        return Embedded(name, picture.width, picture.height)

    def place(self, image: Embedded, left: float, top: float, width: float, height: float) -> None:
        """Show an image of the document in that size."""
        self._pdf.image(image.name, left, top, width, height)
