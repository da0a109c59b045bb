"""`nistitl pack`: a transaction of a folder."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import nistitl
from nistitl.base.files import write_atomically
from nistitl.base.text import printable
from nistitl.cli.command import STDIN, Command, add_json, print_json, tell_damage
from nistitl.cli.status import status_of
from nistitl.plain.folder import pack

if TYPE_CHECKING:
    import argparse


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="as unpack makes it, or written by hand")
    parser.add_argument("file", metavar="FILE", help="- for standard output")
    parser.add_argument(
        "--override-ppi", action="store_true", help="images may say another resolution than their records"
    )
    add_json(parser)


def _run(options: argparse.Namespace) -> int:
    data = pack(options.folder, override_ppi=options.override_ppi)
    tx = nistitl.read(data)
    findings = tx.findings
    status = status_of(tx, findings, damaged=tell_damage(tx))
    write_atomically(sys.stdout.buffer if options.file == STDIN else options.file, [data])
    if options.file == STDIN:
        return status
    if options.json:
        print_json({"file": options.file, "bytes": len(data), "findings": [f.to_dict() for f in findings]})
    else:
        print(f"{printable(options.file)}: {len(data)} bytes")
        for finding in findings:
            print(finding.to_text())
    return status


COMMAND = Command("a transaction of a folder that unpack made, or that was written by hand", _configure, _run)
