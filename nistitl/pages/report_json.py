"""A report as JSON: `Report.to_dict`; of several files a list of them, each with its `file`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nistitl.base.text import json_text
from nistitl.pages.renderer import Renderer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.pages.renderer import Batch, Outcome
    from nistitl.validation.report import Report


class JsonRenderer(Renderer):
    """`Report.to_dict` as indented JSON."""

    name = "json"
    media_type = "application/json"
    suffix = ".json"

    def render(self, report: Report, name: str) -> str:
        """One report as an object."""
        return json_text(report.to_dict())

    def render_files(self, batch: Batch) -> Iterator[str]:
        """A list of objects; one that could not be read has `error`."""
        yield json_text([_plain(outcome) for outcome in batch]) + "\n"

    def ascii(self, text: str) -> str:
        """JSON with other characters as escapes."""
        import json

        return text if text.isascii() else "".join(c if c.isascii() else json.dumps(c)[1:-1] for c in text)


def _plain(outcome: Outcome) -> dict[str, Any]:
    if outcome.report is not None:
        return {"file": outcome.file, **outcome.report.to_dict()}
    error = outcome.error
    findings = [error.finding.to_dict()] if error is not None and error.finding else []
    return {"file": outcome.file, "ok": False, "error": str(error), "findings": findings}


RENDERER = JsonRenderer()
