"""An XML transaction as the records of a framing: the seam to `nistitl.read`."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from nistitl.base.errors import ReadError
from nistitl.base.findings import Finding, Location, Severity
from nistitl.model.counting import count_findings
from nistitl.model.opening import opened
from nistitl.wire.framing import Framing
from nistitl.xml.backing import Xml, standing_on
from nistitl.xml.document import Document

if TYPE_CHECKING:
    from collections.abc import Callable
    from mmap import mmap

    from nistitl.model.context import Context
    from nistitl.model.transaction import Policy, Transaction

_T = TypeVar("_T", bound="Transaction")


def framed(data: bytes | mmap) -> tuple[Callable[[Context], Xml], Framing, int]:
    """What records of the document stand on, where they lie, and its size; ReadError where it is no transaction."""
    document = Document(data)
    return partial(standing_on, document), framing_of(document), len(document.data)


def read_document(cls: type[_T], data: bytes | mmap, policy: Policy, profile: str | None = None) -> _T:
    """The transaction of an XML document; ReadError where it holds none."""
    backed, framing, size = framed(data)
    tx = opened(cls, backed, framing, (0, size), policy, profile, "utf-8")
    tx.settings_changed()
    first = next(count_findings(tx), None) if policy == "strict" else None
    if first is not None:
        raise ReadError.of(tx.located([first])[0])
    return tx


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
