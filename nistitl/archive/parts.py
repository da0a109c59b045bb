"""The parts of an index that is being made: each is whole or not there, what is done is told, all become one.

Strategy: a Parquet file without its end is lost, so rows go into parts, and a part counts once it has its name. Each
run that is started has a number; its parts, one after another, are in the order of the walk. So what several runs left
are as many sorted streams, which are read side by side: a later run replaces what an earlier one said of an entry, and
says of one that is there no longer that it is gone. Memory is that of a batch for every run.
"""

from __future__ import annotations

import heapq
import json
import os
import shutil
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from nistitl.archive.entry import Entry
from nistitl.archive.rows import OTHER, RECORD, UNREADABLE, Row, of_entry, path_of
from nistitl.archive.schema import batch_of, schema
from nistitl.base.errors import ITLError, ReadError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

GONE = "gone"  # kind of a row that takes away what an earlier run said
READ = (RECORD, OTHER)  # kinds of rows of what was read
BATCH = 2_000  # rows
PART = 5_000  # rows: what a kill loses, at the most
_PLAN = "plan.json"
_KEYS = ("path", "path_bytes", "member", "at", "size", "mtime_ns")

Place = tuple[str, int]  # path and place in it, by which entries are in order


class Piece(NamedTuple):
    """Rows of one entry, next to each other in a batch."""

    place: Place
    run: int
    batch: Any
    start: int
    stop: int

    def first(self, column: str) -> Any:
        """The value of a column in the first row."""
        return self.batch.column(column)[self.start].as_py()


class Parts:
    """The parts in a folder beside the output."""

    def __init__(self, folder: Path, plan: dict[str, Any]) -> None:
        self.folder = folder
        self._plan = plan
        self._runs: dict[int, list[Path]] = {}

    def open(self) -> bool:
        """Have the folder be there; whether an earlier run left something in it.

        ITLError where that run was asked for something else.
        """
        plan = self.folder / _PLAN
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if plan.exists():
                if json.loads(plan.read_text("utf-8")) != self._plan:
                    raise ITLError(
                        f"{self.folder.name} holds what another call began, of other paths or options; "
                        "repeat that call, or remove the folder"
                    )
            else:
                temporary = plan.with_suffix(".tmp")
                temporary.write_text(json.dumps(self._plan), "utf-8")
                temporary.replace(plan)
            for left in self.folder.glob("*.tmp"):
                left.unlink()
            for part in sorted(self.folder.glob("*.parquet")):
                self._runs.setdefault(int(part.name.partition("-")[0]), []).append(part)
        except (OSError, ValueError) as error:
            raise ITLError(f"the parts of the index cannot be kept: {getattr(error, 'strerror', error)}") from error
        return bool(self._runs)

    def pieces(self) -> Iterator[Piece]:
        """What is done, in order, of every entry by the last run that says anything of it."""
        streams = [_stream(run, parts) for run, parts in sorted(self._runs.items())]
        merged = heapq.merge(*streams, key=lambda piece: (piece.place, -piece.run))
        for _, pieces in groupby(merged, lambda piece: piece.place):
            last = None
            for piece in pieces:
                if last in (None, piece.run):
                    last = piece.run
                    yield piece

    def writer(self) -> PartWriter:
        """What writes the parts of this run."""
        run = max(self._runs, default=-1) + 1
        return PartWriter(self.folder, run, self._runs.setdefault(run, []))

    def merge(self, target: Path) -> int:
        """Make one Parquet file of all parts; how many rows it has. What is there before stays until it is whole."""
        import pyarrow.parquet as pq

        from nistitl.base.files import write_atomically

        merged, rows = self.folder / "merged.tmp", 0
        with pq.ParquetWriter(merged, schema(), compression="zstd") as writer:
            for batch in _batches(self._kept()):
                rows += batch.num_rows
                writer.write_batch(batch)
        write_atomically(target, _chunks(merged))
        shutil.rmtree(self.folder)
        return rows

    def _kept(self) -> Iterator[Any]:
        """The rows of the index, in slices of batches."""
        if len(self._runs) == 1:  # nothing is done twice, and nothing is gone
            for parts in self._runs.values():
                for part in parts:
                    yield from _batches_in(part)
            return
        for piece in self.pieces():
            if piece.first("kind") != GONE:
                yield piece.batch.slice(piece.start, piece.stop - piece.start)


