"""A report as one self-contained page: what it is, what was found, the images; what few will read is folded away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.pages import html
from nistitl.pages.content import record_sections
from nistitl.pages.difference import difference_html, summary
from nistitl.pages.dossier.dossier import SHOWN, WITHHELD
from nistitl.pages.dossier.exhibits import Exhibits
from nistitl.pages.found import ASSERTIONS, assertion_rows
from nistitl.pages.pictures import picture_url, reduced_said
from nistitl.pages.report_html import findings_pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nistitl.pages.dossier.dossier import Dossier
    from nistitl.pages.dossier.exhibits import Drawing, Exhibit
    from nistitl.validation.assertions import Assertion

_MOST = 640  # pixels a side of an image in the page
_ACROSS = 6  # columns of the page
_SUBJECT = ("field", "", "name", "value")
_COMPARED = ("Difference", "difference")
_PARTS = (
    ("File", "file"),
    ("Transaction", "transaction"),
    ("Rules", "rules"),
    ("Findings", "findings"),
    ("Images", "images"),
    ("Subject", "subject"),
    _COMPARED,
    ("Not checked", "not-checked"),
    ("Passed", "passed"),
    ("Records", "records"),
)


def report_page(dossier: Dossier) -> Iterator[str]:
    """The page in pieces."""
    report = dossier.report
    yield html.head(dossier.title)
    yield html.paragraph(SHOWN if dossier.values else WITHHELD, "note")
    yield html.contents(part for part in _PARTS if part != _COMPARED or dossier.difference is not None)
    yield html.section("File", html.facts(dossier.file_rows()), "file")
    yield html.section("Transaction", html.facts(dossier.sent_rows()), "transaction")
    yield html.section("Rules", html.facts(dossier.rule_rows()), "rules")
    yield from html.section_pieces(f"Findings: {report.summary()}", findings_pieces(report), "findings")
    yield from html.section_pieces("Images", _images(dossier), "images")
    yield html.section("Subject", _subject(dossier), "subject")
    if dossier.difference is not None:
        yield html.section(f"Difference: {summary(dossier.difference)}", html.facts(dossier.other_rows()), "difference")
        yield from difference_html(dossier.difference, dossier.values)
    yield from html.folded_pieces("Not checked", _asked(dossier.not_checked()), "not-checked")
    yield from html.folded_pieces("Passed", _asked(dossier.passed()), "passed")
    records = record_sections(enumerate(dossier.transaction), values=dossier.values)
    yield from html.folded_pieces("Records, field by field", records, "records")
    yield html.FOOT


def _subject(dossier: Dossier) -> str:
    if not dossier.values:
        return html.paragraph(dossier.subject_withheld())
    rows = [(one.path, one.mnemonic, one.name, one.text) for one in dossier.subject()]
    return html.table(rows, _SUBJECT, style="fields") if rows else html.paragraph(dossier.subject_withheld())


def _asked(assertions: Iterable[Assertion]) -> Iterator[str]:
    rows = list(assertion_rows(assertions))
    return html.table_pieces(rows, ASSERTIONS) if rows else iter((html.paragraph("Nothing."),))


def _images(dossier: Dossier) -> Iterator[str]:
    exhibits, none = Exhibits(dossier), True
    for title, rows in exhibits.sections():
        none = False
        yield f"<h3>{html.text(title)}</h3>\n"
        for row in rows:
            yield f'<div class="row">{"".join(_figure(exhibits, one, row) for one in row)}</div>\n'
    if none:
        yield html.paragraph("There are no images.")


def _figure(exhibits: Exhibits, exhibit: Exhibit, row: list[Exhibit]) -> str:
    lines = "".join(f"<br><small>{html.text(line)}</small>" for line in exhibit.lines)
    caption = f"<figcaption>{html.text(exhibit.title)}{lines}</figcaption>"
    drawn = [] if exhibit.missing else [_drawing(exhibit, one) for one in exhibits.drawings(exhibit, _MOST)]
    if exhibit.missing:
        shown = html.paragraph(exhibit.missing, "missing")
    else:
        shown = f'<div class="pictures">{"".join(drawn)}</div>' if drawn else _outline(exhibit)
    return f'<figure style="grid-column: span {_columns(exhibit, row, len(drawn))}">{shown}{caption}</figure>'


def _columns(exhibit: Exhibit, row: list[Exhibit], pictures: int) -> int:
    """How wide an image is: those of a short row have more room than a card's, one with features the whole row."""
    if len(row) == 1 and pictures > 1:
        return _ACROSS
    wider = min(3, max(1, _ACROSS // sum(one.columns for one in row)))
    return wider * exhibit.columns


def _drawing(exhibit: Exhibit, drawing: Drawing) -> str:
    if drawing.picture is None:
        return html.paragraph(drawing.caption, "error")
    alt = html.text(", ".join(filter(None, (exhibit.title, drawing.caption))))
    said = "; ".join(filter(None, (drawing.caption, reduced_said(drawing.size, drawing.picture.size))))
    below = f"<small>{html.text(said)}</small>" if said else ""
    return f'<div><img alt="{alt}" src="{picture_url(drawing.picture)}">{below}</div>'


def _outline(exhibit: Exhibit) -> str:
    """In place of an image that is not shown, a frame of its shape."""
    shape = f' style="aspect-ratio: {exhibit.size[0]} / {exhibit.size[1]}"' if exhibit.size else ""
    return f'<div class="outline"{shape}><span>not shown<br>{html.text(exhibit.extent)}</span></div>'
