"""Repair: what reading forgave, mended, so that what is written is well formed. Image bytes are never altered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from nistitl.base.editions import LATEST
from nistitl.base.findings import Finding, Location
from nistitl.model.counting import free_idcs
from nistitl.model.faults import part_location
from nistitl.model.kinds import record_class
from nistitl.model.raw import IDC, LEN
from nistitl.wire.fields import join
from nistitl.wire.grammar import FS, TAG, keys_of, swallowed_tag

if TYPE_CHECKING:
    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction
    from nistitl.wire.fields import Part
    from nistitl.wire.grammar import Key

MENDED_BY_WRITING = {  # what framing forgave, and what writing the record or CNT anew does about it
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
    "cnt-type1": "CNT written by the records that are there",
    "cnt-idc": "CNT written by the records that are there",
}
_OF_FIRST_FIELD = frozenset({"type1-damaged", "len-unreadable"})


def repair(tx: Transaction) -> list[Finding]:
    """Mend a transaction that was just read; each thing that was changed, with how it was."""
    if not tx.backing.tagged:
        return _mend_count(tx)
    repairs = _mended_by_writing(tx)
    reported: dict[int | None, set[str]] = {}
    for finding in repairs:
        reported.setdefault(finding.location.record, set()).add(finding.code)
    with tx.together():
        for at, record in enumerate(tx.records):
            codes = reported.get(at, set())
            if record.binary:
                repairs += _mend_binary(at, record)
                continue
            repairs += _mend_fields(at, record, first_reported=bool(codes & _OF_FIRST_FIELD))
            if codes:
                record.respell()
        if tx.header is None:
            repairs.append(_add_type_1(tx))
        repairs += _assign_idcs(tx)
        if repairs:
            tx.drop_gaps()
            tx.respell_count()
    return repairs


def _mended_by_writing(tx: Transaction) -> list[Finding]:
    findings = tx.framing_findings
    return [
        attrs.evolve(finding, repair=MENDED_BY_WRITING[finding.code])
        for finding in findings
        if finding.code in MENDED_BY_WRITING
    ]


def _mend_count(tx: Transaction) -> list[Finding]:
    """Of XML, CNT is all that can be wrong without its meaning being in doubt."""
    repairs = _mended_by_writing(tx)
    if repairs:
        tx.respell_count()
    return repairs


def _assign_idcs(tx: Transaction) -> list[Finding]:
    """An IDC for every record that has none to read; where none is free any more, they share 0."""
    free = free_idcs(tx.records[1:])
    repairs = []
    for at, record in enumerate(tx.records):
        if at and not record.binary and record.idc is None:
            record.put(IDC, b"%d" % next(free, 0))
            repairs.append(
                _repaired(at, record, "idc-missing", "the record has no readable IDC", "an IDC was assigned")
            )
    return repairs


def _add_type_1(tx: Transaction) -> Finding:
    start = tx.extent[0]
    tx.insert(0, record_class(1)(VER=LATEST.ver, NSR="00.00", NTR="00.00"))
    where = Location(start, 0, 0, 1)
    how = "one was written; TOT, DAT, DAI, ORI and TCN are to be filled in"
    return Finding("type1-missing", "there was no Type-1 record", where, repair=how)


def _mend_binary(at: int, record: Record) -> list[Finding]:
    """Headers cut short are filled up; LEN is written anew where it is not the record's size."""
    parts = record.raw_fields.parts
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
        repairs = [_repaired(at, record, "record-cut", "the header of the record is cut", "filled up with zeros")]
        record.replace(join(filled, b"", b""))
        record.respell()
        return repairs
    record.respell()
    return []  # framing has told of a wrong LEN


def _mend_fields(at: int, record: Record, *, first_reported: bool) -> list[Finding]:
    """Drop empty pieces, part fields that lost their separator, put LEN first.

    `first_reported`: framing has told of damage to the first field.
    """
    parts = record.raw_fields.parts
    keys = keys_of(record.type)
    present = set(record.raw_fields.index)
    kept: list[Part] = []
    repairs: list[Finding] = []

    def mended(place: int, code: str, message: str, how: str) -> None:
        where = attrs.evolve(part_location(record, place, None), record=at)
        repairs.append(Finding(code, message, where, repair=how))

    first_damaged = bool(parts) and keys[parts[0][0]] is None
    for place in range(int(first_damaged), len(parts)):
        tag, colon, _ = parts[place]
        if not tag and not colon:
            mended(place, "separator-doubled", "two separators with nothing between them", "one was dropped")
        elif keys[tag] is None and record.data_field is not None and record.data_field not in present:
            kept += parts[place:]  # an image may have lost its tag here: from now on nothing is touched
            break
        elif keys[tag] == record.data_field:
            kept.append(parts[place])
        else:
            pieces, last = _parted(record, place, parts[place], present)
            if len(pieces) > 1:
                message = "a field separator is missing"
                mended(place, "separator-missing", message, f"{len(pieces) - 1} added")
            kept += pieces
            if last:
                break
    if first_damaged and not first_reported:
        mended(0, "tag-malformed", "the first field of the record has no tag", "dropped; LEN is written anew")
    if not kept or keys[kept[0][0]] != LEN:
        lens = [part for part in kept if keys[part[0]] == LEN][:1]
        kept = lens + [part for part in kept if part not in lens]
        if not first_damaged:
            repairs.append(_repaired(at, record, "len-not-first", "LEN is not the first field", "LEN was put first"))
    if repairs or first_damaged:
        record.replace(join(kept, FS) if kept else b"")
        record.respell()
    return repairs


def _parted(record: Record, place: int, part: Part, present: set[Key | None]) -> tuple[list[Part], bool]:
    """A field parted where declared tags, else absent from the record, stand inside its content.

    True where the last of them is binary content, which then is all the rest of the record.
    """
    tag, colon, raw = part
    content, pieces = bytes(raw), []
    begin = record.raw_fields.offset(place)  # of the content, in the record
    while swallowed := swallowed_tag(record.type, content):
        match = TAG.fullmatch(swallowed[1].rstrip(":").encode())
        number = int(match[2]) if match else 0
        if number in present or record.element(number) is None:
            break
        present.add(number)
        pieces.append((tag, colon, content[: swallowed[0]]))
        tag, colon = swallowed[1].rstrip(":").encode(), b":"
        begin += swallowed[0] + len(swallowed[1])
        content = content[swallowed[0] + len(swallowed[1]) :]
        if number == record.data_field:
            return [*pieces, (tag, colon, _rest(record, begin))], True
    return [*pieces, (tag, colon, content)], False


def _rest(record: Record, begin: int) -> bytes:
    """The bytes of a record from some place on, without the separator that ends it."""
    backing, start, end = record.origin
    return bytes(backing.untouched(start + begin, end - len(record.raw_fields.terminator)))


def _repaired(at: int, record: Record, code: str, message: str, how: str) -> Finding:
    backing, start, end = record.origin
    offset, length = (start, end - start) if end and backing.is_input else (None, None)
    where = Location(offset, length, at, record.type, record.idc)
    return Finding(code, message, where, repair=how)
