"""The one place that makes HTML: self-contained pages, every text escaped."""

from __future__ import annotations

from html import escape
from itertools import chain, starmap, zip_longest
from typing import TYPE_CHECKING

from nistitl.base.text import printable_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_STYLE = """
:root { color-scheme: light dark; --ink: #222; --paper: #fff; --soft: #555; --line: #ddd; --link: #0b4f9c;
  --error: #a00; --warning: #7a4a00; --added: #060; --found: #ffc }
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #e2e4e6; --paper: #17191c; --soft: #a9aeb4; --line: #3b4046; --link: #8fbcff; --error: #ff9088;
    --warning: #f0b860; --added: #7ddc8a; --found: #4c4612 }
}
body { font: 14px/1.4 system-ui, sans-serif; margin: 2em auto; padding: 0 1em; max-width: 75em; color: var(--ink);
  background: var(--paper); overflow-wrap: break-word }
h1 { font-size: 1.5em } h2 { font-size: 1.15em; margin: 2em 0 .3em } a { color: var(--link) }
table { border-collapse: collapse; width: 100% }
td, th { text-align: left; vertical-align: top; padding: .15em .8em .15em 0; border-bottom: 1px solid var(--line) }
td { white-space: pre-line; overflow-wrap: anywhere } thead th { white-space: nowrap }
td:first-child { overflow-wrap: break-word; font-family: ui-monospace, monospace }
.fields td:nth-child(2) { min-width: 3.5em } .fields td:nth-child(3) { min-width: 9em }
.compared { table-layout: fixed } .compared th:first-child { width: 11em } .compared th:nth-child(2) { width: 26% }
.facts th { font-weight: normal; color: var(--soft); width: 22em } .facts td { font-family: inherit }
.row { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr));
  gap: .8em; align-items: end; margin-bottom: 1em }
figure { margin: 0; min-width: 0; overflow-wrap: anywhere } img { max-width: 100%; border: 1px solid var(--line) }
.pictures { display: flex; flex-wrap: wrap; gap: .8em; align-items: end; margin-bottom: .5em }
.pictures > div { flex: 1 1 22em; min-width: 0; max-width: max-content } .pictures small { display: block }
details { margin-top: 1.2em }
small, .note { color: var(--soft) } .error { color: var(--error) } .warning { color: var(--warning) }
:target { background: var(--found) } summary { cursor: pointer; padding: .3em 0 } summary h2 { display: inline }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
.outline { box-sizing: border-box; width: 100%; border: 1px dashed var(--soft); display: grid; place-items: center;
  text-align: center; color: var(--soft); min-height: 4em; max-height: 20em }
.added { color: var(--added) } .removed { color: var(--error) } .changed { color: var(--warning) }
.moved { color: var(--link) } .spelling { color: var(--soft) }
.row.sides { grid-template-columns: repeat(2, minmax(0, 1fr)); align-items: start }
@media (max-width: 48em) {
  body { margin: 1em auto } table, tbody, tr, td, tbody th { display: block } thead, td:empty { display: none }
  tr { padding: .4em 0; border-bottom: 1px solid var(--line) } td, tbody th { border: 0; padding: .1em 0 }
  td[data-column]::before { content: attr(data-column) ": "; color: var(--soft) }
  .row { grid-template-columns: repeat(2, minmax(0, 1fr)) } .facts th { width: auto }
  .compared td[data-column] { padding-left: 1em } .compared td:first-child { padding-left: 0 }
  .row:not(.sides) figure { grid-column: span 2 !important }
  .row figure[style*="span 1"] { grid-column: span 1 !important }
}
@media print {
  @page { margin: 15mm }
  :root { color-scheme: light } body { margin: 0; padding: 0; max-width: none; font-size: 9pt }
  a { color: inherit; text-decoration: none } h2, h3 { break-after: avoid } tr, .row, figure { break-inside: avoid }
  details:not([open]) > summary::after { content: " (folded away: not printed)"; color: var(--soft) }
  thead { display: table-header-group } nav { display: none }
}
"""
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"  # nothing is fetched, nothing runs


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


def table(
    rows: Iterable[Sequence[str]], header: Sequence[str] = (), anchors: Iterable[str] = (), style: str = ""
) -> str:
    """A table of texts, in one of the page's styles; cells are escaped here. `anchors` name the rows for links."""
    return "".join(table_pieces(rows, header, anchors, style))


def table_pieces(
    rows: Iterable[Sequence[str]], header: Sequence[str] = (), anchors: Iterable[str] = (), style: str = ""
) -> Iterator[str]:
    """The same row by row: a large table is put together once, with its page."""
    head = "".join(f'<th scope="col">{text(cell)}</th>' for cell in header)
    mark = f' class="{escape(style)}"' if style else ""
    yield f"<table{mark}>{f'<thead><tr>{head}</tr></thead>' if head else ''}\n<tbody>"
    names = iter(anchors)
    for row in rows:
        yield _row(row, header, next(names, ""))
    yield "</tbody></table>"


def facts(rows: Iterable[tuple[str, str]]) -> str:
    """A table of what is said of one thing: each row a name and a text."""
    lines = (f'<tr><th scope="row">{text(name)}</th><td>{text(said)}</td></tr>\n' for name, said in rows)
    return f'<table class="facts"><tbody>\n{"".join(lines)}</tbody></table>'


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


def folded_pieces(title: str, content: Iterable[str], anchor: str = "") -> Iterator[str]:
    """A part of a page that shows its heading alone until somebody opens it, or follows a link into it."""
    mark = f' id="{escape(anchor)}"' if anchor else ""
    yield f"<details{mark}><summary><h2>{text(title)}</h2></summary>\n"
    yield from content
    yield "</details>\n"


def contents(parts: Iterable[tuple[str, str]]) -> str:
    """Links to the parts of a page, each by its title and anchor."""
    return f'<nav aria-label="Contents">{" · ".join(link(title, anchor) for title, anchor in parts)}</nav>\n'


def paragraph(said: str, style: str = "") -> str:
    """A paragraph of text, in one of the page's styles."""
    mark = f' class="{escape(style)}"' if style else ""
    return f"<p{mark}>{text(said)}</p>\n"


def page(title: str, *content: Iterable[str]) -> str:
    """A whole page that needs nothing from anywhere; `content` is HTML made here, whole or in pieces."""
    return "".join(chain((head(title),), *content, (FOOT,)))


def head(title: str) -> str:
    """How such a page begins, for one that is written piece by piece."""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{text(title)}</title><style>{_STYLE}</style></head>\n<body><main><h1>{text(title)}</h1>\n"
    )


FOOT = "</main></body></html>\n"
