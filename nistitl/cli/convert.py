"""`nistitl convert`: between the traditional encoding and XML, between the flavours of XML, and between editions."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nistitl.base.errors import ConversionRefused, ITLError
from nistitl.base.text import many, printable
from nistitl.cli import FOUND
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

_EDITION_NOTES = ("edition-changed", "edition-kept")


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
    parser.add_argument("--edition", metavar="VER", help="that edition of the standard, such as 0502; losses refuse")
    parser.add_argument(
        "--to-profile", metavar="NAME", help="for the receiver of a profile: its edition, DOM and Type-2 elements"
    )
    parser.add_argument("--lossy", action="store_true", help="also where edition or profile cannot say all of it")
    parser.add_argument(
        "--prints", type=int, choices=(4, 14), help="with --edition: fingerprints as Type-4 or as Type-14"
    )
    add_reading(parser)
    add_json(parser)


def _run(options: argparse.Namespace) -> int:
    known = {encoding.name: encoding for encoding in encodings()}
    if options.to is not None and options.vocabulary is not None:
        _check_vocabulary(known[options.to], options.vocabulary)
    if (options.lossy or options.prints) and options.edition is None and options.to_profile is None:
        raise ITLError("--lossy and --prints go with --edition or --to-profile; an encoding alone writes and tells")
    tx = read_input(options.file, options)
    tell_findings(tx)
    damaged = tell_damage(tx)
    try:
        conversion = _converted(tx, _wanted(tx, known, options), options)
    except ConversionRefused as refused:
        return _refuse(refused, options)
    conversion.transaction.write(sys.stdout.buffer if options.output == STDIN else options.output)
    if options.json and options.output != STDIN:
        print_json(_to_dict(conversion, options))
    else:
        tell_losses(conversion)
        _tell_changes(conversion)
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
    if options.edition is not None or options.to_profile is not None:
        return tx.encoding
    return next(name for name in known if name != tx.encoding)


def _converted(tx: Transaction, encoding: str, options: argparse.Namespace) -> Conversion[Transaction]:
    if options.edition is not None or options.to_profile is not None:
        from nistitl.cli.editions import in_edition

        return in_edition(tx, encoding, options)
    if tx.encoding == encoding and options.vocabulary in (None, tx.vocabulary):
        print(f"{printable(options.file)} is so already and written as it is", file=sys.stderr)
        return Conversion(tx, ())
    return tx.convert(encoding, options.vocabulary)


def _refuse(refused: ConversionRefused, options: argparse.Namespace) -> int:
    """Say what was lost, and that nothing is written."""
    if options.json and options.output != STDIN:
        losses = [finding.to_dict() for finding in refused.findings]
        print_json({"file": options.file, "output": None, "losses": losses})
    for finding in refused.findings:
        print(finding.to_text(), file=sys.stderr)
    advice = "--lossy goes without what is listed" if refused.by_choice else "what is listed has to be mended first"
    print(f"{printable(options.output)} is not written; {advice}", file=sys.stderr)
    return FOUND


def _tell_changes(conversion: Conversion[Transaction]) -> None:
    """Say on standard error what is another edition's way to say the same."""
    for finding in conversion.losses:
        if finding.code in _EDITION_NOTES:
            print(finding.to_text(), file=sys.stderr)


def _line(conversion: Conversion[Transaction], options: argparse.Namespace) -> str:
    tx, lost = conversion.transaction, conversion.lost
    losses = f", {len(lost)} loss{'es' if len(lost) != 1 else ''}" if lost else ""
    what = tx.backing.title or tx.encoding
    return f"{printable(options.output)}: {what}, {many(len(tx), 'record')}, {sum(map(len, tx.pieces()))} bytes{losses}"


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


COMMAND = Command(
    "to another encoding or edition; what that cannot say is told, and losses of an edition refuse", _configure, _run
)
