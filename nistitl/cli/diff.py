"""`nistitl diff`: what is different between two transactions, for people, programs and git."""

from __future__ import annotations

import os
import sys
from collections import Counter
from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError
from nistitl.base.files import write_atomically
from nistitl.base.text import many, printable
from nistitl.cli import CLEAN, FOUND, UNREADABLE
from nistitl.cli.command import STDIN, Command, add_overlay, add_reading, complain, read_input, speaks_utf8
from nistitl.exchange.comparing.matching import DEGREES, MILLIMETRES
from nistitl.pages.difference import difference_json, difference_page, difference_text
from nistitl.pages.terminal import colours_of

if TYPE_CHECKING:
    import argparse

    from nistitl.api import Transaction
    from nistitl.exchange.comparing.difference import Difference

_FORMATS = ("text", "json", "html")
_OF_GIT = (7, 9)  # path, old file, hex and mode, new file, hex and mode; of a renamed file its new name, and how alike
_NOTHING = os.devnull  # what git names where a file is not there


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="two files, - for standard input; or the seven arguments of git"
    )
    parser.add_argument("--values", action="store_true", help="show what stands there, people's text and pictures too")
    parser.add_argument("--meaning", action="store_true", help="differences of spelling are not told, and none")
    parser.add_argument("--format", choices=_FORMATS, help="text, json or html; by the name of OUT where it ends so")
    parser.add_argument("--json", action="store_const", dest="format", const="json", help="the same as --format json")
    parser.add_argument("-o", "--output", metavar="OUT", help="write to a file, as UTF-8")
    parser.add_argument(
        "--colour", choices=("auto", "always", "never"), default="auto", help="of text; auto: on a terminal"
    )
    parser.add_argument(
        "--mm", type=float, default=MILLIMETRES, metavar="N", help="minutiae are the same within, default %(default)s"
    )
    parser.add_argument(
        "--degrees", type=float, default=DEGREES, metavar="N", help="and within these, default %(default)s"
    )
    add_reading(parser)
    add_overlay(parser)


def _run(options: argparse.Namespace) -> int:
    names = options.files
    if len(names) in _OF_GIT:
        return _for_git(names, options)
    if len(names) == 1 and "GIT_DIFF_PATH_COUNTER" in os.environ:
        print(f"{printable(names[0])}: unmerged")
        return CLEAN
    if len(names) != 2:
        raise ITLError(f"a difference is between two files; {len(names)} given (git gives seven arguments)")
    if names == [STDIN, STDIN]:
        raise ITLError("standard input can be one of two files only")
    sides = []
    for name in names:
        try:
            sides.append(read_input(name, options, only=False))
        except ITLError as error:
            complain(name, error)
            return UNREADABLE
    difference = _difference(sides[0], sides[1], options)
    _write(difference, names[0], names[1], options)
    return FOUND if difference else CLEAN


def _difference(before: Transaction, after: Transaction, options: argparse.Namespace) -> Difference:
    difference = before.diff(after, millimetres=options.mm, degrees=options.degrees)
    return difference.without_spelling() if options.meaning else difference


def _write(difference: Difference, before: str, after: str, options: argparse.Namespace) -> None:
    form = options.format or _form_of(options.output)
    if form == "html":
        text = difference_page(difference, before, after, values=options.values)
    elif form == "json":
        plain = options.output is None and not speaks_utf8()
        text = difference_json(difference, values=options.values, ascii_only=plain) + "\n"
    else:
        lines = difference_text(difference, values=options.values, colour=_in_colour(options))
        text = "".join(f"{line}\n" for line in lines)
    if options.output is None:
        print(text, end="")
    else:
        write_atomically(sys.stdout.buffer if options.output == STDIN else options.output, [text.encode("utf-8")])


def _form_of(output: str | None) -> str:
    """The format that the name of a file asks for."""
    suffix = "" if output is None else os.path.splitext(output)[1].lower()  # noqa: PTH122
    return {".html": "html", ".htm": "html", ".json": "json"}.get(suffix, "text")


def _in_colour(options: argparse.Namespace) -> bool:
    if options.colour != "auto":
        return bool(options.colour == "always")
    terminal = options.output is None and sys.stdout.isatty()
    return colours_of(terminal=terminal, unicode=True) != "none"


# -- for git ----------------------------------------------------------------------------------


def _for_git(names: list[str], options: argparse.Namespace) -> int:
    """The difference of a path as git asks for it; always clean, as git ends with any other status."""
    path, old, _, _, new = names[:5]
    now = names[7] if len(names) > 7 else path
    print(f"--- {_side('a', path, old)}\n+++ {_side('b', now, new)}")
    there = [side for side in (old, new) if not _is_nothing(side)]
    try:
        sides = [read_input(side, options, only=False) for side in there]
        if len(sides) == 2:
            _write(_difference(sides[0], sides[1], options), path, now, options)
        elif sides:
            print(f"{'added' if _is_nothing(old) else 'removed'}: {_records_of(sides[0])}")
    except ITLError as error:
        print(f"not compared: {error}")
    return CLEAN


def _records_of(tx: Transaction) -> str:
    """How many records there are, and of which types."""
    kinds = Counter(record.type for record in tx)
    told = ", ".join(f"Type-{kind}" if count == 1 else f"{count} of Type-{kind}" for kind, count in kinds.items())
    return f"{many(len(tx), 'record')}: {told}"


def _side(letter: str, path: str, file: str) -> str:
    return "/dev/null" if _is_nothing(file) else f"{letter}/{printable(path)}"


def _is_nothing(file: str) -> bool:
    return file in (_NOTHING, "/dev/null")


COMMAND = Command("what is different: records, fields, images, minutiae; spelling apart", _configure, _run)
