"""`nistitl index`: a table of every record in an archive, as a Parquet file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError
from nistitl.base.text import many
from nistitl.cli import CLEAN, FOUND, UNREADABLE
from nistitl.cli.command import STDIN, Command, add_json, print_json

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from nistitl.archive.entry import Entry
    from nistitl.archive.indexing import Counts

_EVERY = 1000  # entries between two looks at the screen


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH", help="files, folders, globs, archives")
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="the Parquet file")
    parser.add_argument(
        "--only", metavar="GLOB", help="of files and members those whose name fits; the rest is counted"
    )
    parser.add_argument("--sha256", action="store_true", help="hash the content of every image, which then is read")
    parser.add_argument(
        "--values", action="store_true", help="the fields of Types 1 and 2, which are people's, as well"
    )
    add_json(parser)


def _run(options: argparse.Namespace) -> int:
    from nistitl.archive.indexing import index

    if STDIN in (options.output, *options.paths):
        raise ITLError("an index is of files, and is one: standard input and output have no place in it")
    told = _progress()
    try:
        counts = index(
            options.paths,
            options.output,
            only=options.only,
            sha256=options.sha256,
            values=options.values,
            told=told,
        )
    except KeyboardInterrupt:
        print("nistitl: stopped; the same call goes on from here", file=sys.stderr)
        raise
    if options.json:
        import attrs

        print_json(attrs.asdict(counts))
    else:
        print(_said(counts))
    if counts.unreadable:
        return UNREADABLE
    return FOUND if counts.others else CLEAN


def _said(counts: Counts) -> str:
    kept = f" ({counts.kept} done before)" if counts.kept else ""
    entries = "1 entry" if counts.entries == 1 else f"{counts.entries} entries"
    return (
        f"{entries}{kept}: {counts.indexed} with transactions,"
        f" {counts.others} without, {counts.unreadable} unreadable, {counts.skipped} skipped;"
        f" {many(counts.rows, 'row')}"
    )


def _progress() -> Callable[[Entry], None] | None:
    """What shows how far it is, on standard error where someone can see it."""
    if not sys.stderr.isatty():
        return None
    count = 0

    def tell(entry: Entry) -> None:
        nonlocal count
        count += 1
        if count % _EVERY == 0:
            print(f"{count} entries", end="\r", file=sys.stderr, flush=True)

    return tell


COMMAND = Command("a table of every record in an archive, as a Parquet file", _configure, _run)
