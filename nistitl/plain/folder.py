"""`unpack` and `pack`: a transaction as a folder, one TOML manifest of all text and one file per image.

In the manifest a field is text, or a list of subfields, each a list of items; a flat list follows the declaration.
Bytes that are no text are { hex = "..." }, binary content { file = "name" }. A tag that stands twice
ends in #2, #3 ... In damaged records a piece without tag has a key that begins with an exclamation mark,
and a field whose tag is none too: { tag = "as it came", value = ... }. What is left out is computed: LEN,
CNT, and the IDC of a record unless it says idc = false. { image = "name", codec = "WSQ20", bitrate = 0.75 } takes
the pixels of any picture, encodes them by that algorithm, the one that the record names, or not at all, and
fills in the fields that tell of them, the resolution too; fields that are given must be true of them. Beside
the name: ppi where the file says none, page, resample, upsample, gray, eight_bits, background. Prints become gray.
{ png = "name" } is the same of a PNG, in its own colours. Types 7, 21, 22, 99 and others
that describe no image take a PNG as a { file } only. Where an image says another
resolution than its record, pack refuses, unless override_ppi = true stands beside the name; where its EXIF
asks for a turn, unless turn = false does (the pixels of a PNG are turned). unpack writes these where it was
so before.
"""

from __future__ import annotations

import json
import os
import tomllib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nistitl.base.errors import ITLError, StructureError
from nistitl.base.files import write_atomically
from nistitl.images.errors import ImageError
from nistitl.images.hints import in_toml
from nistitl.images.labels import shown_in
from nistitl.images.orientation import refusal
from nistitl.images.record import ImageRecord
from nistitl.images.scale import contradictions, density_said, differing
from nistitl.images.sides import orientation_stored
from nistitl.images.streams.exif import UPRIGHT
from nistitl.images.suffixes import SAYING, suffix_of
from nistitl.model.opening import TRADITIONAL, opened
from nistitl.model.transaction import Transaction
from nistitl.plain.building import transaction_bytes
from nistitl.plain.dicts import digits_of
from nistitl.plain.pictures import Shown, add_picture, image_shown, png_shown
from nistitl.plain.reading import plain_of
from nistitl.plain.values import (
    FORMAT,
    IDC,
    PlainContent,
    PlainField,
    PlainItem,
    PlainRecord,
    PlainTransaction,
    is_number,
    plain_idc,
    tag_number,
    tag_type,
)
from nistitl.records import record_class

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nistitl.model.record import Record

MANIFEST = "transaction.toml"
_DATA = 999  # of the records that say the type of their data

_HEAD = f"""\
# A transaction of ANSI/NIST-ITL, unpacked by nistitl. Edit text, replace files, then pack it again.
# [[a, b], [c, d]] is two subfields of two items; LEN and CNT are computed.
format = "{FORMAT}"
"""
_OVERRIDE, _TURN = "override_ppi", "turn"


# -- unpack -----------------------------------------------------------------------------------


def new_folder(folder: str | Path) -> Path:
    """A folder for a manifest, made if need be. ITLError where it cannot be made or has one already."""
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise ITLError(f"cannot make the folder {target.name}: {getattr(error, 'strerror', None) or error}") from error
    if os.path.lexists(target / MANIFEST):
        raise StructureError(f"{target.name} already holds a {MANIFEST}; give a folder of its own")
    return target


def unpack(tx: Transaction, folder: str | Path) -> list[str]:
    """Write a transaction into a folder, made if need be; the names of the files. ITLError if it cannot be.

    A folder holds a traditional transaction; of another encoding, give `tx.convert("traditional").transaction`.
    File names are made of record index, type and IDC, never of what the transaction says.
    """
    if not tx.backing.tagged:
        raise ITLError("a folder holds a transaction in the traditional encoding; convert it first: nistitl convert")
    plain = plain_of(tx)
    target = new_folder(folder)
    written: list[str] = []

    def keep(name: str, content: bytes) -> str:
        write_atomically(target / name, [content], follow=False)
        written.append(name)
        return name

    head = f"{_HEAD}charset = {_quoted(plain.charset)}\n" if plain.charset else _HEAD
    lines = [head, *_surrounding("before", plain.before), *_surrounding("after", plain.after)]
    for at, (record, own) in enumerate(zip(plain.records, tx, strict=True)):
        shown = shown_in(own) if isinstance(own, ImageRecord) else ""
        lines += _record_lines(
            at, record, keep, _exceptions(own), shown, own.data_field or max(own.elements, default=0)
        )
    keep(MANIFEST, "\n".join([*lines, ""]).encode("utf-8"))
    return written


