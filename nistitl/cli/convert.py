"""`nistitl convert`: between the traditional encoding and XML, and between the flavours of XML."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError
from nistitl.base.text import printable
from nistitl.cli.command import (
    STDIN,
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
from nistitl.model.conversion import Conversion
from nistitl.model.opening import encodings

if TYPE_CHECKING:
    import argparse

    from nistitl.api import Transaction
    from nistitl.model.context import Encoding


def _configure(parser: argparse.ArgumentParser) -> None:
    known = list(encodings())
    parser.add_argument("file", metavar="IN", help="- for standard input")
    parser.add_argument("output", metavar="OUT", help="- for standard output")
    parser.add_argument(
        "--to",
        choices=[encoding.name for encoding in known],
        help="xml where OUT ends in .xml or there is a --vocabulary, else what IN is not",
    )
    parser.add_argument(
        "--vocabulary",
        choices=[name for encoding in known for name in encoding.vocabularies],
        help="the flavour of XML: niem2 (as of 2011) by default, or niem4",
    )
    add_reading(parser)
    add_json(parser)


def _run(options: argparse.Namespace) -> int:
    known = {encoding.name: encoding for encoding in encodings()}
    if options.to is not None and options.vocabulary is not None:
        _check_vocabulary(known[options.to], options.vocabulary)
    tx = read_input(options.file, options)
    tell_findings(tx)
    damaged = tell_damage(tx)
    conversion = _converted(tx, _wanted(tx, known, options), options)
    conversion.transaction.write(sys.stdout.buffer if options.output == STDIN else options.output)
    if options.json and options.output != STDIN:
        print_json(_to_dict(conversion, options))
    else:
        tell_losses(conversion)
        if options.output != STDIN:
            print(_line(conversion, options))
    return status_of(tx, damaged=damaged or bool(conversion.lost))


def _check_vocabulary(encoding: Encoding, vocabulary: str) -> None:
    if vocabulary not in encoding.vocabularies:
        raise ITLError(f"--vocabulary {vocabulary} is a flavour of another encoding; {encoding.name} does not have it")


def _wanted(tx: Transaction, known: dict[str, Encoding], options: argparse.Namespace) -> str:
    """The encoding that was asked for, in so many words or by the name of the output; else what IN is not."""
    if options.to is not None:
        return str(options.to)
    for encoding in known.values():
        if options.vocabulary in encoding.vocabularies:
            return encoding.name
    for encoding in known.values():
        if options.output.lower().endswith(encoding.suffixes):
            return encoding.name
    return next(name for name in known if name != tx.encoding)


def _converted(tx: Transaction, encoding: str, options: argparse.Namespace) -> Conversion[Transaction]:
    if tx.encoding == encoding and options.vocabulary in (None, tx.vocabulary):
        print(f"{printable(options.file)} is so already and written as it is", file=sys.stderr)
        return Conversion(tx, ())
    return tx.convert(encoding, options.vocabulary)


def _line(conversion: Conversion[Transaction], options: argparse.Namespace) -> str:
    tx, lost = conversion.transaction, conversion.lost
    losses = f", {len(lost)} loss{'es' if len(lost) != 1 else ''}" if lost else ""
    what = tx.backing.title or tx.encoding
    return f"{printable(options.output)}: {what}, {len(tx)} records, {sum(map(len, tx.pieces()))} bytes{losses}"


def _to_dict(conversion: Conversion[Transaction], options: argparse.Namespace) -> dict[str, object]:
    tx = conversion.transaction
    return {
        "file": options.file,
        "output": options.output,
        "encoding": tx.encoding,
        "vocabulary": tx.vocabulary,
        "records": len(tx),
        "bytes": sum(map(len, tx.pieces())),
        "losses": [finding.to_dict() for finding in conversion.losses],
    }


COMMAND = Command("between the traditional encoding and XML; what the other cannot say is told", _configure, _run)
