"""`nistitl card`: a fingerprint card on paper."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nistitl.base.findings import Severity
from nistitl.cli.command import STDIN, Command, add_json, add_reading, print_json, read_input, tell_findings
from nistitl.cli.status import status_of
from nistitl.pages.card.layouts import LAYOUTS

if TYPE_CHECKING:
    import argparse


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="- for standard input")
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="the PDF; - for standard output")
    parser.add_argument("--layout", choices=tuple(LAYOUTS), help="applicants or arrests; without it, by TOT")
    parser.add_argument(
        "--font", action="append", default=[], metavar="FILE", help="a font for letters that the packaged ones lack"
    )
    add_reading(parser)
    add_json(parser)


def _run(options: argparse.Namespace) -> int:
    tx = read_input(options.file, options)
    tell_findings(tx)
    plain = options.output == STDIN
    findings = tx.card(sys.stdout.buffer if plain else options.output, layout=options.layout, fonts=options.font)
    for finding in findings:
        print(finding.to_text(), file=sys.stderr)
    if options.json and not plain:
        told = [finding.to_dict() for finding in findings]
        print_json({"file": options.output, "images": len(tx.images()), "findings": told})
    return status_of(tx, damaged=any(finding.severity > Severity.NOTE for finding in findings))


COMMAND = Command("a fingerprint card at true scale, as PDF", _configure, _run)
