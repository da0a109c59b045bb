"""`nistitl unpack`: a transaction as a folder of text and images."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nistitl.base.text import many, printable
from nistitl.cli import FOUND
from nistitl.cli.command import (
    Command,
    add_json,
    add_reading,
    print_json,
    read_input,
    tell_damage,
    tell_findings,
    tell_losses,
)
from nistitl.cli.status import status_of
from nistitl.plain.folder import MANIFEST, unpack

if TYPE_CHECKING:
    import argparse


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="- for standard input")
    parser.add_argument("folder", metavar="DIR", help="made if need be")
    add_reading(parser)
    add_json(parser)


def _run(options: argparse.Namespace) -> int:
    tx = read_input(options.file, options)
    tell_findings(tx)
    status = status_of(tx, damaged=tell_damage(tx))
    losses: dict[str, object] = {}
    if not tx.backing.tagged:
        conversion = tx.convert("traditional")
        title = tx.backing.title
        print(f"this is {title}: what is unpacked is its conversion to the traditional encoding", file=sys.stderr)
        tell_losses(conversion)
        status = FOUND if conversion.lost else status
        tx, losses = conversion.transaction, {"losses": [finding.to_dict() for finding in conversion.losses]}
    written = unpack(tx, options.folder)
    if options.json:
        print_json({"folder": options.folder, "files": written, **losses})
    else:
        folder = printable(options.folder)
        print(f"{many(len(written), 'file')} in {folder}; edit {MANIFEST}, then: nistitl pack {folder} OUT")
    return status


COMMAND = Command("a transaction as a folder: all text in one TOML file, one file per image", _configure, _run)
