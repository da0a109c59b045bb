"""Between encodings: the same records, and a list of what the other side cannot say.

What is lost is not guessed: the result is read again, and its fields are compared with those it was made of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

import attrs

from nistitl.base.errors import FieldError, ITLError
from nistitl.base.findings import Finding, Location, Severity
from nistitl.base.text import many
from nistitl.declare.items import same_codes
from nistitl.declare.values import Data
from nistitl.model.context import DCS, VER, Encoded
from nistitl.model.traditional import Traditional
from nistitl.wire.charsets import ASCII, Charset, announced
from nistitl.wire.grammar import PADDING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.model.context import Encoding
    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction

_T = TypeVar("_T", bound="Transaction")
LEN, CNT = 1, 3
_UTF8 = b"3\x1fUTF-8\x1f"


@attrs.frozen(slots=True)
class Conversion(Generic[_T]):
    """A transaction in another encoding, and what of the first it does not say."""

    transaction: _T
    losses: tuple[Finding, ...]

    @property
    def lost(self) -> tuple[Finding, ...]:
        """The losses without the notes: those that tell of more than another spelling."""
        return tuple(finding for finding in self.losses if finding.severity > Severity.NOTE)


def convert(tx: _T, encoding: Encoding, vocabulary: str | None = None) -> Conversion[_T]:
    """The transaction in an encoding; see `Transaction.convert`."""
    left_out = list(_left_out(tx))
    encoded: Encoded[_T] = encoding.encode(tx, _flavour(encoding, vocabulary))
    converted = encoded.transaction
    converted.context.announced_profile = converted.context.announced_profile or tx.context.announced_profile
    if tx.profile is not None:
        converted.profile = tx.profile
    told = {(one.location.record, one.location.field) for one in encoded.losses}
    differences = (
        one
        for one in _differences(tx, converted, encoded.kept)
        if one.code != "conversion-lost" or (one.location.record, one.location.field) not in told
    )
    return Conversion(converted, (*left_out, *encoded.losses, *differences))


def _flavour(encoding: Encoding, vocabulary: str | None) -> str | None:
    """The vocabulary that was asked for; None where the encoding is to choose, or has none."""
    known = encoding.vocabularies
    if known and vocabulary is not None and vocabulary not in known:
        raise ITLError(f"no vocabulary named {vocabulary!r}; known: {', '.join(known)}")
    return vocabulary if known else None


def _left_out(tx: Transaction) -> Iterator[Finding]:
    """What of the source is no field of a record: none of it goes along."""
    yield from tx.located(tx.backing.outside())
    if tx.backing.tagged:
        yield from _beside(tx)
    for at, record in enumerate(tx):
        for finding in record.origin[0].unknown_content(record):
            yield attrs.evolve(in_record(finding, at), severity=Severity.WARNING)


def _beside(tx: Transaction) -> Iterator[Finding]:
    """The bytes beside the records; those that are padding say nothing."""
    before, after, between = tx.surroundings()
    for code, raw in (("bytes-before", before), *(("bytes-between", raw) for raw in between), ("bytes-after", after)):
        if raw:
            severity = Severity.WARNING if raw.strip(PADDING) else Severity.NOTE
            yield Finding(code, f"{many(len(raw), 'byte')} beside the records left out", severity=severity)


def in_record(finding: Finding, at: int) -> Finding:
    """The finding, of the record with this index."""
    return attrs.evolve(finding, location=attrs.evolve(finding.location, record=at))


# -- to the traditional encoding --------------------------------------------------------------


def to_traditional(tx: _T) -> Encoded[_T]:
    """The records in tags and separators; those that cannot be are left out."""
    copies: list[Record] = []
    for record in tx:
        copy = record.copy()
        copy.rebuild(Traditional(b"", record.context.alone()))
        copies.append(copy)
    losses = _settle_charset(copies)
    kept: list[int] = []
    for at, copy in enumerate(copies):
        try:
            copy.pieces()
            kept.append(at)
        except FieldError as error:
            message = f"the record is left out, as the traditional encoding cannot hold it: {error}"
            losses.append(Finding("record-unsayable", message, Location(record=at, type=copy.type, idc=copy.idc)))
    return Encoded(type(tx)(copies[at] for at in kept), kept, losses)


def _settle_charset(records: list[Record]) -> list[Finding]:
    """Bring text into the set that 1.015 announces; where it announces none that can say it, announce UTF-8."""
    header = records[0]
    target = announced(header.raw(DCS), header.raw(VER))
    changes: list[Finding] = []
    try:
        for record in records:
            record.copy().recode(target if target.declared else ASCII)
    except FieldError:
        header.put(DCS, _UTF8)
        target = Charset("utf-8")
        message = "1.015 now announces UTF-8, as the text cannot be said in the set that it announced"
        where = Location(record=0, type=1, field=DCS)
        changes = [Finding("conversion-charset", message, where, Severity.NOTE)]
    for record in records:
        record.recode(target if target.declared else ASCII)
        record.context.charset = target
    return changes


# -- what was lost ----------------------------------------------------------------------------


def _differences(tx: Transaction, converted: Transaction, kept: list[int]) -> Iterator[Finding]:
    """Every field that is not the same on the other side."""
    before = tx.records
    recounted = len(kept) < len(before)  # CNT names the records that are there
    for at, twin in zip(kept, converted, strict=True):
        record = before[at]
        for key in record.keys():  # noqa: SIM118
            if isinstance(key, int) and key != LEN and not (recounted and (at, key) == (0, CNT)):
                yield from _compared(record, twin, key, at)
        for key in twin.keys():  # noqa: SIM118
            if isinstance(key, int) and record.raw(key) is None and (at, key) != (0, DCS):
                where = Location(record=at, type=record.type, idc=record.idc, field=key)
                yield Finding("conversion-spelling", f"field {key} comes to be there", where, Severity.NOTE)


def _compared(record: Record, twin: Record, key: int, at: int) -> Iterator[Finding]:
    old, new = _text(record, key), _text(twin, key)
    if old == new or ((at, key) == (0, DCS) and new is not None):
        return
    where = attrs.evolve(record.location(key, None, None), record=at)
    if new is None:
        if old:
            yield Finding("conversion-lost", f"field {key} has no place in the other encoding", where)
    elif key in record.computed:
        yield Finding("conversion-spelling", f"field {key} follows the records that are there", where, Severity.NOTE)
    elif _value(record, key) == _value(twin, key) or _same_codes(record, twin, key):
        yield Finding("conversion-spelling", f"field {key} is spelled otherwise", where, Severity.NOTE)
    else:
        yield Finding("conversion-changed", f"field {key} does not come back as it was", where)


def _text(record: Record, key: int) -> str | bytes | None:
    raw = record.raw(key)
    if raw is None:
        return None
    if record.binary or key == record.data_field:
        return bytes(raw)
    return record.context.charset.decode(bytes(raw))


def _same_codes(record: Record, twin: Record, key: int) -> bool:
    element, old, new = record.element(key) or twin.element(key), _text(record, key), _text(twin, key)
    return element is not None and isinstance(old, str) and isinstance(new, str) and same_codes(element.value, old, new)


def _value(record: Record, key: int) -> object:
    """What a field says, whatever its spelling; its text where it does not decode."""
    element, raw = record.element(key), bytes(record.raw(key) or b"")
    if element is None or isinstance(element.value, Data):
        return raw
    try:
        return element.value.decode(raw, record.context.charset)
    except ValueError:
        return raw
