"""A transaction as plain values, for JSON and for the manifest of `unpack`: every byte can be told.

Text is text where the character set can say it both ways, and bytes where it cannot. LEN and CNT are
left out where they are what the library would compute, so that plain values can be edited.

The JSON form, as `tx.to_dict()` gives it:

    {"format": "nistitl-1", "records": [{"type": 14, "fields": [FIELD, ...]}, ...]}

with, for each FIELD, "tag" as it was spelled, "mnemonic" where one is known, and one of
    "text": "..."                       one subfield of one item
    "subfields": [["...", ...], ...]    items in subfields; bytes that are no text as {"base64": "..."}
    "base64": "..."                     binary content
    "reference": {"bytes", "sha256"}    binary content left out (images="reference")
    "number": 1 / "numbers": [1, 2]     the header of a binary record
Where the input was damaged: "before" and "after" (bytes around the records, on the transaction, and
after a record), "terminated": false (no FS at the end of a record), "untagged": true (a piece without
tag), "bytes" (a record that cannot be taken apart). "len_digits" and "idc_digits" tell of leading zeros in
LEN and in the IDCs of CNT. "charset" on the transaction names the set of all text, by Python's name, where
it was read with another than 1.015 announces. "encoding": "xml" on the transaction tells that it was read of XML (or
of another encoding without tags): the fields are those of its records, and what `from_dict` makes is traditional.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeGuard, TypeVar

import attrs

from nistitl.base.errors import ITLError, StructureError
from nistitl.declare.binary import Slots, Uint
from nistitl.model.traditional import with_len
from nistitl.records import record_class
from nistitl.wire.charsets import UNDECLARED, Charset, announced, charset_named
from nistitl.wire.fields import split
from nistitl.wire.grammar import FS, GS, RS, TAG, US

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction
    from nistitl.wire.fields import Raw

T = TypeVar("T")
FORMAT = "nistitl-1"
LEN, IDC, CNT, DCS, VER = 1, 2, 3, 15, 2
_MOST_DIGITS = 20
_SEPARATORS = frozenset(FS + GS + RS + US)

Leaf = str | bytes
Content = Leaf | int | list[int] | list[list[Leaf]]
Entries = list[tuple[int, str]] | None  # type and IDC of the records that CNT tells of


@attrs.define(slots=True)
class PlainField:
    """One field: its tag as spelled, its name, what it holds. `tagged` is False for a piece without tag."""

    tag: str
    content: Content
    mnemonic: str = ""
    tagged: bool = True


@attrs.define(slots=True)
class PlainRecord:
    """One record; `whole` instead of fields where it cannot be taken apart."""

    type: int
    fields: list[PlainField] = attrs.field(factory=list)
    terminated: bool = True
    len_digits: int = 0
    idc_digits: int = 0
    whole: bytes | None = None
    after: bytes = b""


@attrs.define(slots=True)
class Plain:
    """A transaction in plain values; `charset` where it was read with another than 1.015 announces.

    `encoding` is that of its source, where its fields had no tags; what is packed of it is traditional.
    """

    records: list[PlainRecord]
    before: bytes = b""
    after: bytes = b""
    charset: str = ""
    encoding: str = ""


# -- from a transaction -----------------------------------------------------------------------


def plain_of(tx: Transaction) -> Plain:
    """The plain values of a transaction."""
    if not tx.backing.tagged:
        return _plain_of_untagged(tx)
    before, after, gaps = tx.surroundings()
    charset = tx.context.charset
    rows = list(zip(tx.records, gaps, strict=True))
    others = [_plain_record(record, charset, None, gap) for record, gap in rows[1:]]
    first = [_plain_record(record, charset, _entries(others), gap) for record, gap in rows[:1]]
    plain = Plain([*first, *others], before, after)
    if _charset(plain) != charset:
        plain.charset = charset.name
    return plain


def _plain_of_untagged(tx: Transaction) -> Plain:
    """The fields of a transaction without tags, as of XML, as a traditional one has them; LEN and CNT are computed."""
    charset = tx.context.charset
    plain = Plain([_plain_fields(record, charset) for record in tx], encoding=tx.encoding)
    if _charset(plain) != charset and any(not bytes(record.raw(key) or b"").isascii() for record, key in _texts(tx)):
        plain.charset = charset.name
    return plain


def _plain_fields(record: Record, charset: Charset) -> PlainRecord:
    plain = PlainRecord(record.type)
    keys = record.keys()
    for key in keys:
        if not isinstance(key, int) or key == LEN or (record.type, key) == (1, CNT):
            continue
        element, raw = record.element(key), bytes(record.raw(key) or b"")
        if record.binary and element is not None:
            content = header_content(element.value, raw)
        else:
            content = raw if key == record.data_field else content_of(raw, charset)
        name = element.mnemonic if element is not None else ""
        plain.fields.append(PlainField(f"{record.type}.{key:03d}", content, name))
    return plain


def _texts(tx: Transaction) -> Iterator[tuple[Record, int]]:
    """The fields that hold text."""
    for record in tx:
        for key in () if record.binary else record.keys():
            if isinstance(key, int) and key != record.data_field:
                yield record, key


def _plain_record(record: Record, charset: Charset, entries: Entries, after: bytes) -> PlainRecord:
    """The most editable form that gives the record's bytes back."""
    data = bytes(record)
    full = _taken_apart(record, data, charset)
    full.after = after
    computed = {LEN, CNT} if record.type == 1 and entries is not None else {LEN}
    compact = [f for f in full.fields if tag_number(f.tag) not in computed or not f.tagged]
    length = full.fields[0].content if full.fields else ""
    digits = len(length) if isinstance(length, str) and len(length) <= _MOST_DIGITS else 0
    for attempt in (
        attrs.evolve(full, fields=compact),
        attrs.evolve(full, fields=compact, len_digits=digits),
        attrs.evolve(full, fields=compact, idc_digits=2),
        attrs.evolve(full, fields=compact, len_digits=digits, idc_digits=2),
        attrs.evolve(full, fields=[f for f in full.fields if tag_number(f.tag) != LEN]),
        full,
    ):
        if _gives(attempt, charset, entries, data):
            return attempt
    return PlainRecord(record.type, whole=data, after=after)


