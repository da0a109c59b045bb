"""`nistitl profiles`: which profiles there are, what a transaction type needs, what changed between two."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, Any

from nistitl.base.errors import ITLError, MissingDependency
from nistitl.base.text import printable
from nistitl.cli import CLEAN, FOUND
from nistitl.cli.command import Command, add_json, add_overlay, print_json, profile_of, type_of
from nistitl.model.dictionaries import profile_names
from nistitl.profiles import ProfileError
from nistitl.profiles.choice import named, proofread
from nistitl.profiles.merging import EVERY
from nistitl.profiles.requirements import (
    Requirement,
    code_lists,
    compression_lines,
    condition_lines,
    differences,
    element_lines,
    field_lines,
    record_lines,
)
from nistitl.profiles.skeleton import write_package

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from nistitl.codes import Table
    from nistitl.profiles import TableProfile, TransactionType

_HEADER = Requirement("path", "mnemonic", "name", "cond", "occurs", "content", "note", "from layer: source")
_MOST_CODES = 30


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(do=_list)
    add_json(parser)
    todo = parser.add_subparsers(metavar="show | diff | check | new")
    show = todo.add_parser("show", help="a profile, or what one of its transaction types needs")
    show.add_argument("profile", metavar="NAME", help="a profile or its TOML file")
    show.add_argument("tot", metavar="TOT", nargs="?")
    add_overlay(show)
    add_json(show)
    show.set_defaults(do=_show)
    check = todo.add_parser("check", help="what is misspelt in a layer, and what in it cannot take effect")
    check.add_argument("file", metavar="FILE", help="a layer: a TOML file")
    check.add_argument("--on", metavar="NAME", help="the profile that it is an overlay of, where it names no parent")
    add_json(check)
    check.set_defaults(do=_check)
    new = todo.add_parser("new", help="the package of a profile of your own, with tests and what to do next")
    new.add_argument("name", metavar="NAME", help="such as my-state")
    new.add_argument(
        "--on", metavar="PROFILE", required=True, help="the profile that it lies on, such as fbi-ebts-11.2"
    )
    new.add_argument("-o", "--output", metavar="DIR", help="where it goes; a folder of its name")
    new.set_defaults(do=_new)
    diff = todo.add_parser("diff", help="what changed between two profiles")
    diff.add_argument("old", metavar="OLD")
    diff.add_argument("new", metavar="NEW")
    diff.add_argument("tot", metavar="TOT", nargs="?")
    add_json(diff)
    diff.set_defaults(do=_diff)


def _run(options: argparse.Namespace) -> int:
    status: int = options.do(options)
    return status


def _list(options: argparse.Namespace) -> int:
    rows = [row for name in profile_names() if (row := _row(name)) is not None]
    if options.json:
        print_json(rows)
        return CLEAN
    width = max((len(row["name"]) for row in rows), default=0)
    for row in rows:
        print(f"{row['name']:<{width}}  {row['title']}, {row['transaction types']} transaction types. {row['notice']}")
    return CLEAN


def _row(name: str) -> dict[str, Any] | None:
    try:
        profile = named(name)
    except MissingDependency:
        return None
    except ITLError as error:
        return {"name": name, "title": str(error), "transaction types": 0, "notice": ""}
    return {
        "name": name, "title": profile.title, "transaction types": len(profile.tots), "notice": profile.notice,
        "domains": list(profile.domains), "editions": [edition.ver for edition in profile.editions],
        "compression": _compression(profile),
    }  # fmt: skip


def _show(options: argparse.Namespace) -> int:
    profile = profile_of(options.profile, options.overlay)
    tot = profile.any_type if options.tot is None else type_of(profile, options.tot)
    if tot is None:
        return _show_profile(profile, options)
    parts = {
        "records": list(record_lines(tot, profile)), "elements": list(element_lines(profile, tot)),
        "fields": list(field_lines(profile, tot)), "conditions": list(condition_lines(profile, tot)),
    }  # fmt: skip
    lists = list(code_lists(profile, [*parts["elements"], *parts["fields"]]))
    if options.json:
        print_json({
            "profile": profile.name, "tot": tot.code, "name": tot.name, "direction": tot.direction,
            "answers": tot.answers, "errors": tot.errors, "delayed": tot.delayed, "answers_to": tot.answers_to,
            "like": tot.likeness[-2:-1], **{key: [line._asdict() for line in lines] for key, lines in parts.items()},
            "codes": {table.title: {
                "codes": {row.code: row.meaning for row in table.codes}, "origin": origin,
            } for table, origin in lists},
            "compression": _compression(profile),
        })  # fmt: skip
        return CLEAN
    _print_head(profile, tot)
    for lines in parts.values():
        if lines:
            _print_table([_HEADER, *lines])
    layers = ["--profile", options.profile, *(word for path in options.overlay or () for word in ("--overlay", path))]
    for table, origin in lists:
        name = table.name.rpartition(":")[2]
        _print_codes(name, table, origin, shlex.join(["nistitl", "explain", name, *layers]))
    _print_compression(profile)
    print(profile.notice)
    return CLEAN


def _print_codes(name: str, table: Table, origin: str, lookup: str) -> None:
    print(f"  {name}: {table.title} ({origin})")
    for row in table.codes[:_MOST_CODES]:
        print(f"    {row.code}  {row.meaning}".rstrip())
    if len(table.codes) > _MOST_CODES:
        print(f"    ... {len(table.codes) - _MOST_CODES} more: {printable(lookup)}")


def _print_head(profile: TableProfile, tot: TransactionType) -> None:
    traits = ", ".join(part for part in (profile.title, tot.direction, tot.service) if part)
    print(f"{profile.title}, every transaction type" if tot.code == EVERY else f"{tot.code} {tot.name} ({traits})")
    related = (("answered by", tot.answers), ("later by", tot.delayed), ("errors by", tot.errors))
    for label, codes in (*related, ("answers", tot.answers_to)):
        if codes:
            print(f"  {label} {', '.join(codes)}")
    if len(tot.likeness) > 1:
        print(f"  like {tot.likeness[-2]}")
    if tot.status or not tot.sure:
        print(f"  {tot.status or 'known by analogy only: it warns'}")


def _show_profile(profile: TableProfile, options: argparse.Namespace) -> int:
    rows = [(tot.code, tot.name, tot.direction, " ".join(tot.answers)) for tot in profile.tots.values()]
    if options.json:
        print_json([dict(zip(("tot", "name", "direction", "answers"), row, strict=True)) for row in rows])
        return CLEAN
    print(f"{profile.title}: {len(rows)} transaction types, {len(profile.dictionary.numbers())} Type-2 elements")
    widths = [max(len(row[at]) for row in rows) for at in range(3)] if rows else []
    for row in rows:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)).rstrip())
    _print_compression(profile)
    print(profile.notice)
    return CLEAN


def _compression(profile: TableProfile) -> dict[str, dict[str, str]]:
    return {image: {"by": by, "origin": origin} for image, by, origin in compression_lines(profile)}


def _print_compression(profile: TableProfile) -> None:
    rows = list(compression_lines(profile))
    if not rows:
        print("  how images are compressed: the profile does not say it, build asks for codec")
        return
    print("  how images are compressed:")
    widths = [max(len(row[at]) for row in rows) for at in range(2)]
    for image, by, origin in rows:
        print(f"    {image:<{widths[0]}}  {by:<{widths[1]}}  [{origin}]")


def _check(options: argparse.Namespace) -> int:
    """Tell all that is wrong with a layer; 1 where it is refused, 0 where nothing is, or only warned of."""
    try:
        misspelt, doubts = proofread(options.file, options.on)
    except ProfileError as error:
        if not os.access(options.file, os.R_OK) or os.path.isdir(options.file):  # noqa: PTH112
            raise
        misspelt, doubts = [str(error)], []
    if options.json:
        print_json({"file": options.file, "errors": misspelt, "warnings": doubts})
    else:
        for line in misspelt:
            print(f"error {printable(line)}")
        for line in doubts:
            print(f"warning {printable(line)}")
        if not misspelt and not doubts:
            print(f"{printable(options.file)}: nothing is misspelt, everything takes effect")
    return FOUND if misspelt else CLEAN


def _new(options: argparse.Namespace) -> int:
    folder = write_package(options.name, named(options.on), options.output)
    print(f"{printable(str(folder))}: README.md says what to do next")
    return CLEAN


def _diff(options: argparse.Namespace) -> int:
    old, new = named(options.old), named(options.new)
    for profile in (old, new) if options.tot is not None else ():
        type_of(profile, options.tot)
    lines = list(differences(old, new, options.tot))
    if options.json:
        print_json(lines)
    else:
        print("\n".join(lines) if lines else "no difference")
    return FOUND if lines else CLEAN


def _print_table(lines: Iterable[Requirement]) -> None:
    rows = list(lines)
    widths = [max(len(row[at]) for row in rows) for at in range(6)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:6], widths, strict=True)]
        print("  " + "  ".join([*cells, row.note, *([f"[{row.origin}]"] if row.origin else [])]).rstrip())
    print()


COMMAND = Command("which profiles there are, what a transaction type needs, what changed", _configure, _run)
