"""`nistitl join`: transactions of several files one after another in one file."""

from __future__ import annotations

import sys
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from nistitl.base.errors import ITLError, StructureError
from nistitl.base.files import write_atomically
from nistitl.base.findings import Severity
from nistitl.base.text import many, printable
from nistitl.cli import CLEAN, FOUND
from nistitl.cli.changes import file_content
from nistitl.cli.command import STDIN, Command, add_json, print_json
from nistitl.model.opening import TRADITIONAL, encoding_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from nistitl.base.findings import Finding
    from nistitl.wire.framing import Span


_CUT = ("record-cut", "terminator-missing", "cnt-missing-record")


class _Part(NamedTuple):
    """A transaction in the file that comes of it: where its bytes are and its records, and what is wrong with it."""

    bounds: tuple[int, int]
    spans: list[Span]
    findings: list[Finding]
    file: str


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", metavar="FILE", nargs="+", help="in the order that they are to have")
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="- for standard output")
    parser.add_argument("--damaged", action="store_true", help="transactions that are cut off before others, too")
    add_json(parser)


def _run(options: argparse.Namespace) -> int:
    contents = [(name, file_content(name)) for name in options.files]
    parts: list[_Part] = []
    at = 0
    for name, data in contents:
        parts += _parts(name, data, at)
        at += len(data)
    joined = b"".join(data for _, data in contents)
    _check(parts, joined)
    if not options.damaged:
        _refuse_cut(parts[:-1])
    for part in parts:
        for finding in part.findings:
            print(f"{printable(part.file)}: {finding.to_text()}", file=sys.stderr)
    write_atomically(sys.stdout.buffer if options.output == STDIN else options.output, [joined])
    if options.output != STDIN:
        told = {"file": options.output, "bytes": len(joined), "transactions": len(parts)}
        if options.json:
            print_json(told)
        else:
            print(f"{printable(options.output)}: {len(joined)} bytes, {many(len(parts), 'transaction')}")
    wrong = any(finding.severity > Severity.NOTE for part in parts for finding in part.findings)
    return FOUND if wrong else CLEAN


def _parts(name: str, data: bytes, at: int) -> Iterator[_Part]:
    """The transactions of a file whose bytes begin at that place of the whole."""
    try:
        if (encoding := encoding_of(data)) is not TRADITIONAL:
            raise StructureError(
                f"{encoding.name} documents cannot stand one after another; `nistitl convert` it first"
            )
        for _, framing, (start, end) in TRADITIONAL.frames(data):
            spans = [(kind, low + at, high + at) for kind, low, high in framing.spans]
            yield _Part((start + at, end + at), spans, framing.findings, name)
    except ITLError as error:
        raise type(error)(f"{printable(name)}: {error}") from error


def _check(parts: list[_Part], joined: bytes) -> None:
    """StructureError where the whole would be read as other transactions than its parts are."""
    read = ((framing.spans, bounds) for _, framing, bounds in TRADITIONAL.frames(joined))
    for part, found in zip_longest(parts, read):
        if part is None or found != (part.spans, part.bounds):
            name = printable((part or parts[-1]).file)
            raise StructureError(
                f"{name} cannot stand with the others in one file: it would be read otherwise than alone; "
                "look for bytes before its first record, or before that of the file behind it"
            )


def _refuse_cut(parts: list[_Part]) -> None:
    """StructureError for the first that lacks something at its end: whoever goes by LEN and CNT looks for it behind."""
    for part in parts:
        for finding in part.findings:
            if finding.code in _CUT:
                raise StructureError(
                    f"{printable(part.file)} cannot stand before another: {finding.to_text()}; readers that go by LEN "
                    "and CNT would take the next one for what is missing. --damaged joins them all the same"
                )


COMMAND = Command("transactions of several files one after another in one file", _configure, _run)
