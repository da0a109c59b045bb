"""The index of an archive: a row for every record of every transaction, as a Parquet file or an Arrow table."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from nistitl.archive.parts import BATCH, Done, Parts
from nistitl.archive.rows import OTHER, RECORD, Asked, Row, rows_of
from nistitl.archive.schema import batch_of, schema
from nistitl.archive.walking import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nistitl.archive.entry import Entry

Paths = str | os.PathLike[str]
_FORMAT = 1  # of parts


@attrs.define(slots=True)
class Counts:
    """What an index came upon; `indexed`, `others`, `unreadable` and `skipped` add up to `entries`."""

    entries: int = 0
    indexed: int = 0
    others: int = 0  # no transactions
    unreadable: int = 0  # broken links, pipes and damaged archives are among them
    skipped: int = 0  # by --only, links to folders, what is no file in an archive
    kept: int = 0  # of all: done by an earlier run
    rows: int = 0

    def add(self, kind: str) -> None:
        """Count an entry by the kind of its rows."""
        self.entries += 1
        self.indexed += kind == RECORD
        self.others += kind == OTHER
        self.skipped += kind == "skipped"
        self.unreadable += kind not in (RECORD, OTHER, "skipped")


def index(
    paths: Paths | Iterable[Paths],
    output: Paths,
    *,
    only: str | None = None,
    sha256: bool = False,
    values: bool = False,
    told: Callable[[Entry], None] | None = None,
) -> Counts:
    """Write the index of files, folders, globs and archives to a Parquet file; what it came upon.

    One row a record, in path order; an entry without records is a row with its `kind` and `reason`. Only the heads of
    records are read. What a call that was stopped had done stands beside the output, in a folder of its name and
    `.parts`, and the same call goes on from there: what has the same size and time is not read again. `only` is a glob
    that narrows; `sha256` hashes the content of images, which then is read; `values` adds the fields of Types 1 and 2,
    which are people's. `told` is called with every entry. ITLError where the output or the parts cannot be written,
    MissingDependency (`ebtskit[archive]`).
    """
    schema()
    target, asked = Path(output), Asked(sha256, values)
    plan = {"format": _FORMAT, "paths": _listed(paths), "only": only, **asked._asdict()}
    parts = Parts(target.with_name(target.name + ".parts"), plan)
    parts.open()
    writer = parts.writer()
    counts = Counts()
    try:
        done = Done(parts.pieces(), writer)
        for entry in walk(_listed(paths), only=only, ordered=True):
            kind = done.kind(entry)
            counts.kept += kind is not None
            if kind is None:
                rows = rows_of(entry, asked)
                writer.add(rows)
                kind = rows[-1].kind
            counts.add(kind)
            if told is not None:
                told(entry)
        done.close()
    finally:  # what is whole counts, whatever stopped the rest
        writer.finish()
    counts.rows = parts.merge(target)
    return counts


def table(
    paths: Paths | Iterable[Paths], *, only: str | None = None, sha256: bool = False, values: bool = False
) -> Any:
    """The index as a `pyarrow.Table`, held in memory; arguments as for `index`."""
    columns = schema()
    import pyarrow as pa

    batches = []
    rows: list[Row] = []
    for entry in walk(_listed(paths), only=only, ordered=True):
        rows += rows_of(entry, Asked(sha256, values))
        if len(rows) >= BATCH:
            batches.append(batch_of(rows))
            rows = []
    return pa.Table.from_batches([*batches, batch_of(rows)], columns)


def _listed(paths: Paths | Iterable[Paths]) -> list[str]:
    many = [paths] if isinstance(paths, str | os.PathLike) else paths
    return [os.fspath(path) for path in many]
