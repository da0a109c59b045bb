"""An XML transaction as the records of a framing: what reading one begins with."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from nistitl.base.errors import ReadError
from nistitl.base.findings import Finding, Location
from nistitl.model.context import Framed
from nistitl.wire.framing import Framing
from nistitl.xml.backing import standing_on
from nistitl.xml.document import Document

if TYPE_CHECKING:
    from mmap import mmap


def framed(data: bytes | mmap) -> Framed:
    """The package of a document: what its records stand on, and where they lie. ReadError where there is none."""
    document = Document(data)
    return Framed(partial(standing_on, document), framing_of(document), (0, len(document.data)))


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
        message = "the package does not begin with a PackageInformationRecord"
        _say(framing, "type1-missing", message, framing.spans[0][1])
    framing.findings += document.unknown_records()
    for start in document.others:
        _say(framing, "xml-package-unread", "another package follows; only the first is read", start)
    return framing


def _say(framing: Framing, code: str, message: str, start: int) -> None:
    framing.findings.append(Finding(code, message, Location(start, 0)))
