"""An XML transaction as the records of a framing: the seam to `nistitl.read`."""

from __future__ import annotations

from collections import Counter
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import attrs

from nistitl.dictionaries import profile_names
from nistitl.errors import ReadError
from nistitl.findings import Finding, Location, Severity
from nistitl.wire.frames import Framing
from nistitl.xml.backing import Xml
from nistitl.xml.document import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from mmap import mmap

    from nistitl.declare.context import Context
    from nistitl.transaction import Transaction

Entry = tuple[int | None, int | None]  # record type and IDC


def framed(data: bytes | mmap) -> tuple[Callable[[Context], Xml], Framing, int]:
    """What records of the document stand on, where they lie, and its size; ReadError where it is no transaction."""
    document = Document(data)
    return partial(standing_on, document), framing_of(document), len(document.data)


def standing_on(document: Document, context: Context) -> Xml:
    """The backing of a document; its domain's namespace says which profile names the Type-2 fields."""
    offered = (domain.profile for domain in document.domains)
    context.says = next((name for name in offered if name in profile_names()), None)
    return Xml(document, context)


def spans_of(document: Document) -> Framing:
    """Where the record elements lie, and what is between them."""
    spans = document.records
    framing = Framing(spans, spans[0][1], spans[-1][2]) if spans else Framing([])
    framing.gaps = {at: (here[2], after[1]) for at, (here, after) in enumerate(pairwise(spans)) if here[2] < after[1]}
    return framing


def framing_of(document: Document) -> Framing:
    """The record elements of a document, in order, and what lies between them."""
    framing = spans_of(document)
    if not framing.spans:
        raise ReadError("this is XML with a package that holds no record of ANSI/NIST-ITL")
    if framing.spans[0][0] != 1:
        _say(
            framing,
            "type1-missing",
            "the package does not begin with a PackageInformationRecord",
            framing.spans[0][1],
            0,
        )
    for start, end in document.strangers:
        message = "an element of the package is no record that this vocabulary has; it is kept"
        _say(framing, "xml-record-unknown", message, start, end - start, Severity.WARNING)
    for start in document.others:
        _say(framing, "xml-package-unread", "another package follows; only the first is read", start, 0)
    return framing


def _say(framing: Framing, code: str, message: str, start: int, size: int, severity: Severity = Severity.ERROR) -> None:
    framing.findings.append(Finding(code, message, Location(start, size), severity))


def count_findings(tx: Transaction) -> Iterator[Finding]:
    """Where CNT and the records of the package disagree."""
    header = tx.header
    if header is None or header.edited:
        return
    count = header.CNT or ()
    where = attrs.evolve(header._location(3, None, None), record=0)
    if not count:
        yield Finding("cnt-missing", "Type-1 has no CNT", Location(record=0, type=1, field=3))
        return
    first, *named = count
    counted = getattr(first, "CRC", None)
    if counted not in (len(named), None):
        yield Finding("cnt-count", f"CNT counts {counted} records and then names {len(named)}", where)
    told: list[Entry] = [(getattr(entry, "REC", None), getattr(entry, "IDC", None)) for entry in named]
    there: list[Entry] = [(record.type, record.idc) for record in tx.records[1:]]
    for entry in _lacking(told, there):
        yield Finding(
            "cnt-missing-record", f"CNT names a Type-{entry[0]} record with IDC {entry[1]} that is not there", where
        )
    for entry in _lacking(there, told):
        yield Finding("cnt-extra-record", f"CNT does not name the Type-{entry[0]} record with IDC {entry[1]}", where)


def _lacking(these: list[Entry], those: list[Entry]) -> Iterator[Entry]:
    yield from (Counter(these) - Counter(those)).elements()
