"""What notebooks show: tables of what is no person's, since notebooks are saved and mailed with their output.

What stands there is told by the marks that findings go by (`holds=TECHNICAL`); of all else there is the size. A preview
has everything, text and pixels, because someone asked for it.
"""

from __future__ import annotations

import base64
import io
from functools import singledispatch
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeGuard

from nistitl.base.errors import ITLError
from nistitl.base.findings import catalogue, told_idc
from nistitl.declare.items import Items
from nistitl.images.arrays import library
from nistitl.images.labels import position_name, title
from nistitl.images.record import ImageRecord
from nistitl.images.screen import eight_bit_picture
from nistitl.model.place import Place
from nistitl.model.record import Record
from nistitl.model.transaction import Transaction
from nistitl.pages import html
from nistitl.pages.content import record_sections
from nistitl.pages.readable import lines_of
from nistitl.pages.sheet import sheet_png
from nistitl.validation.report import Report
from nistitl.wire.charsets import Charset

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nistitl.base.findings import Finding
    from nistitl.declare.items import Item

_MOST_ROWS, _MOST_LINES, _MOST_PICTURES = 200, 20, 60
_MOST_PIXELS = 640  # a side
_RECORDS = ("", "type", "what", "IDC", "bytes", "image", "position")
_FIELDS = ("path", "mnemonic", "name", "content")
_ITEMS = ("mnemonic", "name", "content")
_FINDINGS = ("severity", "where", "finding", "expected", "found", "clause", "what to do")
_WITHHELD = "(withheld)"
_UTF8 = Charset("utf-8")


def shown(thing: object) -> str:
    """A table of a transaction, record, place, subfield or report; what may be a person's is told by its size."""
    try:
        return _shown(thing)
    except ITLError:  # closed, or read strictly
        return _line(repr(thing))


@singledispatch
def _shown(thing: object) -> str:
    return _line(repr(thing))


@_shown.register
def _(tx: Transaction) -> str:
    head = f"{tx!r}, {tx.edition.title}" if tx.edition is not None else repr(tx)
    return _line(head) + _table((_record_row(at, record) for at, record in enumerate(tx)), _RECORDS, len(tx))


@_shown.register
def _(record: Record) -> str:
    places = list(record.fields())
    return _line(repr(record)) + _table(map(_field_row, places), _FIELDS, len(places))


@_shown.register
def _(place: Place) -> str:
    return _table([_field_row(place)], _FIELDS, 1)


@_shown.register
def _(subfield: Items) -> str:
    rows = [(item.mnemonic, item.name, _item_text(subfield, item)) for item in subfield.items]
    return _table((row for row in rows if row[2]), _ITEMS, len(rows))


@_shown.register
def _(report: Report) -> str:
    head = f"{report.checked_as}: {report.summary()}"
    row = _withheld_row if report.values else _finding_row
    return _line(head) + _table(map(row, report), _FINDINGS if report.findings else (), len(report))


def _line(text: str) -> str:
    return f"<p>{html.text(text)}</p>\n"


def _table(rows: Iterable[tuple[str, ...]], header: tuple[str, ...], count: int) -> str:
    """A table of the first rows, and how many more there are."""
    more = _line(f"and {count - _MOST_ROWS} more") if count > _MOST_ROWS else ""
    return html.table(islice(rows, _MOST_ROWS), header) + more


def _record_row(at: int, record: Record) -> tuple[str, ...]:
    idc = told_idc(record.idc)
    width, height = _told(record, "HLL"), _told(record, "VLL")
    image = f"{width} x {height}" if width and height else ""
    size = sum(map(len, record.pieces()))
    named = ["" if idc is None else str(idc), str(size), image, ", ".join(map(position_name, _positions(record)))]
    return str(at), str(record.type), record.title, *named


def _told(record: Record, name: str) -> Any:
    """The value of a field that is nobody's; None of one that may be a person's, or holds what no such field does."""
    place = record.get(name) if name in record.mnemonics() else None
    return place.value if place is not None and place.told else None


def _positions(record: Record) -> tuple[int, ...]:
    value = _told(record, "FGP") if record.type != 2 else None
    values = value if isinstance(value, tuple) else (value,)
    return tuple(position for position in values if isinstance(position, int))


