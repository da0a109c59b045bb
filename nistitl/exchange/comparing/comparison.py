"""Two transactions side by side: records paired, then their fields, images and minutiae compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from nistitl.base.errors import ITLError, needing
from nistitl.exchange.comparing.aligning import aligned
from nistitl.exchange.comparing.difference import (
    Difference,
    FieldChange,
    ImageChange,
    Kind,
    MinutiaChange,
    RecordChange,
    RecordPair,
    SpellingChange,
)
from nistitl.exchange.comparing.matching import DEGREES, MILLIMETRES
from nistitl.exchange.comparing.pairing import moved, paired
from nistitl.exchange.comparing.saying import Content, same_said
from nistitl.exchange.comparing.strays import strays
from nistitl.images.record import ImageRecord
from nistitl.minutiae.record import MinutiaeRecord
from nistitl.model.place import Place
from nistitl.model.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Sized

    from nistitl.exchange.comparing.features import Matching
    from nistitl.exchange.comparing.pairing import Pair
    from nistitl.model.record import Record
    from nistitl.wire.grammar import Key

_LEN, _IDC, _CNT, _DCS = 1, 2, 3, 15
_INDICES = ("IDX", "MDX", "MAN")  # by which ridge counts name a minutia


def compare(
    before: Transaction,
    after: Transaction,
    *,
    millimetres: float = MILLIMETRES,
    degrees: float = DEGREES,
    pixels: bool = True,
) -> Difference:
    """What is different; see `Transaction.diff`. Without `pixels` images are told by their bytes alone."""
    if not isinstance(after, Transaction):
        raise ITLError(f"expected a transaction to compare with, not {type(after).__name__}; nistitl.read gives one")
    if not (millimetres >= 0 and 0 <= degrees <= 180):
        raise ITLError("minutiae go together within 0 or more millimetres and 0 to 180 degrees")
    comparison = _Comparison(before, after, millimetres, degrees, pixels)
    comparison.run()
    return Difference(
        tuple(comparison.records), tuple(comparison.fields), tuple(comparison.images), tuple(comparison.minutiae),
        tuple(comparison.spelling), tuple(comparison.notes), before, after,
    )  # fmt: skip


class _Comparison:
    """What has been found so far."""

    def __init__(
        self, before: Transaction, after: Transaction, millimetres: float, degrees: float, pixels: bool
    ) -> None:
        self.before, self.after = before, after
        self.tolerances = millimetres, degrees
        self.pixels = pixels
        self.records: list[RecordChange] = []
        self.fields: list[FieldChange] = []
        self.images: list[ImageChange] = []
        self.minutiae: list[MinutiaChange] = []
        self.spelling: list[SpellingChange] = []
        self.notes: list[str] = []

    def run(self) -> None:
        one, other = self.before, self.after
        if _encoding_of(one) != _encoding_of(other):
            self.spelling.append(SpellingChange("encoding", None, "", "", _encoding_of(one), _encoding_of(other)))
        pairs = paired(one.records, other.records)
        self._tell_records(pairs)
        for at, to in pairs:
            if at is not None and to is not None:
                mine, theirs = one.records[at], other.records[to]
                self._compare(RecordPair(mine.type, mine.idc, at, to), mine, theirs)
        self._compare_counts()
        if not self._count() and bytes(one) != bytes(other):
            self.spelling.append(SpellingChange("around"))

    def _count(self) -> int:
        """How many differences have been found."""
        found: tuple[Sized, ...] = (self.records, self.fields, self.images, self.minutiae, self.spelling)
        return sum(map(len, found))

    # -- records ------------------------------------------------------------------------------

    def _tell_records(self, pairs: list[Pair]) -> None:
        elsewhere = moved(pairs)
        for at, to in pairs:
            if at is None and to is not None:
                record = self.after.records[to]
                self.records.append(RecordChange("added", RecordPair(record.type, record.idc, None, to)))
            elif at is not None and (to is None or at in elsewhere):
                record = self.before.records[at]
                kind = RecordPair(record.type, record.idc, at, to)
                self.records.append(RecordChange("removed" if to is None else "moved", kind))

    def _compare_counts(self) -> None:
        """CNT follows the records: it is told only where nothing of them explains that it is another one."""
        one, other = self.before.header, self.after.header
        if one is None or other is None or self.records or any(change.mnemonic == "IDC" for change in self.fields):
            return
        mine, theirs = Content(one, _CNT, one.element(_CNT)), Content(other, _CNT, other.element(_CNT))
        if mine.raw != theirs.raw:
            self._spelled("count", RecordPair(1, None, 0, 0), mine, theirs)

    def _compare(self, pair: RecordPair, one: Record, other: Record) -> None:
        """The fields of two records; what follows edits is aside."""
        alike = _encoding_of(self.before) == _encoding_of(self.after) and one.context.charset == other.context.charset
        if alike and one == other:
            return
        found = self._count()
        aside = (_LEN, _CNT) if pair.type == 1 else (_LEN,)
        blocks = self._matchings(pair, one, other)
        for key in _keys_of(one, other):
            if key not in aside:
                self._compare_field(pair, one, other, key, blocks.get(key))
        self._compare_strays(pair, one, other)
        if self._count() == found:
            self._compare_layout(pair, one, other)

    def _compare_layout(self, pair: RecordPair, one: Record, other: Record) -> None:
        """LEN, the order of fields, tags and separators, of records whose fields are the same."""
        if _encoding_of(self.before) != _encoding_of(self.after):
            return
        mine, theirs = Content(one, _LEN, one.element(_LEN)), Content(other, _LEN, other.element(_LEN))
        if [key for key in one.keys()] != [key for key in other.keys()]:  # noqa: C416, SIM118
            self.spelling.append(SpellingChange("order", pair))
        elif pair.type == 1 and one.raw(_CNT) != other.raw(_CNT):
            return  # it is told of CNT, or of the records that it follows
        elif mine.raw != theirs.raw:
            self._spelled("length", pair, mine, theirs)
        elif one != other:
            self.spelling.append(SpellingChange("layout", pair))

    def _compare_strays(self, pair: RecordPair, one: Record, other: Record) -> None:
        """What is the content of no field."""
        mine, theirs = strays(one), strays(other)
        for at, to in aligned(mine, theirs) if mine != theirs else ():
            left, right = (None if at is None else mine[at]), (None if to is None else theirs[to])
            if left != right:
                kind = _kind(left, right)
                path = (left or right or ("", ""))[0]
                before, after = (None if one is None else one[1] for one in (left, right))
                name = "what is the content of no field"
                self.fields.append(FieldChange(kind, pair, path, "", name, before, after))

    # -- fields -------------------------------------------------------------------------------

    def _compare_field(self, pair: RecordPair, one: Record, other: Record, key: Key, matching: Matching | None) -> None:
        element = (one.element(key) or other.element(key)) if isinstance(key, int) else None
        mine, theirs = Content(one, key, element), Content(other, key, element)
        if mine.there == theirs.there and mine.raw == theirs.raw and mine.charset == theirs.charset:
            return
        if pair.type == 1 and key == _DCS:
            self._spelled("characters", pair, mine, theirs)
        elif mine.empty or theirs.empty:
            self._compare_empty(pair, mine, theirs)
        elif mine.is_data:
            self._compare_data(pair, mine, theirs)
        elif mine.whole:
            if not same_said(mine, theirs):
                self.fields.append(_changed(pair, Place(one, key), mine, theirs))
            elif mine.raw != theirs.raw:
                self._spelled("value", pair, mine, theirs)
        elif mine.text == theirs.text:
            if mine.raw != theirs.raw:
                self._spelled("characters", pair, mine, theirs)
        elif same_said(mine, theirs):
            self._spelled("value", pair, mine, theirs)
        elif matching is not None and _fits(matching, mine, theirs):
            self._compare_minutiae(pair, mine, theirs, matching)
        else:
            self._compare_subfields(pair, mine, theirs)

    def _compare_empty(self, pair: RecordPair, mine: Content, theirs: Content) -> None:
        if mine.empty and theirs.empty:
            if mine.there != theirs.there or mine.text != theirs.text:
                self._spelled("empty", pair, mine, theirs)
            return
        there = theirs if mine.empty else mine
        place = Place(there.record, there.key)
        before, after = (None, theirs.text) if mine.empty else (mine.text, None)
        kind = _kind(before, after)
        self.fields.append(FieldChange(kind, pair, place.path, place.mnemonic, place.name, before, after))

    def _compare_data(self, pair: RecordPair, mine: Content, theirs: Content) -> None:
        if mine.raw == theirs.raw:
            return
        place = Place(mine.record, mine.key)
        one, other = mine.record, theirs.record
        if not _is_image(one, mine.key) or not isinstance(one, ImageRecord) or not isinstance(other, ImageRecord):
            self.fields.append(_changed(pair, place, mine, theirs))
        elif self.pixels:
            from nistitl.exchange.comparing.pictures import image_change

            self.images.append(image_change(pair, place.path, one, other))
        else:
            self.fields.append(_changed(pair, place, mine, theirs))

    def _compare_subfields(self, pair: RecordPair, mine: Content, theirs: Content) -> None:
        rows, others = mine.rows, theirs.rows
        for at, to in aligned(rows, others):
            row, other = (() if at is None else rows[at]), (() if to is None else others[to])
            if row != other:
                self.fields += _subfield_changes(pair, mine, theirs, at, to)

    def _spelled(self, how: str, pair: RecordPair, mine: Content, theirs: Content) -> None:
        place = Place((mine if mine.there else theirs).record, mine.key)
        before, after = (one.text if one.there else None for one in (mine, theirs))
        self.spelling.append(SpellingChange(how, pair, place.path, place.mnemonic, before, after))  # type: ignore[arg-type]

    # -- minutiae -----------------------------------------------------------------------------

    def _matchings(self, pair: RecordPair, one: Record, other: Record) -> dict[Key, Matching]:
        """By the field of each block that is not the same, which minutia is which; blocks of other kinds are told."""
        if not isinstance(one, MinutiaeRecord) or not isinstance(other, MinutiaeRecord):
            return {}
        found: dict[Key, Matching] = {}
        try:
            with needing("comparing minutiae"):
                from nistitl.exchange.comparing.features import matchings

                for matching in matchings(one, other, *self.tolerances):
                    if matching.field is None:
                        self.minutiae += (change for change in matching.changes(pair) if not _stays(change))
                    else:
                        found[matching.field] = matching
        except ITLError as error:
            self.notes.append(f"Type-{pair.type}: minutiae are compared as fields: {error}")
        return found

    def _compare_minutiae(self, pair: RecordPair, mine: Content, theirs: Content, matching: Matching) -> None:
        """The minutiae of a field, and which items of each differ; where only their order does, that is spelling."""
        rows, others = mine.rows, theirs.rows
        found = len(self.minutiae)
        renumbered = False
        for change in matching.changes(pair):
            if change.before is None or change.after is None:
                self.minutiae.append(change)
                continue
            at, to = change.before - 1, change.after - 1
            renumbered |= at != to or rows[at] != others[to]
            items = _subfield_changes(pair, mine, theirs, at, to) if rows[at] != others[to] else []
            told = tuple(one for one in items if not _counts(one, at, to))
            if told:
                self.minutiae.append(attrs.evolve(change, fields=told))
        if renumbered and len(self.minutiae) == found:
            self._spelled("order", pair, mine, theirs)


def _stays(change: MinutiaChange) -> bool:
    return change.kind == "changed" and not change.distance and not change.turned


def _counts(change: FieldChange, at: int, to: int) -> bool:
    """True for an index that says on both sides no more than where the minutia stands in its list."""
    places = (change.before or "").lstrip("0"), (change.after or "").lstrip("0")
    return change.mnemonic in _INDICES and places == (str(at + 1), str(to + 1))


def _fits(matching: Matching, mine: Content, theirs: Content) -> bool:
    """True where each subfield is a minutia."""
    return len(mine.subfields) == len(matching.before) and len(theirs.subfields) == len(matching.after)


def _is_image(record: Record, key: Key) -> bool:
    return key == (max(record.elements) if record.binary else record.data_field)


def _encoding_of(tx: Transaction) -> str:
    return " ".join(filter(None, (tx.encoding, tx.vocabulary)))


def _keys_of(one: Record, other: Record) -> list[Key]:
    """The fields of both, in the order of the first; then those that only the other has."""
    return list(dict.fromkeys([*one.keys(), *other.keys()]))


def _changed(pair: RecordPair, place: Place, mine: Content, theirs: Content) -> FieldChange:
    return FieldChange("changed", pair, place.path, place.mnemonic, place.name, mine.text, theirs.text)


def _subfield_changes(
    pair: RecordPair, mine: Content, theirs: Content, at: int | None, to: int | None
) -> list[FieldChange]:
    """What differs between two subfields, by their items where they have some; one of them may not be there."""
    one, other = _Subfield.of(mine, at), _Subfield.of(theirs, to)
    there = one or other
    assert there is not None
    if one is None or other is None or not (mine.has_items or theirs.has_items):
        return [_change(pair, one, other, None)]
    items = range(max(len(one.pieces), len(other.pieces)))
    return [
        _change(pair, one, other, item + 1)
        for item in items
        if _at(mine.rows[one.at], item) != _at(theirs.rows[other.at], item)
    ]


def _at(row: tuple[object, ...], item: int) -> object:
    return row[item] if item < len(row) else None


@attrs.frozen(slots=True)
class _Subfield:
    """A subfield of a content, by its place from 0."""

    content: Content
    at: int
    pieces: list[str]

    @classmethod
    def of(cls, content: Content, at: int | None) -> _Subfield | None:
        if at is None:
            return None
        return cls(content, at, content.texts[at])

    def place(self, item: int | None) -> Place:
        alone = item is None and len(self.content.subfields) == 1
        return Place(self.content.record, self.content.key, None if alone else self.at + 1, item)

    def text(self, item: int | None) -> str | None:
        if item is None:
            return "\x1f".join(self.pieces)
        return (self.pieces[item - 1] or None) if item <= len(self.pieces) else None


def _change(pair: RecordPair, one: _Subfield | None, other: _Subfield | None, item: int | None) -> FieldChange:
    before, after = (None if side is None else side.text(item) for side in (one, other))
    kind = _kind(before, after)
    first = one if kind != "added" and one is not None else other or one
    assert first is not None
    place = first.place(item)
    path_after = other.place(item).path if other is not None and kind == "changed" else place.path
    elsewhere = "" if path_after == place.path else path_after
    return FieldChange(kind, pair, place.path, place.mnemonic, place.name, before, after, elsewhere)


def _kind(before: object, after: object) -> Kind:
    return "added" if before is None else "removed" if after is None else "changed"
