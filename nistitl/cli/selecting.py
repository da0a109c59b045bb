"""Which records of a transaction a command is for: --idc, --record and --all mean the same everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.errors import PathError
from nistitl.base.findings import told_idc
from nistitl.base.text import printable
from nistitl.cli.command import record_type

if TYPE_CHECKING:
    import argparse

    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction

_MOST_NAMED = 20  # records in an error


def add_choice(parser: argparse.ArgumentParser) -> None:
    """The options --idc and --record."""
    parser.add_argument("--idc", type=int, metavar="N", help="the records of this IDC")
    parser.add_argument("--record", type=int, metavar="N", help="the record of this place, as info and findings count")


def add_selection(parser: argparse.ArgumentParser) -> None:
    """The options --idc, --record and --all, where one record is meant unless all are."""
    add_choice(parser)
    parser.add_argument("--all", action="store_true", help="every record of the type")


def chosen(tx: Transaction, options: argparse.Namespace) -> list[tuple[int, Record]]:
    """The records that --idc and --record leave, with their places."""
    return [
        (at, record)
        for at, record in enumerate(tx)
        if options.idc in (None, record.idc) and options.record in (None, at)
    ]


def told_choice(options: argparse.Namespace) -> str:
    """The options as they were given: ` by --idc 3`; empty where none was."""
    given = [f"--{word} {value}" for word in ("idc", "record") if (value := getattr(options, word)) is not None]
    return f" by {' and '.join(given)}" if given else ""


def selected(tx: Transaction, what: str, options: argparse.Namespace) -> list[Record]:
    """The records that a type, or a path in it, is meant of; "" for any type but 1.

    PathError where it must be said which, and where there is none.
    """
    records = _fitting(tx, what, options)
    if len(records) > 1 and not options.all:
        raise PathError(f"{_named(what)}{len(records)} records could be meant; say {_choice(tx, records)} or --all")
    return records


def selected_with(tx: Transaction, path: str, options: argparse.Namespace) -> list[Record]:
    """The same; with --all only those that have the path, of which there must be one."""
    records = selected(tx, path, options)
    if not options.all:
        return records
    having = [record for record in records if path in record]
    if not having:
        raise PathError(f"{printable(path)}: none of the {len(records)} records has it")
    return having


def _fitting(tx: Transaction, what: str, options: argparse.Namespace) -> list[Record]:
    """The records of the type, or that have such a field, by --idc and --record; PathError where there is none."""
    kind, name = record_type(what), what.partition(".")[0]
    records = [record for _, record in chosen(tx, options) if _is_of(record, kind, name)]
    if not records:
        raise PathError(f"{_named(what)}no such record{told_choice(options)}")
    return records


def _is_of(record: Record, kind: int | None, name: str) -> bool:
    if kind is not None:
        return record.type == kind
    return name in record.mnemonics() if name else record.type != 1


def _named(what: str) -> str:
    return f"{printable(what)}: " if what else ""


def _choice(tx: Transaction, records: list[Record]) -> str:
    """How to say which of these is meant: by IDC where each has one of its own."""
    idcs = [told_idc(record.idc) for record in records]
    if None not in idcs and len(set(idcs)) == len(idcs):
        return f"--idc N ({_listed(idcs)})"
    places = {id(record): at for at, record in enumerate(tx)}
    return f"--record N ({_listed([places[id(record)] for record in records])})"


def _listed(numbers: list[int | None]) -> str:
    shown = ", ".join(map(str, numbers[:_MOST_NAMED]))
    return shown if len(numbers) <= _MOST_NAMED else f"{shown}, ..."
