"""The bytes of a transaction told in plain values; LEN and CNT are computed where they are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nistitl.base.errors import StructureError
from nistitl.declare.items import AMBIGUOUS, Sets, Values
from nistitl.model.traditional import with_len
from nistitl.plain.spelling import content_bytes
from nistitl.plain.values import (
    CNT,
    DCS,
    LEN,
    VER,
    PlainField,
    PlainItem,
    PlainRecord,
    PlainTransaction,
    plain_idc,
    tag_number,
    tag_type,
)
from nistitl.records import record_class
from nistitl.wire.charsets import UNDECLARED, Charset, announced, charset_named
from nistitl.wire.fields import split
from nistitl.wire.grammar import FS, GS

if TYPE_CHECKING:
    from nistitl.wire.fields import Raw


class UnfitRecord(StructureError):
    """A record cannot be spelled; `at` is its place, from 0."""

    at = 0


CountEntries = list[tuple[int, str]] | None  # type and IDC of the records that CNT tells of


def transaction_bytes(plain: PlainTransaction) -> bytes:
    """The bytes of a transaction told in plain values; LEN and CNT computed where they are left out.

    StructureError where the set that is announced cannot say a text. What comes from an encoding without tags is not
    refused then: UTF-8 is announced, as it is where such a transaction is converted.
    """
    if not plain.encoding:
        return _bytes_in(plain, charset_of(plain))
    plain.charset = ""  # that of the other encoding
    try:
        return _bytes_in(plain, charset_of(plain))
    except StructureError:
        if not plain.records or plain.records[0].type != 1:
            raise
        _announce_utf8(plain.records[0])
        return _bytes_in(plain, charset_of(plain))


def _announce_utf8(first: PlainRecord) -> None:
    fields = [field for field in first.fields if tag_number(field.tag) != DCS]
    utf8: list[list[PlainItem]] = [["3", "UTF-8"]]
    fields.append(PlainField("1.015", utf8))
    first.fields = sorted(fields, key=lambda field: tag_number(field.tag) or 0)


def _bytes_in(plain: PlainTransaction, charset: Charset) -> bytes:
    entries: CountEntries = count_entries(plain.records[1:])
    out = [plain.before]
    for at, record in enumerate(plain.records):
        try:
            out += [record_bytes(record, charset, entries), record.after]
        except StructureError as error:
            unfit = UnfitRecord(str(error))
            unfit.at = at
            raise unfit from None
        entries = None
    return b"".join([*out, plain.after])


def count_entries(others: list[PlainRecord]) -> list[tuple[int, str]]:
    """What CNT says of these records."""
    return [(record.type, plain_idc(record)) for record in others]


def charset_of(plain: PlainTransaction) -> Charset:
    """The character set of the text: the one it was read with, or what the Type-1 record announces."""
    if plain.charset:
        return charset_named(plain.charset)
    first = plain.records[0] if plain.records else PlainRecord(1)
    if first.type != 1:
        return UNDECLARED
    if first.whole is not None:
        fields = split(first.whole, 0, len(first.whole), 1)
        return announced(fields.raw(DCS), fields.raw(VER))
    raws: dict[int | None, Raw] = {}
    for field in first.fields:
        number = tag_number(field.tag)
        if number in (DCS, VER) and tag_type(field.tag) == 1:
            raws.setdefault(number, content_bytes(field.content, UNDECLARED))
    return announced(raws.get(DCS), raws.get(VER))


def record_bytes(record: PlainRecord, charset: Charset, entries: CountEntries) -> bytes:
    """The bytes of one record; `entries` are type and IDC of all others, given with the first, for its CNT."""
    if record.whole is not None:
        return record.whole
    if record_class(record.type).binary:
        return _binary_bytes(record)
    parts = [_field_bytes(field, charset) for field in record.fields]
    numbers = [tag_number(field.tag) for field in record.fields]
    if record.type == 1 and CNT not in numbers and entries is not None:
        rows: list[list[PlainItem]] = [["1", str(len(entries))]]
        rows += [[str(kind), idc.rjust(record.idc_digits, "0")] for kind, idc in entries]
        at = next((at for at, number in enumerate(numbers) if number is not None and number > CNT), len(parts))
        parts.insert(at, _tag_like(record, CNT) + b":" + content_bytes(rows, charset))
    body = GS.join(parts)
    end = FS if record.terminated else b""
    if LEN in numbers:
        return body + end
    rest = body if not parts else GS + body
    return with_len(_tag_like(record, LEN), b"0" * record.len_digits, len(rest) + len(end)) + rest + end


def _tag_like(record: PlainRecord, number: int) -> bytes:
    """A tag spelled as wide as the first tag of the record is."""
    first = next((field.tag for field in record.fields if tag_type(field.tag) == record.type), f"{record.type}.001")
    kind, _, field = first.partition(".")
    width = len(field) if field.startswith("0") else 3
    return f"{kind}.{number:0{width}d}".encode("latin-1")


def _field_bytes(field: PlainField, charset: Charset) -> bytes:
    content = field.content
    if isinstance(content, list) and len(content) > 1 and not any(isinstance(one, list) for one in content):
        content = _subfields(field.tag, content)
    try:
        return _tag_bytes(field.tag) + (b":" if field.tagged else b"") + content_bytes(content, charset)
    except StructureError as error:
        raise StructureError(f"{field.tag}: {error}") from None


def _subfields(tag: str, flat: list[Any]) -> list[list[PlainItem]]:
    """The subfields that a flat list stands for: by the declaration one with these items, or one for each value."""
    kind, number = tag_type(tag), tag_number(tag)
    element = record_class(kind).elements.get(number) if kind and number else None
    if element is None:
        raise StructureError(f"{tag}: {AMBIGUOUS}")
    if isinstance(element.value, Sets):
        return [flat]
    if isinstance(element.value, Values):
        return [[value] for value in flat]
    raise StructureError(f"{tag} {element.mnemonic} holds one value, not {len(flat)}")


def _tag_bytes(tag: str) -> bytes:
    """A tag as spelled; it may be damaged, but not hold the end of its field or record."""
    try:
        raw = tag.encode("latin-1")
    except UnicodeEncodeError:
        raise StructureError("a tag is made of digits and a point") from None
    if FS in raw or GS in raw:
        raise StructureError("a tag cannot hold the separators FS and GS")
    return raw


def _binary_bytes(record: PlainRecord) -> bytes:
    kind = record_class(record.type)
    given = {tag_number(field.tag): field.content for field in record.fields}
    parts: list[bytes] = []
    for number, element in kind.elements.items():
        content: Any = given.get(number, 0 if number == LEN else None)
        if content is None:
            raise StructureError(f"a Type-{record.type} record needs {element.mnemonic} ({record.type}.{number:03d})")
        try:
            parts.append(header_bytes(element.value, content))
        except ValueError as error:
            raise StructureError(f"{record.type}.{number:03d} {element.mnemonic}: {error}") from None
    if LEN not in given:
        parts[0] = sum(map(len, parts)).to_bytes(4, "big")
    return b"".join(parts)


def header_bytes(value: Any, content: Any) -> bytes:
    """The bytes of a field in the header of a binary record. ValueError for what does not fit there."""
    if isinstance(content, bytes):
        return content
    try:
        encoded: bytes = value.encode(_frozen(content), UNDECLARED)
        return encoded
    except ValueError:
        # a header read from a file may hold what the standard does not allow; its width is all that binds
        width = getattr(value, "width", 0)
        if isinstance(content, int) and 0 <= content < 256**width:
            return content.to_bytes(width, "big")
        raise


def _frozen(content: Any) -> Any:
    return tuple(content) if isinstance(content, list) else content
