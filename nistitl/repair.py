"""Repair: what reading forgave, mended, so that what is written is well formed. Image bytes are never altered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from nistitl.declare.record import IDC, LEN, set_fields
from nistitl.editions import LATEST
from nistitl.findings import Finding, Location
from nistitl.records.type01 import Type1
from nistitl.wire.fields import Fields, index_of
from nistitl.wire.grammar import DATA, FS, TAG, keys_of, swallowed_tag

if TYPE_CHECKING:
    from nistitl.declare.record import Record
    from nistitl.transaction import Transaction
    from nistitl.wire.fields import Part
    from nistitl.wire.grammar import Key

_DONE = {
    "bytes-before": "dropped",
    "bytes-between": "dropped",
    "bytes-after": "dropped",
    "transaction-follows": "dropped",
    "len-wrong": "LEN written anew",
    "len-unreadable": "LEN written anew",
    "type1-damaged": "LEN written anew",
    "record-cut": "the record closed where the data end",
    "terminator-missing": "FS added",
    "terminator-wrong": "FS put in its place",
    "cnt-missing": "CNT written",
    "cnt-malformed": "CNT written anew",
    "cnt-count": "CNT written anew",
    "cnt-missing-record": "CNT written by the records that are there",
    "cnt-extra-record": "CNT written by the records that are there",
    "cnt-idc": "CNT written by the records that are there",
}


def repair(tx: Transaction) -> None:
    """Mend a transaction that was just read; what was changed is told in `tx.repairs`."""
    done = [attrs.evolve(finding, repair=_DONE[finding.code]) for finding in tx._framing if finding.code in _DONE]
    if not tx._records or tx._records[0].type != 1:
        done.append(_add_type_1(tx))
    for at, record in enumerate(tx._records):
        if record.binary:
            done += _mend_binary(at, record)
        elif record._origin[2]:
            done += _mend_fields(at, record, told={finding.code for finding in done if finding.location.record == at})
        if at and record.idc is None and (not record.binary or len(record._fields.parts[1][2]) == 0):
            record._put(IDC, b"%d" % tx._free_idc())
            done.append(_told(at, record, "idc-missing", "the record has no readable IDC", "an IDC was assigned"))
    if not done:
        return
    damaged = {finding.location.record for finding in tx._framing}
    for at, record in enumerate(tx._records):
        if at in damaged and not record.binary:
            record.respell()
    tx._drop_gaps()
    if not tx._matched:
        tx._respell_count()
    tx._repaired = done


def _add_type_1(tx: Transaction) -> Finding:
    header = Type1(VER=LATEST.ver, NSR="00.00", NTR="00.00")
    tx._insert_header(header)
    where = Location(tx._outer[0], 0, 0, 1)
    repaired = "one was written; TOT, DAT, DAI, ORI and TCN are to be filled in"
    return Finding("type1-missing", "there was no Type-1 record", where, repair=repaired)


def _mend_binary(at: int, record: Record) -> list[Finding]:
    """Headers cut short are filled up; LEN is written anew where it is not the record's size."""
    parts = record._fields.parts
    short = len(parts) < len(record.widths) or any(
        width is not None and len(raw) != width for (_, _, raw), width in zip(parts, record.widths, strict=False)
    )
    size = sum(len(raw) for _, _, raw in parts)
    right = not short and int.from_bytes(bytes(parts[0][2]), "big") == size
    if right:
        return []
    if short:
        filled: list[Part] = []
        for place, width in enumerate(record.widths):
            raw = bytes(parts[place][2]) if place < len(parts) else b""
            filled.append((b"", b"", raw if width is None else raw.ljust(width, b"\0")))
        set_fields(record, Fields(filled, dict(zip(record.elements, range(len(filled)), strict=True)), b""))
    record.respell()
    if not short:
        return []  # told by the framing
    return [_told(at, record, "record-cut", "the header of the record is cut", "filled up with zeros")]


def _mend_fields(at: int, record: Record, told: set[str]) -> list[Finding]:
    """Drop empty pieces, part fields that lost their separator, put LEN first."""
    keys = keys_of(record.type)
    kept: list[Part] = []
    done: list[Finding] = []
    present = set(record._fields.index)
    changed = False
    for place, part in enumerate(record._fields.parts):
        tag, colon, raw = part
        where = attrs.evolve(record._part_location(place, None), record=at)
        if not tag and not colon and not raw:
            finding = Finding("separator-doubled", "two separators with nothing between them", where)
            done.append(attrs.evolve(finding, repair="one was dropped"))
            continue
        if place == 0 and keys[tag] is None:
            if "type1-damaged" not in told:
                finding = Finding("tag-malformed", "the first field of the record has no tag", where)
                done.append(attrs.evolve(finding, repair="dropped; LEN is written anew"))
            changed = True
            continue
        parts = [part] if keys[tag] == DATA else _parted(record, part, present)
        if len(parts) > 1:
            finding = Finding("separator-missing", "a field separator is missing", where)
            done.append(attrs.evolve(finding, repair=f"{len(parts) - 1} added"))
        kept += parts
    if keys[kept[0][0]] != LEN if kept else True:
        first = [part for part in kept if keys[part[0]] == LEN][:1]
        kept = first + [part for part in kept if part not in first]
        if not changed:
            done.append(_told(at, record, "len-not-first", "LEN is not the first field", "LEN was put first"))
    if done or changed:
        set_fields(record, Fields(kept, index_of(kept, keys), FS))
        record.respell()
    return done


def _parted(record: Record, part: Part, present: set[Key | None]) -> list[Part]:
    """A field parted where a declared tag, else absent from the record, stands inside its content."""
    tag, colon, raw = part
    found = swallowed_tag(record.type, bytes(raw))
    if found is None:
        return [part]
    place, inner = found[0], found[1].rstrip(":").encode()
    match = TAG.fullmatch(inner)
    number = int(match[2]) if match else 0
    if number in present or record.element(number) is None:
        return [part]
    present.add(number)
    content = bytes(raw)
    return [(tag, colon, content[:place]), *_parted(record, (inner, b":", content[place + len(inner) + 1 :]), present)]


def _told(at: int, record: Record, code: str, message: str, repaired: str) -> Finding:
    _, start, end = record._origin
    where = Location(start if end else None, end - start if end else None, at, record.type, record.idc)
    return Finding(code, message, where, repair=repaired)
