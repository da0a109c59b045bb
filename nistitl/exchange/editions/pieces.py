"""A field taken apart into its subfields once, however many of them change, and put together once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.wire.grammar import RS, US

if TYPE_CHECKING:
    from nistitl.model.record import Record


class Pieces:
    """The subfields of a field; what becomes of them is in the record when they are put back.

    Subfields and items are counted from 1, as they stand now; `place` tells which one that was in the beginning.
    """

    def __init__(self, record: Record, number: int) -> None:
        self.record = record
        self.number = number
        self.gone = False
        self._changed = False
        self.reload()

    def reload(self) -> None:
        """Take the field as it stands in the record."""
        self._subfields = bytes(self.record.raw(self.number) or b"").split(RS)
        self._places = list(range(1, len(self._subfields) + 1))

    def __len__(self) -> int:
        return len(self._subfields)

    def place(self, subfield: int | None) -> int | None:
        """Which subfield it was in the beginning."""
        return None if subfield is None else self._places[subfield - 1]

    def at(self, subfield: int | None, item: int | None) -> bytes:
        """What stands there; the whole field, subfield or item."""
        raw = RS.join(self._subfields) if subfield is None else self._subfields[subfield - 1]
        return raw if item is None else raw.split(US)[item - 1]

    def with_item(self, subfield: int, item: int | None, piece: bytes) -> bytes:
        """The subfield with another item, or another one."""
        if item is None:
            return piece
        items = self._subfields[subfield - 1].split(US)
        items[item - 1] = piece
        return US.join(items)

    def replace(self, subfield: int | None, content: bytes) -> None:
        """Have a subfield, or the field, say something else."""
        self._changed = True
        if subfield is None:
            self._subfields = content.split(RS)
            self._places = self._places[: len(self._subfields)]
        else:
            self._subfields[subfield - 1] = content

    def delete(self, subfield: int, item: int | None) -> None:
        """Take a subfield away, or empty an item, so that its neighbours keep their places."""
        self._changed = True
        if item is None:
            del self._subfields[subfield - 1], self._places[subfield - 1]
            return
        emptied = self.with_item(subfield, item, b"")
        is_last = self._subfields[subfield - 1].count(US) == item - 1
        self._subfields[subfield - 1] = emptied.rstrip(US) if is_last else emptied  # no separator behind the last item

    def cut(self, first: int) -> None:
        """Take away the subfields from one on."""
        self._changed = True
        del self._subfields[first - 1 :], self._places[first - 1 :]

    def delete_all(self) -> None:
        """Take the field away."""
        self.record.put(self.number, None)
        self.gone, self._changed = True, False

    def put_back(self) -> None:
        """Have the record hold them as they are now."""
        if self._changed:
            self.record.put(self.number, RS.join(self._subfields))
            self._changed = False