def _gives(record: PlainRecord, charset: Charset, entries: Entries, data: bytes) -> bool:
    try:
        return record_bytes(record, charset, entries) == data
    except StructureError:
        return False


def _taken_apart(record: Record, data: bytes, charset: Charset) -> PlainRecord:
    plain = PlainRecord(record.type, terminated=record.binary or data.endswith(FS))
    fields = record.resplit(data)
    for at, (tag, colon, raw) in enumerate(fields.parts):
        if record.binary:
            element = list(record.elements.values())[at]
            content = header_content(element.value, bytes(raw))
            plain.fields.append(PlainField(f"{record.type}.{element.number:03d}", content, element.mnemonic))
            continue
        text = tag.decode("latin-1")
        number = tag_number(text)
        element_of = record.element(number) if number and text.split(".")[0].isdigit() else None
        binary = number == record.data_field and number is not None
        content = bytes(raw) if binary else content_of(bytes(raw), charset)
        name = element_of.mnemonic if element_of and _type(text) == record.type else ""
        plain.fields.append(PlainField(text, content, name, tagged=bool(colon)))
    return plain


def header_content(value: object, raw: bytes) -> Content:
    if isinstance(value, Uint):
        return int.from_bytes(raw, "big")
    return list(raw.rstrip(b"\xff")) if isinstance(value, Slots) else raw


def content_of(raw: bytes, charset: Charset) -> Content:
    """Text, or items in subfields; bytes where the character set cannot say them both ways."""
    subfields = [[_leaf(item, charset) for item in subfield.split(US)] for subfield in raw.split(RS)]
    single = subfields[0][0] if len(subfields) == 1 == len(subfields[0]) else None
    return single if isinstance(single, str) else subfields


def _leaf(raw: bytes, charset: Charset) -> Leaf:
    text = charset.decode(raw)
    try:
        text.encode("utf-8")
        return text if _spell(text, charset) == raw else raw
    except ValueError:
        return raw


