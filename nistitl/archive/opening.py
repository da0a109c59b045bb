"""A row of the index taken back to its record: only that record's bytes are read, and those of Type-1."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, overload

from nistitl.api import Transaction
from nistitl.archive.entry import Entry
from nistitl.archive.heads import Heads
from nistitl.archive.rows import RECORD, Row, path_of
from nistitl.archive.sources import source_of
from nistitl.archive.stores import is_url
from nistitl.base.errors import ITLError, ReadError, needing
from nistitl.images.errors import ImageError
from nistitl.images.record import ImageRecord
from nistitl.wire.framing import Framing
from nistitl.wire.ranges import Ranges, record_by_ranges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.archive.sources import Opened
    from nistitl.images.arrays import Image
    from nistitl.model.record import Record

Told = Mapping[str, Any]


def open_record(row: Told | Row) -> Record:
    """The record of a row of the index, read from where the row says: its bytes, and those of Type-1.

    `row` is a mapping of the columns, as `table.to_pylist()` gives them, or a `Row`. Offsets of the record are those of
    the file. ReadError where the file is not what was indexed, by its size, its time, or what stands there; ITLError
    for a row that is no record's.
    """
    told: Told = row._asdict() if isinstance(row, Row) else row
    if told["kind"] != RECORD:
        raise ITLError(f"this row is no record's: {told['reason'] or told['kind']}")
    source = source_of(_checked(told))
    try:
        record = _quickly(source, told) or _whole(source, told)
    finally:
        source.close()
    if record is None:
        raise ReadError("the file is not the one that was indexed: no such record stands there")
    return record


def _checked(told: Told) -> Entry:
    """The entry of a row. ReadError where its file has another size or time now."""
    path = path_of(told["path"], told["path_bytes"])
    entry = Entry(
        path, told["member"], size=told["size"], mtime_ns=told["mtime_ns"], at=told["at"], offset=told["start"],
        kind="file" if told["member"] is None else "member",
    )  # fmt: skip
    if is_url(path):  # its size is told by what is read
        return entry
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError as error:
        raise ReadError(f"cannot read: {error.strerror}") from error
    size = found.st_size if entry.member is None else entry.size
    if (size, found.st_mtime_ns) != (entry.size, entry.mtime_ns):
        raise ReadError("the file was changed after it was indexed")
    return entry


def _quickly(source: Opened, told: Told) -> Record | None:
    """The record by two ranges; None where Type-1 or its own LEN leave a doubt."""
    if told["transaction"] != 0 or told["encoding"] != "traditional" or told["forgiven"]:
        return None
    ranges = Ranges(source)
    spans = record_by_ranges(ranges, told["type"], told["offset"], told["offset"] + told["length"])
    if spans is None:
        return None
    tx = Transaction.framed(ranges.data, Framing(spans, 0, spans[-1][2]), (0, source.size), "tolerant", None)
    return list(tx)[-1]


def _whole(source: Opened, told: Told) -> Record | None:
    heads = Heads(source)
    for at, tx in enumerate(heads.transactions(whole=True)):
        if at == told["transaction"]:
            record = next(islice(tx, told["record"], None), None)
            found = None if record is None else (record.type, *record.origin[1:])
            return record if found == (told["type"], told["offset"], told["offset"] + told["length"]) else None
    return None


class Images(Sequence[tuple["Image", dict[str, Any]]]):
    """The images of an index: pixels and row of each, by place; every access reads and decodes one."""

    def __init__(self, table: Any, order: Sequence[int]) -> None:
        self._table = table
        self._order = order

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, at: int) -> tuple[Image, dict[str, Any]]: ...

    @overload
    def __getitem__(self, at: slice) -> Images: ...

    def __getitem__(self, at: int | slice) -> Any:
        """Pixels and row of a place, or the images of a slice. ReadError, ImageError, IndexError."""
        if isinstance(at, slice):
            return Images(self._table, self._order[at])
        (row,) = self._table.slice(self._order[at], 1).to_pylist()
        record = open_record(row)
        if not isinstance(record, ImageRecord):
            raise ImageError("the record holds no image")
        return record.array, row

    def __iter__(self) -> Iterator[tuple[Image, dict[str, Any]]]:
        return (self[at] for at in range(len(self)))


@needing("images of an index", "archive")
def images(index: Any, where: Any = None, *, shuffle: int | None = None) -> Images:
    """The images of an index, each as its pixels with its row; a sequence, so that any place can be had at once.

    `index` is the path of a Parquet file or a `pyarrow.Table`; `where` an expression of `pyarrow.compute` over its
    columns, as `pc.field("codec") == "WSQ20"`. `shuffle` is a seed: the same one gives the same order. The rows that
    fit are held in memory, no image is. Reading a place raises ReadError or ImageError.
    """
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    fits = pc.field("codec").is_valid() & (pc.field("codec") != "VECTOR")
    if where is not None:
        fits = fits & where
    table = pq.read_table(index, filters=fits) if isinstance(index, str | os.PathLike) else index.filter(fits)
    order = list(range(table.num_rows))
    if shuffle is not None:
        random.Random(shuffle).shuffle(order)
    return Images(table, order)
