"""`nistitl new`: a description for `build` with every mandatory field of a transaction type, explained and empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.text import printable
from nistitl.cli import CLEAN
from nistitl.cli.command import Command, add_overlay
from nistitl.plain.blank import write_blank

if TYPE_CHECKING:
    import argparse

_PROFILE, _TOT = "fbi-ebts-9.1", "FAUF"  # fourteen pictures and a form


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--profile", default=_PROFILE, metavar="NAME", help=f"a profile or its TOML file; {_PROFILE}")
    add_overlay(parser)
    parser.add_argument("--tot", default=_TOT, metavar="TOT", help=f"the transaction type; {_TOT}")
    parser.add_argument("--ver", metavar="VER", help="edition, such as 0502; the newest that the profile accepts")
    parser.add_argument("-o", "--output", required=True, metavar="TOML", help="where the description goes")


def _run(options: argparse.Namespace) -> int:
    path = printable(str(write_blank(options.output, options.profile, options.tot, options.ver, options.overlay)))
    print(f"{path}: {options.tot} by {options.profile}; fill in what is empty, then: nistitl build {path} -o OUT.eft")
    return CLEAN


COMMAND = Command("a description of a transaction type, to be filled in and built", _configure, _run)
