"""Does a redacted transaction still hold what was to go? A search that knows nothing of how it was redacted.

What is searched for is each value of the input that does not stand in the same field of the output by a row that keeps
it, and what images of the input carried on the side. What is found is told by place, never by value.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from nistitl.declare.items import Sets
from nistitl.exchange.fields import RESPELLED
from nistitl.exchange.kinds import kinds_of
from nistitl.exchange.needles import SHORTEST, Needles, charsets_of
from nistitl.exchange.policy import Spot
from nistitl.exchange.searching import Search
from nistitl.images.claims import claims_of
from nistitl.images.codestream import header_claimed
from nistitl.images.errors import ImageError
from nistitl.images.sides import sides_of
from nistitl.images.streams import nistcom
from nistitl.model.place import Place
from nistitl.xml.strays import Stray, strays

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nistitl.declare.element import Element
    from nistitl.declare.items import Item
    from nistitl.exchange.policy import Policy
    from nistitl.exchange.redaction import Redaction
    from nistitl.exchange.searching import Found
    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction
    from nistitl.wire.grammar import Key

_TEXT = re.compile(rb"[\x20-\x7e]{4,200}")  # in what an image carries on the side
_OF_JPEG = re.compile(rb"(?:4?5)?6789:CDEFGHIJSTUVWXYZ|cdefghijstuvwxyz")  # usual Huffman tables (ITU-T T.81, K.3)
_SEPARATORS = re.compile(r"[\x1c-\x1f]")
_STAYS = ("keep", "shift", "round", "pseudonym")
_LEN, _TYPE_2 = 1, 2
_XML = "xml"
_NOT_FOUND = "text in its pixels, sensor noise, quantisation tables and encoder versions are not found"


class Standing(Enum):
    """Why something of the input stands in the output."""

    LEFT = "left"  # no row keeps it
    KEPT = "kept"  # on purpose: a row keeps, shifts or rounds what it stands in
    MADE = "made"  # in a value that is computed, or that the declarations permit: it reads alike by chance


class Trace(NamedTuple):
    """Something that was to go and stands in the output: where, and why."""

    standing: Standing
    record: int | None  # None of what stands between records
    path: str
    byte: int | None  # in the output, from 0; None where the field has no place of its own
    inside: str = ""  # "base64", "hex" or "zlib"

    @property
    def text(self) -> str:
        """The trace in words; never a value."""
        where = f"record {self.record}, {self.path}" if self.record is not None else self.path
        at = f", byte {self.byte}" if self.byte is not None else ""
        return f"{where}{at}{f', inside {self.inside}' if self.inside else ''}"

    def to_dict(self) -> dict[str, object]:
        """The trace as plain values."""
        return {**self._asdict(), "standing": self.standing.value}


class Unseen(NamedTuple):
    """An image, or other coded data, that is in the output: what of it is not searched."""

    record: int
    path: str

    @property
    def text(self) -> str:
        """What a search does not find in it."""
        return f"record {self.record}, {self.path}: {_NOT_FOUND}"


@attrs.frozen(slots=True)
class Verification:
    """What a search of a redacted transaction found; `values` were searched for, `short` were not."""

    traces: tuple[Trace, ...]
    unseen: tuple[Unseen, ...]
    values: int
    short: int
    exhausted: bool = False  # more was deflated than is looked into

    @property
    def left(self) -> tuple[Trace, ...]:
        """What stands there though no row keeps it."""
        return tuple(trace for trace in self.traces if trace.standing is Standing.LEFT)

    def count(self, standing: Standing) -> int:
        """How many traces stand for that reason."""
        return sum(trace.standing is standing for trace in self.traces)

    def lines(self) -> Iterator[str]:
        """What is to be said of it, line by line; never a value."""
        for trace in self.left:
            yield f"still there: {trace.text}"
        for trace in self.traces:
            if trace.standing is Standing.KEPT:
                yield f"kept on purpose: {trace.text}"
        for unseen in self.unseen:
            yield unseen.text
        yield (
            f"{self.values} values searched for: {len(self.left)} places still hold one, {self.count(Standing.KEPT)} "
            f"hold one on purpose, {self.count(Standing.MADE)} read like one by chance"
        )
        yield f"{self.short} values of fewer than {SHORTEST} characters are not searched for, nor is anything in " + (
            "entropy-coded data but for eight characters or more as they stand"
        )
        if self.exhausted:
            yield "more is deflated there than is looked into"

    def to_dict(self) -> dict[str, object]:
        """The result as plain values; never a value of the file."""
        return {
            "values": self.values,
            "short": self.short,
            "left": [trace.to_dict() for trace in self.left],
            "kept": [trace.to_dict() for trace in self.traces if trace.standing is Standing.KEPT],
            "made": self.count(Standing.MADE),
            "unseen": [unseen._asdict() for unseen in self.unseen],
            "exhausted": self.exhausted,
        }


def verify(before: Transaction, after: Transaction, redaction: Redaction[Any]) -> Verification:
    """What of `before` stands in `after`, which is what was written, read anew.

    Takes time that grows with the size of both, and memory for about seventy times the text that was to go.
    """
    judge = _Judge(before, after, redaction)
    needles = Needles(charsets_of(before, after))
    for text in _of_records(before, judge):
        needles.add(text)
    of_records = frozenset(needles.keys.values())
    for text in _beside_records(before):
        needles.add(text)
    judge.beside = frozenset(needles.keys.values()) - of_records
    search = Search(needles)
    traces = tuple(_each_once(_traces(after, search, judge)))
    unseen = tuple(
        Unseen(at, f"{record.type}.{number:03d}")
        for at, record in enumerate(after)
        if (number := _data_of(record)) is not None and record.raw(number) and judge.keeps(Place(record, number))
    )
    return Verification(traces, unseen, needles.values, needles.short, search.exhausted)


def _each_once(traces: Iterable[Trace]) -> Iterator[Trace]:
    """What is left wherever it stands; the rest once for each place, by where it first stands."""
    seen: set[Trace] = set()
    for trace in traces:
        place = trace if trace.standing is Standing.LEFT else trace._replace(byte=None)
        if place not in seen:
            seen.add(place)
            yield trace


# -- what is to go ----------------------------------------------------------------------------


def _of_records(before: Transaction, judge: _Judge) -> Iterator[str]:
    """The values of the input that do not stay where they are, and what its images carry on the side."""
    for at, record in enumerate(before):
        for key in record.keys():  # noqa: SIM118
            if key == _data_of(record):
                yield from _on_the_side(record)
            elif not record.binary and key != _LEN:
                stays = judge.staying(at, key)
                yield from (text for text in _texts(record, key) if text not in stays)


def _beside_records(before: Transaction) -> Iterator[str]:
    """What stands in no field of the input."""
    start, end, between = before.surroundings()
    decode = before.context.charset.decode
    for gap in (start, end, *between) if before.encoding != _XML else ():
        yield from _SEPARATORS.split(decode(gap).strip())
    for stray in strays(bytes(before)) if before.encoding == _XML else ():
        if not stray.field:
            yield stray.text


def _on_the_side(record: Record) -> Iterator[str]:
    """The words of what an image carries on the side, without those that its format is made of."""
    for _, content in _sides(record):
        for match in _TEXT.finditer(_OF_JPEG.sub(b"", content)):
            yield from (word for word in match[0].decode("ascii").split() if word not in nistcom.TERMS)


def _texts(record: Record, key: Key) -> list[str]:
    """The values in a field, subfields and items apart."""
    raw = bytes(record.raw(key) or b"")
    return [text for text in _SEPARATORS.split(record.context.charset.decode(raw)) if text]


# -- what stands there ------------------------------------------------------------------------


def _traces(after: Transaction, search: Search, judge: _Judge) -> Iterator[Trace]:
    told: dict[int, set[str]] = {}
    for at, record in enumerate(after):
        seen = told[at] = set()
        for key in record.keys():  # noqa: SIM118
            for found, trace in _in_field(record, key, at, search, judge):
                seen.add(found.key)
                yield trace
    if after.encoding == _XML:
        yield from _in_markup(after, search, told, judge)
        return
    start, end, between = after.surroundings()
    low = after.records[0].origin[1] - len(start)
    places = [("before the records", start, low)]
    places += [(f"behind record {at}", gap, after.records[at].origin[2]) for at, gap in enumerate(between)]
    places.append(("behind the records", end, after.records[-1].origin[2]))
    for path, gap, begin in places:
        yield from (Trace(Standing.LEFT, None, path, begin + one.at, one.inside) for one in search.in_text(gap))


def _in_field(record: Record, key: Key, at: int, search: Search, judge: _Judge) -> Iterator[tuple[Found, Trace]]:
    place = Place(record, key)
    raw, span = bytes(record.raw(key) or b""), record.span(key, None, None)
    begin = span[0] if span is not None else None
    spelled = span is not None and span[1] == len(raw)  # XML may spell it otherwise
    if key == _data_of(record):
        pieces = [(0, raw, True), *((start, content, False) for start, content in _sides(record))]
    else:
        pieces = [(0, raw, False)]
    for start, content, coded in pieces:
        found = search.in_text(content)
        if coded:  # a word of the input may be one that every NISTCOM has
            found = (one for one in search.in_coded(content) if one.key.upper() not in nistcom.TERMS)
        for one in found:
            standing, path = Standing.LEFT, place.path
            if key != _data_of(record) and not record.binary:
                standing, path = judge.standing(at, place, raw, one)
            elif coded and one.key in judge.beside and judge.unchanged(at, place, raw):
                standing = Standing.KEPT  # a copy of the image stood beside the records
            byte = None if begin is None else begin + start + one.at if spelled else begin
            yield one, Trace(standing, at, path, byte, one.inside)


def _in_markup(after: Transaction, search: Search, told: dict[int, set[str]], judge: _Judge) -> Iterator[Trace]:
    """What stands in comments, attributes, names and text that no field has told of already."""
    spans = [record.origin[1:] for record in after]
    places = [_Spelled(record) for record in after]
    for stray in strays(bytes(after)):
        at = next((n for n, (start, end) in enumerate(spans) if start <= stray.at < end), None)
        known = told[at] if at is not None and stray.field else ()
        if at is not None and _is_data(after.records[at], stray):
            continue
        raw = stray.text.encode("utf-8", "surrogateescape")
        for one in search.in_text(raw):
            if one.key in known:
                continue
            place = places[at].place(stray, one.size == len(raw)) if at is not None and stray.field else None
            if at is not None and place is not None:
                yield Trace(judge.standing_at(at, place), at, place.path, stray.at, one.inside)
            else:
                yield Trace(Standing.LEFT, at, stray.what, stray.at, one.inside)


class _Spelled:
    """Where a document spells the values of a record, which may read otherwise there: numbers of bytes, indicators."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._spans: list[tuple[int, int, Place]] | None = None

    def place(self, stray: Stray, whole: bool) -> Place | None:
        """The value that a text spells; None where it says more. `whole`: what was found is all of the text."""
        if self._spans is None:
            self._spans = [(*span, place) for place in _values(self._record) if (span := place.span) is not None]
        around = [one for one in self._spans if one[0] <= stray.at < one[0] + max(one[1], 1)]
        if not around:
            return None
        start, length, place = min(around, key=lambda one: one[1])
        alone = start + length <= stray.at + len(stray.text)
        return place if (whole and alone) or stray.text in place.text else None


