"""What stands in a record and is the content of no field: repeated fields, text without a tag, strange elements."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError
from nistitl.model.place import Place
from nistitl.model.traditional import strays as pieces_no_key_reaches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.model.record import Record

Stray = tuple[str, str]  # its path, empty where it has none, and what stands there


def strays(record: Record) -> list[Stray]:
    """What no field of the record holds, in the order in which it stands there."""
    _, start, end = record.origin
    return [] if start == end else [*_among_fields(record), *_among_elements(record)]


def _among_fields(record: Record) -> Iterator[Stray]:
    fields = record.raw_fields
    for at, key in pieces_no_key_reaches(record):
        path, head = ("", fields.layout.heads[at]) if key is None else (Place(record, key).path, b"")
        yield path, (head + bytes(fields.raws[at])).decode("latin-1")


def _among_elements(record: Record) -> Iterator[Stray]:
    backing = record.origin[0]
    if backing.tagged:
        return
    with suppress(ITLError):
        for finding in backing.unknown_content(record):
            offset, length = finding.location.offset, finding.location.length
            if offset is not None and length is not None:
                yield finding.location.path, bytes(memoryview(backing.data)[offset : offset + length]).decode("latin-1")
