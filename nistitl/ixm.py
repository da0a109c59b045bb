"""Experimental: messages of IXM, the XML in front of the IDENT system of DHS, around records of ANSI/NIST-ITL.

**Not validated against the schema of DHS**, which is not public: no conformance is claimed. What is here is what a
published converter shows of IXM 6: the shape of IdentifyRequest, IdentifyResponse and VerifyRequest, with fingerprints
(Type-14) in the elements of NIEM 2.1. Other messages, other record types and the values of codes are not guessed.
Whoever has the schemas can check a message against them: `nistitl.xml.schemas.Schemas(folder).findings(message)`.

    message = ixm.read("request.xml")
    message.kind, message.version           # 'IdentifyRequest', '6'
    message.records[0].FGP                  # records as in any transaction; edits are spliced into the message
    message.texts("Encounter/Activity/ActivityDate/Date")
    bytes(message)                          # as it was read, but for the edits

    data = ixm.identify_request([record], tcn="TCN1", ori="ORI", date=date.today(), retention="Never")
"""

from __future__ import annotations

import re
from functools import partial
from typing import IO, TYPE_CHECKING, ClassVar, Literal

from nistitl.api import Transaction
from nistitl.base.errors import PathError, ReadError, StructureError, WriteError
from nistitl.base.files import Source, load
from nistitl.model.context import Framed
from nistitl.model.opening import opened
from nistitl.xml.backing import standing_on
from nistitl.xml.conversion import encoded_record
from nistitl.xml.document import Document, Scan, Scope, canonical, element_end, no_transaction, tag_end
from nistitl.xml.encoding import XML
from nistitl.xml.framing import spans_of
from nistitl.xml.tree import unquoted
from nistitl.xml.vocabularies import EXTENSION, ITL, NIEM2
from nistitl.xml.writing import escaped

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from datetime import date as Date
    from mmap import mmap

    from nistitl.base.findings import Finding
    from nistitl.model.record import Record
    from nistitl.xml.vocabularies import Name as VocabularyName

Kind = Literal["IdentifyRequest", "IdentifyResponse", "VerifyRequest"]

IDENT_6 = "http://visit.dhs.gov/ident/6"
_KINDS = ("IdentifyRequest", "IdentifyResponse", "VerifyRequest")
_IDENT = re.compile(r"\{(http://visit\.dhs\.gov/ident/(\d[\d.]*))\}(\w+)")
_RECORD = re.compile(r"itl:Package\w+Record")
_MARKUP = re.compile(rb"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<\?.*?\?>", re.DOTALL)
_OTHERS = {"j": "http://niem.gov/niem/domains/jxdm/4.1", "scr": "http://niem.gov/niem/domains/screening/2.1"}
_ITL = {ITL: "itl"}
_FINGERPRINT = 14


# -- reading ----------------------------------------------------------------------------------


class _MessageScan(Scan):
    """The record elements of a message, wherever in it they stand."""

    expected: ClassVar[bytes] = b"//visit.dhs.gov/ident/"

    def __init__(self, data: bytes | mmap) -> None:
        super().__init__(data)
        self.message = ("", "", "")  # namespace, version, kind
        self._inside: Scope | None = None  # where a record stands, while in it

    def entered(self, name: str, scope: Scope, start: int) -> None:
        if self.scope is None:
            found = _IDENT.fullmatch(canonical(name, scope, {}))
            if found is not None:
                self.message = (found[1], found[2], found[3])
                self.scope, self.package, self._package_at = scope, start, self.depth
        elif self._inside is None and self._package_at > 0 and _RECORD.fullmatch(canonical(name, scope, _ITL)):
            self._inside, self._record_at = scope, self.depth
            self._name, self._begin = name, start

    def left(self, told: int) -> None:
        if self._inside is not None and self.depth < self._record_at:
            end = element_end(self.data, self._begin, told)
            self.children.append((self._name, self._begin, end, self._inside))
            self._inside = None
        elif self.depth < self._package_at:
            self._package_at = -1


class _Finder(Scan):
    """The elements at a path below the message."""

    expected = _MessageScan.expected

    def __init__(self, document: _MessageDocument, steps: list[str]) -> None:
        super().__init__(document.data)
        self.document = document
        self.steps = steps
        self.prefixes = document.prefixes
        self.found: list[tuple[int, int]] = []
        self._base = 0  # how deep the message lies, while in it
        self._matched = 0  # how many steps the elements around match
        self._begins: list[int] = []

    def entered(self, name: str, scope: Scope, start: int) -> None:
        if self._base == 0:
            self._base = self.depth if start == self.document.package else 0
            return
        step = self.depth - self._base - 1
        if step == self._matched < len(self.steps) and self._is(canonical(name, scope, self.prefixes), step):
            self._matched += 1
            self._begins.append(start)

    def _is(self, name: str, step: int) -> bool:
        return self.steps[step] in (name, re.split("[:}]", name)[-1])

    def left(self, told: int) -> None:
        if self._base and self.depth < self._base:
            self._base = -1  # the message has ended
        if self._base > 0 and self.depth - self._base < self._matched:
            start = self._begins.pop()
            if self._matched == len(self.steps):
                self.found.append((start, element_end(self.data, start, told)))
            self._matched -= 1


