"""`nistitl report`: what a supervisor or a court reads of a transaction, as a page or as PDF."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nistitl.base.errors import ITLError
from nistitl.cli import UNREADABLE
from nistitl.cli.command import (
    STDIN,
    Command,
    add_json,
    add_overlay,
    add_reading,
    check_reading,
    complain,
    print_json,
    read_bytes,
    read_input,
    tell_findings,
)
from nistitl.cli.status import status_of
from nistitl.pages.dossier.making import FORMS, form_of

if TYPE_CHECKING:
    import argparse

_NOW = "now"


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="- for standard input")
    parser.add_argument(
        "-o", "--output", required=True, metavar="OUT", help="a name that ends in .html or .pdf; - for standard output"
    )
    parser.add_argument("--as", dest="form", choices=FORMS, help="whatever the name ends in; html for standard output")
    parser.add_argument("--values", action="store_true", help="show people's data: names, numbers, images, features")
    parser.add_argument("--level", type=int, choices=(1, 2, 3), default=3, help="1 fields, 2 relations, 3 images too")
    parser.add_argument("--against", metavar="OTHER", help="tell the difference to another file, too")
    parser.add_argument(
        "--made", type=_moment, metavar="WHEN", help="say when it was made: now, or such as 2026-11-30T09:15+00:00"
    )
    parser.add_argument(
        "--font", action="append", default=[], metavar="FILE", help="a font for letters that ours lack (.pdf)"
    )
    add_overlay(parser)
    add_reading(parser)
    add_json(parser)


def _moment(text: str) -> datetime:
    """A moment that is one everywhere."""
    if text == _NOW:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        told = None
    if told is None or told.tzinfo is None:
        raise ArgumentTypeError("now, or a day, a time and how far it is from UTC, such as 2026-11-30T09:15+00:00")
    return told


def _run(options: argparse.Namespace) -> int:
    check_reading(options)
    plain = options.output == STDIN
    form = form_of(options.output, options.form or ("html" if plain else None))
    if options.font and form != "pdf":
        raise ITLError("--font is for a .pdf: a page is shown in the fonts of its reader")
    if options.against == options.file == STDIN:
        raise ITLError("standard input can be one of two files only")
    data = read_bytes(options.file)
    tx = read_input(options.file, options, data=data)
    tell_findings(tx)
    try:
        compared = _against(options)
    except ITLError as error:
        complain(options.against, error)
        return UNREADABLE
    target: Any = sys.stdout.buffer if plain else options.output
    report = tx.report(
        target,
        form=form,
        source=data,
        name="standard input" if options.file == STDIN else Path(options.file).name,
        profile=options.profile,
        overlays=options.overlay,
        level=options.level,
        values=options.values,
        made=options.made,
        fonts=options.font,
        **compared,
    )
    if options.json and not plain:
        print_json({"file": options.output, "images": len(tx.images()), **report.to_dict()})
    return status_of(tx, damaged=not report.ok)


def _against(options: argparse.Namespace) -> dict[str, Any]:
    """The file that it is compared with, as `Transaction.report` takes it."""
    if options.against is None:
        return {}
    data = read_bytes(options.against)
    name = "standard input" if options.against == STDIN else Path(options.against).name
    other = read_input(options.against, options, data=data)
    return {"against": other, "against_source": data, "against_name": name}


COMMAND = Command(
    "what a supervisor or a court reads: findings, images and what was checked, as a page or PDF", _configure, _run
)