def _values(record: Record) -> Iterator[Place]:
    """The values of a record: items, and fields of bytes."""
    for key in record.keys():  # noqa: SIM118
        if record.binary:
            yield Place(record, key)
        elif key != _data_of(record):
            yield from (item for subfield in Place(record, key).subfields for item in subfield.items)


def _is_data(record: Record, stray: Stray) -> bool:
    number = _data_of(record)
    span = record.span(number, None, None) if number is not None else None
    return span is not None and span[0] <= stray.at < span[0] + max(span[1], 1)


def _data_of(record: Record) -> int | None:
    return max(record.elements) if record.binary else record.data_field


def _sides(record: Record) -> list[tuple[int, bytes]]:
    """What an image carries on the side, each with where it begins; nothing where its format is not known."""
    try:
        claims = claims_of(record)
        header = header_claimed(claims)
    except ImageError:
        return []
    data = bytes(claims.data or b"")
    return [(side.start, data[side.start : side.end]) for side in sides_of(data, header.codec)]


# -- why it stands there ----------------------------------------------------------------------


class _Judge:
    """Says which values of the output a policy keeps, and which it has made."""

    def __init__(self, before: Transaction, after: Transaction, redaction: Redaction[Any]) -> None:
        self.before = before.records
        self.after = after.records
        self.made = redaction.transaction.records
        self.policy: Policy = redaction.policy
        self.origins = redaction.origins
        self.made_of = {origin: at for at, origin in enumerate(redaction.origins) if origin is not None}
        type2 = redaction.profile.layer.kinds if redaction.profile is not None else {}
        self.kinds = {kind: kinds_of(kind, type2) for kind in range(1, 100)}
        self.dictionary = redaction.profile.dictionary if redaction.profile is not None else None
        self.permitted = {
            (step.record, step.path) for step in redaction.steps if step.action in ("permitted", "replace", "computed")
        }

        spelled = (step for step in redaction.steps if step.action == RESPELLED)
        self.respelled = {(step.record, ".".join(step.path.split(".")[:2])) for step in spelled}
        self.beside: frozenset[str] = frozenset()  # keys of what stood in no field of the input

    def staying(self, origin: int, key: Key) -> frozenset[str]:
        """The values of a field of the input that a row keeps where they are."""
        at = self.made_of.get(origin)
        if at is None or self.after[at].raw(key) is None:
            return frozenset()
        record = self.after[at]
        if isinstance(key, int) and key in type(record).computed:
            return frozenset(_texts(record, key))
        items = (item for subfield in Place(record, key).subfields for item in subfield.items)
        return frozenset(item.text for item in items if self.keeps(item))

    def standing(self, at: int, field: Place, raw: bytes, found: Found) -> tuple[Standing, str]:
        """Why a value stands in a field of the output, and the path of the item that it stands in."""
        origin = self.origins[at] if at < len(self.origins) else None
        item = _item_at(field, raw, found)
        return self.standing_at(at, item), field.path if origin is None else item.path

    def standing_at(self, at: int, item: Place) -> Standing:
        """Why a value of the output is what it is."""
        record, key = item.record, item.key
        origin = self.origins[at] if at < len(self.origins) else None
        computed = isinstance(key, int) and key in (_LEN, *type(record).computed)  # type: ignore[attr-defined]
        if origin is None or computed:
            return Standing.MADE
        source, action = self.before[origin], self._action(item)
        if record.binary:
            same = source.raw(key) is not None and bytes(source.raw(key) or b"") == bytes(record.raw(key) or b"")
        else:
            same = source.raw(key) is not None and item.text in _texts(source, key)
        field = Place(record, key)
        noted = bool({(origin, field.path), (origin, item.path)} & self.permitted)
        stays = same or (origin, field.path) in self.respelled if action == "keep" else not noted
        if action in _STAYS and stays:
            return Standing.KEPT
        return Standing.MADE if noted or (action == "replace" and not same) else Standing.LEFT

    def unchanged(self, at: int, field: Place, raw: bytes) -> bool:
        """True where a row keeps a field, and it is what redaction left of it."""
        origin = self.origins[at] if at < len(self.origins) else None
        return origin is not None and self.keeps(field) and bytes(self.made[at].raw(field.key) or b"") == raw

    def keeps(self, place: Place) -> bool:
        """True where a row keeps what stands there."""
        return self._action(place) == "keep"

    def _action(self, place: Place) -> str | None:
        """What the policy does with what stands at a place; None where no row speaks of it."""
        kind, key = place.record.type, place.key
        if not isinstance(key, int):
            return None
        element = place.element
        if kind == _TYPE_2 and key > _TYPE_2:
            element = self.dictionary.by_number(key) if self.dictionary is not None else None
        if element is None:
            return None
        item = _declared_item(place, element)
        kinds = self.kinds[kind]
        if item is None:
            spot = Spot(kind, key, element.mnemonic, kinds.of_field(element))
        else:
            spot = Spot(kind, key, element.mnemonic, kinds.of_item(element, item), place.item, item.mnemonic)
        rule = self.policy.rule_for(spot)
        return None if rule is None else rule.action


def _declared_item(place: Place, element: Element) -> Item | None:
    """The declaration of an item by that of its field: what is read anew may not say which profile its Type-2 is of."""
    if place.item is None or place.subfield is None or not isinstance(element.value, Sets):
        return None
    pieces = bytes(Place(place.record, place.key, place.subfield).raw).split(b"\x1f")
    at = 0
    for row, own in element.value.of(place.subfield).dealt(pieces):
        at += max(len(own), 1)
        if place.item <= at:
            return row
    return None


def _item_at(field: Place, raw: bytes, found: Found) -> Place:
    """The item of a field in which a byte stands."""
    subfield = raw.count(b"\x1e", 0, found.at)
    begin = raw.rfind(b"\x1e", 0, found.at) + 1
    items = field.subfields[subfield].items
    return items[min(raw.count(b"\x1f", begin, found.at), len(items) - 1)]
