"""A report as JSON: `Report.to_dict`; of several files a list of them, each with its `file`."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING, Any

from nistitl.base.text import json_text
from nistitl.pages.renderer import Renderer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nistitl.base.findings import Finding
    from nistitl.pages.renderer import Batch, Outcome
    from nistitl.validation.report import Report


class JsonRenderer(Renderer):
    """`Report.to_dict` as indented JSON."""

    name = "json"
    media_type = "application/json"
    suffix = ".json"

    def render(self, report: Report, name: str) -> str:
        """One report as an object."""
        return "".join(_object(report.overview(), report))

    def render_files(self, batch: Batch) -> Iterator[str]:
        """A list of objects; one that could not be read has `error`."""
        gap = "[\n"
        for outcome in batch:
            yield gap
            yield from _object(*_told(outcome), margin="  ")
            gap = ",\n"
        yield "[]\n" if gap == "[\n" else "\n]\n"

    def ascii(self, text: str) -> str:
        """JSON with other characters as escapes."""
        import json

        return text if text.isascii() else "".join(c if c.isascii() else json.dumps(c)[1:-1] for c in text)


def _told(outcome: Outcome) -> tuple[dict[str, Any], Iterable[Finding]]:
    if outcome.report is not None:
        return {"file": outcome.file, **outcome.report.overview()}, outcome.report
    error = outcome.error
    findings = [error.finding] if error is not None and error.finding else []
    return {"file": outcome.file, "ok": False, "error": str(error)}, findings


def _object(overview: dict[str, Any], findings: Iterable[Finding], margin: str = "") -> Iterator[str]:
    """An object with its findings in pieces, one a finding: all plain values at once are far larger than the text."""
    yield indent(json_text(overview), margin).removesuffix(f"\n{margin}}}")
    gap = start = f',\n{margin}  "findings": [\n'
    for finding in findings:
        yield gap + indent(json_text(finding.to_dict()), f"{margin}    ")
        gap = ",\n"
    yield f"{start[:-1]}]\n{margin}}}" if gap == start else f"\n{margin}  ]\n{margin}}}"


RENDERER = JsonRenderer()
