"""An XML transaction as the records of a framing: what reading one begins with."""

from __future__ import annotations

import re
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from nistitl.base.errors import ReadError
from nistitl.base.findings import Finding, Location
from nistitl.model.context import Framed
from nistitl.wire.framing import Framing
from nistitl.xml.backing import standing_on
from nistitl.xml.document import Document
from nistitl.xml.markup import escaped
from nistitl.xml.scanning import tag_end

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from mmap import mmap

    from nistitl.xml.scanning import RecordElement

_NAME = re.compile(rb"<[^\s/>]+")
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")
_DECLARED = re.compile(rb"\sxmlns(?::([^\s=]+))?\s*=")


def framed(data: bytes | mmap) -> Framed:
    """The package of a document: what its records stand on, and where they lie. ReadError where there is none."""
    return _framed(Document(data))


def framings(data: bytes | mmap) -> Iterator[Framed]:
    """Every package of a document; where there are several, each as a document of its own in UTF-8.

    One without records is told with the next one that has some, or with the last. ReadError where none has.
    """
    document = Document(data)
    if not document.others:
        yield _framed(document)
        return
    whole: Document | None = None  # which waits for those without records that may follow
    empty_before: list[Finding] = []
    empty: list[Finding] = []
    for place, package in enumerate(document.packages, 1):
        alone = Document(standing_alone(document.data, package))
        if not alone.records:
            message = f"of the {len(document.packages)} packages, number {place}: {_without_records(alone)}"
            empty.append(Finding("xml-package-empty", message))
            continue
        if whole is not None:
            yield _framed(whole, empty_before)
        whole, empty_before, empty = alone, empty, []
    if whole is None:
        raise ReadError.of(empty[0])
    yield _framed(whole, empty_before + empty)


def standing_alone(data: bytes | mmap, package: RecordElement) -> bytes:
    """An element with the namespace declarations that it has from the elements around it."""
    content = data[package.start : package.end]
    name = _NAME.match(content)
    assert name is not None  # expat has read it
    own = {(prefix or b"").decode() for prefix in _DECLARED.findall(_QUOTED.sub(b'""', content[: tag_end(content, 0)]))}
    inherited = {
        f"xmlns:{prefix}" if prefix else "xmlns": uri
        for prefix, uri in package.scope.items()
        if uri and prefix not in own
    }
    declarations = "".join(f' {attribute}="{escaped(uri)}"' for attribute, uri in inherited.items())
    return content[: name.end()] + declarations.encode() + content[name.end() :]


def _framed(document: Document, beside: Iterable[Finding] = ()) -> Framed:
    framing = framing_of(document)
    framing.findings += beside
    return Framed(partial(standing_on, document), framing, (0, len(document.data)))


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
        raise ReadError.of(Finding("xml-package-empty", _without_records(document), Location(document.holder, 0)))
    if framing.spans[0][0] != 1:
        message = "the package does not begin with a PackageInformationRecord"
        _say(framing, "type1-missing", message, framing.spans[0][1])
    framing.findings += document.beside_records()
    for start in document.others:
        _say(framing, "xml-package-unread", "another package follows; read_many() reads them all", start)
    return framing


def _without_records(document: Document) -> str:
    more = "; read_many() has the other packages" if document.others else ""
    if not document.unknown:
        return f"the package is empty: there is no record in it{more}"
    return f"none of the {len(document.unknown)} elements of the package is a record of ANSI/NIST-ITL{more}"


def _say(framing: Framing, code: str, message: str, start: int) -> None:
    framing.findings.append(Finding(code, message, Location(start, 0)))
