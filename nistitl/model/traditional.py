"""The traditional encoding as a backing: slices of the input, split and respelled on demand."""

from __future__ import annotations

from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from nistitl.model.context import DCS, VER, Backing
from nistitl.wire.charsets import announced
from nistitl.wire.fields import Fields, Raw, split
from nistitl.wire.frames import setting
from nistitl.wire.grammar import FS, GS, RS, US, Key, keys_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from mmap import mmap
    from struct import Struct

    from nistitl.model.context import Context, RecordPort
    from nistitl.wire.fields import Part

LEN = 1
_LONG = 4096


class Traditional(Backing):
    """Bytes in the traditional encoding, and the context of the records that stand on them.

    `is_input`: they are an input, so that places in them mean something to its reader.
    """

    __slots__ = ("_parted", "_view", "context", "data", "is_input")

    encoding = "traditional"
    title = ""
    holds = ("data", "_view", "_parted")
    tagged = True
    counts_records = True

    def __init__(self, data: bytes | mmap, context: Context, *, is_input: bool = True) -> None:
        self.data = data
        self.is_input = is_input
        self._view: memoryview | None = None
        self.context = context
        self._parted: tuple[Fields, int, list[bytes], list[int]] | None = None

    def rebased(self, context: Context) -> Traditional:
        return Traditional(self.data, context, is_input=self.is_input)

    def again(self) -> Callable[[Context], Traditional]:
        return partial(Traditional, self.data, is_input=self.is_input)

    def detached(self, start: int, end: int, *, is_input: bool) -> tuple[Callable[[Context], Traditional], int]:
        return partial(Traditional, bytes(self.untouched(start, end)), is_input=is_input and self.is_input), start

    def adopted(self, record: RecordPort, context: Context) -> None:
        backing, start, end = record.origin
        if backing.encoding == self.encoding:  # places in another input mean nothing here
            own = backing.is_input and backing.data is self.data
            record.stand_on(Traditional(backing.data, context, is_input=own), start, end)
        else:
            record.rebuild(Traditional(b"", context))

    def announce(self, header: RecordPort, *, charset: bool) -> None:
        """By a look at the bytes of Type-1, which is not split."""
        context, (_, start, end) = self.context, header.origin
        context.told((self.data, start, end))
        if charset and (announcement := setting(self.data, start, end, DCS)):
            context.charset = announced(announcement, header.raw(VER))

    def untouched(self, start: int, end: int) -> memoryview:
        if self._view is None:
            self._view = memoryview(self.data)
        return self._view[start:end]

    def unpack(self, header: Struct, start: int, end: int) -> list[Any] | None:
        """The header of a binary record and what follows it, in one go; None where the record is too short."""
        rest = start + header.size
        return [*header.unpack_from(self.data, start), self.untouched(rest, end)] if end >= rest else None

    def split(self, record: RecordPort, start: int, end: int) -> Fields:
        if start == end:
            return Fields.of([], {})
        if not record.binary:
            return split(self.data, start, end, record.type)
        raws = self.unpack(record.header_struct, start, end)
        if raws is None:  # cut short: what is not there is empty
            raws = []
            for width in record.widths:
                stop = end if width is None else min(start + width, end)
                raws.append(bytes(self.data[start:stop]))
                start = stop
        return Fields(raws, record.header_layout, b"", 0)

    def span(self, record: RecordPort, key: Key, subfield: int | None, item: int | None) -> tuple[int, int] | None:
        _, start, end = record.origin
        fields = record.raw_fields
        at = fields.index.get(key)
        if at is None or end == 0 or not self.is_input:
            return None
        offset, raw = start + fields.offset(at), fields.raws[at]
        if subfield is None or record.binary or key == record.data_field:
            return offset, len(raw)
        subfields, offsets = self._subfields(fields, at)
        if subfield > len(subfields):
            return offset + len(raw), 0
        offset, content = offset + offsets[subfield - 1], subfields[subfield - 1]
        if item is None:
            return offset, len(content)
        pieces = content.split(US)
        if item > len(pieces):
            return offset + len(content), 0
        return offset + sum(len(piece) + 1 for piece in pieces[: item - 1]), len(pieces[item - 1])

    def _subfields(self, fields: Fields, at: int) -> tuple[list[bytes], list[int]]:
        """The subfields of a field and where each begins; kept, as findings ask for one after another."""
        parted = self._parted  # another thread may put another one there
        if parted is None or parted[0] is not fields or parted[1] != at:
            subfields = bytes(fields.raws[at]).split(RS)
            offsets = list(accumulate((len(one) + 1 for one in subfields), initial=0))
            parted = self._parted = (fields, at, subfields, offsets)
        return parted[2], parted[3]

    def respell(self, record: RecordPort) -> list[Raw]:
        return _respell_binary(record) if record.binary else _respell_tagged(record)


def _respell_binary(record: RecordPort) -> list[Raw]:
    cls = record.__class__
    raws: list[Any] = list(record.raw_fields.raws) or [None] * len(cls.widths)
    for key, raw in dict(record.edits or {}).items():
        raws[cls.header_layout.index[key]] = raw
    raws[0] = bytes(4)
    numbers = list(cls.elements)
    if None in raws:
        missing = numbers[raws.index(None)]
        raise record.refused(missing, "is missing; every field of a binary record must be given")
    sizes = list(map(len, raws))
    for number, size, width in zip(numbers, sizes, cls.widths, strict=True):
        if size != width and width is not None:
            raise record.refused(number, f"has {size} bytes, expected {width}")
    if sum(sizes) >= 1 << 32:
        raise record.refused(LEN, "cannot hold a record of 4 GiB or more")
    raws[0] = sum(sizes).to_bytes(4, "big")
    return [b"".join(raws[:-1]), raws[-1]]


