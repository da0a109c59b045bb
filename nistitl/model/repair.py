"""Repair: what reading forgave, mended where only padding goes and nothing is invented; all else is kept and listed.

Padding is NUL, blank, CR, LF, Ctrl-Z and FS between records, a byte order mark before the first, and an empty field
between two separators. LEN, CNT, separators and a whole missing Type-1 are written anew; every other byte stays.
Where a transfer changed the bytes as a whole none is touched, as LEN tells what they were.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from nistitl.base.editions import LATEST
from nistitl.base.errors import ReadError
from nistitl.base.findings import Finding, Location, Severity
from nistitl.model.faults import part_location
from nistitl.model.kinds import record_class
from nistitl.model.raw import IDC, LEN
from nistitl.wire.fields import join
from nistitl.wire.grammar import BYTE_ORDER_MARK, FS, PADDING, RS, TAG, US, keys_of, swallowed_tag
from nistitl.wire.landmarks import BINARY_HEADER, closes, plausible_header

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction
    from nistitl.wire.fields import Part, Raw
    from nistitl.wire.grammar import Key

_OF_RECORDS = {  # what framing forgave in a record, and what writing the record anew does about it
    "len-wrong": "LEN written anew",
    "len-unreadable": "LEN written anew",
    "type1-damaged": "LEN written anew",
    "record-cut": "the record closed where the data end",
    "terminator-missing": "FS added",
    "terminator-wrong": "FS put in its place",
}
_OF_COUNT = {  # the same of CNT
    "cnt-missing": "CNT written",
    "cnt-malformed": "CNT written anew",
    "cnt-count": "CNT written anew",
    "cnt-missing-record": "CNT written by the records that are there",
    "cnt-extra-record": "CNT written by the records that are there",
    "cnt-type1": "CNT written by the records that are there",
    "cnt-idc": "CNT written by the records that are there",
}
MENDED_BY_WRITING = _OF_RECORDS | _OF_COUNT
_CNT = 3
_OF_STRAYS = frozenset({"bytes-before", "bytes-between", "bytes-after"})
_OF_CUTS = frozenset({"record-cut", "terminator-missing"})
_OF_FIRST_FIELD = frozenset({"type1-damaged", "len-unreadable"})
_OF_TRANSFERS = frozenset({"transfer-text-mode", "transfer-utf8", "separators-lost"})
_LEN_TAG = re.compile(rb".{0,4}\.0{0,8}1(?!\d)", re.DOTALL)
_LEN_TAG_SIZE = 6  # bytes, of `1.001:`
_DAMAGED_DIGITS = 9  # as many bytes as LEN may have digits; what is longer is no LEN alone
_CONTENT = re.compile(rb"[.:\x1e\x1f]")  # of a tag, or of a field that has parts: no digits that were damaged
_COUNTED = re.compile(rb"[0-9]*[^0-9]?[0-9]*", re.DOTALL)  # an item of CNT, one byte of it perhaps damaged
_OF_VALUES = frozenset({"value-undecodable", "text-undecodable", "edition-unknown"})


def repair(tx: Transaction) -> list[Finding]:
    """Mend a transaction that was just read; each thing that was changed, with how it was."""
    framing = tx.framing_findings  # as long as nothing is edited: their places are those of the input
    if any(finding.code in _OF_TRANSFERS for finding in framing):
        return []
    if not tx.backing.tagged:
        return _mend_count(tx, framing)
    repairs = _mended_in_records(tx, framing)
    codes: dict[int | None, set[str]] = {}
    for finding in repairs:
        codes.setdefault(finding.location.record, set()).add(finding.code)
    with tx.together():
        for at, record in enumerate(tx.records):
            if record.binary:
                _mend_binary(record)
                continue
            reported = codes.get(at, set())
            repairs += _mend_fields(at, record, first_reported=bool(reported & _OF_FIRST_FIELD))
            if reported:
                record.respell()
        repairs += _drop_padding(tx, framing)
        if tx.header is None and all(map(_is_padding, tx.surroundings()[2])):  # CNT would tell of what lies between
            repairs.append(_add_type_1(tx))
    if not _content_between(tx, framing) and not any(map(_doubtful, tx.records)):  # it may be what CNT misses
        cut = any(finding.code in _OF_CUTS for finding in repairs)
        parted = any(finding.code == "separator-missing" and finding.location.record == 0 for finding in repairs)
        repairs += (
            _mend_count(tx, framing) or _add_count(tx) or (_count_what_is_there(tx, cut) if cut or parted else [])
        )
    return repairs


def unmended(tx: Transaction) -> tuple[Finding, ...]:
    """The errors of structure that a transaction has as it stands; values that do not decode are none of them."""
    errors = [finding for finding in tx.findings if finding.severity is Severity.ERROR]
    structural = [one for one in errors if one.code not in _OF_VALUES or one.location.field in (LEN, IDC)]
    return (*structural, *_missing_idcs(tx))


def refuse_unmended(tx: Transaction) -> None:
    """ReadError, with the first of them, where repair has left anything as it was."""
    left = unmended(tx)
    if left:
        more = f"; {len(left) - 1} more are left" if len(left) > 1 else ""
        raise ReadError(f"cannot be mended: {left[0].to_text()}{more}", left[0])


def _missing_idcs(tx: Transaction) -> Iterator[Finding]:
    for at, record in enumerate(tx.records):
        if at and not record.binary and record.raw(IDC) is None:
            where = Location(record=at, type=record.type, field=IDC)
            yield Finding("idc-missing", "the record has no IDC", where)


def _mended_in_records(tx: Transaction, framing: Sequence[Finding]) -> list[Finding]:
    findings = [finding for finding in framing if finding.code in _OF_RECORDS]
    doubtful = {at for at, record in enumerate(tx.records) if _doubtful(record)}
    findings = [finding for finding in findings if finding.location.record not in doubtful]
    return [attrs.evolve(finding, repair=_OF_RECORDS[finding.code]) for finding in findings]


def _mend_count(tx: Transaction, framing: Sequence[Finding]) -> list[Finding]:
    """CNT written anew where reading found it wrong, and nothing but numbers would go with it."""
    findings = [finding for finding in framing if finding.code in _OF_COUNT]
    before = tx.header.raw(_CNT) if findings else None
    if not findings or not _counts_only(before):
        return []
    tx.respell_count()
    if before is not None and tx.header.raw(_CNT) == before:  # it had only lost its separator
        return []
    return [attrs.evolve(finding, repair=_OF_COUNT[finding.code]) for finding in findings]


def _add_count(tx: Transaction) -> list[Finding]:
    """CNT where Type-1 has none; reading does not tell it of a Type-1 that has another fault."""
    if tx.header.raw(_CNT) is not None:
        return []
    tx.respell_count()
    where = Location(record=0, type=1, field=_CNT)
    return [Finding("cnt-missing", "Type-1 has no CNT", where, repair=_OF_COUNT["cnt-missing"])]


def _counts_only(raw: Raw | None) -> bool:
    """Has CNT nothing in it but numbers, whatever is wrong with them? A field may have lost its separator and tag."""
    return raw is None or all(_COUNTED.fullmatch(item) for entry in bytes(raw).split(RS) for item in entry.split(US))


def _count_what_is_there(tx: Transaction, cut: bool) -> list[Finding]:
    """CNT follows where records were lost with the end of the data, or where it could not be read before."""
    before = tx.header.raw(_CNT)
    if not _counts_only(before):
        return []
    tx.respell_count()
    if tx.header.raw(_CNT) == before:
        return []
    code, message = "cnt-malformed", "CNT, which had lost its separator, is not as the records are"
    if cut:
        code, message = "cnt-missing-record", "CNT names records that the data, which are cut, do not hold"
    return [Finding(code, message, Location(record=0, type=1, field=_CNT), repair=_OF_COUNT[code])]


def _drop_padding(tx: Transaction, framing: Sequence[Finding]) -> list[Finding]:
    """Bytes that belong to no record go where all of them are padding."""
    data, padding = tx.backing.data, {}
    for finding in framing:
        offset, length = finding.location.offset, finding.location.length
        if finding.code not in _OF_STRAYS or offset is None or length is None:
            continue
        strays = bytes(data[offset : offset + length])
        if _is_padding_before(strays) if offset < tx.extent[0] else _is_padding(strays):
            padding[offset, offset + length] = finding
    return [attrs.evolve(padding[gap], repair="dropped") for gap in tx.drop_gaps(padding)]


def _is_padding(strays: bytes) -> bool:
    return not strays.strip(PADDING)


def _is_padding_before(strays: bytes) -> bool:
    """Of what stands before the first record, where a byte order mark is padding too."""
    return _is_padding(strays.removeprefix(BYTE_ORDER_MARK))


def _content_between(tx: Transaction, framing: Sequence[Finding]) -> bool:
    """Are there bytes left that belong to no record, and not to another transaction either?"""
    before, after, between = tx.surroundings()
    for finding in framing:
        if finding.code == "transaction-follows" and finding.location.offset is not None:
            after = after[: finding.location.offset - tx.extent[1]]
    return not (_is_padding_before(before) and all(map(_is_padding, (after, *between))))


def _add_type_1(tx: Transaction) -> Finding:
    start = tx.extent[0]
    tx.insert(0, record_class(1)(VER=LATEST.ver, NSR="00.00", NTR="00.00"))
    where = Location(start, 0, 0, 1)
    how = "one was written; TOT, DAT, DAI, ORI and TCN are to be filled in"
    return Finding("type1-missing", "there was no Type-1 record", where, repair=how)


def _mend_binary(record: Record) -> None:
    """LEN is written anew where it is not the record's size, as framing has told; a doubtful header stays."""
    if not _is_size_of_all(record) and not _doubtful(record):
        record.respell()


