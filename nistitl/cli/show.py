"""`nistitl show`: the whole content as people read it, or what stands at one path."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from nistitl.base.errors import ITLError, PathError
from nistitl.base.text import printable
from nistitl.cli import CLEAN, FOUND
from nistitl.cli.command import (
    Command,
    add_json,
    add_overlay,
    add_reading,
    print_json,
    read_input,
    reading_findings,
    record_type,
)
from nistitl.cli.selecting import add_choice, chosen, told_choice
from nistitl.cli.status import status_of
from nistitl.pages.readable import lines_of, text_of, title_of
from nistitl.records import DECLARED, record_class

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from nistitl.api import Transaction
    from nistitl.model.place import Place
    from nistitl.model.record import Record
    from nistitl.plain.values import PlainContent


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="- for standard input")
    parser.add_argument(
        "path", metavar="PATH", nargs="?", help="such as 2.018, 14.021.2, 14.SEG.2.RHC; with --profile 2.NAM"
    )
    add_choice(parser)
    parser.add_argument("--raw", action="store_true", help="the bytes at PATH as they are, images included")
    parser.add_argument("--images", choices=("reference", "base64"), help="images in --json; reference by default")
    parser.add_argument(
        "--textconv", action="store_true", help="for git: what is not readable is told, too, and the status is 0"
    )
    parser.add_argument("--html", action="store_true", help="a self-contained page")
    add_reading(parser)
    add_overlay(parser)
    add_json(parser)


def _run(options: argparse.Namespace) -> int:
    _refuse_contradictions(options)
    if options.textconv:
        return _show_for_git(options)
    tx = read_input(options.file, options)
    if options.path is not None:
        return _show_path(tx, options)
    records = chosen(tx, options)
    if not records:
        print(f"nistitl: no such record{told_choice(options)}", file=sys.stderr)
        return FOUND
    if options.json:
        print_json(_to_dict(tx, records, options))
    elif options.html:
        from nistitl.pages.content import content_page

        print(content_page(tx, records, [finding.to_text() for finding in reading_findings(tx)]), end="")
    else:
        _print_records(tx, records)
    return status_of(tx)


def _show_for_git(options: argparse.Namespace) -> int:
    """The content as git compares it line by line; always clean, as git ends with any other status."""
    try:
        tx = read_input(options.file, options, only=False)
    except ITLError as error:
        print(f"not readable: {error}")
        return CLEAN
    _print_records(tx, list(enumerate(tx)))
    return CLEAN


def _refuse_contradictions(options: argparse.Namespace) -> None:
    """ITLError where options exclude each other: none is passed over in silence."""
    forms = [form for form in ("raw", "html", "json") if getattr(options, form)]
    if len(forms) > 1:
        raise ITLError(f"--{forms[0]} and --{forms[1]} exclude each other")
    if options.textconv and (forms or options.path is not None):
        raise ITLError("--textconv is the whole content as text; give no PATH and no other form")
    if options.raw and options.path is None:
        raise ITLError("--raw gives the bytes at a PATH; say which")
    if options.html and options.path is not None:
        raise ITLError("--html is a page of whole records; give no PATH")
    if options.images is not None and not options.json:
        raise ITLError("--images is for --json")


def _to_dict(tx: Transaction, records: list[tuple[int, Record]], options: argparse.Namespace) -> dict[str, Any]:
    plain = tx.to_dict(images=options.images or "reference")
    plain["records"] = [plain["records"][at] for at, _ in records]
    return plain


def _print_records(tx: Transaction, records: list[tuple[int, Record]]) -> None:
    for at, record in records:
        for line in _record_lines(at, record):
            print(line)
    for finding in reading_findings(tx):
        print(finding.to_text())


def _show_path(tx: Transaction, options: argparse.Namespace) -> int:
    places = [place for record in _records(tx, options) if (place := record.get(options.path)) is not None]
    if not places:
        print(f"nistitl: {printable(options.path)} is not there", file=sys.stderr)
        return FOUND
    if options.raw:
        for place in places:
            sys.stdout.buffer.write(place.raw)
        return CLEAN
    if options.json:
        print_json([_place_to_dict(place, options.images or "reference") for place in places])
        return CLEAN
    for place in places:
        prefix = f"IDC {place.record.idc}: " if len(places) > 1 else ""
        print(prefix + text_of(place))
    return CLEAN


def _records(tx: Transaction, options: argparse.Namespace) -> list[Record]:
    """The records that a path speaks of: of its type, or all where it begins with a mnemonic."""
    kind = options.path.partition(".")[0]
    number = record_type(options.path)
    wanted = [r for _, r in chosen(tx, options) if (number is None and kind in r.mnemonics()) or r.type == number]
    if number is None and not wanted and not _is_mnemonic(kind):
        raise PathError(f"no record type has a field {printable(kind[:12])!r}")
    return wanted


def _is_mnemonic(name: str) -> bool:
    """True where some record type of the standard has a field of this name."""
    return any(name == element.mnemonic for kind in DECLARED for element in record_class(kind).elements.values())


def _place_to_dict(place: Place, images: str) -> dict[str, object]:
    """A place in the form that `to_dict` gives a field, with what is known of it."""
    from nistitl.plain.dicts import field_to_dict
    from nistitl.plain.values import PlainField

    plain: dict[str, object] = {"path": place.path, "idc": place.record.idc}
    plain |= {"mnemonic": place.mnemonic, "name": place.name}
    plain |= field_to_dict(PlainField("", _plain_content(place), place.mnemonic), images)
    del plain["tag"]
    return plain | {key: value for key, value in {"meaning": place.meaning, "span": place.span}.items() if value}


def _plain_content(place: Place) -> PlainContent:
    from nistitl.plain.spelling import content_of, header_content

    record, raw = place.record, bytes(place.raw)
    if record.binary and place.element is not None:
        return header_content(place.element.value, raw)
    return raw if place.key == record.data_field else content_of(raw, record.context.charset)


def _record_lines(at: int, record: Record) -> Iterator[str]:
    yield title_of(at, record)
    for place in record.fields():
        label = f"  {place.path:<10} {place.mnemonic:<5} {place.name}".rstrip()
        lines = list(lines_of(place))
        if len(lines) == 1:
            yield f"{label}: {lines[0]}"
            continue
        yield f"{label}:"
        for line in lines:
            yield f"      {line}"
    yield ""


COMMAND = Command("the whole content as people read it, or what stands at one path", _configure, _run)
