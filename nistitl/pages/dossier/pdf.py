"""A report as PDF: what the page says, on paper; images in their own pixels, at true scale where there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError, MissingDependency
from nistitl.images.arrays import library
from nistitl.images.scale import inches_of
from nistitl.images.screen import eight_bit_picture
from nistitl.pages.card.fonts import Fonts
from nistitl.pages.card.paper import Paper
from nistitl.pages.card.words import refuse_lacking
from nistitl.pages.difference import HEADER, by_record, images_of, summary
from nistitl.pages.dossier.dossier import SHOWN, WITHHELD
from nistitl.pages.dossier.exhibits import EVERY_PIXEL, Exhibits
from nistitl.pages.dossier.flow import ROOM, TALLEST, Flow, Tile
from nistitl.pages.found import ASSERTIONS, assertion_rows, finding_row
from nistitl.pages.readable import lines_of, title_of

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Sequence

    from nistitl.base.findings import Finding
    from nistitl.images.record import ImageRecord
    from nistitl.model.record import Record
    from nistitl.pages.dossier.dossier import Dossier
    from nistitl.pages.dossier.exhibits import Exhibit
    from nistitl.validation.assertions import Assertion

_FACTS = (1.25, 2.6)  # shares of columns
_FINDINGS = (0.7, 1.6, 4)
_ASSERTIONS = (2, 3.4, 1.2)
_FIELDS = (0.8, 0.6, 1.7, 3.4)
_COMPARED = (1, 2.2, 2.2, 2.2)
_UNSCALED = 2.2  # inches: the width of an image whose resolution nobody knows
_LARGER = 10.0  # times: features in a small image would not be seen
_HALF = ROOM / 2 - 0.1  # inches: how large they are made
_WITHHELD = 0.5  # of its true scale: an outline


def report_pdf(dossier: Dossier, fonts: Sequence[str | os.PathLike[str]] = ()) -> bytes:
    """The document. FieldError for letters that no font at hand has, MissingDependency without `ebtskit[card]`."""
    day = dossier.made.date() if dossier.made is not None else dossier.transaction.DAT
    paper = Paper(dossier.title, day, Fonts(fonts))
    flow = Flow(paper)
    flow.title(dossier.title)
    flow.text(SHOWN if dossier.values else WITHHELD)
    for title, rows in (
        ("File", dossier.file_rows()),
        ("Transaction", dossier.sent_rows()),
        ("Rules", dossier.rule_rows()),
    ):
        flow.heading(title)
        flow.table(rows, _FACTS)
    flow.heading(f"Findings: {dossier.report.summary()}")
    flow.table(map(_finding, dossier.report), _FINDINGS, ("severity", "where", "finding"))
    _images(flow, paper, dossier)
    _subject(flow, dossier)
    _difference(flow, paper, dossier)
    _asked(flow, "Not checked", dossier.not_checked())
    _asked(flow, "Passed", dossier.passed())
    flow.heading("Records, field by field")
    for at, record in enumerate(dossier.transaction):
        flow.heading(title_of(at, record), smaller=True)
        flow.table(_fields(record, dossier.values), _FIELDS, ("path", "", "name", "content"))
    foot = f"{dossier.original.name}\nSHA-256 {dossier.original.sha256}"
    flow.wrapped(foot, 1, ROOM)
    refuse_lacking(flow.lacking)
    flow.draw(foot)
    return paper.bytes()


def _finding(finding: Finding) -> tuple[str, str, str]:
    severity, where, message, expected, found, clause, hint = finding_row(finding)
    compared = [f"expected {expected}" if expected else "", f"found {found}" if found else ""]
    said = [message, "; ".join(filter(None, compared)), f"clause {clause}" if clause else "", hint]
    return severity, where, "\n".join(filter(None, said))


def _subject(flow: Flow, dossier: Dossier) -> None:
    flow.heading("Subject")
    rows = [(one.path, one.mnemonic, one.name, one.text) for one in dossier.subject()] if dossier.values else []
    if rows:
        flow.table(rows, _FIELDS, ("field", "", "name", "value"))
    else:
        flow.text(dossier.subject_withheld())


def _asked(flow: Flow, title: str, assertions: Iterable[Assertion]) -> None:
    flow.heading(title)
    rows = list(assertion_rows(assertions))
    if rows:
        flow.table(rows, _ASSERTIONS, ASSERTIONS)
    else:
        flow.text("Nothing.")


def _fields(record: Record, values: bool) -> Iterator[tuple[str, str, str, str]]:
    for place in record.fields():
        yield place.path, place.mnemonic, place.name, "\n".join(lines_of(place, values=values))


def _images(flow: Flow, paper: Paper, dossier: Dossier) -> None:
    flow.heading("Images")
    exhibits, none = Exhibits(dossier), True
    for title, rows in exhibits.sections():
        none = False
        flow.heading(title, smaller=True)
        flow.tiles(tile for row in rows for one in row for tile in _tiles(paper, exhibits, one))
    if none:
        flow.text("There are no images.")


def _tiles(paper: Paper, exhibits: Exhibits, exhibit: Exhibit) -> Iterator[Tile]:
    if exhibit.missing:
        yield Tile(None, [f"{exhibit.title}: {exhibit.missing}", *exhibit.lines])
        return
    said, drawn = [exhibit.title, *exhibit.lines], False
    for drawing in exhibits.drawings(exhibit, EVERY_PIXEL):
        drawn = True
        if drawing.picture is None:
            yield Tile(None, [*said, drawing.caption])
            continue
        with library("the report"):
            image = paper.embed(drawing.picture)
        size, scale = _on_paper(exhibit.inches, drawing.picture.size, _LARGER if drawing.caption else 1.0)
        heads = said if not drawing.caption else [exhibit.title, drawing.caption]
        yield Tile(size, [*heads, scale], image)
    if not drawn:
        size, _ = _on_paper(exhibit.inches, exhibit.size or (1, 1))
        yield Tile((_WITHHELD * size[0], _WITHHELD * size[1]), [*said, "not shown"])


def _difference(flow: Flow, paper: Paper, dossier: Dossier) -> None:
    """What is different in another transaction, record by record; the two images side by side with values."""
    if dossier.difference is None:
        return
    flow.heading(f"Difference: {summary(dossier.difference)}")
    flow.table(dossier.other_rows(), _FACTS)
    for title, record, lines in by_record(dossier.difference, dossier.values):
        flow.heading(title, smaller=True)
        flow.table(((one.where, one.what, one.before, one.after) for one in lines), _COMPARED, HEADER)
        if dossier.values:
            flow.tiles(_side(paper, f"{name}: {title}", image) for name, image in images_of(dossier.difference, record))
    for note in dossier.difference.notes:
        flow.text(f"Not compared: {note}")


def _side(paper: Paper, name: str, record: ImageRecord) -> Tile:
    """One of two images, no wider than half the paper."""
    try:
        picture = eight_bit_picture(record)
    except MissingDependency:
        raise
    except ITLError as error:
        return Tile(None, [name, f"does not decode: {error}"])
    size, scale = _on_paper(inches_of(record, *picture.size), picture.size, room=_HALF)
    with library("the report"):
        return Tile(size, [name, scale], paper.embed(picture))


def _on_paper(
    true: tuple[float, float] | None, pixels: tuple[int, int], most: float = 1.0, room: float = ROOM
) -> tuple[tuple[float, float], str]:
    """How large an image stands on paper, no more than so many times its true size, and what that is of it."""
    across, down = true if true is not None else (_UNSCALED, _UNSCALED * pixels[1] / pixels[0])
    factor = min(1.0, room / across, TALLEST / down)
    factor = max(factor, min(most, _HALF / across, _HALF / down))
    size = (across * factor, down * factor)
    if true is None:
        return size, "not to scale: the record gives no resolution"
    return size, "at true scale" if factor == 1 else f"at {factor:.0%} of its true scale"
