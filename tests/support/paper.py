"""Transactions for paper, and PDF as a reader has it: words and images where they stand, pixels of a rendering."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pypdfium2

import nistitl
from nistitl.base.findings import Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

DPI = 500  # of a rendering
FRAME = 8  # pixels: how thick the black frame of a test picture is
Box = tuple[float, float, float, float]  # left, top, width, height; inches


def framed(width: int, height: int) -> NDArray[np.uint8]:
    """A picture that can be measured: black frame, grey inside."""
    picture = np.full((height, width), 200, np.uint8)
    for side in (np.s_[:FRAME], np.s_[-FRAME:], np.s_[:, :FRAME], np.s_[:, -FRAME:]):
        picture[side] = 0
    return picture


def transaction(*records: nistitl.Record, tot: str = "FAUF", **type_2: object) -> nistitl.Transaction:
    """A transaction of the FBI with these records and Type-2 fields, `F18="DOE,JANE"` by number."""
    made = nistitl.Transaction.new(
        TOT=tot, DAI="DAI000000", ORI="ORI000000", TCN="TCN-1", DAT="20240315", DOM=["NORAM", "11.2"], charset="utf-8"
    )
    text = made.append(nistitl.Type2())
    for name, value in type_2.items():
        text[f"2.{name[1:]}"] = value
    for record in records:
        made.append(record)
    made.profile = "fbi-ebts-11.2"
    return made


def finger(position: int, width: int = 400, height: int = 400, ppi: float = 500, **fields: Any) -> nistitl.Type14:
    """A print as Type-14, uncompressed."""
    return nistitl.Type14.from_image(
        framed(width, height), codec="NONE", ppi=ppi, FGP=(position,), IMP=1, SRC="ORI", FCD="20240315", **fields
    )


class Pdf:
    """A PDF that was made."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.pages = pypdfium2.PdfDocument(data)

    def size(self, page: int) -> tuple[float, float]:
        """Of a page, in inches."""
        width, height = self.pages[page].get_size()
        return width / 72, height / 72

    def text(self, page: int, box: Box | None = None) -> str:
        """The words of a page, or of a rectangle of it."""
        words = self.pages[page].get_textpage()
        if box is None:
            return str(words.get_text_range()).replace("\r\n", "\n")
        left, top, width, height = box
        high = self.size(page)[1]
        found = words.get_text_bounded(72 * left, 72 * (high - top - height), 72 * (left + width), 72 * (high - top))
        return str(found).replace("\r\n", "\n")

    def images(self, page: int) -> list[tuple[Box, NDArray[np.uint8]]]:
        """The images of a page: where they stand, and their own pixels."""
        high, found = self.size(page)[1], []
        for one in self.pages[page].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]):
            left, bottom, right, top = (side / 72 for side in one.get_bounds())
            found.append(((left, high - top, right - left, top - bottom), one.get_bitmap().to_numpy().squeeze()))
        return found

    def pixels(self, page: int) -> NDArray[np.uint8]:
        """The page as it is printed, grey, 500 pixels an inch."""
        drawn = self.pages[page].render(scale=DPI / 72, grayscale=True).to_numpy()
        return np.asarray(drawn, np.uint8).reshape(drawn.shape[0], drawn.shape[1])


def carded(tx: nistitl.Transaction, **options: Any) -> tuple[Pdf, tuple[Finding, ...]]:
    """The card of a transaction, and what was told of it."""
    target = io.BytesIO()
    told = tx.card(target, **options)
    return Pdf(target.getvalue()), told


def one_letter_font(path: Path, letters: str) -> Path:
    """A font of our own that has these letters, all as one square."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for corner in ((100, 700), (900, 700), (900, 0)):
        pen.lineTo(corner)
    pen.closePath()
    names = [".notdef", *(f"letter{at}" for at in range(len(letters)))]
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(names)
    font.setupCharacterMap({ord(letter): f"letter{at}" for at, letter in enumerate(letters)})
    font.setupGlyf({name: pen.glyph() for name in names})
    font.setupHorizontalMetrics(dict.fromkeys(names, (1000, 100)))
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "Squares", "styleName": "Regular", "psName": "Squares-Regular"})
    font.setupOS2()
    font.setupPost()
    font.save(path)
    return path
