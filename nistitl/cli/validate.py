"""`nistitl validate`: files and folders against the standard, reported in any form that is installed."""

from __future__ import annotations

import os
import sys
from datetime import date
from typing import TYPE_CHECKING

import attrs

from nistitl.base.errors import ITLError, ReadError
from nistitl.base.files import write_atomically
from nistitl.base.findings import Severity
from nistitl.base.plugins import RENDERERS, find, offered
from nistitl.cli import CLEAN, FOUND, UNREADABLE
from nistitl.cli.command import (
    STDIN,
    Command,
    add_overlay,
    add_reading,
    check_reading,
    complain,
    no_transaction,
    only_file,
    progress,
    read_input,
    speaks_utf8,
    walk,
)
from nistitl.pages.renderer import Batch, Outcome
from nistitl.profiles.limits import limit_rule

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from nistitl.model.transaction import Transaction
    from nistitl.pages.renderer import Renderer
    from nistitl.validation.report import Report
    from nistitl.xml.schemas import Schemas


_NAMED_SO = (".an", ".an2", ".an2k", ".ansi", ".ebts", ".eft", ".nist", ".nst")  # names of transactions


class _Formats:
    """The names of the installed renderers; metadata is read only where they are listed, or where one is not ours."""

    def __contains__(self, name: object) -> bool:
        return find(RENDERERS, str(name)) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(offered(RENDERERS))


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="files or folders; - for standard input")
    parser.add_argument("--level", type=int, choices=(1, 2, 3), default=2, help="1 fields, 2 relations, 3 images too")
    parser.add_argument("--format", metavar="NAME", choices=_Formats(), default="text", help="one of %(choices)s")
    parser.add_argument("-o", "--output", metavar="OUT", help="write the report to a file, as UTF-8")
    parser.add_argument("--passed", action="store_true", help="list what passed, too, by clause: json and html")
    parser.add_argument("--json", action="store_const", dest="format", const="json", help="the same as --format json")
    parser.add_argument("--fail-on", choices=("error", "warning", "note"), default="error", help="what makes status 1")
    parser.add_argument("--values", action="store_true", help="put what stands there into findings, people's text too")
    add_overlay(parser)
    parser.add_argument(
        "--today", type=date.fromisoformat, metavar="DAY", help="YYYY-MM-DD, by which DAT may be a day to come"
    )
    parser.add_argument("--pair", action="store_true", help="of two files, whether the second answers the first")
    parser.add_argument(
        "--limit", metavar="SIZE", type=_size, help="the most bytes of a file: sis, ees, 12 MB or a number"
    )
    parser.add_argument("--schemas", metavar="DIR", help="for XML: a folder of the XML schemas, which are checked too")
    parser.add_argument("--quiet", action="store_true", help="of files without such findings say nothing")
    add_reading(parser)


def _size(text: str) -> str | int:
    return int(text) if text.isdecimal() and len(text) < 19 else text


def _run(options: argparse.Namespace) -> int:
    check_reading(options)
    _check_sizes_and_pairs(options)
    point = find(RENDERERS, options.format)
    assert point is not None  # one of the choices
    renderer: Renderer = point.load()
    named = list(walk(options.files, every=True))
    fail_on = Severity[options.fail_on.upper()]
    single = len(named) == 1
    batch = Batch(_outcomes(named, options, _schemas(options.schemas)), fail_on, quiet=options.quiet, single=single)
    if options.output is None:
        _print(renderer, batch)
    else:
        write_atomically(options.output, (piece.encode("utf-8") for piece in renderer.render_files(batch)))
    if not batch.files and not batch.unreadable:
        print("nistitl: nothing was checked: there is no transaction among these files", file=sys.stderr)
    return UNREADABLE if batch.unreadable or not batch.files else FOUND if batch.failed else CLEAN


def _check_sizes_and_pairs(options: argparse.Namespace) -> None:
    """ITLError for a limit that is none, and for a pair of other than two files, before any is read."""
    if options.limit is not None:
        limit_rule(options.limit)
    if options.pair:
        folders = sum(os.path.isdir(name) for name in options.files)  # noqa: PTH112
        if len(options.files) != 2 or folders:
            given = f"{len(options.files)} given" + (f", {folders} of them a folder" if folders else "")
            raise ITLError(f"--pair takes two files, the request and then its answer; {given}")
        if options.files.count(STDIN) > 1:
            raise ITLError("--pair takes two files; standard input can be one of them only")


def _print(renderer: Renderer, batch: Batch) -> None:
    plain = not speaks_utf8()
    for piece in renderer.render_files(batch):
        sys.stdout.write(renderer.ascii(piece) if plain else piece)


def _outcomes(named: list[tuple[str, bool]], options: argparse.Namespace, schemas: Schemas | None) -> Iterator[Outcome]:
    """The outcome of each entry: a report, an error, or why it was passed over.

    Only what a folder holds is passed over, and only where its name does not say that it is a transaction.
    """
    request: Transaction | None = None
    for name, asked in progress(named, "validating"):
        wanted = asked or name.lower().endswith(_NAMED_SO)
        if not asked and not os.path.isfile(name):  # noqa: PTH113
            yield _no_file(name, wanted)
            continue
        try:
            report = _validated(name, options, schemas, request, only=only_file(named))
        except ITLError as error:
            if wanted or not no_transaction(error):
                complain(name, error)
                yield Outcome(name, error=error)
            else:
                yield Outcome(name, skipped="no transaction")
        else:
            request = report.transaction if options.pair else None
            yield Outcome(name, attrs.evolve(report, list_passed=options.passed))


def _no_file(name: str, wanted: bool) -> Outcome:
    """The outcome of what is no file: an error where its name says that it is a transaction."""
    what = "broken link" if os.path.islink(name) else "no file"  # noqa: PTH114
    if not wanted:
        return Outcome(name, skipped=what)
    error = ReadError(f"cannot read: {what}")
    complain(name, error)
    return Outcome(name, error=error)


def _validated(
    name: str, options: argparse.Namespace, schemas: Schemas | None, request: Transaction | None, *, only: bool
) -> Report:
    return read_input(name, options, only=only).validate(
        options.profile,
        level=options.level,
        overlays=options.overlay,
        values=options.values,
        schemas=schemas,
        today=options.today,
        request=request,
        limit=options.limit,
    )


def _schemas(folder: str | None) -> Schemas | None:
    if folder is None:
        return None
    from nistitl.xml.schemas import Schemas

    return Schemas(folder)


COMMAND = Command("check files against the standard: every field, every relation, every image", _configure, _run)
