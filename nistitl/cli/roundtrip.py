"""`nistitl roundtrip`: read, write, compare, for files and whole folders."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import nistitl
from nistitl.base.text import many, printable
from nistitl.cli import CLEAN, FOUND, UNREADABLE
from nistitl.cli.bulk import (
    LINES,
    STOPPED,
    Entries,
    Stoppable,
    add_bulk,
    add_resume,
    bytes_of,
    check_lines,
    in_processes,
    lines,
    passed_over,
    results,
)
from nistitl.cli.command import Command, print_json, read_bytes

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from nistitl.archive.entry import Entry
    from nistitl.archive.results import Result

_STATES = ("exact", "different", "unreadable", "other")


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="files or folders; - for standard input")
    parser.add_argument("-v", "--verbose", action="store_true", help="a line for every file")
    parser.add_argument("--format", choices=("text", "json", LINES), default="text", help="one of %(choices)s")
    parser.add_argument("--json", action="store_const", dest="format", const="json", help="the same as --format json")
    parser.add_argument("-o", "--output", metavar="OUT", help="with --format jsonl: write the lines to a file")
    add_resume(parser)
    add_bulk(parser)


def _run(options: argparse.Namespace) -> int:
    check_lines(options)
    in_processes(options)
    if options.output is not None and options.format != LINES:
        raise nistitl.ITLError("-o takes the lines of --format jsonl")
    entries, told = Entries(options), _Told(options)
    with Stoppable() as stop:
        told.all_of(_results(entries, options), entries)
    told.end()
    if stop.stopped:
        return STOPPED
    counts = told.counts
    if counts["unreadable"] or not counts["exact"] + counts["different"]:
        return UNREADABLE
    return FOUND if counts["different"] else CLEAN


def _results(entries: Entries, options: argparse.Namespace) -> Iterable[Result]:
    if options.format == LINES:
        return lines(entries, _compare, options, "roundtrip", "comparing")
    return results(entries, _compare, options, "comparing")


class _Told:
    """What is said of the results, as they come and at the end."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.counts = Counter[str]()
        self._form = options.format
        self._verbose = options.verbose
        self._rows: list[dict[str, Any]] = []  # of JSON, which is one document

    def all_of(self, results: Iterable[Result], entries: Entries) -> None:
        for result in results:
            row = _row(result, entries)
            self.counts[row["state"]] += 1
            self.counts["forgiven"] += bool(row.get("findings"))
            if self._form == "json":
                self._rows.append(row)
            elif self._form == "text" and (self._verbose or row["state"] in ("different", "unreadable")):
                print(
                    f"{row['state']}: {printable(row['file'])}" + (f": {row['why']}" if "why" in row else ""),
                    flush=True,
                )

    def end(self) -> None:
        counts = {state: self.counts[state] for state in _STATES}
        forgiven = self.counts["forgiven"]
        if self._form == "json":
            print_json({"files": self._rows, "totals": counts | {"forgiven": forgiven}})
        elif self._form == "text":
            print(
                f"{many(sum(counts.values()), 'file')}: "
                f"{counts['exact']} byte-exact ({forgiven} of them with findings),"
                f" {counts['different']} different,"
                f" {counts['unreadable']} unreadable, {counts['other']} no transactions"
            )


def _row(result: Result, entries: Entries) -> dict[str, Any]:
    name = str(result.entry)
    if result.error is None:
        return {"file": name, **result.value}
    state = "other" if passed_over(result.entry, result.error, entries) else "unreadable"
    return {"file": name, "state": state, "why": str(result.error)}


def _compare(entry: Entry) -> dict[str, Any]:
    data = bytes_of(entry)
    if data is None:
        data = read_bytes(entry.path)
    tx = nistitl.read(data)
    # every field is taken apart and put together again, not only sliced through
    for record in tx:
        record.respell()
    untouched = bytes(nistitl.read(data))
    respelled = bytes(tx)
    findings = len(nistitl.read(data).findings)
    if untouched != data:
        return {"state": "different", "why": f"at byte {_first_difference(untouched, data)}"}
    if not findings and respelled != data:
        return {"state": "different", "why": f"respelled, at byte {_first_difference(respelled, data)}"}
    return {"state": "exact", "bytes": len(data), "findings": findings}


def _first_difference(a: bytes, b: bytes) -> int:
    return next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


COMMAND = Command("read, write and compare; one line a difference, then the totals", _configure, _run)
