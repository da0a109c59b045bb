"""Reading messages: their records as those of any transaction, all else by the paths of its elements."""

from __future__ import annotations

import re
from functools import partial
from typing import IO, TYPE_CHECKING, Literal, get_args

from nistitl.api import Transaction
from nistitl.base.errors import PathError, ReadError
from nistitl.base.files import Source, load
from nistitl.base.text import many
from nistitl.ixm.scanning import MessageScan, PathScan, Root
from nistitl.model.context import Framed
from nistitl.model.opening import opened
from nistitl.xml.backing import standing_on
from nistitl.xml.document import Document
from nistitl.xml.encoding import XML
from nistitl.xml.framing import spans_of
from nistitl.xml.scanning import RecordScan, Scope, no_transaction, tag_end
from nistitl.xml.tree import unquoted

if TYPE_CHECKING:
    import os

    from nistitl.base.findings import Finding
    from nistitl.model.record import Record
    from nistitl.xml.vocabularies import Name as VocabularyName

Kind = Literal["IdentifyRequest", "IdentifyResponse", "VerifyRequest"]

IDENT_6 = "http://visit.dhs.gov/ident/6"
OTHERS = {"j": "http://niem.gov/niem/domains/jxdm/4.1", "scr": "http://niem.gov/niem/domains/screening/2.1"}
_KINDS: tuple[str, ...] = get_args(Kind)
_MARKUP = re.compile(rb"(?s)<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)")


class MessageDocument(Document):
    """A document that holds a message. ReadError where it holds none that is read here."""

    __slots__ = ("root",)

    scan_class = MessageScan

    def accepted(self, scan: RecordScan) -> Scope:
        """The namespaces in scope in the message."""
        assert isinstance(scan, MessageScan)
        if scan.root is None or scan.scope is None:
            raise ReadError.of(no_transaction("this is XML, but no message of IXM is in it"))
        if scan.root.kind not in _KINDS:
            raise ReadError.of(no_transaction(f"of the messages of IXM, these are read: {', '.join(_KINDS)}"))
        self.root: Root = scan.root
        return scan.scope

    @property
    def prefixes(self) -> dict[str, str]:
        """The usual prefixes, those of IXM among them."""
        others = {uri: prefix for prefix, uri in OTHERS.items()}
        return {self.root.namespace: "ident"} | others | super().prefixes


class Message:
    """A message: its records stand on its XML; all else is XML text that a path leads to."""

    __slots__ = ("_document", "_transaction")

    encoding = XML.name

    def __init__(self, document: MessageDocument, transaction: Transaction) -> None:
        self._document = document
        self._transaction = transaction

    @property
    def kind(self) -> str:
        """IdentifyRequest, IdentifyResponse or VerifyRequest."""
        return self._document.root.kind

    @property
    def namespace(self) -> str:
        """The namespace of IXM."""
        return self._document.root.namespace

    @property
    def version(self) -> str:
        """What the namespace ends in: the version of IXM."""
        return self._document.root.version

    @property
    def vocabulary(self) -> VocabularyName:
        """The flavour of the record elements."""
        return self._document.vocabulary.name

    @property
    def records(self) -> tuple[Record, ...]:
        """The records, in order; an edit of one is an edit of the message."""
        return self._transaction.records

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the records; that a message has no Type-1 is no fault."""
        return self._transaction.findings

    def xml(self, path: str) -> tuple[str, ...]:
        """The elements at a path below the message, as they came: `Encounter/Activity`, `nc:EncounterIdentification`.

        Steps are local names, or have the usual prefix (ident, nc, j, scr, itl, biom). Edits of records do not show.
        """
        return tuple(bytes(piece).decode() for piece in self._at(path))

    def texts(self, path: str) -> tuple[str, ...]:
        """The text of the elements at a path; of elements that hold others, none."""
        inner = (_inner(piece) for piece in self._at(path))
        return tuple(unquoted(piece).strip() for piece in inner if b"<" not in _MARKUP.sub(b"", piece))

    def _at(self, path: str) -> list[bytes]:
        steps = path.split("/")
        if not all(steps):
            raise PathError("a path is names of elements with slashes between them, from below the message")
        document = self._document
        scan = PathScan(document.data, document.holder, document.prefixes, steps)
        scan.run()
        return [bytes(document.data[start:end]) for start, end in sorted(scan.spans)]

    def __bytes__(self) -> bytes:
        return bytes(self._transaction)

    def write(self, target: str | os.PathLike[str] | IO[bytes]) -> None:
        """Write to a path (replaced as a whole) or to a binary file."""
        self._transaction.write(target)

    def __repr__(self) -> str:
        return f"<{self.kind} of IXM {self.version}, {many(len(self.records), 'record')}>"


def _inner(element: bytes) -> bytes:
    """What stands between the tags of an element."""
    end = tag_end(element, 0)
    return b"" if element[end - 2 : end - 1] == b"/" else element[end : element.rindex(b"<")]


def read(source: Source) -> Message:
    """Read a message from a path, from bytes or from a binary file; ReadError where it is none of those known here."""
    document = MessageDocument(load(source, mapped=False))
    framed = Framed(partial(standing_on, document), spans_of(document), (0, len(document.data)))
    return Message(document, opened(Transaction, XML, framed, "tolerant"))