def _surrounding(name: str, raw: bytes) -> list[str]:
    return [f'{name} = {{ hex = "{raw.hex()}" }}'] if raw else []


def _exceptions(record: Record) -> str:
    """What stands behind the name of an image that is of another resolution than its record says, or to be turned."""
    if not isinstance(record, ImageRecord):
        return ""
    override = f", {_OVERRIDE} = true" if contradictions(record) else ""
    return override if orientation_stored(record) == UPRIGHT else f"{override}, {_TURN} = false"


def _record_lines(
    at: int, record: PlainRecord, keep: Callable[[str, bytes], str], exceptions: str, shown: str, image: int
) -> Iterator[str]:
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
    if at and not _says_idc(record):
        yield "idc = false"
    yield "[record.field]"
    seen: dict[str, int] = {}
    named = not shown  # one field alone gets the name of what the image shows
    types: dict[int | None, str] = {_DATA: _said(record)}
    for place, field in enumerate(record.fields):
        seen[field.tag] = seen.get(field.tag, 0) + 1
        key = field.tag if seen[field.tag] == 1 else f"{field.tag}#{seen[field.tag]}"
        said = types.get(tag_number(field.tag), "")
        mine = not named and tag_number(field.tag) == image and tag_type(field.tag) == record.type
        named |= mine
        name = f"{at:03d}-{shown}" if mine else f"{stem}-{place:03d}"
        value = _value(field.content, name, keep, exceptions, said)
        if not field.tagged:
            key, value = f"!{place}", _quoted(field.tag)
        elif tag_number(field.tag) is None:
            key, value = f"!{place}", f"{{ tag = {_quoted(field.tag)}, value = {value} }}"
        yield f"{_quoted(key)} = {value}{_remark(record, field)}"


def _value(content: PlainContent, stem: str, keep: Callable[[str, bytes], str], exceptions: str, said: str) -> str:
    if isinstance(content, bytes) and content:
        return f"{{ file = {_quoted(keep(stem + suffix_of(content, said), content))}{exceptions} }}"
    return _toml(content)


def _said(record: PlainRecord) -> str:
    """The type of its data as the record says it; empty where it does not."""
    fields = (field for field in record.fields if tag_number(field.tag) == SAYING.get(record.type, 0))
    content: object = next((field.content for field in fields), "")
    while isinstance(content, list):
        content = content[0] if content else ""
    return content if isinstance(content, str) else ""


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
    if len(content) == 1 and isinstance(content[0], list) and len(content[0]) == 1 and isinstance(content[0][0], bytes):
        return _toml(content[0][0])
    return f"[{', '.join(_toml(part) for part in content)}]"


def _quoted(text: str) -> str:
    """A TOML string; what an editor or a terminal would obey rather than show is escaped."""
    quoted = json.dumps(text, ensure_ascii=False)
    return quoted if quoted.isprintable() else "".join(map(_shown, quoted))


def _shown(char: str) -> str:
    if char.isprintable():
        return char
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


# -- pack -------------------------------------------------------------------------------------


def pack(folder: str | Path, *, override_ppi: bool = False) -> bytes:
    """The bytes of the transaction that a folder holds. ITLError, with the place, where it is not right.

    An image that says another resolution than its record is refused unless `override_ppi`, here or in the manifest.
    """
    source = Path(folder)
    try:
        text = _read(source / MANIFEST).decode("utf-8")
        manifest = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # not UTF-8, not TOML, a number or a nesting beyond reason
        raise StructureError(f"{MANIFEST}: {error}") from None
    if manifest.get("format") != FORMAT:
        raise StructureError(f'{MANIFEST}: expected format = "{FORMAT}"')
    rows = manifest.get(
        "record", [] if "before" in manifest or "after" in manifest else None
    )  # it may hold no record at all
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise StructureError(f"{MANIFEST}: expected [[record]] tables")
    records: list[PlainRecord] = []
    for at, row in enumerate(rows):
        with _placed(text, at):
            records.append(_record(row, source, records[0] if records else PlainRecord(1)))
    with _placed(text):
        _assign_idcs(records, [row.get("idc", True) is not False for row in rows])
        around = _hex(manifest.get("before")), _hex(manifest.get("after"))
        data = transaction_bytes(PlainTransaction(records, *around, manifest.get("charset", "")))
    tx = opened(Transaction, TRADITIONAL, TRADITIONAL.frame(data), "tolerant")
    for at in _comparable(records, tx):
        with _placed(text, at):
            _check_image(records[at], tx.records[at], override_ppi)
    return data


