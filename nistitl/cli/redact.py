"""`nistitl redact`: what a policy lets go of a transaction, and nothing else."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import nistitl
from nistitl.base.errors import ITLError
from nistitl.base.files import write_atomically
from nistitl.base.text import many, printable
from nistitl.cli import FOUND
from nistitl.cli.command import STDIN, Command, add_json, add_reading, print_json, read_bytes, read_input, tell_findings
from nistitl.cli.outputs import check_apart, same_file
from nistitl.cli.status import status_of
from nistitl.exchange.audit import Audit
from nistitl.exchange.log import Named, log_lines
from nistitl.exchange.policy import SHIPPED, policy
from nistitl.exchange.pseudonyms import KEY_VARIABLE, key_in, key_of_text
from nistitl.exchange.redaction import redact
from nistitl.exchange.verifying import verify

if TYPE_CHECKING:
    import argparse

    from nistitl.exchange.redaction import Redaction
    from nistitl.exchange.verifying import Verification


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="IN", help="- for standard input")
    parser.add_argument("-o", "--output", metavar="OUT", required=True, help="- for standard output; may be IN")
    parser.add_argument(
        "--by", metavar="NAME|FILE.toml", required=True, help=f"the policy: {', '.join(SHIPPED)}, or a file"
    )
    parser.add_argument(
        "--key-file", metavar="FILE", help=f"the key of pseudonyms and dates; else {KEY_VARIABLE}, in hex"
    )
    parser.add_argument("--log", metavar="FILE", help="what was done, as JSON lines, without any value")
    parser.add_argument("--log-names", action="store_true", help="name the files in the log, with their SHA-256")
    parser.add_argument(
        "--audit", metavar="AGENT", help="add a Type-98 whose audit log names the fields, and who did it"
    )
    parser.add_argument(
        "--verify", action="store_true", help="search the output for what was to go, and list where it still stands"
    )
    add_reading(parser)
    add_json(parser)


def _run(options: argparse.Namespace) -> int:
    if options.log_names and not options.log:
        raise ITLError("--log-names says what stands in the log: give --log FILE, too")
    _check_files(options)
    by = policy(options.by)
    key = _key(options) if by.needs_key else None
    given = read_bytes(options.file) if options.log_names else None  # once: the log tells the hash of what was read
    tx = read_input(options.file, options, data=given)
    tell_findings(tx)
    status = status_of(tx)
    audit = Audit(options.audit, datetime.now(UTC).replace(microsecond=0)) if options.audit is not None else None
    redaction = redact(tx, by, key, audit)
    data = bytes(redaction.transaction)
    if options.log:
        write_atomically(options.log, log_lines(redaction, _named(options, given, data)))
    verification = verify(tx, nistitl.read(data, profile=options.profile), redaction) if options.verify else None
    redaction.transaction.write(sys.stdout.buffer if options.output == STDIN else options.output)
    _tell(redaction, verification, options)
    return FOUND if redaction.failed or (verification is not None and verification.left) else status


def _check_files(options: argparse.Namespace) -> None:
    """ITLError where an output would take the place of what is read; OUT may be IN."""
    read = {"--by": options.by if options.by.endswith(".toml") else None, "--key-file": options.key_file}
    check_apart(options.output, "-o OUT", read)
    if options.key_file and same_file(options.key_file, options.by):
        raise ITLError("--key-file is the policy itself: a key is random bytes, such as head -c 32 /dev/urandom gives")
    if options.log == STDIN:
        raise ITLError("--log wants a file: standard output is for the transaction")
    if options.log:
        check_apart(options.log, "--log", {"-o OUT": options.output, "IN": options.file, **read})


def _key(options: argparse.Namespace) -> bytes | None:
    """The key, from a file or the environment, never from an argument; None where there is none."""
    if options.key_file:
        return key_in(options.key_file)
    text = os.environ.get(KEY_VARIABLE)
    return key_of_text(text) if text else None


def _named(options: argparse.Namespace, given: bytes | None, made: bytes) -> list[Named]:
    return [] if given is None else [Named(options.file, given), Named(options.output, made)]


def _tell(redaction: Redaction[Any], verification: Verification | None, options: argparse.Namespace) -> None:
    if redaction.unnamed:
        print(
            "nobody is named by what the policy calls identity, or no profile says which fields those are: what was to "
            "get the person's pseudonym or a shifted date is gone",
            file=sys.stderr,
        )
    for step in redaction.failed:
        print(f"record {step.record}, {step.path}: {step.action}", file=sys.stderr)
    said = list(verification.lines()) if verification is not None else []
    if options.output == STDIN:
        print(*said, sep="\n", end="\n" if said else "", file=sys.stderr)
        return
    name, records, places = redaction.policy.name, len(redaction.transaction), len(redaction.steps)
    if options.json:
        found = {"verification": verification.to_dict()} if verification is not None else {}
        print_json({"policy": name, "records": records, "steps": places, **found})
    else:
        print(
            f"{printable(options.output)}: by {name}, {many(records, 'record')}, {many(places, 'place')} changed",
            *said,
            sep="\n",
        )


COMMAND = Command("what a policy lets go of a transaction, and nothing else", _configure, _run)
