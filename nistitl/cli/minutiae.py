"""`nistitl minutiae`: the features of a Type-9 as CSV, JSON, `.xyt` or a template."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from nistitl.base.errors import ITLError, needing
from nistitl.base.files import write_atomically
from nistitl.base.text import json_text
from nistitl.cli.command import (
    STDIN,
    Command,
    add_reading,
    read_input,
    speaks_utf8,
    tell_damage,
    tell_findings,
)
from nistitl.cli.status import status_of
from nistitl.minutiae.names import FORMATS, FORMS, TABLES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    import nistitl
    from nistitl import Type9

_OF_TEMPLATE = ("position", "impression", "quality")  # what a template must tell and a record may not


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="- for standard input")
    parser.add_argument("--as", dest="form", choices=FORMS, default="csv", help="csv by default")
    parser.add_argument("-o", "--output", default=STDIN, metavar="OUT", help="- for standard output, by default")
    parser.add_argument("--idc", type=int, metavar="N", help="of the Type-9 with this IDC only")
    parser.add_argument("--block", metavar="NAME", help="efs, m1, iafis or standard; the richest by default")
    parser.add_argument("--units", choices=("pixels", "own"), default="pixels", help="own: the block's own numbers")
    parser.add_argument("--ppi", type=float, metavar="N", help="resolution, where no image of the IDC tells it")
    parser.add_argument("--width", type=int, metavar="N", help="of the image in pixels, likewise")
    parser.add_argument("--height", type=int, metavar="N", help="of the image in pixels, likewise")
    for name in _OF_TEMPLATE:
        parser.add_argument(f"--{name}", type=int, metavar="N", help=f"{name} of the finger, for a template")
    add_reading(parser)


@needing("minutiae")
def _run(options: argparse.Namespace) -> int:
    tx = read_input(options.file, options)
    tell_findings(tx)
    damaged = tell_damage(tx)
    records = _chosen(tx, options.idc)
    data, lost = _written(records, options)
    for one in lost:
        print(f"not in {options.form}: {one}", file=sys.stderr)
    write_atomically(sys.stdout.buffer if options.output == STDIN else options.output, [data])
    return status_of(tx, damaged=damaged or bool(lost))


def _chosen(tx: nistitl.Transaction, idc: int | None) -> list[Type9]:
    records = [record for record in tx[9] if idc is None or record.idc == idc]
    if not records:
        there = ", ".join(dict.fromkeys(str(record.idc) for record in tx[9]))
        raise ITLError(f"no Type-9 has IDC {idc}; there are {there}" if there else "the file has no Type-9")
    return records


def _written(records: Sequence[Type9], options: argparse.Namespace) -> tuple[bytes, list[str]]:
    """The features in the form that is asked for, and what it cannot hold."""
    given: dict[str, Any] = {"ppi": options.ppi, "height": options.height}
    if options.form in TABLES:
        return _tabled(records, options, given)
    if len(records) > 1:
        numbers = ", ".join(str(record.idc) for record in records)
        raise ITLError(f"{options.form} holds one finger, and there are Type-9 of IDC {numbers}: choose one with --idc")
    from nistitl.minutiae import export

    (record,) = records
    if options.form in FORMATS:
        told = {name: getattr(options, name) for name in _OF_TEMPLATE if getattr(options, name) is not None}
        template = record.to_template(options.form, options.block, width=options.width, **given, **told)
        data, lost = bytes(template), [*template.lost, *export.beside(record, options.block)]
    else:
        text, lost = export.as_xyt(record, options.form, options.block, **given)
        data = text.encode("ascii")
    return data, _of(record, _block(record, options), lost)


def _tabled(records: Sequence[Type9], options: argparse.Namespace, given: dict[str, Any]) -> tuple[bytes, list[str]]:
    """The features of all records as one table, of each the block that is asked for or the richest."""
    from nistitl.minutiae import export
    from nistitl.minutiae.selection import block_named

    if options.block is not None:
        block_named(records[0], options.block)
    values, lost, plain = [], list[str](), options.form == "json"
    for record in records:
        there = record.minutiae_blocks
        if not (options.block in there if options.block and len(records) > 1 else there):
            lost.append(f"IDC {record.idc}, no minutiae of {options.block or 'a public block'}: it is left out")
            continue
        values.append(export.features(record, options.block, units=options.units, **given))
        lost += _of(record, _block(record, options), export.left_out(record, options.block, plain=plain))
    if plain:
        return (json_text(values, ascii_only=not _to_text(options)) + "\n").encode("utf-8"), lost
    return export.as_csv(values).encode("utf-8"), lost


def _block(record: Type9, options: argparse.Namespace) -> str:
    return options.block or record.minutiae_blocks[0]


def _of(record: Type9, block: str, lost: Sequence[str]) -> list[str]:
    """What is lost, each behind the record and block it is of; other blocks with minutiae are told, not lost."""
    others = [name for name in record.minutiae_blocks if name != block]
    if others:
        print(f"IDC {record.idc}: of block {block}; --block chooses {' or '.join(others)}", file=sys.stderr)
    return [f"IDC {record.idc}, block {block}: {one}" for one in lost]


def _to_text(options: argparse.Namespace) -> bool:
    return options.output != STDIN or speaks_utf8()


COMMAND = Command("minutiae and other features as CSV, JSON, .xyt or a template", _configure, _run)
