"""From bytes to a transaction: which encoding they are in, where the records lie, what is mended."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from nistitl.base.errors import ITLError, MissingDependency, ReadError
from nistitl.base.findings import Severity
from nistitl.model.context import Encoded, Encoding, Framed
from nistitl.model.storage import POLICIES, UNMENDED
from nistitl.wire.frames import frame

if TYPE_CHECKING:
    from collections.abc import Iterator
    from mmap import mmap

    from nistitl.base.findings import Finding
    from nistitl.model.storage import Policy
    from nistitl.model.transaction import Transaction

_T = TypeVar("_T", bound="Transaction")
_FRAMED = partial(tuple.__new__, Framed)  # a named tuple's own way to make one takes twice as long
_PASSES = 4  # of repair, at the most; two were enough for all that was tried
_TYPE_1 = b"1."  # how a traditional transaction begins


class TraditionalEncoding(Encoding):
    """Tags and separators, ANSI/NIST-ITL 1-2011, Annex B."""

    name = "traditional"
    suffixes = ()  # its files are called anything
    vocabularies = ()
    charset = None
    counts_records = True

    def recognises(self, data: bytes | mmap) -> bool:
        """True where the data begin as Type-1 does; damaged ones may begin otherwise."""
        return data[:2] == _TYPE_1

    def frame(self, data: bytes | mmap) -> Framed:
        """The one transaction of an input."""
        return _FRAMED((data, frame(data), (0, len(data))))

    def frames(self, data: bytes | mmap) -> Iterator[Framed]:
        """The transactions that stand one after another in an input."""
        start, size = 0, len(data)
        while start < size or start == 0:
            framing = frame(data, start, many=True)
            yield Framed(data, framing, (start, framing.stop))
            start = framing.stop

    def encode(self, tx: Any, vocabulary: str | None) -> Encoded[Any]:
        """The transaction in tags and separators."""
        from nistitl.model.conversion import to_traditional

        return to_traditional(tx)


TRADITIONAL = TraditionalEncoding()


def encodings() -> Iterator[Encoding]:
    """The encodings that are offered, ours first, but for those that cannot be loaded."""
    from nistitl.base.plugins import ENCODINGS, offered

    for point in offered(ENCODINGS).values():
        with suppress(MissingDependency):
            yield point.load()


def encoding_named(name: str) -> Encoding:
    """The encoding of that name; ITLError where nobody offers it."""
    from nistitl.base.plugins import ENCODINGS, find, offered

    point = find(ENCODINGS, name)
    if point is None:
        raise ITLError(f"no encoding named {name!r}; known: {', '.join(offered(ENCODINGS))}")
    loaded: Encoding = point.load()
    return loaded


def encoding_of(data: bytes | mmap) -> Encoding:
    """The encoding that recognises these bytes; the traditional one where none does, since it reads what is damaged."""
    if data[:2] == _TYPE_1:  # as TRADITIONAL recognises it: every read passes here
        return TRADITIONAL
    return next((encoding for encoding in encodings() if encoding.recognises(data)), TRADITIONAL)


def opened(
    cls: type[_T],
    encoding: Encoding,
    framed: Framed,
    policy: Policy,
    profile: str | None = None,
    charset: str | None = None,
) -> _T:
    """The transaction of a framing. ReadError with "strict" where reading finds an error, UnknownProfile."""
    source, framing, bounds = framed
    if policy == "repair":
        tx = _repaired(cls, encoding, framed, charset)
    else:
        tx = cls.framed(source, framing, bounds, policy, encoding.charset or charset)
    if profile is not None:
        tx.profile = profile
    if policy == "strict":
        _check_structure(tx, encoding)
    return tx


def _repaired(cls: type[_T], encoding: Encoding, framed: Framed, charset: str | None) -> _T:
    """The transaction, mended; where faults are left it is read anew, as what was mended may show how to mend more.

    A pass whose bytes would read back as other records is not made. Repairs of later passes have no place in the input.
    """
    from nistitl.model.repair import repair, unmended

    repairs: tuple[Finding, ...] = ()
    tx = _to_repair(cls, encoding, framed, charset)
    for _ in range(_PASSES):
        mended = _to_repair(cls, encoding, framed, charset)
        more = repair(mended)
        if not more or (written := bytes(mended)) == bytes(tx):
            return tx
        framed = encoding.frame(written)
        if mended.backing.tagged and not _reads_back(mended, framed):
            return tx
        repairs = mended.repairs = (*repairs, *(map(_unplaced, more) if repairs else more))
        tx = mended
        if not unmended(tx):
            return tx
    return tx


def _to_repair(cls: type[_T], encoding: Encoding, framed: Framed, charset: str | None) -> _T:
    return cls.framed(*framed, "repair", encoding.charset or charset)


def _reads_back(tx: Transaction, framed: Framed) -> bool:
    """Are the records of its bytes those that it has, beside some that were bytes that belonged to none?"""
    at, spans = len(tx.surroundings()[0]), set(framed.framing.spans)
    for record, gap in zip(tx, tx.surroundings()[2], strict=True):
        end = at + len(bytes(record))
        if (record.type, at, end) not in spans:
            return False
        at = end + len(gap)
    return True


def _unplaced(finding: Finding) -> Finding:
    return attrs.evolve(finding, location=attrs.evolve(finding.location, offset=None, length=None))


def _check_structure(tx: Transaction, encoding: Encoding) -> None:
    """ReadError for the first error of count, tags or elements; a value that does not decode raises when touched."""
    from nistitl.model.faults import tag_findings  # only who reads strictly needs it

    found = () if encoding.counts_records else tx.framing_findings
    tags = (
        attrs.evolve(finding, location=attrs.evolve(finding.location, record=at))
        for at, record in enumerate(tx)
        for finding in (*record.origin[0].findings(record), *tag_findings(record))
    )
    wrong = next((finding for finding in (*found, *tags) if finding.severity is Severity.ERROR), None)
    if wrong is not None:
        raise ReadError.of(tx.located([wrong])[0])


def check_policy(policy: str, unmended: str = "keep") -> None:
    """ITLError for a policy that is none, of reading or of what is to become of the unmended."""
    if policy not in POLICIES:
        raise ITLError(f"no policy named {policy!r}; known: {', '.join(POLICIES)}")
    if unmended not in UNMENDED:
        raise ITLError(f"no choice for the unmended named {unmended!r}; known: {', '.join(UNMENDED)}")
