"""What stands in a record and is the content of no field: repeated fields, text without a tag, strange elements."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError
from nistitl.model.place import Place
from nistitl.wire.grammar import keys_of

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
    counted = {at for key, at in fields.index.items() if key is not None}
    keys = keys_of(record.type)
    for at, raw in enumerate(fields.raws):
        if at not in counted:
            head = fields.layout.heads[at]
            key = keys[head.removesuffix(b":")]
            path = "" if key is None else Place(record, key).path
            yield path, (b"" if path else head).decode("latin-1") + bytes(raw).decode("latin-1")


def _among_elements(record: Record) -> Iterator[Stray]:
    backing = record.origin[0]
    if backing.tagged:
        return
    with suppress(ITLError):
        for finding in backing.unknown_content(record):
            offset, length = finding.location.offset, finding.location.length
            if offset is not None and length is not None:
                yield finding.location.path, bytes(memoryview(backing.data)[offset : offset + length]).decode("latin-1")
