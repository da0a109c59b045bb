"""Between the encodings: the same records, and a list of what the other side cannot say.

What is lost is not guessed: the result is read again, and its fields are compared with those it was made of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

import attrs

from nistitl.base.errors import FieldError, ITLError, WriteError
from nistitl.base.findings import Finding, Location, Severity
from nistitl.declare.values import Data
from nistitl.model.traditional import Traditional
from nistitl.wire.charsets import ASCII, Charset, announced
from nistitl.xml.backing import MARGIN, Xml, lost_in_xml
from nistitl.xml.document import Document
from nistitl.xml.domains import Domain, domain_of_profile
from nistitl.xml.framing import read_document
from nistitl.xml.vocabularies import PACKAGE, VOCABULARIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.model.context import Encoding
    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction
    from nistitl.xml.vocabularies import Vocabulary

_T = TypeVar("_T", bound="Transaction")
LEN, VER, CNT, DCS = 1, 2, 3, 15
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


def convert(tx: _T, encoding: Encoding, vocabulary: str = "niem2") -> Conversion[_T]:
    """The transaction in an encoding; see `Transaction.convert`."""
    if encoding not in ("traditional", "xml"):
        raise ITLError(f"no encoding named {encoding!r}; known: traditional, xml")
    if vocabulary not in VOCABULARIES:
        raise ITLError(f"no vocabulary named {vocabulary!r}; known: {', '.join(VOCABULARIES)}")
    left_out = list(_left_out(tx))
    made, losses, kept = _to_xml(tx, VOCABULARIES[vocabulary]) if encoding == "xml" else _to_traditional(tx)
    made.context.announced_profile = made.context.announced_profile or tx.context.announced_profile
    if tx.profile is not None:
        made.profile = tx.profile
    return Conversion(made, (*left_out, *losses, *_differences(tx, made, kept)))


def _left_out(tx: Transaction) -> Iterator[Finding]:
    """What of an XML document is no field of a record: none of it goes along."""
    if not isinstance(tx.backing, Xml):
        return
    document = tx.backing.document
    if document.around:
        message = f"{document.around} elements stand beside the package and are left out"
        yield Finding("xml-around", message, severity=Severity.WARNING)
    yield from tx.located([finding for finding in tx.framing_findings if finding.code == "xml-record-unknown"])
    for at, record in enumerate(tx):
        for finding in record.origin[0].unknown_content(record):
            yield attrs.evolve(_in_record(finding, at), severity=Severity.WARNING)


# -- to XML -----------------------------------------------------------------------------------


def _to_xml(tx: _T, vocabulary: Vocabulary) -> tuple[_T, list[Finding], list[int]]:
    used = domain_of_profile(vocabulary.name, _profile(tx))
    document = Document(empty(vocabulary, used))
    losses: list[Finding] = []
    elements: list[bytes] = []
    kept: list[int] = []
    for at, record in enumerate(tx):
        try:
            element, lost = encoded_record(record, document)
        except WriteError as error:
            lost = [error.finding] if error.finding is not None else []
        else:
            elements += (MARGIN.encode(), element)
            kept.append(at)
        losses += (_in_record(one, at) for one in lost)
    place = document.data.rfind(b"\n</itl:")
    data = b"".join([document.data[:place], *elements, document.data[place:]])
    made = read_document(type(tx), data, "tolerant")
    if len(kept) < len(tx):
        made.respell_count()
        made = read_document(type(tx), bytes(made), "tolerant")
    return made, losses, kept


def _profile(tx: Transaction) -> str | None:
    """The profile whose elements say the Type-2 fields: the one that was named, or the one the domain stands for."""
    named = tx.profile or tx.context.announced_profile
    if named is not None:
        return named
    dictionary = tx.context.dictionary
    return dictionary.name if dictionary is not None else None


def encoded_record(record: Record, document: Document) -> tuple[bytes, list[Finding]]:
    """The element of a record in a document, and what it cannot say; WriteError where there is no such element."""
    element, unsaid = Xml(document, record.context.alone()).fresh(record)
    return element, [*lost_in_xml(record), *(_unsayable(record, number) for number in unsaid)]


def _unsayable(record: Record, number: int) -> Finding:
    where = Location(type=record.type, idc=record.idc, field=number)
    return Finding("xml-field-unsayable", f"field {number} has no place in the XML encoding", where)


def empty(vocabulary: Vocabulary, used: tuple[Domain, ...] = ()) -> bytes:
    """A document without records."""
    namespaces = {prefix: vocabulary.namespaces[prefix] for prefix in ("itl", "biom", "nc", "ext")}
    for domain in used:
        namespaces |= {prefix: uri for prefix, uri in domain.namespaces.items() if prefix not in namespaces}
    declared = "".join(f'\n    xmlns:{prefix}="{uri}"' for prefix, uri in namespaces.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{PACKAGE}{declared}>\n</{PACKAGE}>\n'.encode()


# -- to the traditional encoding --------------------------------------------------------------


def _to_traditional(tx: _T) -> tuple[_T, list[Finding], list[int]]:
    losses: list[Finding] = []
    copies: list[Record] = []
    for record in tx:
        copy = record.copy()
        copy.rebuild(Traditional(b"", record.context.alone()))
        copies.append(copy)
    losses += _settle_charset(copies)
    kept: list[int] = []
    for at, copy in enumerate(copies):
        try:
            copy.pieces()
            kept.append(at)
        except FieldError as error:
            message = f"the record is left out, as the traditional encoding cannot hold it: {error}"
            losses.append(Finding("record-unsayable", message, Location(record=at, type=copy.type, idc=copy.idc)))
    return type(tx)(copies[at] for at in kept), losses, kept


def _settle_charset(records: list[Record]) -> list[Finding]:
    """Bring text into the set that 1.015 announces; where it announces none that can say it, announce UTF-8."""
    header = records[0]
    target = announced(header.raw(DCS), header.raw(VER))
    told: list[Finding] = []
    try:
        for record in records:
            record.copy().recode(target if target.declared else ASCII)
    except FieldError:
        header.put(DCS, _UTF8)
        target = Charset("utf-8")
        message = "1.015 now announces UTF-8, as the text cannot be said in the set that it announced"
        where = Location(record=0, type=1, field=DCS)
        told = [Finding("conversion-charset", message, where, Severity.NOTE)]
    for record in records:
        record.recode(target if target.declared else ASCII)
        record.context.charset = target
    return told


# -- what was lost ----------------------------------------------------------------------------


def _differences(tx: Transaction, made: Transaction, kept: list[int]) -> Iterator[Finding]:
    """Every field that is not the same on the other side."""
    before = tx.records
    recounted = len(kept) < len(before)  # CNT names the records that are there
    for at, twin in zip(kept, made, strict=True):
        record = before[at]
        for key in record.keys():
            if isinstance(key, int) and key != LEN and not (recounted and (at, key) == (0, CNT)):
                yield from _compared(record, twin, key, at)
        for key in twin.keys():
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
    elif _value(record, key) == _value(twin, key):
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


def _value(record: Record, key: int) -> object:
    """What a field says, whatever its spelling; its text where it does not decode."""
    element, raw = record.element(key), bytes(record.raw(key) or b"")
    if element is None or isinstance(element.value, Data):
        return raw
    try:
        return element.value.decode(raw, record.context.charset)
    except ValueError:
        return raw


def _in_record(finding: Finding, at: int) -> Finding:
    return attrs.evolve(finding, location=attrs.evolve(finding.location, record=at))
