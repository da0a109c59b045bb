"""Subfields as elements of a few layouts, filled by columns: what the plain way gives, of many at a time.

Strategy: the elements of a row of the table are made once for each layout, which are the items that are there, as a
template. `Builder` makes each element by itself where a row is not as simple as that, or a text cannot be said.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import zip_longest
from typing import TYPE_CHECKING

from nistitl.xml.markup import NewRows, escaped
from nistitl.xml.runs import by_column
from nistitl.xml.spelling import PLAIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nistitl.xml.tables import ElementRow

_QUOTED = re.compile('[&<>"\r\n]')


def new_rows(table: ElementRow, row: ElementRow, subfields: Sequence[Sequence[str]]) -> NewRows | None:
    """The elements of all subfields of a field; None where they are to be made one by one."""
    leaves = _leaves(row) if row in by_column(table) else None
    if leaves is None:
        return None
    items = [leaf.item or 0 for leaf in leaves]
    if max(map(len, subfields)) > max(items):
        return None
    texts = [*zip_longest(*subfields, fillvalue="")]
    texts += [("",) * len(subfields)] * (max(items) - len(texts))
    if any(any(column) for item, column in enumerate(texts, 1) if item not in items):
        return None
    try:
        columns = [_written(leaf, texts[item - 1]) for leaf, item in zip(leaves, items, strict=True)]
    except (ValueError, OverflowError):
        return None
    rows = [*zip(*columns, strict=True)]
    return NewRows(row, rows=rows) if all(map(any, rows)) else None


def _written(leaf: ElementRow, texts: Sequence[str]) -> Sequence[str]:
    """The texts of one item in all subfields, as they stand between tags."""
    write = leaf.spelling.write
    if write is not PLAIN.write:
        texts = [write(text) if text else "" for text in texts]
    return [*map(escaped, texts)] if _QUOTED.search("".join(texts)) else texts


@lru_cache(maxsize=256)
def _leaves(row: ElementRow) -> tuple[ElementRow, ...] | None:
    """The elements of a row that hold text, in order; None where one does more than to hold one item."""
    inner = [*row.walk()]
    leaves = tuple(one for one in inner if one.leaf)
    plain = all(one.when is None and not one.many and one.constant is None for one in inner)
    simple = all(_holds_one(one) if one.leaf else one.field is None for one in inner)
    distinct = len({one.item for one in leaves}) == len(leaves)
    return leaves if leaves and plain and simple and distinct else None


def _holds_one(leaf: ElementRow) -> bool:
    """True where the text of an element is all of its item, and nothing else."""
    spelling = leaf.spelling
    more = spelling.pack or spelling.several or spelling.characters or spelling.tabled or spelling.filler
    return bool(leaf.item) and not more and not spelling.binary
