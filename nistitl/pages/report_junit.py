"""A report as a JUnit test suite, the form that CI systems read: one case a record."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from nistitl.base.findings import Finding, Severity, told_idc
from nistitl.base.text import printable_lines
from nistitl.pages.renderer import Renderer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.model.record import Record
    from nistitl.pages.renderer import Batch
    from nistitl.validation.report import Report


class JunitRenderer(Renderer):
    """A test suite: one case a record, failing where the record has errors."""

    name = "junit"
    media_type = "application/xml"
    suffix = ".xml"

    def render(self, report: Report, name: str) -> str:
        """One `testsuite` element."""
        return suite(report, name)

    def render_files(self, batch: Batch) -> Iterator[str]:
        """A document of such elements."""
        yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n'
        for outcome in batch:
            if outcome.report is not None:
                yield suite(outcome.report, outcome.file)
            elif outcome.skipped is not None:
                yield passed_over(outcome.file, outcome.skipped)
            else:
                yield unreadable(outcome.file, str(outcome.error))
        yield "</testsuites>\n"

    def ascii(self, text: str) -> str:
        """XML with other characters as references."""
        return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def suite(report: Report, name: str) -> str:
    """One `testsuite` element; errors are failures, warnings and notes stand in `system-out`."""
    by_record: dict[int | None, list[Finding]] = defaultdict(list)
    for finding in report:
        by_record[finding.location.record].append(finding)
    cases = [_case(name, at, record, by_record[at]) for at, record in enumerate(report.transaction)]
    if by_record[None]:
        cases.append(_element(name, "transaction", by_record[None]))
    failed = sum("<failure" in case for case in cases)
    head = f'<testsuite name={quoteattr(_plain(name))} tests="{len(cases)}" failures="{failed}" errors="0">'
    return "\n".join([head, *cases, "</testsuite>"]) + "\n"


def unreadable(name: str, message: str) -> str:
    """The element of an input that could not be read."""
    called = quoteattr(_plain(name))
    body = f'<testcase classname={called} name="read"><error message={quoteattr(_plain(message))}/></testcase>'
    return f'<testsuite name={called} tests="1" failures="0" errors="1">\n{body}\n</testsuite>\n'


def passed_over(name: str, why: str) -> str:
    """The element of an entry that is no transaction."""
    called = quoteattr(_plain(name))
    body = f'<testcase classname={called} name="read"><skipped message={quoteattr(why)}/></testcase>'
    return f'<testsuite name={called} tests="1" failures="0" errors="0" skipped="1">\n{body}\n</testsuite>\n'


def _case(name: str, at: int, record: Record, findings: list[Finding]) -> str:
    idc = told_idc(record.idc)
    return _element(name, f"record {at} Type-{record.type}" + ("" if idc is None else f" IDC {idc}"), findings)


def _element(name: str, case: str, findings: list[Finding]) -> str:
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    others = [finding.to_text() for finding in findings if finding.severity is not Severity.ERROR]
    parts = [f"<testcase classname={quoteattr(_plain(name))} name={quoteattr(case)}>"]
    if errors:
        text = "\n".join(finding.to_text() for finding in errors)
        parts.append(f"<failure type={quoteattr(errors[0].code)} message={quoteattr(_plain(errors[0].message))}>")
        parts.append(f"{escape(_plain(text))}</failure>")
    if others:
        system_out = escape(_plain("\n".join(others)))
        parts.append(f"<system-out>{system_out}</system-out>")
    return "".join([*parts, "</testcase>"])


def _plain(text: str) -> str:
    """Text without characters that XML cannot carry."""
    return printable_lines(text)


RENDERER = JunitRenderer()