def _is_size_of_all(record: Record) -> bool:
    """Is LEN of a binary record its size?"""
    parts = record.raw_fields.parts
    return int.from_bytes(bytes(parts[0][2]), "big") == sum(len(raw) for _, _, raw in parts)


def _doubtful(record: Record) -> bool:
    """Is the header of a binary record cut, or the record only what lies where one should be, or its end a guess?"""
    if not record.binary:
        return False
    if _is_short(record) or _is_size_of_all(record):
        return _is_short(record)
    header = b"".join(bytes(raw) for _, _, raw in record.raw_fields.parts[:-1])
    return not plausible_header(header, record.type) or _may_hold_strays(record)


def _may_hold_strays(record: Record) -> bool:
    """Has a binary record grown beyond its LEN by what it does not say is its own? It may be anybody's."""
    backing, start, end = record.origin
    said = int.from_bytes(bytes(record.raw_fields.parts[0][2]), "big")
    beyond = bytes(backing.untouched(start, end)[said:]).strip(PADDING)
    possible = said >= BINARY_HEADER[record.type] and bool(beyond)
    return possible and not closes(backing.data, record.type, start, end)


def _is_len(record: Record, part: Part) -> bool:
    """Is this first piece LEN? By what is left of its tag, or as its digits tell the size that the record has."""
    piece = b"".join(part)
    head = part[0] + part[1] if part[1] else piece.rstrip(b"0123456789")
    inserted = len(head) > len(b"%d.001:" % record.type)  # by somebody: no byte stands in the place of another
    if inserted or len(piece) > _LEN_TAG_SIZE + _DAMAGED_DIGITS:
        return False
    if _LEN_TAG.match(part[0] + part[1]):
        return True
    digits = re.search(rb"(\d{1,9})$", piece)
    return digits is not None and _is_size(record, digits[1])


