"""The plain values of a transaction: of each record the most editable form that gives its bytes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from nistitl.base.errors import StructureError
from nistitl.plain.building import CountEntries, charset_of, count_entries, record_bytes
from nistitl.plain.spelling import content_of, header_content
from nistitl.plain.values import (
    CNT,
    DCS,
    LEN,
    MOST_DIGITS,
    VER,
    PlainField,
    PlainRecord,
    PlainTransaction,
    tag_number,
    tag_type,
)
from nistitl.wire.charsets import UNDECLARED, charset_named
from nistitl.wire.grammar import FS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction
    from nistitl.wire.charsets import Charset


def plain_of(tx: Transaction) -> PlainTransaction:
    """The plain values of a transaction."""
    if not tx.backing.tagged:
        return _plain_of_untagged(tx)
    before, after, gaps = tx.surroundings()
    charset = tx.context.charset
    if not charset.declared and any(_is_utf8(bytes(record.raw(key) or b"")) for record, key in _texts(tx)):
        charset = charset_named("utf-8")  # as it is read, where nothing is announced
    rows = list(zip(tx.records, gaps, strict=True))
    others = [_plain_record(record, charset, None, gap) for record, gap in rows[1:]]
    first = [_plain_record(record, charset, count_entries(others), gap) for record, gap in rows[:1]]
    plain = PlainTransaction([*first, *others], before, after)
    if charset_of(plain) != charset:
        plain.charset = charset.name
    return plain


def _plain_of_untagged(tx: Transaction) -> PlainTransaction:
    """The fields of a transaction without tags, as of XML, as a traditional one has them; LEN and CNT are computed."""
    charset = tx.context.charset
    plain = PlainTransaction([_plain_fields(record, charset) for record in tx], encoding=tx.encoding)
    if charset_of(plain) != charset and any(not bytes(record.raw(key) or b"").isascii() for record, key in _texts(tx)):
        plain.charset = charset.name
    return plain


def _plain_fields(record: Record, charset: Charset) -> PlainRecord:
    plain = PlainRecord(record.type)
    keys = record.keys()
    for key in keys:
        if not isinstance(key, int) or key == LEN or (record.type, key) == (1, CNT):
            continue
        element, raw = record.element(key), bytes(record.raw(key) or b"")
        if record.binary and element is not None:
            content = header_content(element.value, raw)
        else:
            content = raw if key == record.data_field else content_of(raw, _spoken_in(record.type, key, charset))
        name = element.mnemonic if element is not None else ""
        plain.fields.append(PlainField(f"{record.type}.{key:03d}", content, name))
    return plain


def _spoken_in(kind: int, number: int | None, charset: Charset) -> Charset:
    """The set of a field's text: what announces the set of all others is read, and written, before it is known."""
    return UNDECLARED if kind == 1 and number in (VER, DCS) else charset


def _texts(tx: Transaction) -> Iterator[tuple[Record, int]]:
    """The fields that hold text."""
    for record in tx:
        for key in () if record.binary else record.keys():
            if isinstance(key, int) and key != record.data_field:
                yield record, key


def _is_utf8(raw: bytes) -> bool:
    """Is this, or an item of it, UTF-8 beyond ASCII?"""
    return not raw.isascii() and UNDECLARED.decode(raw) != raw.decode("ascii", "surrogateescape")


def _plain_record(record: Record, charset: Charset, entries: CountEntries, after: bytes) -> PlainRecord:
    """The most editable form that gives the record's bytes back."""
    data = bytes(record)
    full = _in_fields(record, data, charset)
    full.after = after
    computed = {LEN, CNT} if record.type == 1 and entries is not None else {LEN}
    compact = [f for f in full.fields if tag_number(f.tag) not in computed or not f.tagged]
    length = full.fields[0].content if full.fields else ""
    digits = len(length) if isinstance(length, str) and len(length) <= MOST_DIGITS else 0
    for attempt in (
        attrs.evolve(full, fields=compact),
        attrs.evolve(full, fields=compact, len_digits=digits),
        attrs.evolve(full, fields=compact, idc_digits=2),
        attrs.evolve(full, fields=compact, len_digits=digits, idc_digits=2),
        attrs.evolve(full, fields=[f for f in full.fields if tag_number(f.tag) != LEN]),
        full,
    ):
        if _gives_back(attempt, charset, entries, data):
            return attempt
    return PlainRecord(record.type, whole=data, after=after)


def _gives_back(record: PlainRecord, charset: Charset, entries: CountEntries, data: bytes) -> bool:
    try:
        return record_bytes(record, charset, entries) == data
    except StructureError:
        return False


def _in_fields(record: Record, data: bytes, charset: Charset) -> PlainRecord:
    plain = PlainRecord(record.type, terminated=record.binary or data.endswith(FS))
    fields = record.resplit(data)
    for at, (tag, colon, raw) in enumerate(fields.parts):
        if record.binary:
            element = list(record.elements.values())[at]
            content = header_content(element.value, bytes(raw))
            plain.fields.append(PlainField(f"{record.type}.{element.number:03d}", content, element.mnemonic))
            continue
        text = tag.decode("latin-1")
        number = tag_number(text)
        element_of = record.element(number) if number and text.split(".")[0].isdigit() else None
        binary = number == record.data_field and number is not None
        content = bytes(raw) if binary else content_of(bytes(raw), _spoken_in(record.type, number, charset))
        name = element_of.mnemonic if element_of and tag_type(text) == record.type else ""
        plain.fields.append(PlainField(text, content, name, tagged=bool(colon)))
    return plain
