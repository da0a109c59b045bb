"""`nistitl extract`: the images of transactions, one file each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError, MissingDependency
from nistitl.base.files import write_atomically
from nistitl.base.text import printable
from nistitl.cli import FOUND, UNREADABLE
from nistitl.cli.command import (
    Command,
    add_json,
    add_reading,
    complain,
    print_json,
    read_input,
    tell_damage,
    tell_findings,
)
from nistitl.cli.status import status_of
from nistitl.images.export import exported, formats
from nistitl.images.labels import file_stem

if TYPE_CHECKING:
    import argparse


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="- for standard input")
    parser.add_argument("-o", "--output", required=True, metavar="DIR", help="made if need be")
    parser.add_argument("--as", dest="form", choices=formats(), default="png", help="png by default")
    add_reading(parser)
    add_json(parser)


def _run(options: argparse.Namespace) -> int:
    tx = read_input(options.file, options)
    tell_findings(tx)
    folder = Path(options.output)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise ITLError(f"cannot make the folder: {getattr(error, 'strerror', None) or error}") from error
    images = tx.images()
    files, status = [], status_of(tx, damaged=tell_damage(tx))
    places = {id(record): at for at, record in enumerate(tx)}
    for image in images:
        at = places[id(image)]
        stem = file_stem(at, image)
        try:
            content, suffix = exported(image, options.form)
        except ITLError as error:
            complain(f"record {at}, Type-{image.type}", error)
            status = max(status, UNREADABLE if isinstance(error, MissingDependency) else FOUND)
            continue
        write_atomically(folder / f"{stem}{suffix}", [content], follow=False)
        files.append({"file": f"{stem}{suffix}", "record": at, "bytes": len(content), "ppi": image.ppi})
        if not options.json:
            print(printable(f"{stem}{suffix}"))
    if options.json:
        print_json(files)
    return status


COMMAND = Command("the images, one file each, with their resolution", _configure, _run)
