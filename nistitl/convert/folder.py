"""`unpack` and `pack`: a transaction as a folder, one TOML manifest of all text and one file per image.

In the manifest a field is text; a list is the items of one subfield, a list of lists the subfields.
Bytes that are no text are { hex = "..." }, binary content { file = "name" }. A tag that stands twice
ends in #2, #3 ...; a piece without tag has a key that begins with an exclamation mark. What is left
out is computed: LEN, CNT, and the IDC of a record. { png = "name" } takes the pixels of a PNG as
uncompressed content and fills in the fields that tell of them.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nistitl.convert.plain import (
    FORMAT,
    IDC,
    Leaf,
    Plain,
    PlainField,
    PlainRecord,
    bytes_of,
    plain_of,
    tag_number,
)
from nistitl.errors import ITLError, MissingDependency, StructureError
from nistitl.records import record_class
from nistitl.writing import write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nistitl.transaction import Transaction

MANIFEST = "transaction.toml"

_HEAD = f"""\
# A transaction of ANSI/NIST-ITL, unpacked by nistitl. Edit text, replace files, then pack it again.
# A list is the items of one subfield, a list of lists the subfields; LEN and CNT are computed.
format = "{FORMAT}"
"""
_SUFFIXES = (
    (b"\xff\xa0", ".wsq"),
    (b"\xff\xd8", ".jpg"),
    (b"\x89PNG", ".png"),
    (b"\0\0\0\x0cjP", ".jp2"),
    (b"\xff\x4f\xff\x51", ".j2k"),
    (b"RIFF", ".wav"),
)


# -- unpack -----------------------------------------------------------------------------------


def unpack(tx: Transaction, folder: str | Path) -> list[str]:
    """Write a transaction into a folder, made if need be; the names of the files. ITLError if it cannot be.

    File names are made of record index, type and IDC, never of what the transaction says.
    """
    target = Path(folder)
    plain = plain_of(tx)
    try:
        target.mkdir(parents=True, exist_ok=True)
        if (target / MANIFEST).exists():
            raise StructureError(f"{target.name} already holds a {MANIFEST}; give a folder of its own")
    except OSError as error:
        raise ITLError(f"cannot make the folder {target.name}: {error.strerror}") from error
    written: list[str] = []

    def keep(name: str, content: bytes) -> str:
        write_atomically(target / name, [content])
        written.append(name)
        return name

    head = f"{_HEAD}charset = {_quoted(plain.charset)}\n" if plain.charset else _HEAD
    lines = [head, *_surrounding("before", plain.before), *_surrounding("after", plain.after)]
    for at, record in enumerate(plain.records):
        lines += _record_lines(at, record, keep)
    keep(MANIFEST, "\n".join(lines).encode("utf-8"))
    return written


def _surrounding(name: str, raw: bytes) -> list[str]:
    return [f'{name} = {{ hex = "{raw.hex()}" }}'] if raw else []


def _record_lines(at: int, record: PlainRecord, keep: Callable[[str, bytes], str]) -> Iterator[str]:
    yield f"\n[[record]]\ntype = {record.type}"
    yield from _surrounding("after", record.after)
    stem = f"{at:03d}-type-{record.type}"
    if record.whole is not None:
        yield f"bytes = {{ file = {_quoted(keep(f'{stem}.bin', record.whole))} }}"
        return
    for name in ("len_digits", "idc_digits"):
        if getattr(record, name):
            yield f"{name} = {getattr(record, name)}"
    if not record.terminated:
        yield "terminated = false"
    yield "[record.field]"
    seen: dict[str, int] = {}
    for place, field in enumerate(record.fields):
        seen[field.tag] = seen.get(field.tag, 0) + 1
        key = field.tag if seen[field.tag] == 1 else f"{field.tag}#{seen[field.tag]}"
        if not field.tagged:
            key = f"!{place}"
            field = PlainField(field.tag, field.tag)
        if isinstance(field.content, bytes):
            kept = keep(f"{stem}-{place:03d}{_suffix(field.content)}", field.content)
            yield f"{_quoted(key)} = {{ file = {_quoted(kept)} }}{_remark(record, field)}"
        else:
            yield f"{_quoted(key)} = {_toml(field.content)}{_remark(record, field)}"


def _suffix(content: bytes) -> str:
    return next((suffix for magic, suffix in _SUFFIXES if content.startswith(magic)), ".raw")


def _remark(record: PlainRecord, field: PlainField) -> str:
    number = tag_number(field.tag)
    element = record_class(record.type).elements.get(number) if number else None
    return f"  # {element.mnemonic}: {element.name}" if element and field.mnemonic else ""


def _toml(content: Any) -> str:
    if isinstance(content, bytes):
        return f'{{ hex = "{content.hex()}" }}'
    if isinstance(content, str):
        return _quoted(content)
    if isinstance(content, int):
        return str(content)
    if len(content) == 1 and isinstance(content[0], list):
        content = content[0]  # one subfield
    if len(content) == 1 and isinstance(content[0], bytes):
        return _toml(content[0])
    return f"[{', '.join(_toml(part) for part in content)}]"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


# -- pack -------------------------------------------------------------------------------------


def pack(folder: str | Path) -> bytes:
    """The bytes of the transaction that a folder holds. ITLError, with the place, where it is not right."""
    source = Path(folder)
    try:
        told = tomllib.loads((source / MANIFEST).read_text("utf-8"))
    except OSError as error:
        raise ITLError(f"cannot read {MANIFEST}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StructureError(f"{MANIFEST}: {error}") from None
    if told.get("format") != FORMAT:
        raise StructureError(f'{MANIFEST}: expected format = "{FORMAT}"')
    rows = told.get("record")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise StructureError(f"{MANIFEST}: expected [[record]] tables")
    records = [_record(at, row, source) for at, row in enumerate(rows)]
    _assign_idcs(records)
    return bytes_of(Plain(records, _hex(told.get("before")), _hex(told.get("after")), told.get("charset", "")))


def _record(at: int, row: dict[str, Any], source: Path) -> PlainRecord:
    kind = row.get("type")
    if not isinstance(kind, int) or not 1 <= kind <= 99:
        raise StructureError(f"record {at}: type = {kind!r} is no record type from 1 to 99")
    after = _hex(row.get("after"))
    if "bytes" in row:
        return PlainRecord(kind, whole=_file(row["bytes"], source), after=after)
    fields = row.get("field", {})
    if not isinstance(fields, dict):
        raise StructureError(f"record {at}: expected a table [record.field]")
    try:
        made = [_field(key, value, source) for key, value in fields.items()]
    except StructureError as error:
        raise StructureError(f"record {at} (Type-{kind}): {error}") from None
    record = PlainRecord(
        kind,
        [field for found in made for field in found],
        terminated=bool(row.get("terminated", True)),
        len_digits=_digits(row, "len_digits"),
        idc_digits=_digits(row, "idc_digits"),
        after=after,
    )
    _fill_in_pixels(record)
    return record


def _digits(row: dict[str, Any], name: str) -> int:
    digits = row.get(name, 0)
    if not isinstance(digits, int) or not 0 <= digits <= 20:
        raise StructureError(f"{name} is a number of digits, 0 to 20")
    return digits


def _field(key: str, value: Any, source: Path) -> list[PlainField]:
    if key.startswith("!"):
        text = _leaf(key, value)
        return [PlainField(text if isinstance(text, str) else text.decode("latin-1"), b"", tagged=False)]
    tag = key.partition("#")[0]
    if tag_number(tag) is None:
        raise StructureError(f"{key!r} is no tag such as 14.003")
    if isinstance(value, dict) and "png" in value:
        return _pixels(tag, _path(value["png"], source))
    if isinstance(value, dict) and "file" in value:
        return [PlainField(tag, _file(value, source))]
    if not isinstance(value, list):
        return [PlainField(tag, _leaf(key, value))]
    if not any(isinstance(part, list) for part in value):
        numbers = all(isinstance(part, int) and not isinstance(part, bool) for part in value)
        return [PlainField(tag, value if numbers else [[_leaf(key, part) for part in value]])]
    subfields = [part if isinstance(part, list) else [part] for part in value]
    return [PlainField(tag, [[_leaf(key, item) for item in subfield] for subfield in subfields])]


def _leaf(key: str, value: Any) -> Any:
    if isinstance(value, dict) and "hex" in value:
        return _hex(value)
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise StructureError(f"{key}: expected text, a number, a list, or {{ hex = ... }}, not {type(value).__name__}")


def _hex(value: Any) -> bytes:
    if value is None:
        return b""
    try:
        return bytes.fromhex(value["hex"])
    except (KeyError, TypeError, ValueError):
        raise StructureError('expected { hex = "..." }') from None


def _file(value: Any, source: Path) -> bytes:
    path = _path(value.get("file") if isinstance(value, dict) else None, source)
    try:
        return path.read_bytes()
    except OSError as error:
        raise StructureError(f"cannot read {path.name}: {error.strerror}") from None


def _path(name: Any, source: Path) -> Path:
    """A file of the folder; names that leave it are refused."""
    if not isinstance(name, str) or "\0" in name:
        raise StructureError("expected the name of a file")
    path = (source / name).resolve()
    if not path.is_relative_to(source.resolve()):
        raise StructureError(f"{name!r} is outside the folder")
    return path


def _pixels(tag: str, path: Path) -> list[PlainField]:
    """The pixels of a PNG as uncompressed content, with the fields that tell of them."""
    try:
        from PIL import Image
    except ImportError:
        raise MissingDependency("{ png = ... } needs Pillow: pip install 'ebtskit[images]'") from None
    try:
        with Image.open(path, formats=["PNG"]) as opened:
            image = opened.convert("RGB" if opened.mode in ("RGB", "RGBA", "P") else "L")
            width, height = image.size
            pixels = image.tobytes()
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise StructureError(f"cannot read {path.name} as a PNG: {error}") from None
    return [PlainField("HLL", width), PlainField("VLL", height), PlainField(tag, pixels)]


def _fill_in_pixels(record: PlainRecord) -> None:
    """Put size and compression, as the PNG has them, where the manifest does not say them."""
    found = {field.tag: field.content for field in record.fields if field.tag in ("HLL", "VLL")}
    if not found:
        return
    kind = record_class(record.type)
    known: dict[str, Any] = {**found, "CGA": 0 if kind.binary else "NONE"}
    given = {tag_number(field.tag) for field in record.fields}
    added = [
        PlainField(f"{record.type}.{element.number:03d}", known[element.mnemonic], element.mnemonic)
        for element in kind.elements.values()
        if element.mnemonic in known and element.number not in given
    ]
    rest = [field for field in record.fields if field.tag not in ("HLL", "VLL")]
    record.fields = sorted([*rest, *added], key=lambda field: tag_number(field.tag) or 0)


def _assign_idcs(records: list[PlainRecord]) -> None:
    """Records that name no IDC get the next free one."""
    named = [{tag_number(field.tag): field.content for field in record.fields} for record in records]
    used = {int(fields[IDC]) for fields in named if _is_number(fields.get(IDC))}  # type: ignore[arg-type]
    free = (idc for idc in range(100) if idc not in used)
    for record, fields in zip(records[1:], named[1:], strict=True):
        if IDC not in fields and record.whole is None:
            idc = next(free, None)
            if idc is None:
                raise StructureError("every IDC from 0 to 99 is in use")
            content: Leaf | int = idc if record_class(record.type).binary else str(idc)
            record.fields.insert(0, PlainField(f"{record.type}.002", content))


def _is_number(content: object) -> bool:
    return isinstance(content, int) or (isinstance(content, str) and content.isascii() and content.isdigit())
