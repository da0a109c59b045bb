"""A difference as people and programs read it: text, plain values, HTML side by side.

What stood there is shown only with `values`; without it a reader learns where and what kind of change it is.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import attrs

from nistitl.base.errors import ITLError, MissingDependency
from nistitl.base.text import json_text, printable
from nistitl.images.record import ImageRecord
from nistitl.images.screen import eight_bit_picture
from nistitl.pages import html
from nistitl.pages.pictures import made_smaller, picture_url, reduced_said
from nistitl.pages.readable import title_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.exchange.comparing.difference import (
        Difference,
        FieldChange,
        ImageChange,
        ImageFacts,
        MinutiaChange,
        RecordChange,
        RecordPair,
        SpellingChange,
    )

FORMAT = "nistitl-difference-1"
_MARKS = {"added": "+", "removed": "-", "changed": "~", "moved": ">", "spelling": "="}
_COLOURS = {"added": "32", "removed": "31", "changed": "33", "moved": "36", "spelling": "2"}
HEADER = ("where", "what", "before", "after")
_MOST = 480  # pixels a side of a picture in the page
_SAID = {
    "encoding": "another encoding of the transaction",
    "characters": "another character set",
    "value": "spelled otherwise",
    "empty": "empty, or not there",
    "order": "another order",
    "layout": "other tags or separators",
    "length": "another LEN",
    "count": "another CNT",
    "around": "other bytes beside the records",
}


@attrs.frozen(slots=True)
class Line:
    """One difference: its kind, where it is, what it is, and what stood there where that may be shown."""

    kind: str
    record: RecordPair | None
    where: str
    what: str
    before: str = ""
    after: str = ""


def lines_of(difference: Difference, *, values: bool = False) -> list[Line]:
    """Every difference in order of the records; of a record first itself, then fields, images, minutiae, spelling."""
    lines = [_record_line(change) for change in difference.records]
    lines += (_field_line(change, values) for change in difference.fields)
    lines += (_image_line(change) for change in difference.images)
    for minutia in difference.minutiae:
        lines += _minutia_lines(minutia, values)
    lines += (_spelling_line(change, values) for change in difference.spelling)
    return sorted(lines, key=_order)


def _order(line: Line) -> tuple[int, int]:
    """The whole transaction first; an added record where it stands now."""
    if line.record is None:
        return -1, 0
    at = line.record.after if line.record.before is None else line.record.before
    return at or 0, line.record.before is None


def _record_line(change: RecordChange) -> Line:
    pair = change.record
    what = {"added": "record added", "removed": "record removed"}.get(
        change.kind, f"record moved from {pair.before} to {pair.after}"
    )
    return Line(change.kind, pair, "", what)


def _field_line(change: FieldChange, values: bool) -> Line:
    where = f"{change.path} -> {change.path_after}" if change.path_after else change.path
    what = " ".join(filter(None, (change.mnemonic, change.name, change.kind)))
    return Line(change.kind, change.record, where, what, *_shown(change, values))


def _image_line(change: ImageChange) -> Line:
    return Line("changed", change.record, change.path, _image_said(change), *map(_facts, (change.before, change.after)))


def _image_said(change: ImageChange) -> str:
    """How two images differ, in words."""
    if change.same_pixels is None:
        return f"image of other bytes, pixels not compared: {change.why}"
    if change.same_pixels:
        return "image of other bytes, the same pixels"
    if change.changed is None:
        return "image of another size or depth"
    told = f"{change.changed} pixels differ, by {change.largest} at the most"
    return f"image changed: {told}" + (f"; PSNR {change.psnr:.2f} dB" if change.psnr is not None else "")


def _facts(facts: ImageFacts) -> str:
    size = "" if facts.width is None else f", {facts.width} x {facts.height} pixels"
    samples = "" if facts.bits is None else f" of {facts.samples} x {facts.bits} bits"
    return f"{facts.codec or 'unknown codec'}, {facts.bytes} bytes{size}{samples}"


def _minutia_lines(change: MinutiaChange, values: bool) -> Iterator[Line]:
    number = change.before or change.after
    where = f"{change.block} minutia {number}"
    if change.before and change.after and change.before != change.after:
        where += f" -> {change.after}"
    told = "" if change.place is None else "{:.2f}, {:.2f} mm, {:g} degrees".format(*change.place)
    shown = {"removed": (told, ""), "added": ("", told)}.get(change.kind, ("", told)) if values else ("", "")
    yield Line(change.kind, change.record, where, _minutia_said(change), *shown)
    for field in change.fields:
        yield _field_line(field, values)


def _minutia_said(change: MinutiaChange) -> str:
    """What became of a minutia, in words."""
    if change.distance is None or change.turned is None:
        return f"minutia {change.kind}"
    told = [f"moved by {change.distance:.2f} mm"] if change.distance else []
    told += [f"turned by {change.turned:g} degrees"] if change.turned else []
    return f"minutia {' and '.join(told) or 'changed'}"


def _spelling_line(change: SpellingChange, values: bool) -> Line:
    what = " ".join(filter(None, (change.mnemonic, _SAID[change.how])))
    shown = values or change.how == "encoding"
    return Line("spelling", change.record, change.path, what, *_shown(change, shown))


def _shown(change: FieldChange | SpellingChange, values: bool) -> tuple[str, str]:
    return (_plain(change.before), _plain(change.after)) if values else ("", "")


def _plain(text: str | None) -> str:
    return "" if text is None else printable(text.replace("\x1e", " / ").replace("\x1f", " | "))


def summary(difference: Difference) -> str:
    """`2 fields, 1 image; 3 of spelling`; `no difference`."""
    counts = (
        ("record", len(difference.records)),
        ("field", len(difference.fields)),
        ("image", len(difference.images)),
        ("minutia", len(difference.minutiae)),
    )
    words = [f"{count} {_plural(name, count)}" for name, count in counts if count]
    if not words and not difference.spelling:
        return "no difference"
    spelling = f"{len(difference.spelling)} of spelling" if difference.spelling else ""
    return "; ".join(filter(None, (", ".join(words) or "the same meaning", spelling)))


def _plural(name: str, count: int) -> str:
    if count == 1:
        return name
    return "minutiae" if name == "minutia" else f"{name}s"


# -- text -------------------------------------------------------------------------------------


def difference_text(difference: Difference, *, values: bool = False, colour: bool = False) -> Iterator[str]:
    """The difference in lines, record by record, the summary last; `colour` with the escapes of a terminal."""
    for title, _, lines in by_record(difference, values):
        yield printable(title)
        for line in lines:
            told = printable(": ".join(filter(None, (line.where, line.what))))
            if line.before or line.after:
                told += f": {line.before or '(nothing)'} -> {line.after or '(nothing)'}"
            marked = f"  {_MARKS[line.kind]} {told}"
            yield f"\x1b[{_COLOURS[line.kind]}m{marked}\x1b[0m" if colour else marked
    yield from (f"note: {printable(note)}" for note in difference.notes)
    yield summary(difference)


def by_record(difference: Difference, values: bool) -> Iterator[tuple[str, RecordPair | None, list[Line]]]:
    """The lines record by record, each under what the record is called; those of the whole transaction first."""
    for _, group in groupby(lines_of(difference, values=values), key=_order):
        mine = list(group)
        record = mine[0].record
        yield _title(difference, record) if record is not None else "The transaction", record, mine


def _title(difference: Difference, pair: RecordPair) -> str:
    """What a record is called: as it was before, or is now where it was not there."""
    tx, at = (difference.before, pair.before) if pair.before is not None else (difference.after, pair.after)
    assert tx is not None and at is not None
    elsewhere = f" (record {pair.after} after)" if pair.before is not None and pair.after not in (None, at) else ""
    return title_of(at, tx.records[at]) + elsewhere


# -- plain values -----------------------------------------------------------------------------


def difference_dict(difference: Difference, *, values: bool = False) -> dict[str, Any]:
    """Plain values for JSON: the lists of `Difference`, what stood there only with `values`."""
    lists = {
        name: [_plain_change(change, values or name in ("records", "images")) for change in getattr(difference, name)]
        for name in ("records", "fields", "images", "minutiae", "spelling")
    }
    told = {"format": FORMAT, "same": difference.same, "same_meaning": difference.same_meaning}
    return {**told, "summary": summary(difference), **lists, "notes": list(difference.notes)}


def difference_json(difference: Difference, *, values: bool = False, ascii_only: bool = False) -> str:
    """The same as JSON text."""
    return json_text(difference_dict(difference, values=values), ascii_only=ascii_only)


def _plain_change(change: Any, values: bool) -> dict[str, Any]:
    return {
        field.name: _plain_value(getattr(change, field.name), values)
        for field in attrs.fields(type(change))
        if values or field.repr
    }


def _plain_value(value: Any, values: bool) -> Any:
    if attrs.has(type(value)):
        return _plain_change(value, values)
    if isinstance(value, tuple):
        return [_plain_value(part, values) for part in value]
    return value


# -- HTML -------------------------------------------------------------------------------------


def difference_page(difference: Difference, before: str, after: str, *, values: bool = False) -> str:
    """A self-contained page of a difference; `before` and `after` are the names of the files."""
    names = html.table([[printable(before), printable(after)]], ("before", "after"))
    return html.page("Difference", (html.section(summary(difference), names),), difference_html(difference, values))


def difference_html(difference: Difference, values: bool = False, prefix: str = "difference-") -> Iterator[str]:
    """The difference side by side, for a page: a section a record. Pictures of changed images with `values`."""
    for title, record, lines in by_record(difference, values):
        rows = [(line.where, html.marked(line.what, line.kind), line.before, line.after) for line in lines]
        anchor = "transaction" if record is None else f"{record.before}-{record.after}"
        sides = images_of(difference, record) if values else ()
        figures = "".join(_figure(name, image) for name, image in sides)
        pictures = f'<div class="row sides">{figures}</div>' if figures else ""
        yield html.section(title, html.table(rows, HEADER, style="compared") + pictures, f"{prefix}{anchor}")
    if difference.notes:
        yield html.section("Not compared", html.table([[note] for note in difference.notes]))
    if not difference:
        yield "<p>No difference.</p>\n"


def images_of(difference: Difference, pair: RecordPair | None) -> Iterator[tuple[str, ImageRecord]]:
    """The two images of a record, each by its side, where they differ."""
    if pair is None or not any(change.record == pair for change in difference.images):
        return
    for name, tx, at in (("before", difference.before, pair.before), ("after", difference.after, pair.after)):
        if tx is not None and at is not None:
            record = tx.records[at]
            assert isinstance(record, ImageRecord)
            yield name, record


def _figure(name: str, record: ImageRecord) -> str:
    try:
        picture = eight_bit_picture(record)
    except MissingDependency:
        raise
    except ITLError as error:
        shown = f'<p class="error">{html.text(f"does not decode: {error}")}</p>'
        return f"<figure>{shown}<figcaption>{name}</figcaption></figure>"
    size = picture.size
    made_smaller(picture, _MOST)
    shown = f'<img alt="image {name}" src="{picture_url(picture)}">'
    said = f"<br><small>{reduced}</small>" if (reduced := reduced_said(size, picture.size)) else ""
    return f"<figure>{shown}<figcaption>{name}{said}</figcaption></figure>"
