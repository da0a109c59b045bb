"""A report as lines of text; of several files a line each, the findings that matter, and a summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.text import many, printable
from nistitl.pages.renderer import Renderer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.pages.renderer import Batch
    from nistitl.validation.report import Report

_MOST_CODES = 12


class TextRenderer(Renderer):
    """A line a finding, its hint below; then the tally and the summary."""

    name = "text"
    media_type = "text/plain"
    suffix = ".txt"

    def render(self, report: Report, name: str) -> str:
        """The findings of one report, the last line without its end."""
        lines = []
        for finding in report:
            lines.append(finding.to_text())
            if finding.hint:
                lines.append(f"    {finding.hint}")
        return "\n".join([*lines, report.tallied(), f"{report.summary()} ({report.checked_as})"])

    def render_files(self, batch: Batch) -> Iterator[str]:
        """A line a file, its findings of `batch.fail_on` or worse below, at the end how many files have which codes."""
        for outcome in batch:
            if outcome.report is None:
                yield f"{printable(outcome.file)}: {outcome.skipped or 'unreadable'}\n"
                continue
            if batch.single:
                yield self.render(outcome.report, outcome.file) + "\n"
            else:
                yield f"{printable(outcome.file)}: {outcome.report.summary()}\n"
                grave = (finding for finding in outcome.report if finding.severity >= batch.fail_on)
                yield from (f"    {finding.to_text()}\n" for finding in grave)
        if not batch.single:
            yield from _summary(batch)


def _summary(batch: Batch) -> Iterator[str]:
    yield batch.accounted() + "\n"
    width = max((len(code) for code in batch.codes), default=0)
    for code, count in batch.codes.most_common(_MOST_CODES):
        yield f"    {code:<{width}}  {many(count, 'file')}\n"


RENDERER = TextRenderer()