def _spell(text: str, charset: Charset) -> bytes:
    """The bytes of a text; where no set was announced, UTF-8 is written back as it was read.

    ValueError where the set cannot say it, or where it would be read as more than one text.
    """
    try:
        raw = charset.encode(text)
    except ValueError:
        if charset.declared:
            raise
        raw = text.encode("utf-8")
    if not _SEPARATORS.isdisjoint(raw):
        raise ValueError("text cannot hold the separators FS, GS, RS and US; give lists of items, or bytes")
    return raw


def tag_number(tag: str) -> int | None:
    """The field number of a tag as spelled, None where it is no tag."""
    match = TAG.fullmatch(tag.encode("latin-1", "replace"))
    return int(match[2]) if match else None


def _type(tag: str) -> int | None:
    match = TAG.fullmatch(tag.encode("latin-1", "replace"))
    return int(match[1]) if match else None


# -- to bytes ---------------------------------------------------------------------------------


def bytes_of(plain: Plain) -> bytes:
    """The bytes of a transaction told in plain values; LEN and CNT computed where they are left out."""
    charset = _charset(plain)
    entries: Entries = _entries(plain.records[1:])
    out = [plain.before]
    for record in plain.records:
        out += [record_bytes(record, charset, entries), record.after]
        entries = None
    return b"".join([*out, plain.after])


def record_bytes(record: PlainRecord, charset: Charset, entries: Entries) -> bytes:
    """The bytes of one record; `entries` are type and IDC of all others, given with the first, for its CNT."""
    if record.whole is not None:
        return record.whole
    if record_class(record.type).binary:
        return _binary_bytes(record)
    parts = [_field_bytes(field, charset) for field in record.fields]
    numbers = [tag_number(field.tag) for field in record.fields]
    if record.type == 1 and CNT not in numbers and entries is not None:
        rows: list[list[Leaf]] = [["1", str(len(entries))]]
        rows += [[str(kind), idc.rjust(record.idc_digits, "0")] for kind, idc in entries]
        at = next((at for at, number in enumerate(numbers) if number is not None and number > CNT), len(parts))
        parts.insert(at, _tag_like(record, CNT) + b":" + raw_of(rows, charset))
    body = GS.join(parts)
    end = FS if record.terminated else b""
    if LEN in numbers:
        return body + end
    rest = body if not parts else GS + body
    return with_len(_tag_like(record, LEN), b"0" * record.len_digits, len(rest) + len(end)) + rest + end


def _tag_like(record: PlainRecord, number: int) -> bytes:
    """A tag spelled as wide as the first tag of the record is."""
    first = next((field.tag for field in record.fields if _type(field.tag) == record.type), f"{record.type}.001")
    kind, _, field = first.partition(".")
    width = len(field) if field.startswith("0") else 3
    return f"{kind}.{number:0{width}d}".encode("latin-1")


def _field_bytes(field: PlainField, charset: Charset) -> bytes:
    return _tag_bytes(field.tag) + (b":" if field.tagged else b"") + raw_of(field.content, charset)


def _tag_bytes(tag: str) -> bytes:
    """A tag as spelled; it may be damaged, but not hold the end of its field or record."""
    try:
        raw = tag.encode("latin-1")
    except UnicodeEncodeError:
        raise StructureError("a tag is made of digits and a point") from None
    if FS in raw or GS in raw:
        raise StructureError("a tag cannot hold the separators FS and GS")
    return raw


def raw_of(content: Content, charset: Charset) -> bytes:
    """The bytes of a field's plain content. StructureError when the character set cannot say it."""
    if isinstance(content, bytes):
        return content
    if isinstance(content, int):
        content = str(content)
    if isinstance(content, str):
        return _leaf_bytes(content, charset)
    nested: list[Any] = content if any(isinstance(one, list) for one in content) else [content]
    subfields = [one if isinstance(one, list) else [one] for one in nested]
    return RS.join(US.join(_leaf_bytes(item, charset) for item in subfield) for subfield in subfields)


def _leaf_bytes(leaf: Any, charset: Charset) -> bytes:
    if isinstance(leaf, bytes):
        return leaf
    if isinstance(leaf, bool) or not isinstance(leaf, str | int):
        raise StructureError(f"expected text or a number, not {type(leaf).__name__}")
    try:
        return _spell(str(leaf), charset)
    except ValueError as error:
        raise StructureError(str(error)) from None


