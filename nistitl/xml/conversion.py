"""Any transaction in XML: each record's element built of its fields, and the document read again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from nistitl.base.editions import LATEST
from nistitl.base.errors import WriteError
from nistitl.base.findings import Finding, Location, Severity
from nistitl.base.text import many
from nistitl.model.context import Encoded
from nistitl.model.conversion import in_record
from nistitl.model.dictionaries import profile
from nistitl.model.opening import opened
from nistitl.model.raw import set_fields
from nistitl.profiles.choice import spoken_for
from nistitl.xml.backing import MARGIN, Fresh, Xml, lost_in_xml
from nistitl.xml.document import Document
from nistitl.xml.domains import XmlDomain, domain_of_profile
from nistitl.xml.vocabularies import PACKAGE, vocabulary_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.model.context import Encoding
    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction
    from nistitl.xml.vocabularies import Vocabulary

_T = TypeVar("_T", bound="Transaction")
_TYPE_2 = 2
_EXTENDED = re.compile(rb'<ext:Field number="(\d+)"')


def to_xml(encoding: Encoding, tx: _T, name: str | None) -> Encoded[_T]:
    """The records as elements of a vocabulary; those that it has no element for are left out.

    Without a name it is the vocabulary that has elements for the Type-2 fields, NIEM 2.1 where both have or none.
    """
    spoken = _profile(tx)
    vocabulary = vocabulary_named(name or _suiting(encoding, spoken))
    document = Document(empty(vocabulary, domain_of_profile(vocabulary.name, spoken)))
    losses: list[Finding] = []
    made: list[Fresh] = []
    kept: list[int] = []
    for at, record in enumerate(_with_names(tx, spoken)):
        try:
            fresh, lost = encoded_record(record, document)
            if tx.edition is not None and tx.edition > LATEST:
                lost += _extended(record, fresh.element)
            elif record.type == _TYPE_2 and not document.domains and spoken is not None:
                lost += _without_domain(record, fresh.element)
        except WriteError as error:
            lost = [error.finding] if error.finding is not None else []
        else:
            made.append(fresh)
            kept.append(at)
        losses += (in_record(one, at) for one in lost)
    place = document.data.rfind(b"\n</itl:")
    elements = (piece for fresh in made for piece in (MARGIN.encode(), fresh.element))
    data = b"".join([document.data[:place], *elements, document.data[place:]])
    converted = opened(type(tx), encoding, encoding.frame(data), "tolerant")
    if len(kept) == len(tx):
        _hand_over(made, document, converted)
    else:
        converted.respell_count()
        converted = opened(type(tx), encoding, encoding.frame(bytes(converted)), "tolerant")
    return Encoded(converted, kept, losses)


def _with_names(tx: _T, named: str | None) -> _T:
    """The transaction with the dictionary of the profile that its 1.013 stands for, where it has none."""
    if named is None or tx.context.dictionary is not None:
        return tx
    twin = tx.copy()
    twin.context.dictionary = profile(named).dictionary
    return twin


def _suiting(encoding: Encoding, spoken: str | None) -> str:
    """The first of the vocabularies that has elements for the fields of a profile."""
    names = encoding.vocabularies
    return next((name for name in names if domain_of_profile(name, spoken)), names[0])


def _profile(tx: Transaction) -> str | None:
    """The profile whose elements say the Type-2 fields: the one that was named, or that 1.013 DOM stands for."""
    named = tx.profile or tx.context.announced_profile
    if named is not None:
        return named
    dictionary = tx.context.dictionary
    if dictionary is not None:
        return dictionary.name
    return spoken_for(tx)


def encoded_record(record: Record, document: Document) -> tuple[Fresh, list[Finding]]:
    """The element of a record in a document, and what it cannot say; WriteError where there is no such element."""
    fresh = Xml(document, record.context.alone()).fresh(record)
    return fresh, [*lost_in_xml(record), *(_unsayable(record, number) for number in fresh.unsaid)]


def _hand_over(made: list[Fresh], document: Document, converted: Transaction) -> None:
    """Give the records what was read back of these very bytes already, so that they are not read once more.

    Not those of Type-2: what is read of them depends on the dictionary that the transaction comes to have.
    """
    backing = converted.backing
    if not isinstance(backing, Xml) or len(converted) != len(made):
        return
    source = backing.source
    if (source.vocabulary, source.domains, source.scope) != (document.vocabulary, document.domains, document.scope):
        return
    for record, fresh in zip(converted, made, strict=True):
        _, start, end = record.origin
        if record.type != _TYPE_2 and source.data[start:end] == fresh.element:
            set_fields(record, fresh.fields)


def _extended(record: Record, element: bytes) -> Iterator[Finding]:
    """The declared fields that have no element of their own, of an edition whose schema is not there."""
    for number in map(int, _EXTENDED.findall(element)):
        declared = record.element(number)
        if declared is not None:
            where = Location(type=record.type, idc=record.idc, field=number)
            message = f"{declared.mnemonic} has no element that says all of it; it stands whole in our own extension"
            yield Finding("xml-field-extended", message, where, Severity.NOTE)


def _without_domain(record: Record, element: bytes) -> Iterator[Finding]:
    """That nobody's elements are there for the Type-2 fields of a domain, or of a version of it."""
    if fields := len(set(_EXTENDED.findall(element))):
        where = Location(type=record.type, idc=record.idc)
        message = (
            f"no XML domain has elements for this Type-2: {many(fields, 'field')} stand whole in our own extension"
        )
        yield Finding("xml-field-extended", message, where, Severity.NOTE)


def _unsayable(record: Record, number: int) -> Finding:
    where = Location(type=record.type, idc=record.idc, field=number)
    message = f"field {record.type}.{number:03d} has no element in this XML; it is left out"
    return Finding("xml-field-unsayable", message, where)


def empty(vocabulary: Vocabulary, used: tuple[XmlDomain, ...] = ()) -> bytes:
    """A document without records."""
    namespaces = {prefix: vocabulary.namespaces[prefix] for prefix in ("itl", "biom", "nc", "ext")}
    for domain in used:
        namespaces |= {prefix: uri for prefix, uri in domain.namespaces.items() if prefix not in namespaces}
    declared = "".join(f'\n    xmlns:{prefix}="{uri}"' for prefix, uri in namespaces.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{PACKAGE}{declared}>\n</{PACKAGE}>\n'.encode()
