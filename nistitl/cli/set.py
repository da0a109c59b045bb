"""`nistitl set`: change, delete or insert fields, and nothing else."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from nistitl.base.errors import ITLError
from nistitl.cli.changes import check_images, parted, put
from nistitl.cli.command import (
    STDIN,
    Command,
    add_json,
    add_overlay,
    add_reading,
    print_json,
    read_input,
    tell_findings,
)
from nistitl.cli.picturing import add_picturing, picturing, spelled
from nistitl.cli.selecting import add_selection, selected, selected_with
from nistitl.cli.status import status_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from nistitl.api import Transaction
    from nistitl.model.record import Record


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="- for standard input")
    parser.add_argument(
        "changes",
        nargs="*",
        metavar="PATH=VALUE",
        help="such as 2.018=DOE,JANE or 14.SEG=...; subfields as a JSON list",
    )
    parser.add_argument(
        "--delete", action="append", default=[], metavar="PATH", help="with --all of all records that have it"
    )
    parser.add_argument(
        "--insert", action="append", default=[], metavar="PATH=VALUE", help="a field, or before a place"
    )
    parser.add_argument(
        "--override-ppi", action="store_true", help="an image may say another resolution than its record, which stays"
    )
    parser.add_argument(
        "--keep", action="append", default=[], metavar="FIELD", help="such as SEG: true of the new image, too"
    )
    add_picturing(parser)
    add_selection(parser)
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
    images: dict[int, Record] = {}  # that were put, each to be held against its record when all is done
    wishes = picturing(options)
    for path in options.delete:
        for record in selected_with(tx, path, options):
            del record[path]
            yield {"path": path, "idc": record.idc, "done": "deleted"}
    for change in options.changes:
        path, value = parted(change)
        for record in selected(tx, path, options):
            if put(record, path, value, override_ppi=options.override_ppi, keep=options.keep, wishes=wishes):
                images[id(record)] = record
            yield {"path": path, "idc": record.idc, "done": "set"}
    for change in options.insert:
        path, value = parted(change)
        for record in selected(tx, path, options):
            record.insert(path, value)
            yield {"path": path, "idc": record.idc, "done": "inserted"}
    if wishes and not images:
        raise ITLError(f"{spelled(list(wishes))}: such options are for a picture, such as 14.999=@print.tif")
    check_images(images.values(), override_ppi=options.override_ppi, as_stored=options.turn is False)


COMMAND = Command("change, delete or insert fields, and nothing else", _configure, _run)
