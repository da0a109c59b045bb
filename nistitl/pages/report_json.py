"""A report as JSON: `Report.to_dict`; of several files a list of them, each with its `file`."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING, Any

from nistitl.base.text import json_text
from nistitl.pages.renderer import Renderer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nistitl.pages.renderer import Batch, Outcome
    from nistitl.validation.report import Report

    PlainLists = Mapping[str, Iterator[dict[str, Any]]]


class JsonRenderer(Renderer):
    """`Report.to_dict` as indented JSON."""

    name = "json"
    media_type = "application/json"
    suffix = ".json"

    def render(self, report: Report, name: str) -> str:
        """One report as an object."""
        return "".join(_object(report.overview(), report.lists()))

    def render_files(self, batch: Batch) -> Iterator[str]:
        """A list of objects, each written when it is known; one that could not be read has `error`."""
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


def _told(outcome: Outcome) -> tuple[dict[str, Any], PlainLists]:
    """What is told of an entry before its lists, and those."""
    if outcome.report is not None:
        return {"file": outcome.file, **outcome.report.overview()}, outcome.report.lists()
    if outcome.skipped is not None:
        return {"file": outcome.file, "skipped": outcome.skipped}, {}
    error = outcome.error
    findings = [error.finding.to_dict()] if error is not None and error.finding else []
    return {"file": outcome.file, "ok": False, "error": str(error)}, {"findings": iter(findings)}


def _object(overview: dict[str, Any], lists: PlainLists, margin: str = "") -> Iterator[str]:
    """An object with its lists in pieces, one an entry: all plain values at once are far larger than the text."""
    yield indent(json_text(overview), margin).removesuffix(f"\n{margin}}}")
    for name, entries in lists.items():
        yield f',\n{margin}  "{name}": '
        yield from _list(entries, f"{margin}  ")
    yield f"\n{margin}}}"


def _list(entries: Iterator[dict[str, Any]], margin: str) -> Iterator[str]:
    gap = "[\n"
    for entry in entries:
        yield gap + indent(json_text(entry), f"{margin}  ")
        gap = ",\n"
    yield "[]" if gap == "[\n" else f"\n{margin}]"


RENDERER = JsonRenderer()
