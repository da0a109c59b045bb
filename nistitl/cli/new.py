"""`nistitl new`: a description for `build` with every mandatory field of a transaction type, explained and empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError
from nistitl.base.text import printable
from nistitl.cli import CLEAN
from nistitl.cli.command import Command, add_overlay, profile_of
from nistitl.plain.blank import write_blank
from nistitl.profiles.merging import EVERY

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

_PROFILE, _TOT = "fbi-ebts-9.1", "FAUF"  # fourteen pictures and a form


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--profile", default=_PROFILE, metavar="NAME", help=f"a profile or its TOML file; {_PROFILE}")
    add_overlay(parser)
    parser.add_argument("--tot", metavar="TOT", help=f"the transaction type; {_TOT} where the profile lists it")
    parser.add_argument("--ver", metavar="VER", help="edition, such as 0502; the newest that the profile accepts")
    parser.add_argument("-o", "--output", required=True, metavar="TOML", help="where the description goes")


def _run(options: argparse.Namespace) -> int:
    tot = options.tot or _usual(options.profile, options.overlay)
    path = printable(str(write_blank(options.output, options.profile, tot, options.ver, options.overlay)))
    print(f"{path}: {tot} by {options.profile}; fill in what is empty, then: nistitl build {path} -o OUT.eft")
    return CLEAN


def _usual(name: str, overlays: Sequence[str]) -> str:
    """The transaction type where none is named. ITLError, with those of the profile, where it does not list that."""
    profile = profile_of(name, overlays)
    if _TOT in profile.tots:
        return _TOT
    types = [code for code in profile.tots if code != EVERY]
    listed = f"it has {', '.join(types)}" if types else "no public source lists its types: the receiver says its own"
    raise ITLError(f"which transaction type of {profile.name}? say --tot; {listed}")


COMMAND = Command("a description of a transaction type, to be filled in and built", _configure, _run)