def _field_row(place: Place) -> tuple[str, ...]:
    lines = list(islice(lines_of(place, values=False), _MOST_LINES + 1))
    if len(lines) > _MOST_LINES:
        lines[_MOST_LINES] = "..."
    return place.path, place.mnemonic, place.name, html.Safe("<br>".join(map(html.text, lines)))


def _item_text(subfield: Items, item: Item) -> str:
    """An item that is nobody's; empty for one that is not there."""
    value = getattr(subfield, item.mnemonic)
    if value in (None, ()):
        return ""
    values = value if item.repeats else (value,)
    if item.holds.told and all(_could_be(item, one) for one in values):
        return ", ".join(map(str, values))
    return _WITHHELD


def _could_be(item: Item, value: Any) -> bool:
    """True where the item's content could be such, as `Item.tells` asks of bytes."""
    parts = value if item.pair else (value,)
    try:
        return all(item.value.fits(item.written(part, _UTF8), _UTF8) for part in parts)
    except (ValueError, TypeError):
        return False


def _finding_row(finding: Finding) -> tuple[str, ...]:
    what = f"{finding.code}: {finding.message}"
    told = (finding.expected or "", finding.actual or "", finding.clause, finding.hint)
    return finding.severity.name.lower(), str(finding.location), what, *told


def _withheld_row(finding: Finding) -> tuple[str, ...]:
    """The same of a finding that may tell what stands in the file."""
    known = catalogue().get(finding.code)
    what = f"{finding.code}: {known.title}" if known is not None else finding.code
    return finding.severity.name.lower(), str(finding.location), what, "", _WITHHELD, finding.clause, ""


class Preview:
    """Text and pixels of a transaction or a record, for a notebook: everything, a person's name too.

    Shown as HTML; `_repr_png_` is its picture alone, None where there is none. It is made when it is shown.
    """

    __slots__ = ("_thing",)

    def __init__(self, thing: Transaction | Record) -> None:
        self._thing = thing

    def __repr__(self) -> str:
        return f"<Preview of {self._thing!r}>"

    def _repr_html_(self) -> str:
        thing = self._thing
        try:
            records = list(enumerate(thing)) if isinstance(thing, Transaction) else [(_place_of(thing), thing)]
            return self._pictures() + "".join(record_sections(records[:_MOST_ROWS]))
        except ITLError as error:
            return _line(str(error))

    def _pictures(self) -> str:
        thing = self._thing
        images = [record for record in (thing if isinstance(thing, Transaction) else (thing,)) if _has_image(record)]
        most = _MOST_PIXELS if len(images) == 1 else _MOST_PIXELS // 2
        return "".join(_figure(record, most) for record in images[:_MOST_PICTURES])

    def _repr_png_(self) -> bytes | None:
        thing = self._thing
        try:
            if isinstance(thing, Transaction):
                return sheet_png(thing)
            return _png(thing) if _has_image(thing) else None
        except ITLError:
            return None


def _has_image(record: Record) -> TypeGuard[ImageRecord]:
    return isinstance(record, ImageRecord) and record.has_image


def _figure(record: ImageRecord, most: int) -> str:
    """The image of a record at no more than so many pixels a side, or why there is none."""
    caption = f"<figcaption>{html.text(title(record))}</figcaption>"
    try:
        data = base64.b64encode(_png(record, most)).decode("ascii")
        shown = f'<img alt="{html.text(title(record))}" src="data:image/png;base64,{data}">'
    except ITLError as error:
        shown = _line(f"no picture: {error}")
    return f'<figure style="display: inline-block; margin: .5em">{shown}{caption}</figure>\n'


def _png(record: ImageRecord, most: int | None = None) -> bytes:
    """The image of a record as a PNG, at no more than so many pixels a side."""
    picture = eight_bit_picture(record)
    with library("the preview"):
        if most is not None:
            picture.thumbnail((most, most))
        picture.save(out := io.BytesIO(), "PNG")
    return out.getvalue()


def _place_of(record: Record) -> int:
    """The index of a record in its transaction; 0 where it is in none."""
    reference = record.context.owner
    owner = reference() if reference is not None else None
    return next((at for at, one in enumerate(owner or ()) if one is record), 0)
