"""`nistitl quality`: how good the fingers are, one line each; with -o into 14.024."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import attrs

from nistitl.base.errors import ITLError
from nistitl.base.findings import Severity
from nistitl.base.text import printable
from nistitl.cli import CLEAN, FOUND, UNREADABLE
from nistitl.cli.bulk import (
    LINES,
    STOPPED,
    Entries,
    Stoppable,
    add_bulk,
    add_resume,
    bytes_of,
    check_lines,
    in_processes,
    lines,
    passed_over,
    results,
)
from nistitl.cli.command import (
    Command,
    add_reading,
    check_reading,
    complain,
    damage_in,
    print_json,
    progress,
    read_input,
    tell_damage,
    tell_findings,
)
from nistitl.cli.status import status_of
from nistitl.images.amputations import amputated
from nistitl.images.labels import position_name
from nistitl.images.quality import FAILED, Measure, Score, measure_named, scores_of, unmeasured, write_scores
from nistitl.profiles.choice import names_for

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from nistitl.archive.entry import Entry
    from nistitl.archive.results import Result
    from nistitl.images.record import ImageRecord


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="files or folders; - for standard input")
    parser.add_argument("-o", "--output", metavar="OUT", help="of one file the transaction with the scores in 14.024")
    parser.add_argument("--format", choices=("text", "json", LINES), default="text", help="one of %(choices)s")
    parser.add_argument("--json", action="store_const", dest="format", const="json", help="the same as --format json")
    parser.add_argument("--measure", default="NFIQ2", metavar="NAME", help="NFIQ2 by default")
    add_resume(parser)
    add_bulk(parser)
    add_reading(parser)


def _run(options: argparse.Namespace) -> int:
    measure = measure_named(options.measure)
    check_reading(options)
    check_lines(options)
    one = len(options.files) == 1 and not os.path.isdir(options.files[0])  # noqa: PTH112
    if not one or in_processes(options) or options.format == LINES:
        return _many(options)
    return _single(options, measure)


def _many(options: argparse.Namespace) -> int:
    """The scores of several files, as they come."""
    if options.output is not None and options.format != LINES:
        raise ITLError("-o writes the transaction of one file, or with --format jsonl the scores of several")
    entries, told, unreadable, rows = Entries(options), [CLEAN], 0, []
    with Stoppable() as stop:
        for result in _results(entries, options):
            name = str(result.entry)
            if result.error is not None:
                if not passed_over(result.entry, result.error, entries):
                    unreadable += 1
                    complain(name, result.error)
                continue
            told.append(result.value["status"])
            rows += [{"file": name, **result.value}] if options.format == "json" else []
            if options.format == "text":
                _print(name, result.value)
    if options.format == "json":
        print_json(rows)
    if stop.stopped:
        return STOPPED
    return UNREADABLE if unreadable or len(told) == 1 else max(told)


def _print(name: str, value: dict[str, Any]) -> None:
    for row in value["scores"]:
        print(f"{printable(name)}: {_line(row, value['measure'])}", flush=True)
    for row in value["unmeasured"]:
        print(f"{printable(name)}: {_place(row)}: not measured: {row['reason']}", file=sys.stderr)


def _results(entries: Entries, options: argparse.Namespace) -> Iterable[Result]:
    measuring = _Measuring(options)
    if options.format != LINES:
        return results(entries, measuring, options, "measuring")
    task = [getattr(options, name) for name in ("measure", "policy", "unmended", "profile", "charset", "unwrap")]
    return lines(entries, measuring, options, json.dumps(["quality", *task]), "measuring")


@attrs.frozen(slots=True)
class _Measuring:
    """The scores of an entry as plain values, with the images that have none and the exit status."""

    options: argparse.Namespace

    def __call__(self, entry: Entry) -> dict[str, Any]:
        measure = measure_named(self.options.measure)
        tx = read_input(entry.path, self.options, only=False, data=bytes_of(entry))
        damaged = any(finding.severity > Severity.NOTE for finding in damage_in(tx))
        places, said = {id(record): at for at, record in enumerate(tx)}, amputated(tx, names_for(tx)[0])
        rows: list[dict[str, Any]] = []
        left: list[dict[str, Any]] = []
        for record in tx.images():
            at, scores = places[id(record)], scores_of(record, measure, said)
            rows += [_row(at, record, score, "") for score in scores]
            if why := unmeasured(record):
                left.append(_head(at, record) | {"reason": why})
        failed = any(row["score"] == FAILED for row in rows)
        status = max(status_of(tx, damaged=damaged), FOUND if failed else CLEAN)
        return {"measure": measure.name, "scores": rows, "unmeasured": left, "status": status}


def _single(options: argparse.Namespace, measure: Measure) -> int:
    tx = read_input(options.files[0], options)
    tell_findings(tx)
    status = status_of(tx, damaged=tell_damage(tx))
    places = {id(record): at for at, record in enumerate(tx)}
    rows: list[dict[str, Any]] = []
    said = amputated(tx, names_for(tx)[0])
    for record in progress(list(tx.images()), "measuring"):
        at, scores = places[id(record)], scores_of(record, measure, said)
        if why := unmeasured(record):
            print(f"{_place(_head(at, record))}: not measured: {why}", file=sys.stderr)
        lost = write_scores(record, scores, measure) if options.output and not why else ""
        status = max(status, FOUND if lost else status)
        new = [_row(at, record, score, lost) for score in scores]
        rows += new
        if options.format == "text":
            print("".join(f"{_line(row, measure.name)}\n" for row in new), end="")
    if options.format == "json":
        print_json({"measure": measure.name, "scores": rows})
    if options.output:
        tx.write(options.output)
    return max(status, FOUND) if any(row["score"] == FAILED for row in rows) else status


def _line(row: dict[str, Any], measure: str) -> str:
    """A finger as people read it; `unwritten` is why its score is not written."""
    unwritten = f"; not written: {row['unwritten']}" if "unwritten" in row else ""
    said = f"no score ({FAILED}), {row.get('reason', '')}" if row["score"] == FAILED else f"{measure} {row['score']}"
    return f"{_place(row)}, {position_name(row['position'])}: {said}{unwritten}"


def _place(row: dict[str, Any]) -> str:
    return f"record {row['record']}, Type-{row['type']}, IDC {row['idc']}"


def _row(at: int, record: ImageRecord, score: Score, lost: str) -> dict[str, Any]:
    row = _head(at, record) | {"position": score.position, "score": score.value}
    return row | ({"reason": score.reason} if score.reason else {}) | ({"unwritten": lost} if lost else {})


def _head(at: int, record: ImageRecord) -> dict[str, Any]:
    return {"record": at, "type": record.type, "idc": record.idc}


COMMAND = Command("how good the fingers are, by NFIQ 2 or another measure; -o fills 14.024", _configure, _run)