def _binary_bytes(record: PlainRecord) -> bytes:
    kind = record_class(record.type)
    given = {tag_number(field.tag): field.content for field in record.fields}
    parts: list[bytes] = []
    for number, element in kind.elements.items():
        content: Any = given.get(number, 0 if number == LEN else None)
        if content is None:
            raise StructureError(f"a Type-{record.type} record needs {element.mnemonic} ({record.type}.{number:03d})")
        try:
            encode = element.value.encode
            parts.append(content if isinstance(content, bytes) else encode(_counted(content), UNDECLARED))
        except ValueError as error:
            # a header read from a file may hold what the standard does not allow; its width is all that binds
            width = getattr(element.value, "width", 0)
            if isinstance(content, int) and 0 <= content < 256**width:
                parts.append(content.to_bytes(width, "big"))
            else:
                raise StructureError(f"{record.type}.{number:03d} {element.mnemonic}: {error}") from None
    if LEN not in given:
        parts[0] = sum(map(len, parts)).to_bytes(4, "big")
    return b"".join(parts)


def _counted(content: Any) -> Any:
    return tuple(content) if isinstance(content, list) else content


def _entries(others: list[PlainRecord]) -> list[tuple[int, str]]:
    """What CNT says of these records."""
    return [(record.type, plain_idc(record)) for record in others]


def plain_idc(record: PlainRecord) -> str:
    """The IDC of a record as CNT gives it; 0 where the record says none."""
    for field in record.fields:
        if tag_number(field.tag) == IDC and isinstance(field.content, str | int):
            return str(field.content)
    return "0"


def _charset(plain: Plain) -> Charset:
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
        if number in (DCS, VER) and _type(field.tag) == 1:
            raws.setdefault(number, raw_of(field.content, UNDECLARED))
    return announced(raws.get(DCS), raws.get(VER))


# -- JSON -------------------------------------------------------------------------------------


def to_dict(tx: Transaction, images: Literal["base64", "reference"] = "base64") -> dict[str, Any]:
    """The JSON form of a transaction."""
    if images not in ("base64", "reference"):
        raise ITLError(f"images is 'base64' or 'reference', not {images!r}")
    plain = plain_of(tx)
    told: dict[str, Any] = {"format": FORMAT, "records": [_record_to_dict(record, images) for record in plain.records]}
    if plain.charset:
        told["charset"] = plain.charset
    if plain.encoding:
        told["encoding"] = plain.encoding
    return told | _named_bytes(before=plain.before, after=plain.after)


def _named_bytes(**named: bytes) -> dict[str, str]:
    return {name: base64.b64encode(raw).decode() for name, raw in named.items() if raw}


def _record_to_dict(record: PlainRecord, images: str) -> dict[str, Any]:
    told: dict[str, Any] = {"type": record.type}
    if record.whole is not None:
        return told | _named_bytes(bytes=record.whole, after=record.after)
    told |= {name: digits for name in ("len_digits", "idc_digits") if (digits := getattr(record, name))}
    if not record.terminated:
        told["terminated"] = False
    told["fields"] = [field_to_dict(field, images) for field in record.fields]
    return told | _named_bytes(after=record.after)


def field_to_dict(field: PlainField, images: str) -> dict[str, Any]:
    told: dict[str, Any] = {"tag": field.tag}
    if field.mnemonic:
        told["mnemonic"] = field.mnemonic
    if not field.tagged:
        told["untagged"] = True
    content = field.content
    if isinstance(content, bytes) and images == "reference":
        told["reference"] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    elif isinstance(content, bytes):
        told["base64"] = base64.b64encode(content).decode()
    elif isinstance(content, str):
        told["text"] = content
    elif isinstance(content, int):
        told["number"] = content
    elif not content or isinstance(content[0], int):
        told["numbers"] = content
    else:
        told["subfields"] = [[_leaf_to_json(leaf) for leaf in subfield] for subfield in content]
    return told


def _leaf_to_json(leaf: Leaf) -> Any:
    return {"base64": base64.b64encode(leaf).decode()} if isinstance(leaf, bytes) else leaf


