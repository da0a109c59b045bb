"""`nistitl records`: add, remove, move and renumber records, and nothing else."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from nistitl.base.errors import ITLError, PathError, StructureError
from nistitl.base.findings import told_idc
from nistitl.base.numbers import HIGHEST_IDC
from nistitl.base.text import printable
from nistitl.cli.changes import check_images, file_content, parted, put, spelled_as_options
from nistitl.cli.command import (
    STDIN,
    Command,
    add_json,
    add_overlay,
    add_reading,
    print_json,
    read_input,
    record_type,
    tell_findings,
)
from nistitl.cli.picturing import PICTURING, add_picturing, picturing, spelled
from nistitl.cli.selecting import add_selection, selected
from nistitl.cli.status import status_of
from nistitl.model.counting import free_idcs
from nistitl.model.renumbering import named_idcs, naming_places
from nistitl.records import record_class

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from nistitl.api import Transaction
    from nistitl.model.record import Record

    Change = Callable[[Transaction, argparse.Namespace], Iterator[dict[str, Any]]]

_MINUTIAE = 9
_LONGEST = 12  # characters of OLD=NEW


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(change=None)
    todo = parser.add_subparsers(metavar="add | remove | move | renumber", required=True)
    add = _parser(todo, "add", _add, "a record of another file, of a picture with fields, or of fields alone")
    add.add_argument("type", metavar="TYPE", help="of the record, such as 14")
    add.add_argument("fields", nargs="*", metavar="FIELD=VALUE", help="such as FGP=2 or 14.020=text; lists as JSON")
    add.add_argument("--from", dest="source", metavar="OTHER", help="the file that it comes from; it is copied")
    add.add_argument("--image", metavar="PICTURE", help="its image; size, resolution and codec follow")
    add.add_argument("--ppi", type=float, metavar="N", help="where the picture does not say its resolution")
    add_picturing(add)
    add.add_argument("--override-ppi", action="store_true", default=None, help="--ppi against what it says")
    add.add_argument("--at", type=int, metavar="N", help="its place; at the end without")
    add_selection(add)
    remove = _parser(todo, "remove", _remove, "take records out")
    remove.add_argument("type", metavar="TYPE", nargs="?", help="such as 14; any type without")
    add_selection(remove)
    move = _parser(todo, "move", _move, "give records another place")
    move.add_argument("type", metavar="TYPE", nargs="?", help="such as 14; any type without")
    move.add_argument("--to", type=int, required=True, metavar="N", help="the place of the first of them; 0 is Type-1")
    add_selection(move)
    renumber = _parser(todo, "renumber", _renumber, "give IDCs anew, with everything that names one")
    renumber.add_argument("numbers", nargs="*", metavar="OLD=NEW", help="such as 3=7; all from 0, in order, without")


def _parser(todo: Any, name: str, change: Change, summary: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = todo.add_parser(name, help=summary, description=summary)
    parser.add_argument("file", metavar="FILE", help="- for standard input")
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="- for standard output")
    parser.set_defaults(change=change)
    add_reading(parser)
    add_overlay(parser)
    add_json(parser)
    return parser


def _run(options: argparse.Namespace) -> int:
    tx = read_input(options.file, options)
    status = status_of(tx)
    tell_findings(tx)
    done = list(options.change(tx, options))
    tx.write(sys.stdout.buffer if options.output == STDIN else options.output)
    if options.output != STDIN:
        if options.json:
            print_json(done)
        else:
            for row in done:
                print(_told(row))
    return status


def _told(row: dict[str, Any]) -> str:
    if "was" in row:
        return f"IDC {row['was']} is now {row['idc']}"
    idc = "" if row["idc"] is None else f", IDC {row['idc']}"
    return f"record {row['record']}, Type-{row['type']}{idc}: {row['done']}"


def _row(tx: Transaction, record: Record, done: str) -> dict[str, Any]:
    """What was done with a record that is in the transaction now."""
    at = next(at for at, one in enumerate(tx) if one is record)
    return {"record": at, "type": record.type, "idc": told_idc(record.idc), "done": done}


def _renumber(tx: Transaction, options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    given = dict(_pair(word) for word in options.numbers)
    if len(given) < len(options.numbers):
        raise StructureError("an IDC is given two new numbers; say each once")
    if tx.context.dictionary is None and tx[2]:
        print("nistitl: without --profile no field of Type-2 is known to name an IDC", file=sys.stderr)
    for old, new in tx.renumber(given or None).items():
        yield {"was": told_idc(old), "idc": new}


def _pair(word: str) -> tuple[int, int]:
    old, _, new = word.partition("=")
    if not (old.isdecimal() and new.isdecimal() and len(word) < _LONGEST):
        raise PathError(f"{printable(word[:_LONGEST])}: expected OLD=NEW, such as 3=7")
    return int(old), int(new)


def _move(tx: Transaction, options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    records = selected(tx, _type(options), options)
    at = _place(options.to, len(tx) - len(records))
    with tx.together():
        for record in reversed(records):
            tx.move(record, len(tx) - 1)  # out of the way, so that places count as they will be
        for place, record in enumerate(records, at):
            tx.move(record, place)
    yield from (_row(tx, record, "moved") for record in records)


def _remove(tx: Transaction, options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    records = selected(tx, _type(options), options)
    rows = [_row(tx, record, "removed") for record in records]
    with tx.together():
        for record in records:
            tx.remove(record)
    yield from rows
    _tell_orphans(tx, {row["idc"] for row in rows} - {None})


def _type(options: argparse.Namespace) -> str:
    """The record type that is meant, empty for any."""
    if options.type is None:
        if options.idc is None and options.record is None:
            raise PathError("say which: TYPE such as 14, --idc N or --record N")
        return ""
    kind = record_type(options.type)
    if kind is None or options.type != str(kind):
        raise PathError(f"{printable(options.type)}: expected a record type, such as 14")
    return str(kind)


def _tell_orphans(tx: Transaction, idcs: set[int]) -> None:
    """Say on standard error which minutiae have these IDCs, of which records are gone, and what names one."""
    gone = idcs - {record.idc for record in tx if record.type != _MINUTIAE}
    for at, record in enumerate(tx):
        if record.type == _MINUTIAE and record.idc in gone:
            print(f"nistitl: record {at}, Type-9, has IDC {record.idc}, too, and was kept", file=sys.stderr)
    for at, place in naming_places(tx):
        for idc in gone.intersection(named_idcs(place)):
            print(f"nistitl: {place.path} of record {at} names IDC {idc}, which is gone", file=sys.stderr)


def _place(at: int, most: int) -> int:
    if not 1 <= at <= most:
        raise StructureError(f"{at} is no place for it: Type-1 is at 0, others from 1 to {most}")
    return at


# -- add ------------------------------------------------------------------------------------------


def _add(tx: Transaction, options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    at = len(tx) if options.at is None else _place(options.at, len(tx))
    changes = [parted(field) for field in options.fields]
    new = _new(options)
    numbers = _numbers_here(tx, new)
    with tx.together():
        for place, one in enumerate(new, at):
            record = tx.insert(place, _renumbered(one, numbers))
            files = [put(record, _within(record, path), value) for path, value in changes]
            if options.image or any(files):
                check_images([record], override_ppi=bool(options.override_ppi), as_stored=options.turn is False)
            yield _row(tx, record, "added")


def _new(options: argparse.Namespace) -> list[Record]:
    """The records that are to be added, not yet in the transaction."""
    kind = int(_type(options))
    given = [name for name in ("ppi", "override_ppi") if getattr(options, name) is not None] + list(picturing(options))
    if options.source is not None:
        if given or options.image is not None:
            raise ITLError("--from gives whole records; change the image with --image in another step")
        return selected(read_input(options.source, options, only=False), str(kind), options)
    if options.idc is not None or options.record is not None or options.all:
        raise ITLError("--idc, --record and --all choose among the records of --from; the IDC of a new one is IDC=N")
    if options.image is None:
        if given:
            raise ITLError(f"{spelled(given)}: such options are for --image")
        return [record_class(kind)()]
    return [_of_picture(kind, options)]


def _of_picture(kind: int, options: argparse.Namespace) -> Record:
    from nistitl.images.record import ImageRecord

    made = record_class(kind)
    if not issubclass(made, ImageRecord):
        raise ITLError(f"Type-{kind} holds no image")
    source = file_content(options.image) if options.image == STDIN else options.image
    with spelled_as_options({*PICTURING, "ppi", "override_ppi"}):
        return made.from_image(source, ppi=options.ppi, override_ppi=bool(options.override_ppi), **picturing(options))


def _renumbered(record: Record, numbers: dict[int | None, int]) -> Record:
    """The record, or a copy that has another IDC."""
    return record if record.idc not in numbers else record.copy(IDC=numbers[record.idc])


def _numbers_here(tx: Transaction, records: list[Record]) -> dict[int | None, int]:
    """New numbers for the IDCs of records that come from elsewhere and are in use here."""
    used = {record.idc for record in tx} - {None}
    free = free_idcs([*tx, *records])
    numbers: dict[int | None, int] = {}
    for record in records:
        if record.idc in used and record.idc not in numbers:
            numbers[record.idc] = next(free, HIGHEST_IDC + 1)
    if HIGHEST_IDC + 1 in numbers.values():
        raise StructureError(f"every IDC from 0 to {HIGHEST_IDC} is in use; give the record one to share, IDC=N")
    return numbers


def _within(record: Record, path: str) -> str:
    """A path of the new record: FGP, 14.FGP, 14.013; PathError for one of another type."""
    kind = record_type(path)
    if kind is not None and kind != record.type:
        raise PathError(f"{printable(path)}: the record is a Type-{record.type}")
    return path


COMMAND = Command("add, remove, move and renumber records, and nothing else", _configure, _run)
