"""The rows of the index: one a record, and one for each entry that has none, with the reason.

Nothing here is a person's unless values are asked for: then who sent it, its control number, and the fields of Type-2.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from nistitl.archive.heads import Heads
from nistitl.archive.sources import source_of
from nistitl.base.errors import ITLError
from nistitl.declare.values import Date
from nistitl.images.claims import VECTOR, claims_of
from nistitl.images.codestream import header_claimed, settled_for
from nistitl.images.errors import ImageError
from nistitl.images.record import ImageRecord
from nistitl.images.resolution import nominal
from nistitl.images.scale import ppi_of
from nistitl.wire.grammar import DATA

if TYPE_CHECKING:
    from datetime import date

    from nistitl.api import Transaction
    from nistitl.archive.entry import Entry
    from nistitl.archive.sources import Opened
    from nistitl.model.record import Record

RECORD, OTHER, UNREADABLE = "record", "no transaction", "unreadable"
_POSITIONS = ("FGP", "FGPT", "ELR")  # mnemonics of the position of a finger, a palm, a sole, an eye
_CAPTURED = 5  # field of the date of capture, in every tagged type with an image
_NO_TRANSACTION = ("input-not-itl", "input-wrapped", "input-empty")
_CHUNK = 1 << 20


class Row(NamedTuple):
    """A row of the index."""

    path: str
    path_bytes: bytes | None
    member: str | None
    at: int
    kind: str
    reason: str | None
    size: int | None
    mtime_ns: int | None
    start: int | None = None
    fetched: int | None = None
    encoding: str | None = None
    transaction: int | None = None
    ver: str | None = None
    tot: str | None = None
    dom: str | None = None
    dat: date | None = None
    records: int | None = None
    forgiven: int | None = None
    record: int | None = None
    type: int | None = None
    idc: int | None = None
    offset: int | None = None
    length: int | None = None
    positions: list[int] | None = None
    image_type: str | None = None
    impression: int | None = None
    captured: date | None = None
    width: int | None = None
    height: int | None = None
    ppi: float | None = None
    nominal_ppi: int | None = None
    bits: int | None = None
    codec: str | None = None
    sha256: bytes | None = None
    values: list[tuple[str, str]] | None = None


class Asked(NamedTuple):
    """What the rows are to hold beside the rest: a hash of the content, and values."""

    sha256: bool = False
    values: bool = False


NOTHING = Asked()


def rows_of(entry: Entry, asked: Asked = NOTHING) -> list[Row]:
    """The rows of an entry: of its records, or one that says why there are none. Raises nothing for any entry."""
    if not entry.readable:
        return [_none(entry, entry.kind, entry.reason)]
    try:
        source = source_of(entry)
        try:
            return _Rows(entry, source, asked).rows()
        finally:
            source.close()
    except ITLError as error:
        code = error.finding.code if error.finding is not None else ""
        return [_none(entry, OTHER if code in _NO_TRANSACTION else UNREADABLE, str(error))]


def of_entry(entry: Entry) -> tuple[str, bytes | None, str | None, int]:
    """How a row names an entry: text that is none in UTF-8 is escaped, and stands beside as the bytes it is."""
    try:
        entry.path.encode()
    except UnicodeEncodeError:
        raw = entry.path.encode("utf-8", "surrogateescape")
        return raw.decode("utf-8", "backslashreplace"), raw, _spelled(entry.member), entry.at
    return entry.path, None, _spelled(entry.member), entry.at


def path_of(path: str, path_bytes: bytes | None) -> str:
    """The path that a row names, as the system takes it."""
    return path if path_bytes is None else path_bytes.decode("utf-8", "surrogateescape")


def _spelled(member: str | None) -> str | None:
    if member is None:
        return None
    return member.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _none(entry: Entry, kind: str, reason: str | None, fetched: int | None = None) -> Row:
    return Row(*of_entry(entry), kind, reason, entry.size, entry.mtime_ns, entry.offset, fetched)


class _Rows:
    """The rows of one entry."""

    def __init__(self, entry: Entry, source: Opened, asked: Asked) -> None:
        self._entry = entry
        self._heads = Heads(source)
        self._asked = asked

    def rows(self) -> list[Row]:
        """One a record, and one that says why no more could be read."""
        found: list[dict[str, Any]] = []
        failed: list[Row] = []
        try:
            for at, tx in enumerate(self._heads.transactions()):
                told = self._of_transaction(at, tx)
                found += [told | self._of_record(tx, place, record) for place, record in enumerate(tx)]
        except ITLError as error:
            if not found:
                raise
            failed = [_none(self._entry, UNREADABLE, str(error))]
        entry = self._entry
        head = (*of_entry(entry), RECORD, None, entry.size, entry.mtime_ns, entry.offset, self._heads.source.taken)
        rows = [Row(*head, **values) for values in found]
        return [*(rows or [_none(self._entry, OTHER, "a transaction without records")]), *failed]

    def _of_transaction(self, at: int, tx: Transaction) -> dict[str, Any]:
        headers = tx[1]
        found = {"encoding": tx.encoding, "transaction": at, "records": len(tx), "forgiven": self._heads.forgiven}
        if not headers:
            return found
        header = headers[0]
        domain = header.DOM
        said = {"ver": header.VER, "tot": header.TOT, "dom": domain.DNM if domain is not None else None}
        return {**found, **said, "dat": header.DAT}

    def _of_record(self, tx: Transaction, place: int, record: Record) -> dict[str, Any]:
        self._heads.look_at(record)
        _, start, end = record.origin
        row: dict[str, Any] = {
            "record": place,
            "type": record.type,
            "idc": record.idc,
            "offset": start,
            "length": end - start,
        }
        if record.type in (1, 2):
            return row | (self._values(record) if self._asked.values else {})
        row |= _described(record)
        if isinstance(record, ImageRecord):
            row |= self._of_image(tx, record)
        return row

    def _of_image(self, tx: Transaction, record: ImageRecord) -> dict[str, Any]:
        ppi = ppi_of(record, tx[1][0] if record.binary and tx[1] else None)
        row: dict[str, Any] = {"ppi": ppi, "nominal_ppi": None if ppi is None else nominal(ppi)}
        row |= self._codestream(record)
        if self._asked.sha256:
            row["sha256"] = self._hashed(record)
        return row

    def _codestream(self, record: ImageRecord, whole: bool = False) -> dict[str, Any]:
        """Size, depth and codec: what the beginning of the codestream tells, else the whole."""
        claims = claims_of(record)
        said = {"width": claims.width, "height": claims.height, "bits": claims.bits, "codec": claims.codec}
        if not claims.data or claims.codec == VECTOR:
            return said
        try:
            if claims.wrapped and not whole:
                raise ImageError("its beginning does not tell")
            header = settled_for(claims, header_claimed(claims))[0]
        except ImageError:
            if whole or self._heads.ranges is None:
                return said
            self._heads.look_at_all(record)
            return self._codestream(record, whole=True)
        found = {"width": header.width, "height": header.height, "bits": header.bits * header.components}
        return found | {name: value for name, value in said.items() if value} | {"codec": header.codec}

    def _hashed(self, record: ImageRecord) -> bytes | None:
        """SHA-256 of the content: field 999, or what follows the header of a binary record."""
        self._heads.look_at_all(record)
        content = record.raw(max(record.elements)) if record.binary else record.raw(record.data_field or DATA)
        return hashlib.sha256(content).digest() if content else None

    def _values(self, record: Record) -> dict[str, Any]:
        self._heads.look_at_all(record)
        fields = record.texts().items()
        return {"values": [(f"{record.type}.{key:03d}", text) for key, text in fields if isinstance(key, int)]}


def _described(record: Record) -> dict[str, Any]:
    """Position, impression, kind of image and date of capture, where the type has them."""
    position, said = _places(type(record))  # type: ignore[arg-type]  # a class is hashable
    row: dict[str, Any] = {column: getattr(record, name) for column, name in said}
    value = getattr(record, position) if position is not None else None
    if value is not None and value != ():
        many = value if isinstance(value, tuple) else (value,)
        row["positions"] = [one for one in many if one is not None]
    return row


@cache
def _places(kind: type[Record]) -> tuple[str | None, list[tuple[str, str]]]:
    """The mnemonic of the position in a record type, and those of other columns."""
    named = {element.mnemonic for element in kind.elements.values()}
    said = [(column, name) for column, name in (("impression", "IMP"), ("image_type", "IMT")) if name in named]
    captured = kind.elements.get(_CAPTURED)
    if captured is not None and isinstance(captured.value, Date):
        said.append(("captured", captured.mnemonic))
    return next((name for name in _POSITIONS if name in named), None), said
