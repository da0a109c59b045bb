"""`nistitl hash`: the SHA-256 of every binary field, against xx.996; the audit log of Type-98 against the records."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from nistitl.base.errors import ITLError
from nistitl.base.findings import Severity
from nistitl.base.text import many, printable
from nistitl.cli import CLEAN, FOUND, UNREADABLE
from nistitl.cli.command import (
    STDIN,
    Command,
    add_json,
    add_reading,
    check_reading,
    complain,
    no_transaction,
    only_file,
    print_json,
    progress,
    read_input,
    reading_findings,
    walk,
)
from nistitl.cli.outputs import Outputs
from nistitl.cli.status import status_of
from nistitl.exchange.auditing import audit_entries
from nistitl.exchange.hashing import hash_findings, hashes, write_hashes

if TYPE_CHECKING:
    import argparse

    from nistitl.base.findings import Finding
    from nistitl.exchange.auditing import AuditEntry
    from nistitl.exchange.hashing import FieldHash

_STATES = ("verified", "wrong", "none")


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="files or folders; - for standard input")
    parser.add_argument(
        "-o", "--output", metavar="OUT", help="the transaction with the hashes in xx.996; for several a folder"
    )
    add_reading(parser)
    add_json(parser)


def _run(options: argparse.Namespace) -> int:
    check_reading(options)
    named = list(walk(options.files))
    outputs = Outputs(options.files, named, options.output) if options.output else None
    status, rows = CLEAN, []
    for name, asked in progress(named, "hashing"):
        try:
            tx = read_input(name, options, only=only_file(named))
            found, entries = hashes(tx), audit_entries(tx)
            findings = [*hash_findings(tx, found), *(one.finding for one in entries if one.finding)]
            told = reading_findings(tx)
            status = max(status, status_of(tx), FOUND if any(f.severity > Severity.NOTE for f in findings) else CLEAN)
            if outputs is not None:
                write_hashes(tx, found)
                tx.write(outputs.target(name))
        except ITLError as error:
            if asked or not no_transaction(error):
                complain(name, error)
                rows.append({"file": name, "error": str(error)})
                status = UNREADABLE
            continue
        for finding in told:
            print(f"{printable(name)}: {finding.to_text()}", file=sys.stderr)
        rows.append(_row(name, found, entries, findings))
        if not options.json and options.output != STDIN:
            _print(name, found, entries, findings)
    if options.json and options.output != STDIN:
        print_json(rows)
    return status


def _row(
    name: str, found: tuple[FieldHash, ...], entries: tuple[AuditEntry, ...], findings: list[Finding]
) -> dict[str, Any]:
    return {
        "file": name,
        "fields": [
            {
                "record": one.location.record,
                "type": one.location.type,
                "idc": one.location.idc,
                "path": one.location.path,
                "bytes": one.size,
                "sha256": one.sha256,
                "state": one.state,
                **({"why": one.why_none} if one.why_none else {}),
            }
            for one in found
        ],
        "log": [{"record": one.location.record, "entry": one.location.subfield, "state": one.state} for one in entries],
        "findings": [finding.to_dict() for finding in findings],
    }


def _print(name: str, found: tuple[FieldHash, ...], entries: tuple[AuditEntry, ...], findings: list[Finding]) -> None:
    counts = ", ".join(f"{sum(one.state == state for one in found)} {state}" for state in _STATES)
    print(f"{printable(name)}: {many(len(found), 'binary field')}: {counts}")
    for one in found:
        where = f"record {one.location.record}, {one.location.path}"
        where += "" if one.location.idc is None else f", IDC {one.location.idc}"
        print(f"  {one.sha256}  {where}: {one.state}" + (f", {one.why_none}" if one.why_none else ""))
    if entries:
        wrong = sum(one.finding is not None for one in entries)
        count = f"{len(entries)} entr{'y' if len(entries) == 1 else 'ies'}"
        print(f"  audit log of {count}" + (f", {wrong} to be looked at" if wrong else ": each is as the records are"))
    for finding in findings:
        print(f"  {finding.to_text()}")


COMMAND = Command("SHA-256 of every binary field, against xx.996 and the audit log; -o writes it", _configure, _run)
