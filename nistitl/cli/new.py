"""`nistitl new`: a manifest for `pack` with every mandatory field of a transaction type, named, explained and empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.text import printable
from nistitl.cli import CLEAN
from nistitl.cli.command import Command, add_overlay, profile_of, type_of
from nistitl.plain.manifest import write_manifest

if TYPE_CHECKING:
    import argparse


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--profile", required=True, metavar="NAME", help="a profile or its TOML file")
    add_overlay(parser)
    parser.add_argument("--tot", required=True, metavar="TOT", help="the transaction type")
    parser.add_argument("--ver", metavar="VER", help="edition, such as 0502; the newest that the profile accepts")
    parser.add_argument("-o", "--output", required=True, metavar="DIR", help="where the manifest goes")


def _run(options: argparse.Namespace) -> int:
    profile = profile_of(options.profile, options.overlay)
    path = write_manifest(profile, type_of(profile, options.tot), options.output, options.ver)
    print(f"{printable(str(path))}: fill in the empty fields, then: nistitl pack {printable(options.output)} FILE")
    return CLEAN


COMMAND = Command("an empty transaction of a type, to be filled in and packed", _configure, _run)
