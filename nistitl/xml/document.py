"""An XML document as bytes: its vocabulary, and where its records lie."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, ClassVar

from nistitl.base.errors import ReadError
from nistitl.base.findings import Finding, Location, Severity
from nistitl.xml.domains import domains_of, table_with
from nistitl.xml.scanning import PackageScan, RecordScan, Scope, canonical, no_transaction, tag_end
from nistitl.xml.tables import record_types
from nistitl.xml.transcoding import codec_of, from_utf8, to_utf8
from nistitl.xml.unread import text_among
from nistitl.xml.vocabularies import ITL, ITL_2008, PACKAGE, vocabulary_named, vocabulary_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from mmap import mmap

    from nistitl.xml.tables import ElementRow
    from nistitl.xml.vocabularies import Vocabulary


class Source:
    """Bytes in UTF-8 that record elements stand in, and what names mean there."""

    __slots__ = ("_lines", "_namespaces", "data", "domains", "scope", "vocabulary")

    codec: str | None = None  # of bytes that are written otherwise than in UTF-8
    is_input: ClassVar[bool] = True  # places in these bytes mean something to the reader of the input

    def __init__(self, data: bytes | mmap, scope: Scope, vocabulary: Vocabulary, namespaces: Iterable[str]) -> None:
        self.data = data
        self.scope = scope  # the namespaces in scope where records stand
        self.vocabulary = vocabulary
        used = frozenset(namespaces)
        self.domains = domains_of(vocabulary.name, used)
        self._namespaces = [domain.as_in(used) for domain in self.domains]
        self._lines: list[int] | None = None

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefix that the tables use for each namespace."""
        own = {uri: prefix for of_domain in self._namespaces for prefix, uri in of_domain.items()}
        return own | self.vocabulary.prefixes

    @property
    def namespaces(self) -> dict[str, str]:
        """Namespace by the prefix that the tables use."""
        return {prefix: uri for uri, prefix in self.prefixes.items()}

    def table(self, record_type: int) -> ElementRow | None:
        """The elements of a record type in this document; None where the vocabulary has no such record."""
        return table_with(self.vocabulary.name, record_type, self.domains)

    def scope_at(self, start: int) -> Scope:
        """The namespaces in scope where a record begins."""
        return self.scope

    def line_of(self, offset: int) -> int:
        """The line, from 1, that a byte stands on."""
        if self._lines is None:
            self._lines = [match.start() for match in re.finditer(rb"\n", self.data)]
        return bisect_right(self._lines, offset - 1) + 1

    def encoded(self, piece: bytes | memoryview) -> bytes | memoryview:
        """Bytes in UTF-8 as the document spells them."""
        return piece if self.codec is None else from_utf8(piece, self.codec)

    def outside(self) -> Iterator[Finding]:
        """What stands beside the records."""
        return iter(())

    def part(self, start: int, end: int) -> Part:
        """One record element of it, by itself."""
        return Part(bytes(self.data[start:end]), self.scope_at(start), self.vocabulary, self._uris())

    def _uris(self) -> list[str]:
        """The namespaces by which its domains are known."""
        return [next(iter(of_domain.values())) for of_domain in self._namespaces]


class Part(Source):
    """One record element, with what it inherits from its document; it can be pickled without the other records."""

    __slots__ = ()

    is_input = False

    def __reduce__(self) -> tuple[object, ...]:
        return _part, (self.data, self.scope, self.vocabulary.name, self._uris())


def _part(data: bytes, scope: Scope, vocabulary: str, namespaces: list[str]) -> Part:
    return Part(data, scope, vocabulary_named(vocabulary), namespaces)


def _without_package(strange: str) -> str:
    """What a document is that has no package of our namespace, but perhaps one of another."""
    if strange == ITL_2008:
        return f"this is XML of ANSI/NIST-ITL 2-2008 ({ITL_2008}), which is not read here; ask for that of 1-2011"
    if strange:
        return f"this is XML with a package of another namespace than {ITL}"
    return f"this is XML, but no {PACKAGE} is in it"


class Document(Source):
    """A whole document, and the spans of its record elements. ReadError where it holds no package."""

    __slots__ = ("_children", "_scopes", "around", "codec", "holder", "others", "packages", "records", "unknown")

    scan_class: ClassVar[type[RecordScan]] = PackageScan

    def __init__(self, data: bytes | mmap) -> None:
        self.codec = codec_of(data)
        scan = self.scan_class(data if self.codec is None else to_utf8(data, self.codec))
        scan.run()
        super().__init__(scan.data, self.accepted(scan), vocabulary_of(scan.namespaces), scan.namespaces)
        self.holder = scan.holder
        self.around = scan.around
        self.others = scan.others
        self.packages = scan.packages
        self.records: list[tuple[int, int, int]] = []  # type, start, end
        self.unknown: list[tuple[int, int]] = []  # elements beside them that are no record known here
        self._children = [(one.start, one.end) for one in scan.elements]
        self._scopes: dict[int, Scope] = {}  # of records that stand in others than `scope`
        self._sort(scan)

    def accepted(self, scan: RecordScan) -> Scope:
        """The namespaces in scope where records stand. ReadError where the scan has found no place for any."""
        if scan.scope is None:
            raise ReadError.of(no_transaction(_without_package(scan.strange)))
        return scan.scope

    def _sort(self, scan: RecordScan) -> None:
        """Tell records from other elements."""
        types, prefixes = record_types(self.vocabulary.name), self.prefixes
        for name, start, end, scope in scan.elements:
            kind = types.get(canonical(name, scope, prefixes))
            if kind is None:
                self.unknown.append((start, end))
                continue
            self.records.append((kind, start, end))
            if scope is not self.scope:
                self._scopes[start] = scope

    def scope_at(self, start: int) -> Scope:
        """The namespaces in scope where a record begins."""
        return self._scopes.get(start, self.scope)

    def outside(self) -> Iterator[Finding]:
        """What stands beside the records: elements around the package, and unknown ones in it."""
        if self.around:
            message = f"{self.around} elements stand beside the package and are left out"
            yield Finding("xml-around", message, severity=Severity.WARNING)
        yield from self.beside_records()

    def beside_records(self) -> Iterator[Finding]:
        """The children of the package that are no record known here, and text among them."""
        message = "an element of the package is no record that this vocabulary has; it is kept"
        for start, end in self.unknown:
            yield Finding("xml-record-unknown", message, Location(start, end - start), Severity.WARNING)
        for package in self.packages[:1]:
            inner, close = tag_end(self.data, package.start), self.data.rfind(b"<", 0, package.end)
            for start, end in text_among(self.data, inner, max(inner, close), self._children):
                message = "text stands beside the records, where nothing is read from"
                yield Finding("xml-text-stray", message, Location(start, end - start), Severity.WARNING)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (bytes(self.encoded(memoryview(self.data))),)
