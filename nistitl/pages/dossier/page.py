"""A report as one self-contained page: what it is, what was found, the images; what few will read is folded away."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

from nistitl.images.arrays import library
from nistitl.pages import html
from nistitl.pages.content import record_sections
from nistitl.pages.difference import difference_html, summary
from nistitl.pages.dossier.dossier import SHOWN, WITHHELD
from nistitl.pages.dossier.exhibits import Exhibits
from nistitl.pages.found import ASSERTIONS, assertion_rows
from nistitl.pages.report_html import findings_pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from PIL.Image import Image

    from nistitl.pages.dossier.dossier import Dossier
    from nistitl.pages.dossier.exhibits import Drawing, Exhibit
    from nistitl.validation.assertions import Assertion

_MOST = 640  # pixels a side of an image in the page
_ACROSS = 6  # columns of the page
_SUBJECT = ("field", "", "name", "value")
_PARTS = (
    ("File", "file"),
    ("Transaction", "transaction"),
    ("Rules", "rules"),
    ("Findings", "findings"),
    ("Images", "images"),
    ("Subject", "subject"),
    ("Not checked", "not-checked"),
    ("Passed", "passed"),
    ("Records", "records"),
)
_COMPARED = ("Difference", "difference")


def report_page(dossier: Dossier) -> Iterator[str]:
    """The page in pieces."""
    report = dossier.report
    yield html.head(dossier.title)
    yield html.paragraph(SHOWN if dossier.values else WITHHELD, "note")
    yield html.contents((*_PARTS, _COMPARED) if dossier.difference is not None else _PARTS)
    yield html.section("File", html.facts(dossier.file_rows()), "file")
    yield html.section("Transaction", html.facts(dossier.sent_rows()), "transaction")
    yield html.section("Rules", html.facts(dossier.rule_rows()), "rules")
    yield from html.section_pieces(f"Findings: {report.summary()}", findings_pieces(report), "findings")
    yield from html.section_pieces("Images", _images(dossier), "images")
    yield html.section("Subject", _subject(dossier), "subject")
    yield from html.folded_pieces("Not checked", _asked(dossier.not_checked()), "not-checked")
    yield from html.folded_pieces("Passed", _asked(dossier.passed()), "passed")
    records = record_sections(enumerate(dossier.transaction), values=dossier.values)
    yield from html.folded_pieces("Records, field by field", records, "records")
    if dossier.difference is not None:
        yield html.section(f"Difference: {summary(dossier.difference)}", html.facts(dossier.other_rows()), "difference")
        yield from difference_html(dossier.difference, dossier.values)
    yield html.FOOT


def _subject(dossier: Dossier) -> str:
    if not dossier.values:
        return html.paragraph(dossier.subject_withheld())
    rows = [(one.path, one.mnemonic, one.name, one.text) for one in dossier.subject()]
    return html.table(rows, _SUBJECT) if rows else html.paragraph(dossier.subject_withheld())


def _asked(assertions: Iterable[Assertion]) -> Iterator[str]:
    rows = list(assertion_rows(assertions))
    return html.table_pieces(rows, ASSERTIONS) if rows else iter((html.paragraph("Nothing."),))


def _images(dossier: Dossier) -> Iterator[str]:
    exhibits, none = Exhibits(dossier), True
    for title, rows in exhibits.sections():
        none = False
        yield f"<h3>{html.text(title)}</h3>\n"
        for row in rows:
            yield f'<div class="row">{"".join(_figure(exhibits, one, _wider(row)) for one in row)}</div>\n'
    if none:
        yield html.paragraph("There are no images.")


def _wider(row: list[Exhibit]) -> int:
    """How many times as wide the images of a row may be: a few have more room than a card's."""
    return min(3, max(1, _ACROSS // sum(one.columns for one in row)))


def _figure(exhibits: Exhibits, exhibit: Exhibit, wider: int) -> str:
    lines = "".join(f"<br><small>{html.text(line)}</small>" for line in exhibit.lines)
    caption = f"<figcaption>{html.text(exhibit.title)}{lines}</figcaption>"
    if exhibit.missing:
        shown = html.paragraph(exhibit.missing, "missing")
    else:
        drawn = "".join(_drawing(exhibit, one) for one in exhibits.drawings(exhibit, _MOST))
        shown = drawn or _outline(exhibit)
    return f'<figure style="grid-column: span {wider * exhibit.columns}">{shown}{caption}</figure>'


def _drawing(exhibit: Exhibit, drawing: Drawing) -> str:
    if drawing.picture is None:
        return html.paragraph(drawing.caption, "error")
    alt = html.text(", ".join(filter(None, (exhibit.title, drawing.caption))))
    said = f"<br><small>{html.text(drawing.caption)}</small><br>" if drawing.caption else ""
    return f'<img alt="{alt}" src="data:image/png;base64,{_png(drawing.picture)}">{said}'


def _png(picture: Image) -> str:
    with library("the report"):
        picture.save(out := io.BytesIO(), "PNG", optimize=True)
    return base64.b64encode(out.getvalue()).decode("ascii")


def _outline(exhibit: Exhibit) -> str:
    """In place of an image that is not shown, a frame of its shape."""
    shape = f' style="aspect-ratio: {exhibit.size[0]} / {exhibit.size[1]}"' if exhibit.size else ""
    return f'<div class="outline"{shape}><span>not shown<br>{html.text(exhibit.extent)}</span></div>'