def _is_size(record: Record, digits: bytes) -> bool:
    """Could this be the record's LEN, but for what the tag has lost?"""
    _, start, end = record.origin
    return len(digits) <= _DAMAGED_DIGITS and digits.isdigit() and abs(int(digits) - (end - start)) <= _LEN_TAG_SIZE


def _is_short(record: Record) -> bool:
    """Is the header of a binary record cut?"""
    parts = record.raw_fields.parts
    return len(parts) < len(record.widths) or any(
        width is not None and len(raw) != width for (_, _, raw), width in zip(parts, record.widths, strict=False)
    )


class _FieldMending:
    """The pieces of one tagged record while it is mended: those that are kept, and what was done to them.

    `first_reported`: framing has told that the first piece is a LEN that cannot be read.
    """

    def __init__(self, at: int, record: Record, *, first_reported: bool) -> None:
        self.at = at
        self.record = record
        self.parts = record.raw_fields.parts
        self.keys = keys_of(record.type)
        self.present = set(record.raw_fields.index)
        self.kept: list[Part] = []
        self.repairs: list[Finding] = []
        first = self.parts[0] if self.parts and first_reported else None
        self.len_damaged = first is not None and self.keys[first[0]] != LEN and _is_len(record, first)

    def sort_out(self) -> None:
        """Keep what is content: drop empty pieces, part fields that lost their separator."""
        data_field, present = self.record.data_field, self.present
        for place in range(int(self.len_damaged), len(self.parts)):
            tag, colon, _ = part = self.parts[place]
            key = self.keys[tag]
            if not tag and not colon:
                message = "two separators with nothing between them"
                self._mended(place, "separator-doubled", message, "one was dropped")
            elif key is None and place > 0 and data_field is not None and data_field not in present:
                self.kept += self.parts[place:]  # an image may have lost its tag here: from now on nothing is touched
                return
            elif (key is None and place == 0) or key == data_field:
                self.kept.append(part)
            elif self._part(place):
                return

    def _part(self, place: int) -> bool:
        """Part a field where separators are missing; True where it ends in the content of all the rest."""
        record, part, present = self.record, self.parts[place], self.present
        is_len = self.keys[part[0]] == LEN and place == 0
        pieces, last = _len_apart(record, part, present) if is_len else [], False
        if len(pieces) < 2:
            pieces, last = _parted(record, place, part, present)
        if len(pieces) > 1:
            self._mended(place, "separator-missing", "a field separator is missing", f"{len(pieces) - 1} added")
        self.kept += pieces
        return last

    def put_len_first(self) -> None:
        """Have LEN as the first field: the one that stands further behind, or a new one."""
        kept, record = self.kept, self.record
        is_first = bool(kept) and self.keys[kept[0][0]] == LEN
        if is_first and (not self.len_damaged or _is_size(record, bytes(kept[0][2]))):
            return
        sizes = [n for n, (tag, _, raw) in enumerate(kept) if self.keys[tag] == LEN and _is_size(record, bytes(raw))]
        mine = kept.pop(sizes[0]) if sizes else (b"%d.001" % record.type, b":", b"")
        kept.insert(0, mine)
        if not self.len_damaged:
            how = "LEN was put first"
            self.repairs.append(_repaired(self.at, record, "len-not-first", "LEN is not the first field", how))

    def _mended(self, place: int, code: str, message: str, how: str) -> None:
        where = attrs.evolve(part_location(self.record, place, None), record=self.at)
        self.repairs.append(Finding(code, message, where, repair=how))


