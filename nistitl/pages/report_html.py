"""Reports as a self-contained page: what was checked by what, then the findings, each leading to its field below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nistitl.base.text import printable
from nistitl.base.version import VERSION
from nistitl.pages import html
from nistitl.pages.content import anchor, record_sections
from nistitl.pages.found import FINDINGS, assertion_rows, finding_row
from nistitl.pages.header import header_text
from nistitl.pages.original import Original
from nistitl.pages.renderer import Renderer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.base.findings import Finding
    from nistitl.pages.notebook import Preview
    from nistitl.pages.renderer import Batch, Outcome
    from nistitl.validation.report import Report

_TITLE = "Validation"
_PASSED = ("clause", "passed", "records")
_DAT, _TCN = 5, 9


class HtmlRenderer(Renderer):
    """A page that needs nothing from anywhere; several files stand in it one below another."""

    name = "html"
    media_type = "text/html"
    suffix = ".html"

    def render(self, report: Report, name: str) -> str:
        """The page of one report."""
        return html.page(_TITLE, _reported(report, name, ""))

    def shown(self, thing: object) -> str:
        """The table of a transaction, record, place, subfield or report, for a notebook."""
        from nistitl.pages.notebook import shown  # the codecs' rooms are not needed for a report

        return shown(thing)

    def preview(self, thing: Any) -> Preview:
        """Text and pixels of a transaction or record, for a notebook."""
        from nistitl.pages.notebook import Preview

        return Preview(thing)

    def render_files(self, batch: Batch) -> Iterator[str]:
        """A page of several files, and of the entries that are no transactions."""
        yield html.head(_TITLE)
        for at, outcome in enumerate(batch):
            prefix = "" if batch.single else f"file-{at}-"
            if outcome.report is not None:
                yield from _reported(outcome.report, outcome.file, prefix)
            else:
                yield _unread(outcome)
        if not batch.single:
            yield html.section("Together", html.table([["entries", batch.accounted()]]))
        yield html.FOOT

    def ascii(self, text: str) -> str:
        """HTML with other characters as references."""
        return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _unread(outcome: Outcome) -> str:
    told = html.marked(f"unreadable: {outcome.error}", "error") if outcome.error else html.text(outcome.skipped or "")
    return html.section(printable(outcome.file), f"<p>{told}</p>")


def _reported(report: Report, name: str, prefix: str) -> Iterator[str]:
    """A report: what it is of and what was checked, findings, what passed where that is listed, the records."""
    yield html.section(printable(name), html.table(_facts(report)))
    yield from html.section_pieces(report.summary(), findings_pieces(report, prefix), f"{prefix}findings")
    if report.list_passed:
        yield from html.section_pieces("Passed", html.table_pieces(assertion_rows(report.passed()), _PASSED))
    yield from record_sections(enumerate(report.transaction), values=report.values, prefix=prefix)


def findings_pieces(report: Report, prefix: str = "") -> Iterator[str]:
    """The table of findings, each leading to its field where the records stand in the same page."""
    if report.findings:
        return html.table_pieces((_row(report, finding, prefix) for finding in report), FINDINGS)
    return iter((html.paragraph("No findings."),))


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    tx = report.transaction
    yield "SHA-256", Original.of(tx.pieces()).sha256
    yield "TCN", header_text(tx, _TCN, values=report.values) or "none"
    date = tx.header.get(_DAT) if tx.header is not None else None
    yield "transaction date", str(date.value if date is not None else None)
    yield "checked by", report.checked_as
    yield "checked with", f"nistitl {VERSION}"
    yield "assertions", report.tallied()


def _row(report: Report, finding: Finding, prefix: str) -> tuple[str, ...]:
    name, _, *told = finding_row(finding)
    return html.marked(name, name), _place(report, finding, prefix), *told


def _place(report: Report, finding: Finding, prefix: str) -> str:
    where = finding.location
    if where.record is None:
        return str(where)
    record = report.transaction.records[where.record]
    there = where.field is not None and record.raw(where.field) is not None
    return html.link(str(where), anchor(where.record, where.field if there else None, prefix))


RENDERER = HtmlRenderer()
