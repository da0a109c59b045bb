"""Archives: many files at once, on all processors of a machine."""

from __future__ import annotations

from nistitl.archive.entry import Entry
from nistitl.archive.mapping import Run, map
from nistitl.archive.results import Result
from nistitl.archive.walking import read_entry, walk

__all__ = ["Entry", "Result", "Run", "map", "read_entry", "walk"]
