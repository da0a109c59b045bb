"""What of a document no field says: text among elements, and more of a moment than the traditional encoding has."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nistitl.xml.tree import unquoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from mmap import mmap

    from nistitl.xml.tables import ElementRow
    from nistitl.xml.tree import Node

Place = tuple[int, int]


def unread(root: Node, table: ElementRow, data: bytes | mmap) -> tuple[list[Place], list[Node]]:
    """Text among the elements of a record, in those that hold none themselves; and elements that say too much.

    These say more than the traditional text that they are read as, such as part of a second.
    """
    stray: list[Place] = []
    finer: list[Node] = []
    rows = [(root, table)]
    while rows:
        node, row = rows.pop()
        if row.children or row.rest:
            stray += text_among(data, node.inner, node.close, [(child.start, child.end) for child in node.children])
        elif row.spelling.finer is not None and row.spelling.loses(node.text(data)):
            finer.append(node)
        if node.children:
            rows += _known_children(node, row)
    return stray, finer


def text_among(data: bytes | mmap, start: int, end: int, elements: Iterable[Place]) -> Iterator[Place]:
    """Where text stands from `start` to `end` that is in none of these elements, which are in order."""
    for begin, after in (*elements, (end, end)):
        if (gap := data[start:begin].strip()) and unquoted(gap).strip():
            yield start, begin
        start = after


def _known_children(node: Node, row: ElementRow) -> Iterator[tuple[Node, ElementRow]]:
    """The elements right below one that a table knows, each with its row."""
    seen: Counter[str] = Counter()
    for child in node.children:
        known = row.row_of(child.name, seen[child.name])
        seen[child.name] += 1
        if known is not None:
            yield child, known
