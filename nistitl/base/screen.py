"""What is shown of a thing where people look at it: made by the pages, and found by their door."""

from __future__ import annotations

from typing import Any, Protocol

from nistitl.base.builtin import POINTS
from nistitl.base.plugins import RENDERERS, Point


class Preview(Protocol):
    """Text and pixels of a transaction or record, as notebooks ask for them."""

    def _repr_html_(self) -> str: ...
    def _repr_png_(self) -> bytes | None: ...


def table_of(thing: object) -> str:
    """A table, in HTML, of what is no person's: by the marks that findings go by."""
    table: str = _pages().shown(thing)
    return table


def preview_of(thing: object) -> Preview:
    """Text and pixels of a transaction or record."""
    preview: Preview = _pages().preview(thing)
    return preview


def _pages() -> Any:
    return Point("html", POINTS[RENDERERS]["html"]).load()
