"""One reading of a whole document by the standard library's expat: within limits, and where its records lie.

Nothing is built of what is read. Document type declarations are refused, and with them all entities; there is no
network and no file access. Depth, number of elements and of attributes have limits of our own, as expat has none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, NamedTuple
from xml.parsers import expat

from nistitl.base.errors import ReadError
from nistitl.base.findings import Finding, Location
from nistitl.xml.vocabularies import ITL, PACKAGE

if TYPE_CHECKING:
    from mmap import mmap

Scope = dict[str, str]  # prefix -> namespace, "" for the default one

MOST_DEEP = 64  # levels; a transaction needs about fifteen
MOST_ATTRIBUTES = 64  # of one element; xmlns declarations count
MOST_ELEMENTS = 20_000_000
MOST_PREFIXES = 256  # in scope at one place
MOST_MARKUP = 8 << 20  # bytes of one tag, comment or instruction: expat reads it anew with every piece that comes
_CHUNK = 1 << 20
_START_TAG = re.compile(rb"""<[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>""")
_ITL_PREFIX = {ITL: "itl"}
_LOCAL_NAME = PACKAGE.partition(":")[2]


# -- names and tags ---------------------------------------------------------------------------


def canonical(name: str, scope: Scope, prefixes: dict[str, str]) -> str:
    """A name with the prefix that the tables use; `{uri}name` where they have none."""
    prefix, _, local = name.rpartition(":")
    uri = scope.get(prefix, "")
    known = prefixes.get(uri)
    return f"{known}:{local}" if known else f"{{{uri}}}{local}"


def scope_with(scope: Scope, attributes: list[str]) -> Scope:
    """The namespaces in scope inside an element with these attributes (name, value, name, value ...)."""
    inside: Scope | None = None
    for at in range(0, len(attributes), 2):
        name = attributes[at]
        if name == "xmlns" or name[:6] == "xmlns:":
            inside = inside if inside is not None else dict(scope)
            inside[name[6:]] = attributes[at + 1]
    return inside if inside is not None else scope


def tag_end(data: bytes | mmap, start: int) -> int:
    """Where the start tag that begins at `start` ends."""
    end = data.find(b">", start) + 1
    if b'"' in data[start:end] or b"'" in data[start:end]:
        match = _START_TAG.match(data, start)
        assert match is not None  # expat has read it
        return match.end()
    return end


def element_end(data: bytes | mmap, start: int, end_tag: int) -> int:
    """Where the element ends that begins at `start`, of which expat reports the end at `end_tag`."""
    inner = tag_end(data, start)
    if data[inner - 2 : inner - 1] == b"/":
        return inner
    return data.find(b">", end_tag) + 1


# -- limits -----------------------------------------------------------------------------------


def parser() -> expat.XMLParserType:
    """An expat parser that knows no entities but the five of XML."""
    reader = expat.ParserCreate("utf-8")
    reader.ordered_attributes = True
    reader.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    reader.StartDoctypeDeclHandler = _no_doctype
    return reader


def _no_doctype(*_: object) -> None:
    raise _Refused("a document type declaration is not allowed here")


class _Refused(Exception):
    """Well-formed, but outside our limits."""


class Scan:
    """A reading of the whole document, element by element; `entered` and `left` are for subclasses to define."""

    expected: ClassVar[bytes] = _LOCAL_NAME.encode()  # what is malformed without this is something else

    def __init__(self, data: bytes | mmap) -> None:
        self.data = data
        self.depth = 0
        self.deepest = MOST_DEEP  # of the elements that `entered` and `left` are told of
        self.namespaces: set[str] = set()
        self._count = 0
        self._scopes: list[Scope] = [{"": ""}]
        self._parser = parser()

    def run(self) -> None:
        """Read to the end. ReadError for what is malformed or outside the limits."""
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
            message = expat.ErrorString(error.code)
            raise self._error(message, error.lineno, error.offset, reader.ErrorByteIndex) from None
        except _Refused as error:
            line, column = reader.CurrentLineNumber, reader.CurrentColumnNumber
            raise self._error(str(error), line, column, reader.CurrentByteIndex) from None

    def entered(self, name: str, scope: Scope, start: int) -> None:
        """An element begins."""

    def left(self, end_tag: int) -> None:
        """An element has ended; its end tag begins here, or the element itself where it has none."""

    def _error(self, message: str, line: int, column: int, offset: int) -> ReadError:
        text = f"the XML cannot be read: {message}, line {line}, column {column + 1}"
        if self.data.find(self.expected) < 0:
            return ReadError.of(no_transaction(text))
        return ReadError.of(Finding("xml-malformed", text, Location(max(offset, 0), 0)))

    def _start(self, name: str, attributes: list[str]) -> None:
        self.depth += 1
        self._count += 1
        if self.depth > MOST_DEEP:
            raise _Refused(f"elements lie more than {MOST_DEEP} deep")
        if self._count > MOST_ELEMENTS:
            raise _Refused(f"more than {MOST_ELEMENTS} elements")
        scope = self._scopes[-1]
        if attributes:
            scope = self._scope_inside(attributes)
        self._scopes.append(scope)
        if self.depth <= self.deepest:
            self.entered(name, scope, self._parser.CurrentByteIndex)

    def _scope_inside(self, attributes: list[str]) -> Scope:
        if len(attributes) > 2 * MOST_ATTRIBUTES:
            raise _Refused(f"more than {MOST_ATTRIBUTES} attributes on one element")
        scope = scope_with(self._scopes[-1], attributes)
        if scope is not self._scopes[-1]:
            if len(scope) > MOST_PREFIXES:
                raise _Refused(f"more than {MOST_PREFIXES} namespace prefixes at one place")
            self.namespaces.update(attributes[1::2])
        return scope

    def _end(self, _: str) -> None:
        self.depth -= 1
        self._scopes.pop()
        if self.depth < self.deepest:
            self.left(self._parser.CurrentByteIndex)


# -- records ----------------------------------------------------------------------------------


class RecordElement(NamedTuple):
    """An element that may be a record: its name as written, where it lies, and the namespaces in scope in it."""

    name: str
    start: int
    end: int
    scope: Scope


class RecordScan(Scan):
    """A reading that finds the elements that may be records, and the one element around them all."""

    def __init__(self, data: bytes | mmap) -> None:
        super().__init__(data)
        self.holder = 0  # where the element around the records begins
        self.scope: Scope | None = None  # inside of it; None where there is none
        self.elements: list[RecordElement] = []
        self.around = 0  # elements that are neither in the holder nor hold it
        self.others: list[int] = []  # where more such holders begin
        self.packages: list[RecordElement] = []  # all of them, each with the namespaces in scope around it
        self.strange = ""  # the namespace of an element that has the holder's name in another one


class PackageScan(RecordScan):
    """The children of the package."""

    def __init__(self, data: bytes | mmap) -> None:
        super().__init__(data)
        self._package_depth = -1  # while inside
        self._package = 0
        self._name, self._begin = "", 0

    def entered(self, name: str, scope: Scope, start: int) -> None:
        """The package begins, a child of it, or something else."""
        if self._package_depth < 0:
            if canonical(name, scope, _ITL_PREFIX) != PACKAGE:
                self.around += 1
                if name.rpartition(":")[2] == _LOCAL_NAME:
                    self.strange = scope.get(name.rpartition(":")[0], "")
                return
            self._package_depth, self._package = self.depth, start
            self.deepest = self.depth + 1
            if self.scope is None:
                self.scope, self.holder = scope, start
                self.around -= self.depth - 1
            else:
                self.others.append(start)
        elif self.depth == self._package_depth + 1:
            self._name, self._begin = name, start

    def left(self, end_tag: int) -> None:
        """A child of the package has ended, the package, or something else."""
        if self.depth == self._package_depth:
            if not self.others:
                assert self.scope is not None
                end = element_end(self.data, self._begin, end_tag)
                self.elements.append(RecordElement(self._name, self._begin, end, self.scope))
        elif self.depth < self._package_depth:
            self._package_depth, self.deepest = -1, MOST_DEEP
            end = element_end(self.data, self._package, end_tag)
            self.packages.append(RecordElement(PACKAGE, self._package, end, self._scopes[-1]))


def no_transaction(message: str) -> Finding:
    """The finding of a document that is something else."""
    return Finding("input-not-itl", message, Location(0, 0), expected=PACKAGE)