def from_dict(told: Mapping[str, Any], images: Mapping[str, bytes] | None = None) -> bytes:
    """The bytes of a transaction in its JSON form; `images` gives referenced content by SHA-256."""
    if not isinstance(told, Mapping) or told.get("format") != FORMAT:
        raise StructureError(f'this is no transaction in the JSON form: expected "format": "{FORMAT}"')
    records = [_record_from_dict(record, images or {}) for record in _given(told, "records", list)]
    charset = _given(told, "charset", str, "")
    return bytes_of(Plain(records, _bytes_at(told, "before"), _bytes_at(told, "after"), charset))


def _given(told: Any, name: str, kind: type[T], default: T | None = None) -> T:
    """What stands under a name, if it is of this type."""
    value = told.get(name, default) if isinstance(told, Mapping) else None
    if not isinstance(value, kind):
        raise StructureError(f'the JSON form wants "{name}" as {kind.__name__}')
    return value


def _bytes_at(told: Any, name: str) -> bytes:
    try:
        return base64.b64decode(_given(told, name, str, ""), validate=True)
    except ValueError:
        raise StructureError(f'"{name}" is no base64') from None


def is_number(value: object) -> TypeGuard[int]:
    """True for a whole number that a field could hold; True and False are none."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**_MOST_DIGITS


def digits_of(told: Mapping[str, Any], name: str) -> int:
    """How many digits LEN or IDC is padded to."""
    digits = told.get(name, 0)
    if not is_number(digits) or not 0 <= digits <= _MOST_DIGITS:
        raise StructureError(f"{name} is a number of digits, 0 to {_MOST_DIGITS}")
    return int(digits)


def _record_from_dict(told: Any, images: Mapping[str, bytes]) -> PlainRecord:
    kind = _given(told, "type", int)
    if not is_number(kind) or not 1 <= kind <= 99:
        raise StructureError("a record type is a number from 1 to 99")
    after = _bytes_at(told, "after")
    if "bytes" in told:
        return PlainRecord(kind, whole=_bytes_at(told, "bytes"), after=after)
    return PlainRecord(
        kind,
        [_field_from_dict(field, images) for field in _given(told, "fields", list)],
        terminated=_given(told, "terminated", bool, True),
        len_digits=digits_of(told, "len_digits"),
        idc_digits=digits_of(told, "idc_digits"),
        after=after,
    )


def _field_from_dict(told: Any, images: Mapping[str, bytes]) -> PlainField:
    tag, name = _given(told, "tag", str), _given(told, "mnemonic", str, "")
    tagged = not _given(told, "untagged", bool, False)
    return PlainField(tag, _content_from_dict(told, images), name, tagged)


def _content_from_dict(told: Mapping[str, Any], images: Mapping[str, bytes]) -> Content:
    if "reference" in told:
        return _referenced(_given(told["reference"], "sha256", str), images)
    if "base64" in told:
        return _bytes_at(told, "base64")
    if "subfields" in told:
        return [_leaves(subfield) for subfield in _given(told, "subfields", list)]
    if "numbers" in told:
        numbers = _given(told, "numbers", list)
        if not all(map(is_number, numbers)):
            raise StructureError('"numbers" holds whole numbers')
        return numbers
    content: Leaf | int = _given(told, "number", int) if "number" in told else _given(told, "text", str)
    if isinstance(content, int) and not is_number(content):
        raise StructureError('"number" is no whole number that a field could hold')
    return content


def _referenced(digest: str, images: Mapping[str, bytes]) -> bytes:
    content = images.get(digest)
    if content is None:
        raise StructureError("content is left out by reference; give its bytes with images={sha256: bytes}")
    if hashlib.sha256(content).hexdigest() != digest:
        raise StructureError("the bytes given for a reference have another SHA-256")
    return bytes(content)


def _leaves(subfield: Any) -> list[Leaf]:
    if not isinstance(subfield, list):
        raise StructureError('"subfields" holds lists of items')
    return [_leaf_from_json(leaf) for leaf in subfield]


def _leaf_from_json(leaf: Any) -> Leaf:
    if isinstance(leaf, Mapping) and "base64" in leaf:
        return _bytes_at(leaf, "base64")
    if not isinstance(leaf, str):
        raise StructureError('an item is text, or bytes as {"base64": ...}')
    return leaf