def _respell_tagged(record: RecordPort) -> list[Raw]:
    fields, edits = record.raw_fields, dict(record.edits or {})
    kept = all(key in fields.index if raw is not None else key == LEN for key, raw in edits.items())
    heads, raws = _replaced(fields, edits) if kept else _rearranged(record, edits)
    content: list[Raw] = []
    if raws and len(raws[-1]) >= _LONG:  # mostly an image, which is not to be copied twice
        content, raws[-1] = [raws[-1]], b""
    spelled: list[Raw] = [GS] * (3 * len(heads))
    spelled[1::3], spelled[2::3] = heads, raws
    text = b"".join(spelled)
    size = sum(map(len, (text, *content, FS)))
    return [with_len(*_len_part(fields, record.type), size), text, *content, FS]


def _rearranged(record: RecordPort, edits: dict[Key, Raw | None]) -> tuple[list[bytes], list[Any]]:
    """All fields but LEN, in order: as they came, or as edited; new ones before the first greater number."""
    fields, parts = record.raw_fields, record.raw_fields.parts
    arranged: list[Part] = []
    for at, key in arranged_keys(record, edits):
        raw = edits.get(key) if key is not None else None
        if at is None:
            assert isinstance(key, int | tuple) and raw is not None
            arranged.append(_fresh_part(record.type, key, raw))
        elif key != LEN and raw is not None and fields.index[key] == at:
            arranged.append((parts[at][0], b":", raw))
        else:
            arranged.append(parts[at])
    return [tag + colon for tag, colon, _ in arranged], [raw for _, _, raw in arranged]


def arranged_keys(record: RecordPort, edits: dict[Key, Raw | None]) -> Iterator[tuple[int | None, Key | None]]:
    """The fields of an edited record in the order they are written, LEN aside: place in what was read, and key."""
    fields, keys = record.raw_fields, keys_of(record.type)
    fresh = sorted(
        (key for key, raw in edits.items() if raw is not None and key not in fields.index),
        key=lambda key: (key == record.data_field, number_in(key)),
        reverse=True,
    )
    for at, (tag, _, _) in enumerate(fields.parts):
        key = keys[tag]
        if key == LEN and fields.index[LEN] == at:
            continue
        while fresh and fresh[-1] != record.data_field and _precedes(fresh[-1], key, record):
            yield None, fresh.pop()
        if key is None or key == LEN or edits.get(key, b"") is not None:  # a second LEN is none that is written anew
            yield at, key
    yield from ((None, key) for key in reversed(fresh))


def strays(record: RecordPort) -> Iterator[tuple[int, Key | None]]:
    """The pieces that no key reaches, and that are written all the same: what stands twice, and what has no tag.

    Told by their place in the raw fields, with the key that stands twice.
    """
    index, count = record.raw_fields.index, len(record.raw_fields.raws)
    if record.binary or (len(index) == count and None not in index):
        return
    for at, key in arranged_keys(record, dict(record.edits or {})):
        if at is not None and (key is None or index[key] != at):
            yield at, key


def _precedes(fresh: Key, key: Key | None, record: RecordPort) -> bool:
    return isinstance(key, int) and (number_in(fresh) < key or key == record.data_field)


def _replaced(fields: Fields, edits: dict[Key, Raw | None]) -> tuple[list[bytes], list[Any]]:
    """The same where edits neither add nor remove any."""
    heads, raws = list(fields.layout.heads), list(fields.raws)
    for key, raw in edits.items():
        if raw is not None:
            at = fields.index[key]
            heads[at] = heads[at].removesuffix(b":") + b":"
            raws[at] = raw
    if LEN in fields.index:
        del heads[fields.index[LEN]], raws[fields.index[LEN]]
    return heads, raws


def number_in(key: Key) -> int:
    """The number of a field, of a strange tag the number behind its record type."""
    return key if isinstance(key, int) else key[1]


def _fresh_part(record_type: int, key: Key, raw: Raw) -> Part:
    of_type, number = key if isinstance(key, tuple) else (record_type, key)
    return b"%d.%03d" % (of_type, number), b":", raw


def _len_part(fields: Fields, record_type: int) -> tuple[bytes, bytes]:
    """The tag of LEN as it came, and the number as it came (its leading zeros stay)."""
    at = fields.index.get(LEN)
    if at is None:
        return b"%d.001" % record_type, b""
    return fields.layout.heads[at].removesuffix(b":"), bytes(fields.raws[at])


def tagged_fields(record: RecordPort, raws: Mapping[int, Raw]) -> Fields:
    """The fields of a tagged record from their contents by number, LEN as it would be in the traditional encoding.

    For backings whose bytes are not tags and separators.
    """
    order = sorted(raws.keys() - {LEN}, key=lambda number: (number == record.data_field, number))
    parts: list[Part] = [(b"%d.%03d" % (record.type, number), b":", raws[number]) for number in order]
    size = sum(len(tag) + 2 + len(raw) for tag, _, raw in parts) + len(FS)
    tag = b"%d.001" % record.type
    parts.insert(0, (tag, b":", with_len(tag, b"", size).partition(b":")[2]))
    index: dict[Key | None, int] = dict(zip([LEN, *order], range(len(parts)), strict=True))
    return Fields.of(parts, index)


def with_len(tag: bytes, old: bytes, rest: int) -> bytes:
    """`TAG:LEN`, where LEN counts itself."""
    width = len(old) if old[:1] == b"0" and old.isdigit() else 1
    while True:
        text = b"%0*d" % (width, rest + len(tag) + 1 + width)
        if len(text) == width:
            return tag + b":" + text
        width = len(text)
