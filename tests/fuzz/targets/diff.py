"""Two transactions compared, one of them edited: with themselves nothing is different, and back it is the opposite."""

from __future__ import annotations

import zlib
from contextlib import suppress

import nistitl
from nistitl.pages.difference import difference_dict, difference_html, difference_text
from tests.fuzz.pictures import large, seeds
from tests.fuzz.targets.read import opened

__all__ = ["check", "seeds"]

_OPPOSITE = {"added": "removed", "removed": "added"}


def check(data: bytes) -> None:
    """Empty with itself; with an edited twin the same both ways; every rendering is made, and shows no control."""
    tx, twin = opened(data), opened(data)
    if tx is None or twin is None or large(tx):
        return
    with suppress(nistitl.ITLError):
        assert not tx.diff(twin), "a transaction is not itself"
    _edit(twin, zlib.crc32(data))
    try:
        there, back = tx.diff(twin), twin.diff(tx)
    except nistitl.ITLError:
        return
    assert there.same_meaning == back.same_meaning == tx.same_as(twin), "what is the same depends on the side"
    kinds = sorted(_OPPOSITE.get(change.kind, change.kind) for change in there.records if change.kind != "moved")
    assert kinds == sorted(change.kind for change in back.records if change.kind != "moved"), "records differ by side"
    for values in (False, True):
        lines = list(difference_text(there, values=values))
        assert all(line.isprintable() for line in lines), "a terminal would obey"
        assert "<script" not in "".join(difference_html(there, values)), "a browser would obey"
        difference_dict(there, values=values)


def _edit(tx: nistitl.Transaction, number: int) -> None:
    """One edit or several of a transaction, chosen by a number."""
    if len(tx) < 2:
        return
    record = tx.records[1 + number % (len(tx) - 1)]
    places = list(record.fields())
    with suppress(nistitl.ITLError):
        match number >> 8 & 3:
            case 0:
                places[number % len(places)].raw = b"<script>7"
            case 1:
                places[number % len(places)].delete()
            case 2:
                tx.remove(record)
            case _:
                tx.move(record, 1)
