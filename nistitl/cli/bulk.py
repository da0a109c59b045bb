"""What commands share that work on many files: which entries, in how many processes, for how long each."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nistitl.archive.entry import Entry
from nistitl.archive.walking import read_entry, walk
from nistitl.base.errors import ITLError
from nistitl.cli.command import STDIN

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator


def add_bulk(parser: argparse.ArgumentParser) -> None:
    """The options --only, --jobs and --timeout."""
    parser.add_argument(
        "--only", metavar="GLOB", help="in folders only names like *.an2; what it leaves out is counted"
    )
    parser.add_argument("-j", "--jobs", type=int, metavar="N", help="in N processes; results come as they are known")
    parser.add_argument(
        "--timeout", type=float, metavar="S", help="a file that takes longer than S seconds is an error"
    )


def in_processes(options: argparse.Namespace) -> bool:
    """Does the work go to processes of its own? ITLError where it cannot."""
    wanted = options.jobs is not None or options.timeout is not None
    if wanted and STDIN in options.files:
        raise ITLError("standard input is read by this process only; give it without --jobs and --timeout")
    return wanted


class Entries:
    """The entries of the files and folders that were named; archives in folders are opened, a named one by --unwrap."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._asked: set[str] = set()

    def __iter__(self) -> Iterator[Entry]:
        for name in self._options.files:
            if name == STDIN:
                yield self._named(Entry(name))
            elif os.path.isdir(name):  # noqa: PTH112
                yield from walk([name], only=self._options.only)
            else:
                for entry in walk([name], unwrap=getattr(self._options, "unwrap", False)):
                    piped = entry.kind in ("fifo", "device")  # whoever names one wants it read
                    yield self._named(Entry(entry.path) if piped else entry)

    def asked(self, entry: Entry) -> bool:
        """Was it named itself, and is no part of a folder?"""
        return entry.key in self._asked

    def _named(self, entry: Entry) -> Entry:
        self._asked.add(entry.key)
        return entry


def bytes_of(entry: Entry) -> bytes | None:
    """What is to be read plainly: all but what was named, which is opened by its name."""
    return read_entry(entry) if entry.size is not None else None