class PartWriter:
    """Writes rows as parts, each of whole entries."""

    def __init__(self, folder: Path, run: int, written: list[Path]) -> None:
        self._folder = folder
        self._run = run
        self._written = written
        self._rows: list[Row] = []
        self._batches: list[Any] = []
        self._count = 0

    def add(self, rows: Sequence[Row]) -> None:
        """Add the rows of an entry."""
        self._rows += rows
        self._count += len(rows)
        if len(self._rows) >= BATCH:
            self._batches.append(batch_of(self._rows))
            self._rows = []
        if self._count >= PART:
            self.finish()

    def gone(self, place: Place) -> None:
        """Say that an entry is there no longer."""
        self.add([Row(*of_entry(Entry(place[0], at=place[1])), GONE, None, None, None)])

    def finish(self) -> None:
        """Give the part its name; from then on it counts."""
        if not self._count:
            return
        import pyarrow as pa
        import pyarrow.parquet as pq

        name = f"{self._run:05d}-{len(self._written):08d}"
        temporary, part = self._folder / f"{name}.tmp", self._folder / f"{name}.parquet"
        try:
            table = pa.Table.from_batches([*self._batches, batch_of(self._rows)], schema())
            with temporary.open("wb") as file:
                pq.write_table(table, file, compression="lz4", row_group_size=PART)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(part)
        except OSError as error:
            raise ITLError(f"a part of the index cannot be written: {error.strerror or error}") from error
        self._written.append(part)
        self._rows, self._batches, self._count = [], [], 0


class Done:
    """What earlier runs did, asked in the order of the walk."""

    def __init__(self, pieces: Iterable[Piece], writer: PartWriter) -> None:
        self._pieces = iter(pieces)
        self._writer = writer
        self._piece = next(self._pieces, None)

    def kind(self, entry: Entry) -> str | None:
        """The kind of the rows of an entry that is done, and the same by size and time; None where it is to be done.

        Entries before it that are not in the walk are gone. What could not be read is tried again.
        """
        place = (entry.path, entry.at)
        while self._piece is not None and self._piece.place < place:
            self._pass_gone()
        piece = self._piece
        if piece is None or piece.place != place:
            return None
        found = [piece.first(column) for column in _KEYS]
        first, last = piece.first("kind"), self._advance()
        if found != [*of_entry(entry), entry.size, entry.mtime_ns] or {first, last} & {GONE, UNREADABLE}:
            return None
        return last if entry.readable is (first in READ) and (entry.readable or first == entry.kind) else None

    def close(self) -> None:
        """The walk is over: what is left is gone."""
        while self._piece is not None:
            self._pass_gone()

    def _pass_gone(self) -> None:
        assert self._piece is not None
        if self._piece.first("kind") != GONE:
            self._writer.gone(self._piece.place)
        self._advance()

    def _advance(self) -> str:
        """Pass the rows of the entry; the kind of the last one."""
        kind, place = "", self._piece.place if self._piece is not None else None
        while self._piece is not None and self._piece.place == place:
            kind = self._piece.batch.column("kind")[self._piece.stop - 1].as_py()
            self._piece = next(self._pieces, None)
        return kind


def _stream(run: int, parts: Sequence[Path]) -> Iterator[Piece]:
    """The rows of a run, entry by entry."""
    for part in parts:
        for batch in _batches_in(part):
            columns = (batch.column(name).to_pylist() for name in ("path", "path_bytes", "at"))
            places = [(path_of(path, raw), at) for path, raw, at in zip(*columns, strict=True)]
            start = 0
            for place, group in groupby(places):
                stop = start + sum(1 for _ in group)
                yield Piece(place, run, batch, start, stop)
                start = stop


def _batches_in(part: Path) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(part) as file:
            yield from file.iter_batches(BATCH)
    except (OSError, pa.ArrowException) as error:
        raise ReadError(f"a part of the index, {part.name}, cannot be read; remove it and repeat the call") from error


def _batches(slices: Iterable[Any]) -> Iterator[Any]:
    """The same rows in batches of a size, so that row groups are the same however many runs there were."""
    import pyarrow as pa

    held: list[Any] = []
    count = 0
    for one in slices:
        held.append(one)
        count += one.num_rows
        while count >= PART:
            table = pa.Table.from_batches(held, schema())
            yield table.slice(0, PART).combine_chunks().to_batches()[0]
            held = table.slice(PART).to_batches()
            count -= PART
    if count:
        yield pa.Table.from_batches(held, schema()).combine_chunks().to_batches()[0]


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            yield piece