@contextmanager
def _placed(text: str, at: int | None = None) -> Iterator[None]:
    """Around what is done for a record: its errors say the manifest, the line, and the record."""
    try:
        yield
    except (StructureError, ImageError) as error:
        at = getattr(error, "at", at)
        said = in_toml(str(error))
        if at is None:
            raise StructureError(f"{MANIFEST}: {said}") from None
        line, kind = line_of_field(text, at, said.partition(" ")[0].strip(":'"))
        raise StructureError(f"{MANIFEST}, line {line}: record {at}{kind}: {said}") from None


def line_of_field(text: str, at: int, tag: str) -> tuple[int, str]:
    """The line of a manifest where a record has a field, where it begins if that has none; and ` (Type-4)`."""
    found, kind, count = 1, "", -1
    for number, line in enumerate(text.splitlines(), 1):
        key, equals, value = (part.strip() for part in line.partition("="))
        if key.startswith("[[record]]"):
            count += 1
            found = number if count == at else found
        elif count == at and equals:
            kind = f" (Type-{value.partition('#')[0].strip()})" if key == "type" else kind
            if key.strip("\"'") == tag:
                return number, kind
    return found, kind


def _comparable(plain: list[PlainRecord], tx: Transaction) -> Iterator[int]:
    """The places of the records with images; none where records are damaged, which are packed as they were."""
    if [record.type for record in plain] == [record.type for record in tx.records]:
        rows = enumerate(zip(plain, tx.records, strict=True))
        yield from (at for at, (said, own) in rows if said.whole is None and isinstance(own, ImageRecord))


def _check_image(said: PlainRecord, record: Any, override_ppi: bool) -> None:
    """StructureError where an image is to be turned, or of another resolution than its record says, and may not."""
    orientation = orientation_stored(record)
    if orientation != UPRIGHT and all(field.turn for field in said.fields):
        raise StructureError(
            f"{refusal(orientation, 'turn the image in the file')}, "
            f"or write {_TURN} = false beside its name to keep it as it is"
        )
    if override_ppi or any(field.override_ppi for field in said.fields):
        return
    told = next((field.told for field in said.fields if field.told is not None), None)
    for density in contradictions(record, told):
        raise StructureError(
            f"{differing(density, density_said(record))}; correct one of them, "
            f"or write {_OVERRIDE} = true beside the name of the file, or pack with --override-ppi"
        )


def _record(row: dict[str, Any], source: Path, first: PlainRecord) -> PlainRecord:
    kind = row.get("type")
    if not is_number(kind) or not 1 <= kind <= 99:
        raise StructureError("type is no record type from 1 to 99")
    after = _hex(row.get("after"))
    if "bytes" in row:
        return PlainRecord(kind, whole=_file(row["bytes"], source), after=after)
    fields = row.get("field", {})
    if not isinstance(fields, dict):
        raise StructureError("expected a table [record.field]")
    record = PlainRecord(
        kind,
        terminated=bool(row.get("terminated", True)),
        len_digits=digits_of(row, "len_digits"),
        idc_digits=digits_of(row, "idc_digits"),
        after=after,
    )
    pictures = {key: value for key, value in fields.items() if _is_picture(key, value)}
    for key, value in fields.items():
        if key not in pictures:
            with _keyed(key):
                record.fields.append(_field(key, value, source))
    for key, value in pictures.items():
        with _keyed(key):
            add_picture(record, first, _tag(key), _picture(kind, value, source))
    return record


@contextmanager
def _keyed(key: str) -> Iterator[None]:
    """Around what is done for a key of the manifest: its errors begin with it."""
    try:
        yield
    except (StructureError, ImageError) as error:
        said = str(error) if str(error).startswith((key, repr(key))) else f"{key}: {error!s}"
        raise StructureError(said) from None


