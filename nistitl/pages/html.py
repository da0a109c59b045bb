"""The one place that makes HTML: self-contained pages, every text escaped."""

from __future__ import annotations

from html import escape
from itertools import chain, starmap, zip_longest
from typing import TYPE_CHECKING

from nistitl.base.text import printable_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_STYLE = """
body { font: 14px/1.4 system-ui, sans-serif; margin: 2em auto; max-width: 75em; color: #222 }
h2 { font-size: 1.1em; margin: 2em 0 .3em } table { border-collapse: collapse; width: 100% }
td, th { text-align: left; vertical-align: top; padding: .15em .8em .15em 0; border-bottom: 1px solid #eee }
td { white-space: pre-line }
.row { display: grid; grid-template-columns: repeat(6, 1fr); gap: .8em; align-items: end; margin-bottom: 1em }
figure { margin: 0 } img { max-width: 100%; border: 1px solid #ddd } small { color: #555 }
td { overflow-wrap: anywhere } td:first-child { white-space: nowrap; font-family: ui-monospace, monospace }
.error { color: #a00 }
.warning { color: #850 } .note { color: #555 } :target { background: #ffc }
@media (max-width: 48em) {
  body { margin: 1em } table, tbody, tr, td { display: block } th, td:empty { display: none }
  tr { padding: .4em 0; border-bottom: 1px solid #ccc } td { border: 0; padding: .1em 0 }
  td:first-child { white-space: pre-line } td[data-column]::before { content: attr(data-column) ": "; color: #555 }
  .row { grid-template-columns: repeat(2, 1fr) }
}
@media print {
  body { margin: 0; max-width: none; font-size: 9pt } a { color: inherit; text-decoration: none }
  h2, figure { break-after: avoid } tr, figure { break-inside: avoid } thead { display: table-header-group }
}
"""


def text(value: str) -> str:
    """Text for a page: escaped, control characters and undecodable bytes as visible escapes."""
    return escape(printable_lines(value))


class Safe(str):
    """HTML made here, that a table takes as it is."""

    __slots__ = ()


def link(shown: str, anchor: str) -> Safe:
    """A text that leads to an anchor of the same page."""
    return Safe(f'<a href="#{escape(anchor)}">{text(shown)}</a>')


def marked(shown: str, style: str) -> Safe:
    """A text of one of the page's styles."""
    return Safe(f'<span class="{escape(style)}">{text(shown)}</span>')


def table(rows: Iterable[Sequence[str]], header: Sequence[str] = (), anchors: Iterable[str] = ()) -> str:
    """A table of texts; cells are escaped here. `anchors` name the rows, so that links can lead to them."""
    return "".join(table_pieces(rows, header, anchors))


def table_pieces(
    rows: Iterable[Sequence[str]], header: Sequence[str] = (), anchors: Iterable[str] = ()
) -> Iterator[str]:
    """The same row by row: a large table is put together once, with its page."""
    head = "".join(f"<th>{text(cell)}</th>" for cell in header)
    yield f"<table>{f'<thead><tr>{head}</tr></thead>' if head else ''}\n<tbody>"
    names = iter(anchors)
    for row in rows:
        yield _row(row, header, next(names, ""))
    yield "</tbody></table>"


def _row(cells: Sequence[str], header: Sequence[str], anchor: str) -> str:
    mark = f' id="{escape(anchor)}"' if anchor else ""
    return f"<tr{mark}>{''.join(starmap(_cell, zip_longest(cells, header, fillvalue='')))}</tr>\n"


def _cell(content: str, name: str) -> str:
    """A cell; on a narrow screen, where rows stand as blocks, it says its column's name."""
    named = f' data-column="{escape(name)}"' if name and content else ""
    return f"<td{named}>{content if isinstance(content, Safe) else text(content)}</td>"


def section(title: str, content: str, anchor: str = "") -> str:
    """A part of a page under a heading; `content` is HTML made here."""
    return "".join(section_pieces(title, (content,), anchor))


def section_pieces(title: str, content: Iterable[str], anchor: str = "") -> Iterator[str]:
    """The same of a content in pieces."""
    mark = f' id="{escape(anchor)}"' if anchor else ""
    yield f"<h2{mark}>{text(title)}</h2>\n"
    yield from content
    yield "\n"


def page(title: str, *content: Iterable[str]) -> str:
    """A whole page that needs nothing from anywhere; `content` is HTML made here, whole or in pieces."""
    return "".join(chain((head(title),), *content, (FOOT,)))


def head(title: str) -> str:
    """How such a page begins, for one that is written piece by piece."""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{text(title)}</title><style>{_STYLE}</style></head>\n<body><h1>{text(title)}</h1>\n"
    )


FOOT = "</body></html>\n"
