"""`nistitl convert`: between the traditional encoding and XML, and between the flavours of XML."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError
from nistitl.base.text import printable
from nistitl.cli import CLEAN, FOUND
from nistitl.cli.command import (
    STDIN,
    Command,
    add_json,
    add_reading,
    print_json,
    read_input,
    tell_findings,
    tell_losses,
)
from nistitl.xml.conversion import Conversion
from nistitl.xml.vocabularies import VOCABULARIES

if TYPE_CHECKING:
    import argparse

    from nistitl.api import Transaction
    from nistitl.model.context import Encoding

_TRADITIONAL: Encoding = "traditional"
_XML: Encoding = "xml"


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="IN", help="- for standard input")
    parser.add_argument("output", metavar="OUT", help="- for standard output")
    parser.add_argument(
        "--to",
        choices=(_XML, _TRADITIONAL),
        help="xml where OUT ends in .xml or there is a --vocabulary, else what IN is not",
    )
    parser.add_argument(
        "--vocabulary",
        choices=tuple(VOCABULARIES),
        help="the flavour of XML: niem2 (as of 2011) by default, or niem4",
    )
    add_reading(parser)
    add_json(parser)


def _run(options: argparse.Namespace) -> int:
    if options.to == _TRADITIONAL and options.vocabulary is not None:
        raise ITLError("--vocabulary is a flavour of XML; the traditional encoding has none")
    tx = read_input(options.file, options)
    tell_findings(tx)
    made = _converted(tx, _wanted(tx, options), options)
    made.transaction.write(sys.stdout.buffer if options.output == STDIN else options.output)
    told = options.json and options.output != STDIN
    if told:
        print_json(_to_dict(made, options))
    else:
        tell_losses(made)
        if options.output != STDIN:
            print(_line(made, options))
    return FOUND if made.lost else CLEAN


def _wanted(tx: Transaction, options: argparse.Namespace) -> Encoding:
    """The encoding that was asked for, in so many words or by the name of the output."""
    if options.to is not None:
        return _XML if options.to == _XML else _TRADITIONAL
    if options.vocabulary is not None or options.output.lower().endswith(".xml"):
        return _XML
    return _TRADITIONAL if tx.encoding == _XML else _XML


def _converted(tx: Transaction, encoding: Encoding, options: argparse.Namespace) -> Conversion[Transaction]:
    if tx.encoding == encoding and options.vocabulary in (None, tx.vocabulary):
        print(f"{printable(options.file)} is so already and written as it is", file=sys.stderr)
        return Conversion(tx, ())
    return tx.convert(encoding, options.vocabulary or "niem2")


def _line(made: Conversion[Transaction], options: argparse.Namespace) -> str:
    tx = made.transaction
    what = f"XML ({VOCABULARIES[tx.vocabulary].title})" if tx.vocabulary else "traditional"
    lost = f", {len(made.lost)} loss{'es' if len(made.lost) != 1 else ''}" if made.lost else ""
    return f"{printable(options.output)}: {what}, {len(tx)} records, {sum(map(len, tx.pieces()))} bytes{lost}"


def _to_dict(made: Conversion[Transaction], options: argparse.Namespace) -> dict[str, object]:
    tx = made.transaction
    return {
        "file": options.file,
        "output": options.output,
        "encoding": tx.encoding,
        "vocabulary": tx.vocabulary,
        "records": len(tx),
        "bytes": sum(map(len, tx.pieces())),
        "losses": [finding.to_dict() for finding in made.losses],
    }


COMMAND = Command("between the traditional encoding and XML; what the other cannot say is told", _configure, _run)
