"""What commands share that work on many files: which entries, in how many processes, for how long each."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

from nistitl.archive.entry import Entry
from nistitl.archive.mapping import Run
from nistitl.archive.pool import Pool
from nistitl.archive.results import Result, ResultsFile
from nistitl.archive.walking import read_entry, walk
from nistitl.base.errors import ITLError
from nistitl.cli.command import STDIN, no_transaction, progress

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType

LINES = "jsonl"
STOPPED = 130  # as a shell says of what Ctrl-C ended
_NAMED_SO = (".an", ".an2", ".an2k", ".ansi", ".ebts", ".eft", ".nist", ".nst")  # names of transactions


def add_bulk(parser: argparse.ArgumentParser) -> None:
    """The options --only, --jobs and --timeout."""
    parser.add_argument(
        "--only", metavar="GLOB", help="in folders only names like *.an2; what it leaves out is counted"
    )
    parser.add_argument("-j", "--jobs", type=int, metavar="N", help="in N processes; results come as they are known")
    parser.add_argument(
        "--timeout", type=float, metavar="S", help="a file that takes longer than S seconds is an error"
    )


def add_resume(parser: argparse.ArgumentParser) -> None:
    """The option --resume."""
    parser.add_argument("--resume", action="store_true", help="with --format jsonl -o OUT: go on where that file ends")


def check_lines(options: argparse.Namespace) -> None:
    """ITLError where nothing can be gone on with, or lines of JSON are asked for that cannot be told."""
    if options.resume and (options.format != LINES or options.output is None):
        raise ITLError("--resume goes on with a file of results: --format jsonl -o FILE")
    if options.format == LINES and STDIN in options.files:
        raise ITLError("standard input has no name and time that a line could tell; use another --format")


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


class Stoppable:
    """Within it Ctrl-C ends the work, not what is to be told of it: the rest of the command goes on."""

    stopped = False

    def __enter__(self) -> Stoppable:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> bool:
        self.stopped = kind is KeyboardInterrupt
        if self.stopped:
            print("nistitl: stopped; what is told is what was done before", file=sys.stderr)
        return self.stopped


def bytes_of(entry: Entry) -> bytes | None:
    """What is to be read plainly: all but what was named, which is opened by its name."""
    return read_entry(entry) if entry.size is not None else None


def passed_over(entry: Entry, error: ITLError, entries: Entries) -> bool:
    """True for what a folder may hold as well, unless its name says that it is a transaction."""
    if entry.kind == "skipped":
        return True
    named_so = str(entry.member or entry.path).lower().endswith(_NAMED_SO)
    if entries.asked(entry) or named_so or entry.kind == "unreadable":
        return False
    return not entry.readable or no_transaction(error)


def lines(
    entries: Iterable[Entry], function: Callable[[Entry], Any], options: argparse.Namespace, task: str, label: str
) -> Iterator[Result]:
    """The results of a function on all entries, in processes of their own, each written as a line of JSON.

    They go to -o, continued with --resume, or to standard output; at the end standard error has their numbers.
    """
    pool = Pool(function, jobs=options.jobs or 1, timeout=options.timeout)
    file = None if options.output is None else ResultsFile(options.output, task, resume=options.resume)
    with Run(iter(entries), pool, file) as run:
        for result in progress(run, label):
            if file is None:
                print(json.dumps(result.to_dict()), flush=True)
            yield result
    print(f"nistitl: {run.accounted()}" + (f"; {run.earlier} of an earlier run" * bool(run.earlier)), file=sys.stderr)


def results(
    entries: Iterable[Entry], function: Callable[[Entry], Any], options: argparse.Namespace, label: str
) -> Iterator[Result]:
    """The results of a function on all entries, in this process, or in those of --jobs and --timeout."""
    if in_processes(options):
        with Run(iter(entries), Pool(function, jobs=options.jobs, timeout=options.timeout)) as run:
            yield from progress(run, label)
        return
    for entry in progress(entries, label):
        try:
            yield Result.of(entry, function(entry), None) if entry.readable else Result.unread(entry)
        except ITLError as error:
            yield Result.of(entry, None, error)
