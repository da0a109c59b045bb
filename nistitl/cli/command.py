"""What a command is, and what commands share: inputs, readings, plain printing."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Any, BinaryIO, TypeGuard, TypeVar

import attrs

import nistitl
from nistitl.base.errors import ITLError, PathError, ReadError
from nistitl.base.findings import Severity
from nistitl.base.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from nistitl.base.findings import Finding
    from nistitl.images.record import ImageRecord
    from nistitl.model.conversion import Conversion
    from nistitl.profiles import TableProfile, TransactionType

Item = TypeVar("Item")

STDIN = "-"

_MOVED = "xml-field-extended"  # said elsewhere than readers may look for it


class Parser(argparse.ArgumentParser):
    """A parser that takes options and arguments in any order, in commands below a command, too."""

    _intermixing = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """What the words mean, and those that mean nothing."""
        if self._intermixing or self._subparsers is not None:
            return super().parse_known_args(args, namespace)
        self._intermixing = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._intermixing = False


@attrs.frozen(slots=True)
class Command:
    """A command of `nistitl`, offered through the entry-point group `nistitl.commands`."""

    help: str
    configure: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def add_reading(parser: argparse.ArgumentParser) -> None:
    """The options of every command that reads: policy, profile, character set."""
    parser.add_argument("--policy", choices=("tolerant", "strict", "repair"), default="tolerant")
    parser.add_argument(
        "--unmended", choices=("keep", "refuse"), default="keep", help="what --policy repair cannot mend"
    )
    parser.add_argument("--profile", metavar="NAME", help="profile, its TOML file, or auto: chosen by DOM, VER and TOT")
    parser.add_argument("--charset", metavar="NAME", help="character set, whatever 1.015 announces; such as cp1255")
    parser.add_argument("--unwrap", action="store_true", help="open base64, hex, mail, gzip and archives of one file")


def add_overlay(parser: argparse.ArgumentParser) -> None:
    """The option --overlay, which may be given several times."""
    parser.add_argument("--overlay", action="append", default=[], metavar="TOML", help="a layer on top of --profile")


def profile_of(name: str, overlays: Sequence[str]) -> TableProfile:
    """The profile of that name, or in the TOML file, with layers on top."""
    from nistitl.profiles.choice import named
    from nistitl.profiles.profile import overlaid

    return overlaid(named(name), *overlays) if overlays else named(name)


def type_of(profile: TableProfile, code: str) -> TransactionType:
    """The transaction type of a profile; ITLError where it has none of that code, or lists none.

    Of a profile that speaks of every type alike it is that, by the code.
    """
    known = profile.type_of(code)
    if known is None:
        listed = f"it has {', '.join(profile.tots)}" if profile.tots else "it lists none"
        raise ITLError(f"{profile.name} has no transaction type {code!r}; {listed}")
    return known if known.code == code else attrs.evolve(known, code=code, name="every type alike")


def add_json(parser: argparse.ArgumentParser) -> None:
    """The option --json."""
    parser.add_argument("--json", action="store_true", help="machine-readable output")


def only_file(named: Sequence[tuple[str, bool]]) -> bool:
    """True where a command has one file and no folder: it may be mapped."""
    return len(named) == 1 and named[0][1]


def read_input(
    name: str, options: argparse.Namespace, *, only: bool = True, data: bytes | None = None
) -> nistitl.Transaction:
    """The transaction in a file, or in what comes from standard input for `-`; mapped only where it is the only one.

    `data` are its bytes, where they were read before.
    """
    source: Any = data if data is not None else _stdin() if name == STDIN else name
    overlays = getattr(options, "overlay", ())
    if overlays and options.profile is None:
        raise ITLError('an overlay lies on a profile: name one with --profile, or "auto"')
    tx = nistitl.read(
        source,
        policy=options.policy,
        unmended=options.unmended,
        profile=None if overlays else options.profile,
        charset=options.charset,
        unwrap=options.unwrap,
        map=None if only else False,
    )
    if overlays:
        tx.use_profile(options.profile, overlays)
    return tx


def _stdin() -> BinaryIO:
    if sys.stdin is None:
        raise ReadError("standard input is closed")
    return sys.stdin.buffer


def check_reading(options: argparse.Namespace) -> None:
    """Refuse an unknown profile or character set before any file is read."""
    from nistitl.wire.charsets import charset_named

    if options.profile is not None:
        nistitl.Transaction().profile = options.profile
    try:
        if options.charset is not None:
            charset_named(options.charset)
    except ValueError as error:
        raise ITLError(str(error)) from None


def no_transaction(error: ITLError) -> bool:
    """True where a file is no transaction at all: what a walked folder may hold as well."""
    return error.finding is not None and error.finding.code == "input-not-itl"


def reading_findings(tx: nistitl.Transaction, findings: tuple[Finding, ...] | None = None) -> list[Finding]:
    """What to say of a reading: the repairs, and the findings that were not mended, in byte order."""
    left = tx.findings if findings is None else findings
    return sorted([*tx.repairs, *left], key=lambda f: -1 if f.location.offset is None else f.location.offset)


def tell_findings(tx: nistitl.Transaction) -> None:
    """Say on standard error what reading repaired or forgave."""
    for finding in reading_findings(tx):
        print(finding.to_text(), file=sys.stderr)


def damage_in(tx: nistitl.Transaction) -> list[Finding]:
    """The findings of images that are damaged, cut or not decoded, each at its record."""
    from nistitl.images.findings import damage

    found = [(at, finding) for at, record in enumerate(tx) if _may_hold_image(record) for finding in damage(record)]
    return [attrs.evolve(finding, location=attrs.evolve(finding.location, record=at)) for at, finding in found]


def tell_damage(tx: nistitl.Transaction) -> bool:
    """Say on standard error which images are damaged, cut or not decoded; whether that is more than notes."""
    found = damage_in(tx)
    for finding in found:
        print(finding.to_text(), file=sys.stderr)
    return any(finding.severity > Severity.NOTE for finding in found)


def _may_hold_image(record: object) -> TypeGuard[ImageRecord]:
    """True for a record of a type with an image; no record type is loaded for the question."""
    images = sys.modules.get("nistitl.images.record")
    return images is not None and isinstance(record, images.ImageRecord)


def tell_losses(conversion: Conversion[nistitl.Transaction]) -> None:
    """Say on standard error what a conversion lost, or moved; what is only spelled otherwise is not worth a line."""
    for finding in conversion.losses:
        if finding in conversion.lost or finding.code == _MOVED:
            print(finding.to_text(), file=sys.stderr)


def record_type(path: str) -> int | None:
    """The record type that a path begins with, None for a mnemonic. PathError for a number that is no type."""
    kind = path.partition(".")[0]
    if not kind.isdecimal():
        return None
    number = int(kind) if kind.isascii() and len(kind) < 10 else 0
    if not 1 <= number <= 99:
        raise PathError(f"{kind[:12]!r} is no record type; types run from 1 to 99")
    return number


def walk(names: Iterable[str], *, every: bool = False) -> Iterator[tuple[str, bool]]:
    """Every file of these files and folders, in order, and whether it was named itself.

    With `every` also what is no file and no folder: links that lead nowhere, pipes.
    """
    for name in names:
        if name != STDIN and os.path.isdir(name):  # noqa: PTH112
            from pathlib import Path  # 5 ms, for those who walk folders

            for path in sorted(Path(name).rglob("*")):
                if path.is_file() or (every and not path.is_dir()):
                    yield str(path), False
        else:
            yield name, True


def read_bytes(name: str) -> bytes:
    """The bytes of a file or of standard input, read plainly. ReadError if it cannot be read."""
    try:
        if name == STDIN:
            return _stdin().read()
        with open(name, "rb") as file:  # noqa: PTH123
            return file.read()
    except OSError as error:
        raise ReadError(f"cannot read: {error.strerror or error}") from error


def print_json(value: object) -> None:
    """Print a value as JSON."""
    from nistitl.base.text import json_text

    print(json_text(value, ascii_only=not speaks_utf8()))


def speaks_utf8() -> bool:
    """True where standard output takes every character."""
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def complain(name: str, error: ITLError) -> None:
    """Say on standard error what is wrong with a file."""
    print(f"{printable(name)}: {error}", file=sys.stderr)


def progress(items: Iterable[Item], label: str) -> Iterable[Item]:
    """The items, with a progress bar on standard error where someone can see it and rich is installed."""
    total = len(items) if isinstance(items, list) else None  # of a walk nobody knows
    if (total is not None and total < 50) or not sys.stderr.isatty():
        return items
    try:
        from rich.console import Console
        from rich.progress import track
    except ImportError:
        return items
    return track(items, description=label, total=total, console=Console(stderr=True), transient=True)


def size_of(count: int) -> str:
    """A number of bytes as people read it."""
    if count < 10_000:
        return f"{count} B"
    return f"{count / 1000:.0f} kB" if count < 10_000_000 else f"{count / 1_000_000:.0f} MB"
