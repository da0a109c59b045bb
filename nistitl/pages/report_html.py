"""A report as a self-contained page: findings first, each leading to its field in the content below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.pages import html
from nistitl.pages.content import anchor, record_sections
from nistitl.pages.renderer import Renderer

if TYPE_CHECKING:
    from nistitl.base.findings import Finding
    from nistitl.validation.report import Report

_HEADER = ("severity", "where", "finding", "expected", "found", "clause", "what to do")


class HtmlRenderer(Renderer):
    """A page that needs nothing from anywhere."""

    name = "html"
    media_type = "text/html"
    suffix = ".html"
    one_file = True

    def render(self, report: Report, name: str) -> str:
        """The page of one report."""
        return report_page(report)

    def ascii(self, text: str) -> str:
        """HTML with other characters as references."""
        return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def report_page(report: Report) -> str:
    """The page: summary, findings, content of the records."""
    rows = (_row(report, finding) for finding in report)
    findings = html.table_pieces(rows, _HEADER) if report.findings else ("<p>No findings.</p>",)
    summary = html.section_pieces(f"{report.summary()} ({report.checked_as})", findings, "findings")
    content = record_sections(enumerate(report.transaction), values=report.values)
    return html.page("Validation of a transaction", summary, content)


def _row(report: Report, finding: Finding) -> tuple[str, ...]:
    name = finding.severity.name.lower()
    return (
        html.marked(name, name),
        _place(report, finding),
        f"{finding.message}\n{finding.code}",
        finding.expected or "",
        finding.actual or "",
        finding.clause,
        finding.hint,
    )


def _place(report: Report, finding: Finding) -> str:
    where = finding.location
    if where.record is None:
        return str(where)
    record = report.transaction.records[where.record]
    there = where.field is not None and record.raw(where.field) is not None
    return html.link(str(where), anchor(where.record, where.field if there else None))


RENDERER = HtmlRenderer()
