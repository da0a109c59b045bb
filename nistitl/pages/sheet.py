"""Every image of a transaction on one page, laid out as people expect it: a tenprint as a card."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, cast

import attrs

from nistitl.base.errors import ITLError, MissingDependency
from nistitl.base.text import printable
from nistitl.images.amputations import Amputation, amputated, amputations, gone_of
from nistitl.images.arrays import library
from nistitl.images.errors import ImageError
from nistitl.images.header import MAX_PIXELS
from nistitl.images.labels import position_name, positions, quality, title
from nistitl.images.record import ImageRecord
from nistitl.images.scale import inches_of
from nistitl.images.screen import eight_bit_picture
from nistitl.images.segments import points_of
from nistitl.minutiae.names import LAYERS
from nistitl.minutiae.record import MinutiaeRecord
from nistitl.pages import html
from nistitl.pages.amputations import named, reasons
from nistitl.pages.demographics import demographics
from nistitl.pages.pictures import made_smaller, picture_url
from nistitl.profiles.choice import names_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from PIL.Image import Image

    from nistitl.model.transaction import Transaction
    from nistitl.records.type09 import Type9

_CARD = ((1, 2, 3, 4, 5), (6, 7, 8, 9, 10), (14, 12, 11, 13))  # slaps and thumbs as on the card
_WIDE = {13, 14, 15}
_LEAST_FOR_CARD = 4  # finger images that make a tenprint
_ACROSS = 6  # columns of the page
_SECTIONS = (
    ("Fingerprints", (3, 4, 5, 6, 14)),
    ("Latents", (13,)),
    ("Palms", (15,)),
    ("Soles and toes", (19,)),
    ("Faces, scars, marks and tattoos", (10,)),
    ("Irises", (17,)),
    ("Signatures", (8,)),
    ("Other images", (7, 16, 20, 22, 99)),
)
_TILE, _GAP, _LINE = 210, 12, 16  # pixels of a page drawn as PNG
_MOST_LETTERS = 400  # of a label: more than there is room for
_EMBEDDED = 640  # the most pixels a side of an image in the HTML page
_TRUE_SCALE = """<style>
.row { display: flex; flex-wrap: wrap; align-items: flex-end } figure { flex: none; max-width: 100% }
img { max-width: none; border: 0; outline: 1px solid #ddd } figcaption { max-width: 2.4in }
.ruler { display: inline-block; box-sizing: border-box; border: solid; border-width: 0 1px 1px; font-size: 7pt }
</style>
<p><span class="ruler" style="width: 4in">4 inches</span> <span class="ruler" style="width: 100mm">100 mm</span></p>
"""


@attrs.frozen(slots=True, eq=False)
class Cell:
    """One place on the page: a label, and a small picture or the reason why there is none."""

    title: str
    lines: tuple[str, ...] = ()
    picture: Image | None = None
    missing: str = ""
    columns: int = 1
    whole: bool = False  # the picture is shown as large as it is, alone in its row
    inches: tuple[float, float] | None = None  # how large it is on paper
    record: ImageRecord | None = None  # whose image it is


@attrs.frozen(slots=True)
class Section:
    """A part of the page: rows of cells under a heading."""

    title: str
    rows: tuple[tuple[Cell, ...], ...]


@attrs.frozen(slots=True)
class Style:
    """What is drawn on the images, and how large they are kept."""

    most: int  # pixels a side
    segments: bool
    features: dict[int, list[Type9]]  # by the identity of the image's record
    scale: float | None = None  # of the image's own pixels, whatever the most
    numbers: bool = False
    layers: tuple[str, ...] = LAYERS
    true_scale: bool = False  # every pixel, as large as the record says
    bare: bool = False  # nothing is decoded: the layout alone
    measured: bool = True  # what is said of fingers that are gone


def sections(
    tx: Transaction,
    *,
    segments: bool = False,
    minutiae: bool = False,
    scale: float | None = None,
    numbers: bool = False,
    layers: Sequence[str] = LAYERS,
    true_scale: bool = False,
    most: int = _EMBEDDED,
) -> list[Section]:
    """The page of a transaction; images are decoded one by one and kept no larger than `most` pixels a side.

    With a `scale` every image is so many times its own size and has a row of its own; `numbers` are of minutiae,
    `layers` those of `Type9.plot`. With `true_scale` pictures keep every pixel and know their size on paper. What does
    not decode has its reason in place of a picture. MissingDependency where a package for it is missing, ITLError for a
    scale beside the true one.
    """
    if true_scale and scale is not None:
        raise ITLError("an image has its true scale or another one: leave out the scale, or the true scale")
    if scale is not None or minutiae:
        with library("the sheet"):
            from nistitl.minutiae.draw import check_scale, checked_layers

        check_scale(1 if scale is None else scale)
        checked_layers(layers)
    features = features_by_image(tx) if minutiae else {}
    return _laid_out(tx, Style(most, segments, features, scale, numbers, tuple(layers), true_scale))


def layout(tx: Transaction, *, measured: bool) -> list[Section]:
    """The same page without pictures, each cell with its record; `measured`: with amputations, which are a person's."""
    return _laid_out(tx, Style(_EMBEDDED, False, {}, bare=True, measured=measured))


def _laid_out(tx: Transaction, style: Style) -> list[Section]:
    page: list[Section] = []
    images = [record for record in tx if isinstance(record, ImageRecord)]
    for name, types in _SECTIONS:
        mine = [record for record in images if record.type in types and (record.has_image or amputations(record))]
        card = _card(tx, mine, style) if 14 in types and style.scale is None else None
        if card is not None:
            page.append(card[0])
            mine = card[1]
        cells = [_cell(record, style) for record in mine]
        if cells:
            title_ = name if card is None else "Further fingerprints"
            page.append(Section(title_, tuple(_flowed(cells))))
    return page


def features_by_image(tx: Transaction) -> dict[int, list[Type9]]:
    """Which records of features are of which image, by the identity of the image's record."""
    by_image: dict[int, list[Type9]] = {}
    for record in tx:
        if isinstance(record, MinutiaeRecord) and (image := record.image_record) is not None:
            by_image.setdefault(id(image), []).append(cast("Type9", record))
    return by_image


def _card(tx: Transaction, records: list[ImageRecord], style: Style) -> tuple[Section, list[ImageRecord]] | None:
    """The tenprint card of these records and those that have no place on it; None where they are no tenprint."""
    places: dict[int, ImageRecord] = {}
    rest: list[ImageRecord] = []
    for record in records:
        position = next(iter(positions(record)), None)
        if position is not None and 1 <= position <= 14 and position not in places and len(positions(record)) == 1:
            places[position] = record
        else:
            rest.append(record)
    if len(places) < _LEAST_FOR_CARD:
        return None
    complete = all(position in places for row in _CARD for position in row)
    codes = {} if complete or not style.measured else amputated(tx, names_for(tx)[0])
    rows = []
    for row in _CARD:
        if any(position in places or gone_of(position, codes) for position in row):
            rows.append(tuple(_place(position, places.get(position), codes, style) for position in row))
    return Section("Tenprint card", tuple(rows)), rest


def _place(position: int, record: ImageRecord | None, codes: Mapping[int, Amputation], style: Style) -> Cell:
    columns = 2 if position in _WIDE else 1
    if record is not None and record.has_image:
        cell, said = _cell(record, style), amputations(record)
        others = {finger: code for finger, code in gone_of(position, codes).items() if finger not in said}
        return attrs.evolve(cell, columns=columns, lines=(*cell.lines, *reasons(position, others)))
    why = "; ".join(reasons(position, codes)) or "no image"
    return Cell(named(position), missing=why, columns=columns)


def _cell(record: ImageRecord, style: Style) -> Cell:
    fingers = positions(record)
    name = f"{fingers[0]} {title(record)}" if len(fingers) == 1 else title(record)
    columns = 2 if fingers and fingers[0] in _WIDE else 1
    gone = amputations(record) if style.measured else {}
    lines = tuple(f"{position_name(position)}: {why}" for position, why in gone.items())
    if not record.has_image:
        return Cell(name, lines, missing="no image", columns=columns, record=record)
    if style.bare:
        return Cell(name, lines, columns=columns, record=record)
    try:
        picture, size, untold = drawn_picture(record, style)
    except MissingDependency:
        raise
    except ITLError as error:
        return Cell(
            name, (f"{record.codec or 'unknown codec'}", *lines), missing=f"does not decode: {error}", columns=columns
        )
    resolution = f"{record.ppi:.0f} ppi" if record.ppi else "no ppi"
    facts = f"{size[0]} x {size[1]}, {resolution}, {record.codec}"
    origin = ", ".join(part for part in (f"Type-{record.type}, IDC {record.idc}", quality(record)) if part)
    inches = inches_of(record, *size) if style.true_scale else None
    if style.true_scale and inches is None:
        lines = ("not to scale: the record gives no resolution", *lines)
    told = (facts, origin, *lines, *untold)
    return Cell(name, told, picture, columns=columns, whole=style.scale is not None, inches=inches)


def drawn_picture(record: ImageRecord, style: Style) -> tuple[Image, tuple[int, int], list[str]]:
    """The picture with what is drawn on it, the size of the image, and why features are not drawn.

    ImageError where it does not decode, MissingDependency where the package for that is missing.
    """
    picture = eight_bit_picture(record)
    size, untold = picture.size, list[str]()
    if style.segments:
        with library("the sheet"):
            picture = _with_segments(picture, record)
    mine, scale = style.features.get(id(record), []), 1 if style.scale is None else style.scale
    if mine or scale != 1:
        from nistitl.minutiae.draw import drawn, enlarged

        picture = enlarged(picture, scale)
        for features in mine:
            try:
                picture = drawn(picture, features, style.layers, scale=scale, numbers=style.numbers)
            except MissingDependency:
                raise
            except ITLError as error:
                untold.append(f"features not drawn: {error}")
    if style.scale is None and not style.true_scale:
        made_smaller(picture, style.most)
    return picture, size, untold


def _with_segments(picture: Image, record: ImageRecord) -> Image:
    from PIL import ImageDraw

    picture = picture.convert("RGB")
    pen = ImageDraw.Draw(picture)
    thick = max(2, picture.width // 250)
    for name, colour in (("SEG", "#d02020"), ("ASEG", "#2050d0"), ("FSP", "#2050d0")):
        for one in (getattr(record, name) if name in record.mnemonics() else ()) or ():
            corners: list[Any] = [getattr(one, side, None) for side in ("LHC", "TVC", "RHC", "BVC")]
            points = points_of(one)
            if None not in corners and corners[0] <= corners[2] and corners[1] <= corners[3]:
                pen.rectangle(corners, outline=colour, width=thick)
            elif points:
                pen.line([*points, points[0]], fill=colour, width=thick)
    return picture


def _flowed(cells: Iterable[Cell]) -> Iterable[tuple[Cell, ...]]:
    """Cells in rows, as many as fit across the page."""
    row: list[Cell] = []
    for cell in cells:
        if row and (cell.whole or sum(one.columns for one in row) + cell.columns > _ACROSS):
            yield tuple(row)
            row = []
        row.append(cell)
    yield tuple(row)


# -- as a picture ---------------------------------------------------------------------------------


def sheet_png(
    tx: Transaction,
    *,
    segments: bool = False,
    minutiae: bool = False,
    scale: float | None = None,
    numbers: bool = False,
    layers: Sequence[str] = LAYERS,
    values: bool = False,
) -> bytes:
    """The page as a PNG; with `values`, what Type-2 says stands above the images.

    ImageError where it would be larger than images may be; MissingDependency as `sections`.
    """
    most = 2 * _TILE + _GAP
    words = value_lines(tx) if values else []
    found = sections(tx, segments=segments, minutiae=minutiae, scale=scale, numbers=numbers, layers=layers, most=most)
    with library("the sheet"):
        from PIL import Image, ImageDraw

        heights = [[_row_height(row) for row in section.rows] for section in found]
        total = max(_GAP + sum(3 * _LINE + sum(rows) for rows in heights), 4 * _LINE) + len(words) * _LINE
        widest = max((_width(cell) for section in found for row in section.rows for cell in row), default=0)
        wide = max(_ACROSS * (_TILE + _GAP) + _GAP, widest + 2 * _GAP)
        if wide * total > MAX_PIXELS:
            raise ImageError(f"the sheet would be {wide} x {total} pixels, more than {MAX_PIXELS}: write it as .html")
        page = Image.new("RGB", (wide, total), "white")
        pen = ImageDraw.Draw(page)
        top = _GAP
        for line in words:
            pen.text((_GAP, top), line, fill="black", font=_font(13))
            top += _LINE
        for section, rows in zip(found, heights, strict=True):
            pen.text((_GAP, top), section.title, fill="black", font=_font(18))
            top += 2 * _LINE
            for row, height in zip(section.rows, rows, strict=True):
                left = _GAP
                for cell in row:
                    _draw_cell(page, pen, cell, left, top, height)
                    left += cell.columns * (_TILE + _GAP)
                top += height
            top += _LINE
        out = io.BytesIO()
        page.save(out, "PNG", optimize=True)
    return out.getvalue()


def value_lines(tx: Transaction) -> list[str]:
    """What Type-2 says, in lines as wide as the page; letters that the font of a PNG lacks as escapes."""
    import textwrap

    lines = []
    for one in demographics(tx, names_for(tx)[0]):
        said = f"{one.path} {one.mnemonic}".strip() + ": " + one.text.replace("\n", "; ")
        plain = said.encode("latin-1", "backslashreplace").decode("latin-1")
        lines += textwrap.wrap(plain, _ACROSS * (_TILE + _GAP) // 9, drop_whitespace=False)
    return [*lines, ""] if lines else []


def _row_height(row: tuple[Cell, ...]) -> int:
    """Of the tallest picture in a row, with its labels."""
    return max(_fitted(cell)[1] + (2 + len(cell.lines)) * _LINE for cell in row) + _GAP


def _width(cell: Cell) -> int:
    if cell.whole and cell.picture is not None:
        return cell.picture.width
    return cell.columns * _TILE + (cell.columns - 1) * _GAP


def _fitted(cell: Cell) -> tuple[int, int]:
    """The size of a cell's picture on the page, at most as tall as a tile and a fifth."""
    if cell.picture is None:
        return _width(cell), _TILE // 2
    if cell.whole:
        return cell.picture.size
    scale = min(_width(cell) / cell.picture.width, 1.2 * _TILE / cell.picture.height)
    return max(1, int(cell.picture.width * scale)), max(1, int(cell.picture.height * scale))


def _draw_cell(page: Image, pen: Any, cell: Cell, left: int, top: int, height: int) -> None:
    width, tall = _fitted(cell)
    room = height - _GAP - (2 + len(cell.lines)) * _LINE
    if cell.picture is not None:
        page.paste(
            cell.picture.convert("RGB").resize((width, tall)), (left + (_width(cell) - width) // 2, top + room - tall)
        )
    else:
        pen.rectangle((left, top, left + _width(cell) - 1, top + room), outline="#bbbbbb")
        pen.multiline_text((left + 8, top + 8), _wrapped(cell.missing, _width(cell)), fill="#a02020", font=_font(13))
    at = top + room + 4
    pen.text((left, at), _short(cell.title, _width(cell)), fill="black", font=_font(13))
    for line in cell.lines:
        at += _LINE
        pen.text((left, at), _short(line, _width(cell)), fill="#555555", font=_font(12))


def _font(size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(size)


def _short(text: str, width: int) -> str:
    font, shown = _font(13), printable(text[:_MOST_LETTERS])
    if shown == text and font.getlength(text) <= width:
        return text
    while shown and font.getlength(shown + "…") > width:
        shown = shown[:-1]
    return shown + "…"


def _wrapped(text: str, width: int) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(printable(text[:_MOST_LETTERS]), width // 7)[:6])


# -- as HTML --------------------------------------------------------------------------------------


def sheet_html(
    tx: Transaction,
    *,
    segments: bool = False,
    minutiae: bool = False,
    scale: float | None = None,
    numbers: bool = False,
    layers: Sequence[str] = LAYERS,
    values: bool = False,
    true_scale: bool = False,
) -> str:
    """The page as one self-contained HTML file; with `values`, what Type-2 says stands above the images.

    With `true_scale` every image is printed as large as its record says, and two rulers, of 4 inches and of 100
    millimetres, show whether the printer did. MissingDependency as `sections`.
    """
    parts = [_TRUE_SCALE] if true_scale else []
    if values:
        told = ((one.path, one.mnemonic, one.name, one.text) for one in demographics(tx, names_for(tx)[0]))
        parts.append(html.section("Demographics", html.table(told, ("field", "", "name", "value"), style="fields")))
    what: dict[str, Any] = {"segments": segments, "minutiae": minutiae, "scale": scale, "numbers": numbers}
    for section in sections(tx, **what, layers=layers, true_scale=true_scale):
        rows = [f'<div class="row">{"".join(_figure(cell) for cell in row)}</div>' for row in section.rows]
        parts.append(html.section(section.title, "\n".join(rows)))
    return html.page(f"Images of a transaction {tx.TOT or ''}".strip(), parts)


def _figure(cell: Cell) -> str:
    shown = _embedded(cell) if cell.picture is not None else f'<p class="error">{html.text(cell.missing)}</p>'
    lines = "".join(f"<br><small>{html.text(line)}</small>" for line in cell.lines)
    caption = f"<figcaption>{html.text(cell.title)}{lines}</figcaption>"
    columns = _ACROSS if cell.whole else cell.columns
    return f'<figure style="grid-column: span {columns}">{shown}{caption}</figure>'


def _embedded(cell: Cell) -> str:
    assert cell.picture is not None
    whole = ' style="max-width: none"' if cell.whole else ""
    if cell.inches is not None:
        whole = f' style="width: {cell.inches[0]:.4f}in; height: {cell.inches[1]:.4f}in"'
    return f'<img alt="{html.text(cell.title)}"{whole} src="{picture_url(cell.picture)}">'
