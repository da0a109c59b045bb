"""`nistitl info`: one line a file, a table of records for one file."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from nistitl.base.errors import ITLError, needing
from nistitl.base.text import many, printable
from nistitl.cli import CLEAN, UNREADABLE
from nistitl.cli.command import (
    Command,
    add_json,
    add_reading,
    check_reading,
    complain,
    no_transaction,
    only_file,
    print_json,
    progress,
    read_input,
    reading_findings,
    size_of,
    walk,
)
from nistitl.cli.status import status_of

if TYPE_CHECKING:
    import argparse

    from nistitl.api import Transaction
    from nistitl.base.findings import Finding
    from nistitl.model.record import Record

_POSITIONS = ("FGP", "IMT", "ELR", "FPP")
_CODECS = ("CGA", "SRT")
_MOST_FINDINGS = 20


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="files or folders; - for standard input")
    parser.add_argument("--features", action="store_true", help="of one file: how far the features of Type-9 reach")
    add_reading(parser)
    add_json(parser)


def _run(options: argparse.Namespace) -> int:
    check_reading(options)
    named = list(walk(options.files))
    status, rows = CLEAN, []
    for name, asked in progress(named, "reading"):
        try:
            tx = read_input(name, options, only=only_file(named))
            findings = tx.findings  # every field is looked at: once is enough
            rows.append(_tell(name, tx, findings, options, len(named) == 1))
            status = max(status, status_of(tx, findings))
        except ITLError as error:
            if no_transaction(error) and not asked:
                continue
            complain(name, error)
            rows.append(_failed(name, error))
            status = UNREADABLE
    if options.json:
        print_json(rows)
    return status


def _tell(
    name: str, tx: Transaction, findings: tuple[Finding, ...], options: argparse.Namespace, single: bool
) -> dict[str, Any]:
    """Print what is to be said of a transaction; with --json it is returned, to be printed with the others."""
    if options.features:
        return _tell_features(name, tx, findings, options)
    if options.json:
        return _to_dict(name, tx, findings)
    if single:
        _print_table(name, tx, findings)
    else:
        print(_line(name, tx, len(findings)))
    return {}


@needing("the table of features")
def _tell_features(
    name: str, tx: Transaction, findings: tuple[Finding, ...], options: argparse.Namespace
) -> dict[str, Any]:
    """Print how far the features of every Type-9 reach; with --json it is returned."""
    import attrs

    from nistitl.minutiae.reach import interoperability

    found = interoperability(tx)
    if options.json:
        rows = [attrs.asdict(one) | {"follows": one.follows} for one in found]
        return {"file": name, "features": rows, "findings": [finding.to_dict() for finding in findings]}
    table: list[tuple[str, ...]] = [("", "type", "IDC", "reaches", "blocks", "image", "what follows")]
    for one in found:
        blocks, idc = ", ".join([*one.blocks, *one.vendors]), "" if one.idc is None else str(one.idc)
        image = "yes" if one.image else "no"
        cells = (str(one.record), str(one.type), idc, one.reach, printable(blocks), image, one.follows)
        table.append(cells)
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]) - 1)]
    print(f"{printable(name)}: {'features of ' + str(len(found)) + ' prints' if found else 'no features of prints'}")
    for row in table if found else ():
        print("  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]))
    return {}


def _failed(name: str, error: ITLError) -> dict[str, Any]:
    return {"file": name, "error": str(error), "findings": [error.finding.to_dict()] if error.finding else []}


def _line(name: str, tx: Transaction, findings: int) -> str:
    ending = f", {many(findings, 'finding')}" if findings else ""
    title = tx.backing.title
    written = f"{title}, " if title else ""
    stated = f"{written}VER {_text(tx.VER)}, TOT {_text(tx.TOT)}"
    return f"{printable(name)}: {stated}, {many(len(tx), 'record')}: {_kinds(tx)}{ending}"


def _kinds(tx: Transaction) -> str:
    runs = [(kind, len(list(run))) for kind, run in groupby(record.type for record in tx)]
    return " ".join(f"{kind}x{count}" if count > 1 else str(kind) for kind, count in runs)


def _text(value: str | None) -> str:
    return printable(value) if value else "-"


def _print_table(name: str, tx: Transaction, findings: tuple[Finding, ...]) -> None:
    edition = tx.edition.title if tx.edition else "no known edition"
    size = size_of(sum(map(len, tx.pieces())))
    title = tx.backing.title
    written = f"{size} of {title}" if title else size
    print(f"{printable(name)}: {written}, VER {_text(tx.VER)} ({edition}), TOT {_text(tx.TOT)}")
    rows: list[tuple[str, ...]] = [("", "type", "IDC", "bytes", "image", "codec", "what")]
    rows += [_row(at, record) for at, record in enumerate(tx)]
    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    for row in rows:
        numbers = [cell.rjust(width) for cell, width in zip(row[:5], widths[:5], strict=True)]
        print("  ".join([*numbers, row[5].ljust(widths[5]), row[6]]).rstrip())
    shown = reading_findings(tx, findings)
    for finding in shown[:_MOST_FINDINGS]:
        print(finding.to_text())
    if len(shown) > _MOST_FINDINGS:
        print(f"... and {len(shown) - _MOST_FINDINGS} more; --json lists them all")


def _row(at: int, record: Record) -> tuple[str, ...]:
    brief = _brief(record)
    image = f"{brief['width']}x{brief['height']}" if "width" in brief else ""
    idc = "" if brief["idc"] is None else str(brief["idc"])
    what, codec = printable(brief.get("what", record.title)), printable(brief.get("codec", ""))
    return str(at), str(record.type), idc, str(brief["bytes"]), image, codec, what


def _brief(record: Record) -> dict[str, Any]:
    """What to say of a record without saying whose it is."""
    brief: dict[str, Any] = {"type": record.type, "idc": record.idc, "bytes": sum(map(len, record.pieces()))}
    if record.type == 2:
        return brief  # nothing here that is nobody's
    width, height = _value(record, "HLL"), _value(record, "VLL")
    if width is not None and height is not None:
        brief |= {"width": width, "height": height}
    for name in _CODECS:
        if (place := record.get(name) if name in record.mnemonics() else None) is not None:
            brief["codec"] = _codec(record, place.value) if record.binary else place.text
    for name in _POSITIONS:
        if name in record.mnemonics() and (place := record.get(name)) is not None and (said := _positions(place)):
            brief["what"] = said
            break
    return brief


def _codec(record: Record, number: int) -> str:
    """The codec that a binary record names, or the number where nobody knows it."""
    from nistitl.images.registry import codec_claimed

    codec = codec_claimed(record.type, number)
    return codec.name if codec is not None else str(number)


def _positions(place: Any) -> str:
    from nistitl.codes import table

    declared = place.element.value
    if place.mnemonic == "FPP":
        declared, values = table("FGP"), [one.FGP for one in place.value]
    else:
        value = place.value
        values = list(value) if isinstance(value, tuple) else [value]
        declared = table(place.table) if place.table else None
    texts = [str(value) for value in values if value is not None]
    return ", ".join(f"{text} {declared.meaning(text) or ''}".strip() if declared else text for text in texts)


def _value(record: Record, name: str) -> Any:
    return getattr(record, name) if name in record.mnemonics() else None


def _to_dict(name: str, tx: Transaction, findings: tuple[Finding, ...]) -> dict[str, Any]:
    return {
        "file": name,
        "encoding": tx.encoding,
        "vocabulary": tx.vocabulary,
        "VER": tx.VER,
        "TOT": tx.TOT,
        "edition": tx.edition.title if tx.edition else None,
        "records": [_brief(record) for record in tx],
        "findings": [finding.to_dict() for finding in findings],
        "repairs": [finding.to_dict() for finding in tx.repairs],
    }


COMMAND = Command("what files hold: one line a file, a table of records for one file", _configure, _run)
