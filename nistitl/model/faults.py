"""What is wrong with a record as it stands: tags that are none or stand twice, values that do not decode."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from nistitl.base.findings import Finding, Location, Severity
from nistitl.declare.values import Data
from nistitl.model.raw import LEN
from nistitl.wire.grammar import keys_of, swallowed_in, swallowed_tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.declare.element import Element
    from nistitl.model.context import RecordPort
    from nistitl.wire.charsets import Charset
    from nistitl.wire.grammar import Key

_NOT_AS_ANNOUNCED = "Correct the text, or the set that 1.015 DCS announces; or read with charset=..."


def record_findings(record: RecordPort) -> Iterator[Finding]:
    """What is wrong with the fields of a record as they stand; nothing is decoded but this."""
    yield from record.origin[0].findings(record)
    yield from tag_findings(record)
    keys = record.keys()
    for key in keys:
        raw = record.raw(key)
        if raw is None or isinstance(key, tuple):
            continue
        element = record.elements.get(key)  # what a profile's dictionary says is for validation
        if element is not None and not isinstance(element.value, Data):
            yield from _value_findings(record, element, bytes(raw))
        if not record.binary and key != record.data_field and not readable(bytes(raw), record.context.charset):
            where = record.location(key, None, None)
            message = f"field {key} holds bytes outside the character set of the transaction"
            told = _NOT_AS_ANNOUNCED if record.context.charset.declared else None
            yield Finding("text-undecodable", message, where, Severity.WARNING, hint=told)


def _value_findings(record: RecordPort, element: Element, raw: bytes) -> Iterator[Finding]:
    number, mnemonic = element.number, element.mnemonic
    if not raw and not record.binary:
        where = record.location(number, None, None)
        yield Finding("field-empty", f"{mnemonic} is there but empty", where, Severity.WARNING)
        return
    for subfield, item, problem in element.value.problems(raw, record.context.charset):
        where = record.location(number, subfield, item)
        yield Finding("value-undecodable", f"{mnemonic} does not decode: {problem}", where)


def readable(raw: bytes, charset: Charset) -> bool:
    """True where the bytes are text in the character set of the transaction."""
    if charset.transparent and raw.isascii():
        return True
    return charset.declared and charset.readable(raw)


def tag_findings(record: RecordPort) -> Iterator[Finding]:
    """Tags that are none, stand twice, or belong to another record type."""
    if record.binary or not record.origin[0].tagged or _tags_in_order(record):
        return
    seen: set[Key] = set()
    keys = keys_of(record.type)
    parts = record.raw_fields.parts
    for at, (tag, colon, raw) in enumerate(parts):
        key = keys[tag]
        if fault := _tag_fault(record, tag, colon, key, seen):
            code, message, expected = fault
            yield Finding(code, message, part_location(record, at, key), expected=expected)
        if key is not None:
            seen.add(key)
        if key != record.data_field and (lost := swallowed_tag(record.type, bytes(raw))):
            where = part_location(record, at, key)
            offset = None if where.offset is None else where.offset + len(tag) + len(colon) + lost[0]
            message = f"a field separator is missing before {lost[1]}"
            yield Finding("separator-missing", message, attrs.evolve(where, offset=offset, length=0))
    first = keys[parts[0][0]] if parts else LEN
    if first not in (LEN, None) and not record.edited:  # writing puts it first
        yield Finding("len-not-first", "the record does not begin with its LEN", part_location(record, 0, first))


def _tags_in_order(record: RecordPort) -> bool:
    """True where one look tells that every tag is this record's, stands once, and none was swallowed."""
    backing, start, end = record.origin
    fields = record.raw_fields
    index, heads = fields.index, fields.layout.heads
    if record.edited or not end or len(index) < len(heads) or next(iter(index)) != LEN:
        return False
    if not all(isinstance(key, int) for key in index) or not all(head[-1:] == b":" for head in heads):
        return False
    stop = end - len(fields.raws[-1]) if record.data_field in index else end
    return swallowed_in(record.type, backing.untouched(start, stop)) is None


def _tag_fault(
    record: RecordPort, tag: bytes, colon: bytes, key: Key | None, seen: set[Key]
) -> tuple[str, str, str | None] | None:
    """Code, message and what was expected."""
    if not tag and not colon:
        return "separator-doubled", "two separators with nothing between them", None
    if key is None or not colon:
        return "tag-malformed", "this piece of the record has no tag", "T.NNN:"
    if isinstance(key, tuple):
        message = f"field {key[0]}.{key[1]:03d} stands in a Type-{record.type} record"
        return "tag-foreign", message, f"{record.type}.{key[1]:03d}"
    return ("field-repeated", f"field {key} stands more than once", None) if key in seen else None


def part_location(record: RecordPort, at: int, key: Key | None) -> Location:
    """Where a piece between two separators stands, its tag included."""
    backing, start, end = record.origin
    fields = record.raw_fields
    number = None if isinstance(key, tuple) else key
    head = len(fields.layout.heads[at])
    offset = start + fields.offset(at) - head if end and backing.is_input else None
    return Location(offset, head + len(fields.raws[at]), None, record.type, record.idc, number)