def _is_picture(key: str, value: Any) -> bool:
    return isinstance(value, dict) and ("png" in value or "image" in value) and not key.startswith("!")


def _picture(kind: int, value: dict[str, Any], source: Path) -> Shown:
    """The picture that a table of a manifest names."""
    overridden, turning = _overridden(value), _turning(value)
    path = _path(value["image"] if "image" in value else value["png"], source)
    if "image" not in value:
        return png_shown(path.name, _read(path), overridden, turning)
    if path.exists() and not path.is_file():
        raise StructureError(f"cannot read {path.name}: it is no file")
    return image_shown(kind, path.name, path, value, overridden, turning)


def _tag(key: str) -> str:
    """The tag of a key, which may say that it stands there again."""
    tag = key.partition("#")[0]
    if tag_number(tag) is None:
        raise StructureError(f"{key!r} is no tag such as 14.003")
    return tag


def _field(key: str, value: Any, source: Path) -> PlainField:
    if not key.startswith("!"):
        tag = _tag(key)
        content = _content(key, value, source)
        return PlainField(tag, content, override_ppi=_overridden(value), turn=_turning(value))
    if isinstance(value, str):
        return PlainField(value, b"", tagged=False)
    if not isinstance(value, dict) or not isinstance(value.get("tag"), str):
        raise StructureError(f"{key}: expected text, or {{ tag = ..., value = ... }}")
    return PlainField(value["tag"], _content(key, value.get("value"), source))


def _overridden(value: Any) -> bool:
    return isinstance(value, dict) and value.get(_OVERRIDE) is True


def _turning(value: Any) -> bool:
    return not (isinstance(value, dict) and value.get(_TURN) is False)


def _content(key: str, value: Any, source: Path) -> PlainContent:
    if isinstance(value, dict) and "file" in value:
        return _file(value, source)
    if not isinstance(value, list):
        item: PlainContent = _item(key, value)
        return item
    if not any(isinstance(part, list) for part in value):
        flat: list[Any] = [_item(key, part) for part in value]  # what it means is its declaration's to say
        return flat
    subfields = [part if isinstance(part, list) else [part] for part in value]
    return [[_item(key, item) for item in subfield] for subfield in subfields]


def _item(key: str, value: Any) -> Any:
    if isinstance(value, dict) and "hex" in value:
        return _hex(value)
    if isinstance(value, str) or is_number(value):
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
    return _read(_path(value.get("file") if isinstance(value, dict) else None, source))


def _read(path: Path) -> bytes:
    """The bytes of a file; of a pipe or a device, which may never end, none are read."""
    try:
        if path.exists() and not path.is_file():
            raise StructureError(f"cannot read {path.name}: it is no file")
        return path.read_bytes()
    except OSError as error:
        raise StructureError(f"cannot read {path.name}: {error.strerror}") from None


def _path(name: Any, source: Path) -> Path:
    """A file of the folder; names that leave it are refused."""
    if not isinstance(name, str) or not name or "\0" in name:
        raise StructureError("expected the name of a file; fill in file = ...")
    try:
        path = (source / name).resolve()
    except (OSError, RuntimeError) as error:  # links that lead in a circle, as older Pythons tell it
        raise StructureError(f"{name!r} leads nowhere: {error}") from None
    if not path.is_relative_to(source.resolve()):
        raise StructureError(f"{name!r} is outside the folder")
    return path


def _assign_idcs(records: list[PlainRecord], wanted: list[bool]) -> None:
    """Records that name no IDC, and are to have one, get the next free one."""
    said = {plain_idc(record) for record in records[1:] if _says_idc(record)}
    used = {int(text) for text in said if text.isascii() and text.isdigit() and len(text) < 10}
    free = (idc for idc in range(100) if idc not in used)
    for record, wants in list(zip(records, wanted, strict=True))[1:]:
        if wants and record.whole is None and not _says_idc(record):
            idc = next(free, None)
            if idc is None:
                raise StructureError("every IDC from 0 to 99 is in use")
            content: PlainItem | int = idc if record_class(record.type).binary else str(idc)
            record.fields.insert(0, PlainField(f"{record.type}.002", content))


def _says_idc(record: PlainRecord) -> bool:
    return any(tag_number(field.tag) == IDC for field in record.fields)
