"""`nistitl roundtrip`: read, write, compare, for files and whole folders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nistitl
from nistitl.base.errors import ITLError
from nistitl.base.text import many, printable
from nistitl.cli import CLEAN, FOUND, UNREADABLE
from nistitl.cli.command import Command, add_json, no_transaction, print_json, progress, read_bytes, walk

if TYPE_CHECKING:
    import argparse

_STATES = ("exact", "different", "unreadable", "other")


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="files or folders; - for standard input")
    parser.add_argument("-v", "--verbose", action="store_true", help="a line for every file")
    add_json(parser)


def _run(options: argparse.Namespace) -> int:
    rows = [_compare(name, asked) for name, asked in progress(list(walk(options.files)), "comparing")]
    counts = {state: sum(row["state"] == state for row in rows) for state in _STATES}
    forgiven = sum(bool(row.get("findings")) for row in rows)
    if options.json:
        print_json({"files": rows, "totals": counts | {"forgiven": forgiven}})
    else:
        for row in rows:
            if options.verbose or row["state"] in ("different", "unreadable"):
                print(f"{row['state']}: {printable(row['file'])}" + (f": {row['why']}" if "why" in row else ""))
        print(
            f"{many(len(rows), 'file')}: {counts['exact']} byte-exact ({forgiven} of them with findings),"
            f" {counts['different']} different,"
            f" {counts['unreadable']} unreadable, {counts['other']} no transactions"
        )
    if counts["unreadable"]:
        return UNREADABLE
    return FOUND if counts["different"] else CLEAN


def _compare(name: str, asked: bool) -> dict[str, Any]:
    try:
        data = read_bytes(name)
        tx = nistitl.read(data)
    except ITLError as error:
        other = not asked and no_transaction(error)
        return {"file": name, "state": "other" if other else "unreadable", "why": str(error)}
    # every field is taken apart and put together again, not only sliced through
    for record in tx:
        record.respell()
    untouched = bytes(nistitl.read(data))
    respelled = bytes(tx)
    findings = len(nistitl.read(data).findings)
    if untouched != data:
        return {"file": name, "state": "different", "why": f"at byte {_first_difference(untouched, data)}"}
    if not findings and respelled != data:
        return {"file": name, "state": "different", "why": f"respelled, at byte {_first_difference(respelled, data)}"}
    return {"file": name, "state": "exact", "bytes": len(data), "findings": findings}


def _first_difference(a: bytes, b: bytes) -> int:
    return next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


COMMAND = Command("read, write and compare; one line a difference, then the totals", _configure, _run)