def _mend_fields(at: int, record: Record, *, first_reported: bool) -> list[Finding]:
    """Drop empty pieces, part fields that lost their separator, put LEN first; what was done."""
    mending = _FieldMending(at, record, first_reported=first_reported)
    mending.sort_out()
    mending.put_len_first()
    if mending.repairs or mending.len_damaged:
        record.replace(join(mending.kept, FS) if mending.kept else b"")
        record.respell()
    return mending.repairs


def _len_apart(record: Record, part: Part, present: set[Key | None]) -> list[Part]:
    """LEN, and what follows it without a separator: a field, whose tag the digits of LEN hide, or whatever it is."""
    tag, colon, raw = part
    content = bytes(raw)
    match = re.search(rb"%d\.(\d{3,9}):" % record.type, content)
    number = int(match[1]) if match is not None else LEN
    following: list[Part] = []
    if match is not None and number not in present and record.element(number) is not None:
        present.add(number)
        following = [(match[0][:-1], b":", content[match.end() :])]
        content = content[: match.start()]
    rest = content.lstrip(b"0123456789")
    damaged = len(rest) <= _DAMAGED_DIGITS and not _CONTENT.search(rest)
    if damaged or (following and len(rest) == 1):
        return [(tag, colon, content), *following]
    return [(tag, colon, content.removesuffix(rest)), (b"", b"", rest), *following]


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
