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
it was read with another than 1.015 announces ("utf-8" where nothing is announced, and there is text beyond ASCII).
"encoding": "xml" on the transaction tells that it was read of XML (or of another encoding without tags): the fields are
those of its records, and what `from_dict` makes is traditional, with UTF-8 announced where the text needs it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from nistitl.base.errors import ITLError, StructureError
from nistitl.plain.building import transaction_bytes
from nistitl.plain.reading import plain_of
from nistitl.plain.values import (
    FORMAT,
    MOST_DIGITS,
    PlainContent,
    PlainField,
    PlainItem,
    PlainRecord,
    PlainTransaction,
    is_number,
)

if TYPE_CHECKING:
    from nistitl.model.transaction import Transaction

T = TypeVar("T")


def to_dict(tx: Transaction, images: Literal["base64", "reference"] = "base64") -> dict[str, Any]:
    """The JSON form of a transaction."""
    if images not in ("base64", "reference"):
        raise ITLError(f"images is 'base64' or 'reference', not {images!r}")
    plain = plain_of(tx)
    form: dict[str, Any] = {"format": FORMAT, "records": [_record_to_dict(record, images) for record in plain.records]}
    if plain.charset:
        form["charset"] = plain.charset
    if plain.encoding:
        form["encoding"] = plain.encoding
    return form | _named_bytes(before=plain.before, after=plain.after)


def _record_to_dict(record: PlainRecord, images: str) -> dict[str, Any]:
    form: dict[str, Any] = {"type": record.type}
    if record.whole is not None:
        return form | _named_bytes(bytes=record.whole, after=record.after)
    form |= {name: digits for name in ("len_digits", "idc_digits") if (digits := getattr(record, name))}
    if not record.terminated:
        form["terminated"] = False
    form["fields"] = [field_to_dict(field, images) for field in record.fields]
    return form | _named_bytes(after=record.after)


def field_to_dict(field: PlainField, images: str) -> dict[str, Any]:
    """The JSON form of a field."""
    form: dict[str, Any] = {"tag": field.tag}
    if field.mnemonic:
        form["mnemonic"] = field.mnemonic
    if not field.tagged:
        form["untagged"] = True
    content = field.content
    if isinstance(content, bytes) and images == "reference":
        form["reference"] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    elif isinstance(content, bytes):
        form["base64"] = base64.b64encode(content).decode()
    elif isinstance(content, str):
        form["text"] = content
    elif isinstance(content, int):
        form["number"] = content
    elif not content or isinstance(content[0], int):
        form["numbers"] = content
    else:
        form["subfields"] = [[_item_to_json(item) for item in subfield] for subfield in content]
    return form


def _item_to_json(item: PlainItem) -> Any:
    return {"base64": base64.b64encode(item).decode()} if isinstance(item, bytes) else item


def _named_bytes(**named: bytes) -> dict[str, str]:
    return {name: base64.b64encode(raw).decode() for name, raw in named.items() if raw}


def from_dict(form: Mapping[str, Any], images: Mapping[str, bytes] | None = None) -> bytes:
    """The bytes of a transaction in its JSON form; `images` gives referenced content by SHA-256."""
    if not isinstance(form, Mapping) or form.get("format") != FORMAT:
        raise StructureError(f'this is no transaction in the JSON form: expected "format": "{FORMAT}"')
    records = [_record_from_dict(record, images or {}) for record in _given(form, "records", list)]
    charset, encoding = _given(form, "charset", str, ""), _given(form, "encoding", str, "")
    before, after = _bytes_at(form, "before"), _bytes_at(form, "after")
    return transaction_bytes(PlainTransaction(records, before, after, charset, encoding))


def _record_from_dict(form: Any, images: Mapping[str, bytes]) -> PlainRecord:
    kind = _given(form, "type", int)
    if not is_number(kind) or not 1 <= kind <= 99:
        raise StructureError("a record type is a number from 1 to 99")
    after = _bytes_at(form, "after")
    if "bytes" in form:
        return PlainRecord(kind, whole=_bytes_at(form, "bytes"), after=after)
    return PlainRecord(
        kind,
        [_field_from_dict(field, images) for field in _given(form, "fields", list)],
        terminated=_given(form, "terminated", bool, True),
        len_digits=digits_of(form, "len_digits"),
        idc_digits=digits_of(form, "idc_digits"),
        after=after,
    )


def _field_from_dict(form: Any, images: Mapping[str, bytes]) -> PlainField:
    tag, name = _given(form, "tag", str), _given(form, "mnemonic", str, "")
    tagged = not _given(form, "untagged", bool, False)
    return PlainField(tag, _content_from_dict(form, images), name, tagged)


def _content_from_dict(form: Mapping[str, Any], images: Mapping[str, bytes]) -> PlainContent:
    if "reference" in form:
        return _referenced(_given(form["reference"], "sha256", str), images)
    if "base64" in form:
        return _bytes_at(form, "base64")
    if "subfields" in form:
        return [_items_from_json(subfield) for subfield in _given(form, "subfields", list)]
    if "numbers" in form:
        numbers = _given(form, "numbers", list)
        if not all(map(is_number, numbers)):
            raise StructureError('"numbers" holds whole numbers')
        return numbers
    content: PlainItem | int = _given(form, "number", int) if "number" in form else _given(form, "text", str)
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


def _items_from_json(subfield: Any) -> list[PlainItem]:
    if not isinstance(subfield, list):
        raise StructureError('"subfields" holds lists of items')
    return [_item_from_json(item) for item in subfield]


def _item_from_json(item: Any) -> PlainItem:
    if isinstance(item, Mapping) and "base64" in item:
        return _bytes_at(item, "base64")
    if not isinstance(item, str):
        raise StructureError('an item is text, or bytes as {"base64": ...}')
    return item


def _given(form: Any, name: str, kind: type[T], default: T | None = None) -> T:
    """What stands under a name, if it is of this type."""
    value = form.get(name, default) if isinstance(form, Mapping) else None
    if not isinstance(value, kind):
        raise StructureError(f'the JSON form wants "{name}" as {kind.__name__}')
    return value


def _bytes_at(form: Any, name: str) -> bytes:
    try:
        return base64.b64decode(_given(form, name, str, ""), validate=True)
    except ValueError:
        raise StructureError(f'"{name}" is no base64') from None


def digits_of(form: Mapping[str, Any], name: str) -> int:
    """How many digits LEN or IDC is padded to."""
    digits = form.get(name, 0)
    if not is_number(digits) or not 0 <= digits <= MOST_DIGITS:
        raise StructureError(f"{name} is a number of digits, 0 to {MOST_DIGITS}")
    return int(digits)
