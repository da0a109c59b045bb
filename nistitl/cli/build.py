"""`nistitl build`: a transaction of a description, which says who, and which picture shows what."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

import nistitl
from nistitl.base.findings import Severity
from nistitl.base.text import printable
from nistitl.cli import CLEAN, FOUND
from nistitl.cli.command import STDIN, Command, add_json, print_json
from nistitl.plain.assembling import built

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from nistitl.base.findings import Finding

_MOST_ALIKE = 3  # warnings of one code


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("description", metavar="TOML", help="as nistitl new writes it; see docs/build.md")
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="- for standard output")
    parser.add_argument("--max-bytes", metavar="SIZE", help="12 MB, a number, the name of a limit; else the profile's")
    parser.add_argument("--resample", type=int, metavar="PPI", help="prints of another resolution become of this one")
    parser.add_argument("--anyway", action="store_true", help="write it though the profile finds errors")
    add_json(parser)


def _run(options: argparse.Namespace) -> int:
    made = built(nistitl.Transaction, options.description, max_bytes=options.max_bytes, resample=options.resample)
    tx = nistitl.read(bytes(made.transaction))
    report = tx.validate(made.profile, level=3)
    written = report.ok or options.anyway
    if written:
        tx.write(sys.stdout.buffer if options.output == STDIN else options.output)
    if options.json and options.output != STDIN:
        told = [finding.to_dict() for finding in report.findings]
        size = sum(map(len, tx.pieces())) if written else None
        print_json({"file": options.output, "bytes": size, "notes": list(made.notes), "findings": told})
        return CLEAN if report.ok else FOUND
    for note in made.notes:
        print(printable(note), file=sys.stderr)
    _tell(report.findings)
    if not written:
        print("not written, for the errors above; --anyway writes it all the same", file=sys.stderr)
    elif options.output != STDIN:
        kinds = [record.type for record in tx]
        counts = ", ".join(f"{kinds.count(kind)} of Type-{kind}" for kind in dict.fromkeys(kinds))
        print(f"{printable(options.output)}: {tx.TOT}, {sum(map(len, tx.pieces()))} bytes, {counts}")
    return CLEAN if report.ok else FOUND


def _tell(findings: Sequence[Finding]) -> None:
    """Errors, and of warnings the first few of a kind."""
    told: Counter[str] = Counter()
    for finding in (one for one in findings if one.severity > Severity.NOTE):
        told[finding.code] += 1
        if finding.severity > Severity.WARNING or told[finding.code] <= _MOST_ALIKE:
            print(finding.to_text(), file=sys.stderr)
    for code, count in told.items():
        if count > _MOST_ALIKE:
            print(f"{code}: {count} in all; nistitl validate tells each", file=sys.stderr)


COMMAND = Command("a transaction of a description: demographics by name, pictures by position", _configure, _run)