class _MessageDocument(Document):
    """A document that holds a message."""

    __slots__ = ("kind", "namespace", "version")

    scanner = _MessageScan

    def _place(self, scan: Scan) -> None:
        assert isinstance(scan, _MessageScan)
        self.namespace, self.version, self.kind = scan.message
        if scan.scope is None:
            raise ReadError.of(no_transaction("this is XML, but no message of IXM is in it"))
        if self.kind not in _KINDS:
            raise ReadError.of(no_transaction(f"of the messages of IXM, these are read: {', '.join(_KINDS)}"))
        super()._place(scan)

    @property
    def prefixes(self) -> dict[str, str]:
        """The usual prefixes, those of IXM among them."""
        others = {uri: prefix for prefix, uri in _OTHERS.items()}
        return {self.namespace: "ident"} | others | super().prefixes


class Message:
    """A message: its records stand on its XML; all else is XML text that a path leads to."""

    __slots__ = ("_document", "_transaction")

    encoding = XML.name

    def __init__(self, document: _MessageDocument, transaction: Transaction) -> None:
        self._document = document
        self._transaction = transaction

    @property
    def kind(self) -> str:
        """IdentifyRequest, IdentifyResponse or VerifyRequest."""
        return self._document.kind

    @property
    def namespace(self) -> str:
        """The namespace of IXM."""
        return self._document.namespace

    @property
    def version(self) -> str:
        """What the namespace ends in: the version of IXM."""
        return self._document.version

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
        finder = _Finder(self._document, steps)
        finder.run()
        return [bytes(self._document.data[start:end]) for start, end in sorted(finder.found)]

    def __bytes__(self) -> bytes:
        return bytes(self._transaction)

    def write(self, target: str | os.PathLike[str] | IO[bytes]) -> None:
        """Write to a path (replaced as a whole) or to a binary file."""
        self._transaction.write(target)

    def __repr__(self) -> str:
        return f"<{self.kind} of IXM {self.version}, {len(self.records)} records>"


def _inner(element: bytes) -> bytes:
    """What stands between the tags of an element."""
    end = tag_end(element, 0)
    return b"" if element[end - 2 : end - 1] == b"/" else element[end : element.rindex(b"<")]


def read(source: Source) -> Message:
    """Read a message from a path, from bytes or from a binary file; ReadError where it is none of those known here."""
    document = _MessageDocument(load(source, mapped=False))
    framed = Framed(partial(standing_on, document), spans_of(document), (0, len(document.data)))
    return Message(document, opened(Transaction, XML, framed, "tolerant"))


# -- writing ----------------------------------------------------------------------------------


def identify_request(
    records: Iterable[Record],
    *,
    tcn: str,
    ori: str,
    date: Date,
    retention: str | None = None,
    enroll: str | None = None,
    category: str | None = None,
    reason: str | None = None,
    organization: str | None = None,
    cri: str | None = None,
    options: str = "",
    biographic: str = "",
) -> bytes:
    """An IdentifyRequest (1:N) of IXM 6 with Type-14 records. Codes are taken as they are given, none are known here.

    `retention` is EncounterRetentionCode, `enroll` MatcherEnrollCode; `options` is XML text to follow them in
    IdentifyOptions, `biographic` the XML text of BiographicDetails, with the prefixes ident, nc, j and scr. WriteError
    for what cannot be said so.
    """
    activity = _activity(tcn, ori, date, category, reason, organization, cri)
    content = [_options("IdentifyOptions", retention, enroll, options), _encounter(activity, biographic)]
    return _written("IdentifyRequest", content, records)


def verify_request(
    records: Iterable[Record],
    *,
    eid: str,
    tcn: str,
    ori: str,
    date: Date,
    retention: str | None = None,
    enroll: str | None = None,
    category: str | None = None,
    reason: str | None = None,
    organization: str | None = None,
    cri: str | None = None,
    options: str = "",
    biographic: str = "",
) -> bytes:
    """A VerifyRequest (1:1) of IXM 6 against the encounter `eid`; all else as for `identify_request`."""
    activity = _activity(tcn, ori, date, category, reason, organization, cri)
    query = _element("ident:EncounterIdentificationQuery", _identification("nc:EncounterIdentification", eid, "EID"))
    content = [_options("VerifyOptions", retention, enroll, options), query, _encounter(activity, biographic)]
    return _written("VerifyRequest", content, records)


