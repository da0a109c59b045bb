"""Archives: many files at once, on all processors of a machine."""

from __future__ import annotations

from nistitl.archive.entry import Entry
from nistitl.archive.indexing import index, table
from nistitl.archive.mapping import Run, map
from nistitl.archive.opening import images, open_record
from nistitl.archive.results import Result
from nistitl.archive.walking import read_entry, walk

__all__ = ["Entry", "Result", "Run", "images", "index", "map", "open_record", "read_entry", "table", "walk"]
