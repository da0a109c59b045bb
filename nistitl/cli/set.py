"""`nistitl set`: change, delete or insert fields, and nothing else."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from nistitl.base.errors import PathError
from nistitl.cli.command import (
    STDIN,
    Command,
    add_json,
    add_overlay,
    add_reading,
    print_json,
    read_input,
    record_type,
    tell_findings,
)
from nistitl.cli.status import status_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from nistitl.api import Transaction
    from nistitl.model.record import Record


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="- for standard input")
    parser.add_argument(
        "changes", nargs="*", metavar="PATH=VALUE", help="such as 2.018=DOE,JANE; subfields as a JSON list"
    )
    parser.add_argument("--delete", action="append", default=[], metavar="PATH")
    parser.add_argument(
        "--insert", action="append", default=[], metavar="PATH=VALUE", help="a field, or before a place"
    )
    parser.add_argument("--idc", type=int, help="the record to change, where the type stands several times")
    parser.add_argument("--all", action="store_true", help="every record of the type")
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="- for standard output")
    add_reading(parser)
    add_overlay(parser)
    add_json(parser)


def _run(options: argparse.Namespace) -> int:
    tx = read_input(options.file, options)
    status = status_of(tx)
    tell_findings(tx)
    with tx.together():
        done = list(_change(tx, options))
    tx.write(sys.stdout.buffer if options.output == STDIN else options.output)
    if options.json and options.output != STDIN:
        print_json(done)
    return status


def _change(tx: Transaction, options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Make the changes one after another, and say what was done."""
    for path in options.delete:
        for record in _records(tx, path, options):
            del record[path]
            yield {"path": path, "idc": record.idc, "done": "deleted"}
    for change in options.changes:
        path, value = _parted(change)
        for record in _records(tx, path, options):
            record[path] = value
            yield {"path": path, "idc": record.idc, "done": "set"}
    for change in options.insert:
        path, value = _parted(change)
        for record in _records(tx, path, options):
            record.insert(path, value)
            yield {"path": path, "idc": record.idc, "done": "inserted"}


def _parted(change: str) -> tuple[str, Any]:
    path, equals, value = change.partition("=")
    if not equals:
        raise PathError("a change is told as PATH=VALUE")
    if value.startswith("["):
        try:
            return path, json.loads(value)
        except RecursionError:
            raise PathError(f"{path}: a list of lists of items is as deep as a field goes") from None
        except ValueError:
            return path, value
    return path, value


def _records(tx: Transaction, path: str, options: argparse.Namespace) -> list[Record]:
    """The records a change is for; which one must be said where there are several."""
    kind = record_type(path)
    if kind is not None:
        records = [record for record in tx if record.type == kind]
    else:
        records = [record for record in tx if path.partition(".")[0] in record.mnemonics()]
    if options.idc is not None:
        records = [record for record in records if record.idc == options.idc]
    if not records:
        raise PathError(f"{path}: no such record")
    if len(records) > 1 and not options.all:
        idcs = ", ".join(str(record.idc) for record in records)
        raise PathError(f"{path}: {len(records)} records could be meant; say --idc N ({idcs}) or --all")
    return records


COMMAND = Command("change, delete or insert fields, and nothing else", _configure, _run)
