"""Any transaction in XML: each record's element built of its fields, and the document read again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from nistitl.base.editions import LATEST
from nistitl.base.errors import WriteError
from nistitl.base.findings import Finding, Location, Severity
from nistitl.model.context import Encoded
from nistitl.model.conversion import in_record
from nistitl.model.opening import opened
from nistitl.xml.backing import MARGIN, Xml, lost_in_xml
from nistitl.xml.document import Document
from nistitl.xml.domains import XmlDomain, domain_of_profile
from nistitl.xml.vocabularies import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.model.context import Encoding
    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction
    from nistitl.xml.vocabularies import Vocabulary

_T = TypeVar("_T", bound="Transaction")
_EXTENDED = re.compile(rb'<ext:Field number="(\d+)"')


def to_xml(encoding: Encoding, tx: _T, vocabulary: Vocabulary) -> Encoded[_T]:
    """The records as elements of a vocabulary; those that it has no element for are left out."""
    document = Document(empty(vocabulary, domain_of_profile(vocabulary.name, _profile(tx))))
    losses: list[Finding] = []
    elements: list[bytes] = []
    kept: list[int] = []
    for at, record in enumerate(tx):
        try:
            element, lost = encoded_record(record, document)
            if tx.edition is not None and tx.edition > LATEST:
                lost += _extended(record, element)
        except WriteError as error:
            lost = [error.finding] if error.finding is not None else []
        else:
            elements += (MARGIN.encode(), element)
            kept.append(at)
        losses += (in_record(one, at) for one in lost)
    place = document.data.rfind(b"\n</itl:")
    data = b"".join([document.data[:place], *elements, document.data[place:]])
    converted = opened(type(tx), encoding, encoding.frame(data), "tolerant")
    if len(kept) < len(tx):
        converted.respell_count()
        converted = opened(type(tx), encoding, encoding.frame(bytes(converted)), "tolerant")
    return Encoded(converted, kept, losses)


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


def _extended(record: Record, element: bytes) -> Iterator[Finding]:
    """The declared fields that have no element of their own, of an edition whose schema is not there."""
    for number in map(int, _EXTENDED.findall(element)):
        declared = record.element(number)
        if declared is not None:
            where = Location(type=record.type, idc=record.idc, field=number)
            message = f"{declared.mnemonic} has no element that says all of it; it stands whole in our own extension"
            yield Finding("xml-field-extended", message, where, Severity.NOTE)


def _unsayable(record: Record, number: int) -> Finding:
    where = Location(type=record.type, idc=record.idc, field=number)
    return Finding("xml-field-unsayable", f"field {number} has no place in the XML encoding", where)


def empty(vocabulary: Vocabulary, used: tuple[XmlDomain, ...] = ()) -> bytes:
    """A document without records."""
    namespaces = {prefix: vocabulary.namespaces[prefix] for prefix in ("itl", "biom", "nc", "ext")}
    for domain in used:
        namespaces |= {prefix: uri for prefix, uri in domain.namespaces.items() if prefix not in namespaces}
    declared = "".join(f'\n    xmlns:{prefix}="{uri}"' for prefix, uri in namespaces.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{PACKAGE}{declared}>\n</{PACKAGE}>\n'.encode()
