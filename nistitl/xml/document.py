"""An XML document as bytes: well-formed, within limits, and where its records lie.

The standard library's expat reads; nothing is built of what it reads but the spans of the record elements. Document
type declarations are refused, and with them all entities; there is no network and no file access. Depth, number of
elements and of attributes have limits of our own, as expat has none.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, ClassVar
from xml.parsers import expat

from nistitl.base.errors import ReadError
from nistitl.base.findings import Finding, Location, Severity
from nistitl.xml.domains import domains_of, table_with
from nistitl.xml.tables import record_types
from nistitl.xml.vocabularies import PACKAGE, vocabulary_named, vocabulary_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from mmap import mmap

    from nistitl.xml.tables import Row
    from nistitl.xml.vocabularies import Vocabulary

Scope = dict[str, str]  # prefix -> namespace, "" for the default one

MOST_DEEP = 64  # levels; a transaction needs about fifteen
MOST_ATTRIBUTES = 64  # of one element; xmlns declarations count
MOST_ELEMENTS = 20_000_000
MOST_PREFIXES = 256  # in scope at one place
MOST_MARKUP = 8 << 20  # bytes of one tag, comment or instruction: expat reads it anew with every piece that comes
_CHUNK = 1 << 20
_START_TAG = re.compile(rb"""<[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>""")
_DECLARATION = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BARE = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
# what an encoding of one byte a character, or a Unicode one, may be called; others cannot be edited in place
_SINGLE = re.compile(r"(iso-?8859-\d{1,2}|latin-?\d|windows-125\d|cp125\d|us-ascii|ascii)", re.IGNORECASE)


class Document:
    """The bytes of a document in UTF-8, its vocabulary, and the spans of its record elements."""

    __slots__ = (
        "_lines",
        "_scopes",
        "around",
        "data",
        "domains",
        "encoding",
        "others",
        "package",
        "records",
        "scope",
        "strangers",
        "vocabulary",
    )

    scanner: ClassVar[type[Scan]]

    def __init__(self, data: bytes | mmap) -> None:
        self.encoding = _encoding(data)
        self.data: bytes | mmap = data if self.encoding is None else _transcoded(data, self.encoding)
        self.records: list[tuple[int, int, int]] = []  # type, start, end
        self.strangers: list[tuple[int, int]] = []  # children of the package that are no record known here
        self.scope: Scope = {}  # the namespaces in scope where records stand
        self._scopes: dict[int, Scope] = {}  # of records that stand in others
        self._lines: list[int] | None = None
        scan = self.scanner(self.data)
        scan.run()
        self.vocabulary: Vocabulary = vocabulary_of(scan.namespaces)
        self.domains = domains_of(self.vocabulary.name, scan.namespaces)
        self.package = scan.package
        self.around = scan.around
        self.others = scan.others
        self._place(scan)

    def _place(self, scan: Scan) -> None:
        if scan.scope is None:
            raise ReadError.of(no_transaction(f"this is XML, but no {PACKAGE} is in it"))
        self.scope = scan.scope
        prefixes = self.prefixes
        types = record_types(self.vocabulary.name)
        for name, start, end, scope in scan.children:
            kind = types.get(canonical(name, scope, prefixes))
            if kind is None:
                self.strangers.append((start, end))
            else:
                self.records.append((kind, start, end))
                if scope is not scan.scope:
                    self._scopes[start] = scope

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefix that the tables use for each namespace."""
        own = {uri: prefix for domain in self.domains for prefix, uri in domain.namespaces.items()}
        return own | self.vocabulary.prefixes

    @property
    def namespaces(self) -> dict[str, str]:
        """Namespace by the prefix that the tables use."""
        return {prefix: uri for uri, prefix in self.prefixes.items()}

    def table(self, record_type: int) -> Row | None:
        """The elements of a record type in this document; None where the vocabulary has no such record."""
        return table_with(self.vocabulary.name, record_type, self.domains)

    def scope_at(self, start: int) -> Scope:
        """The namespaces in scope where a record begins."""
        return self._scopes.get(start, self.scope)

    def line_of(self, offset: int) -> int:
        """The line, from 1, that a byte stands on."""
        from bisect import bisect_right

        if self._lines is None:
            self._lines = [match.start() for match in re.finditer(rb"\n", self.data)]
        return bisect_right(self._lines, offset - 1) + 1

    def unknown_records(self) -> Iterator[Finding]:
        """The children of the package that are no record known here."""
        message = "an element of the package is no record that this vocabulary has; it is kept"
        for start, end in self.strangers:
            yield Finding("xml-record-unknown", message, Location(start, end - start), Severity.WARNING)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (bytes(self.encoded(memoryview(self.data))),)

    def encoded(self, piece: bytes | memoryview) -> bytes | memoryview:
        """Bytes in UTF-8 as the document spells them."""
        return piece if self.encoding is None else _spelled(bytes(piece).decode(), self.encoding)

    def part(self, start: int, end: int) -> Document:
        """A document of these bytes alone, which stand where records stand: what one record needs of it."""
        uris = [domain.uri for domain in self.domains]
        return Part(bytes(self.data[start:end]), self.scope_at(start), self.vocabulary.name, uris)


class Part(Document):
    """One record element, with what it inherits from its document; it can be pickled without the other records."""

    __slots__ = ("_made_of",)

    def __init__(self, data: bytes, scope: Scope, vocabulary: str, uris: list[str]) -> None:
        self._made_of = (data, scope, vocabulary, uris)
        self.encoding = None
        self.data = data
        self.records, self.strangers, self.others = [], [], []
        self.scope = scope
        self._scopes = {}
        self._lines = None
        self.vocabulary = vocabulary_named(vocabulary)
        self.domains = domains_of(vocabulary, uris)
        self.package = self.around = 0

    def __reduce__(self) -> tuple[object, ...]:
        return Part, self._made_of


def canonical(name: str, scope: Scope, prefixes: dict[str, str]) -> str:
    """A name with the prefix that the tables use; `{uri}name` where they have none."""
    prefix, _, local = name.rpartition(":")
    uri = scope.get(prefix, "")
    known = prefixes.get(uri)
    return f"{known}:{local}" if known else f"{{{uri}}}{local}"


def scope_with(scope: Scope, attributes: list[str]) -> Scope:
    """The namespaces in scope inside an element with these attributes (name, value, name, value ...)."""
    found: Scope | None = None
    for at in range(0, len(attributes), 2):
        name = attributes[at]
        if name == "xmlns" or name[:6] == "xmlns:":
            found = found if found is not None else dict(scope)
            found[name[6:]] = attributes[at + 1]
    return found if found is not None else scope


def tag_end(data: bytes | mmap, start: int) -> int:
    """Where the start tag that begins at `start` ends."""
    end = data.find(b">", start) + 1
    if b'"' in data[start:end] or b"'" in data[start:end]:
        match = _START_TAG.match(data, start)
        assert match is not None  # expat has read it
        return match.end()
    return end


def parser(encoding: str = "utf-8") -> expat.XMLParserType:
    """An expat parser that knows no entities but the five of XML."""
    made = expat.ParserCreate(encoding)
    made.ordered_attributes = True
    made.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    made.StartDoctypeDeclHandler = _no_doctype
    return made


def _no_doctype(*_: object) -> None:
    raise _Refused("a document type declaration is not allowed here")


class _Refused(Exception):
    """Well-formed, but outside our limits."""


class Scan:
    """One reading of the whole document: limits, namespaces, the children of the package."""

    expected: ClassVar[bytes] = PACKAGE.partition(":")[2].encode()  # what is malformed without this is something else

    def __init__(self, data: bytes | mmap) -> None:
        self.data = data
        self.depth = 0
        self.count = 0
        self.namespaces: set[str] = set()
        self.scope: Scope | None = None  # inside the package
        self.children: list[tuple[str, int, int, Scope]] = []
        self.package = 0  # where its element begins
        self.around = 0  # elements that are neither in the package nor hold it
        self.others: list[int] = []  # where more packages begin
        self._scopes: list[Scope] = [{"": ""}]
        self._package_at = -1  # its depth, while inside
        self._name, self._begin = "", 0
        self._parser = parser()

    def run(self) -> None:
        reader = self._parser
        reader.StartElementHandler = self._start
        reader.EndElementHandler = self._end
        view = memoryview(self.data)
        try:
            for at in range(0, len(view), _CHUNK):
                reader.Parse(view[at : at + _CHUNK], False)
                if at + _CHUNK - reader.CurrentByteIndex > MOST_MARKUP:
                    raise _Refused(f"a tag or comment of more than {MOST_MARKUP} bytes")
            reader.Parse(b"", True)
        except expat.ExpatError as error:
            raise self._error(
                expat.ErrorString(error.code), error.lineno, error.offset, reader.ErrorByteIndex
            ) from None
        except _Refused as error:
            line, column = reader.CurrentLineNumber, reader.CurrentColumnNumber
            raise self._error(str(error), line, column, reader.CurrentByteIndex) from None

    def _error(self, message: str, line: int, column: int, offset: int) -> ReadError:
        text = f"the XML cannot be read: {message}, line {line}, column {column + 1}"
        if self.data.find(self.expected) < 0:
            return ReadError.of(no_transaction(text))
        return ReadError.of(Finding("xml-malformed", text, Location(max(offset, 0), 0)))

    def _start(self, name: str, attributes: list[str]) -> None:
        self.depth += 1
        self.count += 1
        if self.depth > MOST_DEEP:
            raise _Refused(f"elements lie more than {MOST_DEEP} deep")
        if self.count > MOST_ELEMENTS:
            raise _Refused(f"more than {MOST_ELEMENTS} elements")
        scope = self._scopes[-1]
        if attributes:
            if len(attributes) > 2 * MOST_ATTRIBUTES:
                raise _Refused(f"more than {MOST_ATTRIBUTES} attributes on one element")
            scope = scope_with(scope, attributes)
            if scope is not self._scopes[-1]:
                if len(scope) > MOST_PREFIXES:
                    raise _Refused(f"more than {MOST_PREFIXES} namespace prefixes at one place")
                self.namespaces.update(attributes[1::2])
        self._scopes.append(scope)
        self.entered(name, scope, self._parser.CurrentByteIndex)

    def entered(self, name: str, scope: Scope, start: int) -> None:
        """An element begins."""
        if self._package_at < 0:
            if canonical(name, scope, _PACKAGE_PREFIX) != PACKAGE:
                self.around += 1
            elif self.scope is None:
                self._package_at, self.scope, self.package = self.depth, scope, start
                self.around -= self.depth - 1
            else:
                self.others.append(start)
        elif self.depth == self._package_at + 1:
            self._name, self._begin = name, start

    def _end(self, _: str) -> None:
        self.depth -= 1
        self._scopes.pop()
        self.left(self._parser.CurrentByteIndex)

    def left(self, told: int) -> None:
        """An element has ended, as expat tells where."""
        if self.depth == self._package_at:
            assert self.scope is not None
            end = element_end(self.data, self._begin, told)
            self.children.append((self._name, self._begin, end, self.scope))
        elif self.depth < self._package_at:
            self._package_at = -1


def no_transaction(message: str) -> Finding:
    """The finding of a document that is something else."""
    return Finding("input-not-itl", message, Location(0, 0), expected=PACKAGE)


_PACKAGE_PREFIX = {"http://biometrics.nist.gov/standard/2011": "itl"}


Document.scanner = Scan


def element_end(data: bytes | mmap, start: int, told: int) -> int:
    """Where the element ends that begins at `start` and of which expat told the end at `told`."""
    inner = tag_end(data, start)
    if data[inner - 2 : inner - 1] == b"/":
        return inner
    return data.find(b">", told) + 1


def _encoding(data: bytes | mmap) -> str | None:
    """The codec of a document that is not in UTF-8, and None of one that is."""
    head = data[:256]
    for mark, codec in (*_BOMS, *_BARE):
        if head.startswith(mark):
            return codec
    declared = _DECLARATION.match(head.removeprefix(codecs.BOM_UTF8).lstrip())
    name = declared[1].decode() if declared else "utf-8"
    if name.lower().replace("-", "") == "utf8":
        return None
    if not _SINGLE.fullmatch(name):
        raise ReadError(f"XML in the encoding {name!r} is not read; UTF-8, UTF-16 and single-byte encodings are")
    return name.lower()


def _transcoded(data: bytes | mmap, encoding: str) -> bytes:
    try:
        text = bytes(data).decode(encoding)
        if _spelled(text, encoding) == data:
            return text.encode()
    except (UnicodeError, LookupError):
        pass
    raise ReadError(f"the XML is not text in its encoding, {encoding}")


def _spelled(text: str, encoding: str) -> bytes:
    return text.encode(encoding, "xmlcharrefreplace")
