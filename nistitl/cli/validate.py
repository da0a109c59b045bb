"""`nistitl validate`: files and folders against the standard, reported in any form that is installed."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from datetime import date
from itertools import chain, islice
from threading import current_thread, main_thread
from typing import TYPE_CHECKING

import attrs

from nistitl.archive.mapping import Run
from nistitl.archive.pool import Pool
from nistitl.base.errors import ITLError
from nistitl.base.files import write_atomically
from nistitl.base.findings import Severity
from nistitl.base.plugins import RENDERERS, find, offered
from nistitl.cli import CLEAN, FOUND, UNREADABLE
from nistitl.cli.bulk import (
    LINES,
    STOPPED,
    Entries,
    add_bulk,
    add_resume,
    check_lines,
    in_processes,
    lines,
    passed_over,
)
from nistitl.cli.checking import Check, CheckPlainly, fails, task_of
from nistitl.cli.command import (
    STDIN,
    Command,
    add_overlay,
    add_reading,
    check_reading,
    complain,
    progress,
    speaks_utf8,
)
from nistitl.pages.renderer import Batch, Outcome
from nistitl.profiles.limits import limit_rule

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from nistitl.archive.entry import Entry
    from nistitl.pages.renderer import Renderer


_PASSED = {"broken-link": "broken link", "fifo": "no file", "socket": "no file", "device": "no file"}


class _Formats:
    """The names of the installed renderers; metadata is read only where they are listed, or where one is not ours."""

    def __contains__(self, name: object) -> bool:
        return name == LINES or find(RENDERERS, str(name)) is not None

    def __iter__(self) -> Iterator[str]:
        return iter((*offered(RENDERERS), LINES))


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="files or folders; - for standard input")
    parser.add_argument("--level", type=int, choices=(1, 2, 3), default=2, help="1 fields, 2 relations, 3 images too")
    parser.add_argument("--format", metavar="NAME", choices=_Formats(), default="text", help="one of %(choices)s")
    parser.add_argument("-o", "--output", metavar="OUT", help="write the report to a file, as UTF-8")
    add_resume(parser)
    parser.add_argument("--passed", action="store_true", help="list what passed, too, by clause: json and html")
    parser.add_argument("--json", action="store_const", dest="format", const="json", help="the same as --format json")
    parser.add_argument("--fail-on", choices=("error", "warning", "note"), default="error", help="what makes status 1")
    parser.add_argument("--values", action="store_true", help="put what stands there into findings, people's text too")
    add_overlay(parser)
    parser.add_argument(
        "--today", type=date.fromisoformat, metavar="DAY", help="YYYY-MM-DD, by which DAT may be a day to come"
    )
    parser.add_argument("--pair", action="store_true", help="of two files, whether the second answers the first")
    parser.add_argument(
        "--limit", metavar="SIZE", type=_size, help="the most bytes of a file: sis, ees, 12 MB or a number"
    )
    parser.add_argument("--schemas", metavar="DIR", help="for XML: a folder of the XML schemas, which are checked too")
    parser.add_argument("--quiet", action="store_true", help="of files without such findings say nothing")
    add_bulk(parser)
    add_reading(parser)


def _size(text: str) -> str | int:
    return int(text) if text.isdecimal() and len(text) < 19 else text


def _run(options: argparse.Namespace) -> int:
    check_reading(options)
    _check_sizes_and_pairs(options)
    check_lines(options)
    processes = in_processes(options)
    check = Check(options)
    if options.format == LINES:
        return _as_lines(check, options)
    point = find(RENDERERS, options.format)
    assert point is not None  # one of the choices
    renderer: Renderer = point.load()
    entries = Entries(options)
    first = list(islice(walked := iter(entries), 2))
    single = len(first) == 1
    checked = _checked_elsewhere if processes else _checked_here
    outcomes = checked(chain(first, walked), entries, check, single and entries.asked(first[0]))
    batch = Batch(outcomes, Severity[options.fail_on.upper()], quiet=options.quiet, single=single)
    with _whole_in_spite_of_interrupts(batch):
        if options.output is None:
            _print(renderer, batch)
        else:
            write_atomically(options.output, (piece.encode("utf-8") for piece in renderer.render_files(batch)))
    if batch.interrupted:
        print("nistitl: stopped; what is told is what was checked before", file=sys.stderr)
        return STOPPED
    return _status(batch.files, batch.failed, batch.unreadable)


@contextmanager
def _whole_in_spite_of_interrupts(batch: Batch) -> Iterator[None]:
    """Ctrl-C ends the checking, and the report as a whole report ends."""
    if current_thread() is not main_thread():  # which alone hears of it
        yield
        return
    before = signal.signal(signal.SIGINT, lambda *_: batch.interrupt())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _as_lines(check: Check, options: argparse.Namespace) -> int:
    """A line of JSON for each entry, as it is known."""
    entries = Entries(options)
    files = failed = unreadable = 0
    for result in lines(entries, CheckPlainly(check), options, task_of(options), "validating"):
        if result.error is None:
            files += 1
            failed += fails(result.value, options.fail_on)
        elif not passed_over(result.entry, result.error, entries):
            unreadable += 1
            complain(str(result.entry), result.error)
    return _status(files, failed, unreadable)


def _status(files: int, failed: int, unreadable: int) -> int:
    if not files and not unreadable:
        print("nistitl: nothing was checked: there is no transaction among these files", file=sys.stderr)
    return UNREADABLE if unreadable or not files else FOUND if failed else CLEAN


def _check_sizes_and_pairs(options: argparse.Namespace) -> None:
    """ITLError for a limit that is none, and for a pair of other than two files, before any is read."""
    if options.limit is not None:
        limit_rule(options.limit)
    if options.pair and (options.jobs is not None or options.timeout is not None or options.format == LINES):
        raise ITLError("--pair reads one file after the other: without --jobs, --timeout and --format jsonl")
    if options.pair:
        folders = sum(os.path.isdir(name) for name in options.files)  # noqa: PTH112
        if len(options.files) != 2 or folders:
            given = f"{len(options.files)} given" + (f", {folders} of them a folder" if folders else "")
            raise ITLError(f"--pair takes two files, the request and then its answer; {given}")
        if options.files.count(STDIN) > 1:
            raise ITLError("--pair takes two files; standard input can be one of them only")


def _print(renderer: Renderer, batch: Batch) -> None:
    plain = not speaks_utf8()
    for piece in renderer.render_files(batch):
        sys.stdout.write(renderer.ascii(piece) if plain else piece)
        sys.stdout.flush()


def _checked_here(walked: Iterable[Entry], entries: Entries, check: Check, only: bool) -> Iterator[Outcome]:
    """The outcome of each entry, one after another in this process."""
    options, request = check.options, None
    for entry in progress(walked, "validating"):
        try:
            report = check.report(entry, only=only, request=request)
        except ITLError as error:
            yield _without_report(entry, error, entries)
        else:
            request = report.transaction if options.pair else None
            yield Outcome(str(entry), attrs.evolve(report, list_passed=options.passed))


def _checked_elsewhere(walked: Iterable[Entry], entries: Entries, check: Check, only: bool) -> Iterator[Outcome]:
    """The outcome of each entry, in other processes."""
    options = check.options
    pool = Pool(check, jobs=options.jobs, timeout=options.timeout)
    with Run(iter(walked), pool) as run:
        for result in progress(run, "validating"):
            if result.error is not None:
                yield _without_report(result.entry, result.error, entries)
            else:
                yield Outcome(str(result.entry), attrs.evolve(result.value, list_passed=options.passed))


def _without_report(entry: Entry, error: ITLError, entries: Entries) -> Outcome:
    if passed_over(entry, error, entries):
        return Outcome(
            str(entry), skipped="no transaction" if entry.readable else _PASSED.get(entry.kind, entry.reason)
        )
    complain(str(entry), error)
    return Outcome(str(entry), error=error)


COMMAND = Command("check files against the standard: every field, every relation, every image", _configure, _run)