def identify_response(
    records: Iterable[Record] = (),
    *,
    system_id: str,
    date: Date,
    response: str,
    eid: str,
    status: str,
    fin: str | None = None,
    identity: str = "",
    biographic: str = "",
) -> bytes:
    """An IdentifyResponse of IXM 6; `date` may be a datetime. Its records stand in the encounter of an Identity.

    `fin` identifies that Identity, `identity` is XML text to follow the FIN in it. Without `fin` there is no Identity,
    and no place for records.
    """
    when = "nc:DateTime" if hasattr(date, "hour") else "nc:Date"
    content = [
        _identification("nc:ActivityIdentification", system_id, "SystemId"),
        _element("ident:ActivityResultDate", _leaf(when, date.isoformat())),
        _leaf("ident:ResponseTypeCode", response),
        _identification("nc:EncounterIdentification", eid, "EID"),
        _leaf("ident:IdentifyStatusCode", status),
    ]
    held = list(records)
    if fin is not None:
        number = _identification("ident:IdentityIdentification", fin, "FIN")
        encounter = _encounter("", biographic) if held or biographic else ""
        content.append(_element("ident:Identity", number + identity + encounter))
    elif held or identity or biographic:
        raise StructureError("records of a response stand in an Identity; say which with fin=")
    return _written("IdentifyResponse", content, held)


_PLACE = "<?records?>"  # where the records go, while a message is put together


def _options(name: str, retention: str | None, enroll: str | None, more: str) -> str:
    codes = _leaf("ident:EncounterRetentionCode", retention) + _leaf("ident:MatcherEnrollCode", enroll)
    return _element(f"ident:{name}", _element("ident:EncounterRetentionOptions", codes) + more)


def _activity(
    tcn: str, ori: str, date: Date, category: str | None, reason: str | None, organization: str | None, cri: str | None
) -> str:
    parts = [
        _identification("nc:ActivityIdentification", tcn, "TCN"),
        _leaf("nc:ActivityCategoryText", category),
        _leaf("nc:ActivityReasonText", reason),
        _element("nc:ActivityDate", _leaf("nc:Date", date.isoformat()[:10])),
        _element("ident:OriginatingOrganization", _leaf("nc:OrganizationName", organization)),
        _identification("j:OrganizationORIIdentification", ori, "ORI"),
        _identification("ident:OrganizationCRIIdentification", cri, "CRI"),
    ]
    return _element("ident:Activity", "".join(parts))


def _encounter(activity: str, biographic: str) -> str:
    return _element("ident:Encounter", activity + _element("ident:BiographicDetails", biographic) + _PLACE)


def _identification(name: str, number: str | None, category: str) -> str:
    if number is None:
        return ""
    text = _leaf("nc:IdentificationID", number) + _leaf("nc:IdentificationCategoryDescriptionText", category)
    return _element(name, text)


def _leaf(name: str, text: str | None) -> str:
    return "" if text is None else f"<{name}>{escaped(text)}</{name}>"


def _element(name: str, content: str) -> str:
    """An element around others; none around nothing."""
    return f"<{name}>{content}</{name}>" if content else ""


def _written(kind: Kind, content: list[str], records: Iterable[Record]) -> bytes:
    """The message, read again: what the caller gave as XML may be none."""
    namespaces = {"ident": IDENT_6, **{name: NIEM2.namespaces[name] for name in ("itl", "biom", "nc")}, **_OTHERS}
    namespaces["ext"] = EXTENSION
    declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in namespaces.items())
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<ident:{kind}{declared}>{"".join(content)}</ident:{kind}>\n'
    held = list(records)
    try:
        document = _MessageDocument(text.encode())
        elements = [_record(record, document) for record in held]
        inside = b"".join(elements)
        if inside:
            inside = b"<ident:FingerprintImageSet>%b</ident:FingerprintImageSet>" % inside
            inside = b"<ident:BiometricDetails>%b</ident:BiometricDetails>" % inside
        before, place, after = text.rpartition(_PLACE)
        data = b"".join([before.encode(), inside if place else b"", after.encode()])
        made = read(data)
    except (ReadError, UnicodeEncodeError) as error:
        raise WriteError(f"this cannot be said in a message: {error}") from None
    if made.kind != kind or len(made.records) != len(held):
        raise WriteError("the XML text given for a part of the message holds records of its own")
    return data


def _record(record: Record, document: Document) -> bytes:
    if record.type != _FINGERPRINT:
        raise WriteError(f"of Type-{record.type} records in IXM nothing is published; only Type-14 is written")
    element, lost = encoded_record(record, document)
    for finding in lost:
        raise WriteError.of(finding)
    return element
