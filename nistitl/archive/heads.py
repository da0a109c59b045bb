"""What an entry holds, by the heads of its records: transactions whose image bytes were not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.api import Transaction
from nistitl.model.opening import encoding_of
from nistitl.wire.grammar import find_data_tag
from nistitl.wire.ranges import WINDOW, Ranges, frame_by_ranges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.archive.sources import Opened
    from nistitl.model.context import Encoding
    from nistitl.model.record import Record

SMALL = 1 << 14  # bytes up to which an entry is read whole: two requests cost more
_TEXT_2 = 2  # the record type of which nothing is looked at


class Heads:
    """The transactions of an entry; `ranges` is None where all of it had to be read."""

    def __init__(self, source: Opened) -> None:
        self.source = source
        self.ranges: Ranges | None = None
        self.forgiven = 0  # what finding the records of the last transaction had to forgive

    def transactions(self, *, whole: bool = False) -> Iterator[Transaction]:
        """The transactions, one after another; with `whole` from all bytes. ReadError where there is none."""
        if self.source.size > SMALL and not whole:
            self.ranges = Ranges(self.source)
            framing = frame_by_ranges(self.ranges)
            if framing is not None:
                bounds = (0, self.ranges.size)
                yield Transaction.framed(self.ranges.data, framing, bounds, "tolerant", None)
                return
            self.ranges = None
        data = self.source.whole()
        encoding: Encoding = encoding_of(data)
        for framed in encoding.frames(data):
            self.forgiven = len(framed.framing.findings)
            yield Transaction.framed(*framed, "tolerant", encoding.charset)

    def look_at(self, record: Record) -> None:
        """Have the fields of a record be there that stand before its image, and how the image begins."""
        if self.ranges is None or record.binary or record.type == _TEXT_2:
            return
        _, start, end = record.origin
        stop = min(start + WINDOW, end)
        found = find_data_tag(self.ranges.data, start, stop, record.type)
        if found is None:
            self.ranges.want(start, end)
        else:
            self.ranges.want(found[1], min(found[1] + WINDOW // 2, end))

    def look_at_all(self, record: Record) -> None:
        """Have the whole record be there."""
        if self.ranges is not None:
            _, start, end = record.origin
            self.ranges.want(start, end)
