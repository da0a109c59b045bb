"""`nistitl split`: transactions that stand one after another in one file, a file each."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nistitl
from nistitl.base.errors import ITLError
from nistitl.base.files import write_atomically
from nistitl.base.text import many, printable
from nistitl.cli import CLEAN, FOUND
from nistitl.cli.changes import file_content
from nistitl.cli.command import Command, add_json, print_json, reading_findings
from nistitl.cli.status import status_of

if TYPE_CHECKING:
    import argparse

_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")  # of a file's name, that the parts get, too
_USUAL = ".an2"
_DIGITS = 3


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="- for standard input")
    parser.add_argument("-o", "--output", required=True, metavar="DIR", help="made if need be; 001.an2 and so on")
    parser.add_argument("--unwrap", action="store_true", help="open base64, hex, mail, gzip and archives of one file")
    add_json(parser)


def _run(options: argparse.Namespace) -> int:
    data = file_content(options.file)
    if options.unwrap:
        from nistitl.wire.unwrapping import unwrapped

        data = bytes(unwrapped(data))
    names = _names(options.file, sum(1 for _ in nistitl.read_many(data)))
    folder = _folder(options.output, names)
    for name, part in zip(names, nistitl.read_many(data), strict=True):
        _check_free(folder / name, bytes(part))
    rows: list[dict[str, Any]] = []
    status, at, same = CLEAN, 0, True
    for name, part in zip(names, nistitl.read_many(data), strict=True):
        content = bytes(part)
        write_atomically(folder / name, [content], follow=False)
        same, at = same and data.startswith(content, at), at + len(content)
        status = max(status, status_of(part))
        rows.append({"file": name, "bytes": len(content), "records": len(part)})
        for finding in reading_findings(part):
            print(f"{name}: {finding.to_text()}", file=sys.stderr)
        if not options.json:
            print(f"{name}: {len(content)} bytes, {many(len(part), 'record')}")
    if options.json:
        print_json(rows)
    if not same or at != len(data):
        print("nistitl: each package is a document of its own now; joined they are not the file", file=sys.stderr)
        return FOUND
    return status


def _names(file: str, parts: int) -> list[str]:
    """The names of the parts, in whose order they are joined."""
    suffix = Path(file).suffix
    digits = max(_DIGITS, len(str(parts)))
    return [f"{at:0{digits}d}{suffix if _SUFFIX.fullmatch(suffix) else _USUAL}" for at in range(1, parts + 1)]


def _folder(name: str, parts: list[str]) -> Path:
    """The folder, made if need be; ITLError where it holds parts of something else, which would be joined with ours."""
    folder = Path(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        there = {path.name for path in folder.iterdir() if path.stem.isdecimal()}
    except (OSError, ValueError) as error:
        raise ITLError(f"cannot make the folder: {getattr(error, 'strerror', None) or error}") from error
    if others := sorted(there - set(parts)):
        raise ITLError(f"the folder holds {printable(others[0])}, which is no part of this file; give another folder")
    return folder


def _check_free(path: Path, content: bytes) -> None:
    """ITLError where something else stands in the place of a part."""
    try:
        other = path.exists() and (not path.is_file() or path.read_bytes() != content)
    except OSError as error:
        raise ITLError(f"{path.name}: cannot read: {error.strerror or error}") from error
    if other:
        raise ITLError(f"{path.name} is there already, with other content; give a new folder")


COMMAND = Command("transactions that stand one after another in one file, a file each", _configure, _run)
