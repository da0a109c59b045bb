"""`nistitl quality`: how good the fingers are, one line each; with -o into 14.024."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from nistitl.cli import FOUND
from nistitl.cli.command import (
    Command,
    add_json,
    add_reading,
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

    from nistitl.images.record import ImageRecord


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="- for standard input")
    parser.add_argument("-o", "--output", metavar="OUT", help="the transaction with the scores in 14.024")
    parser.add_argument("--measure", default="NFIQ2", metavar="NAME", help="NFIQ2 by default")
    add_reading(parser)
    add_json(parser)


def _run(options: argparse.Namespace) -> int:
    measure = measure_named(options.measure)
    tx = read_input(options.file, options)
    tell_findings(tx)
    status = status_of(tx, damaged=tell_damage(tx))
    places = {id(record): at for at, record in enumerate(tx)}
    rows: list[dict[str, Any]] = []
    said = amputated(tx, names_for(tx)[0])
    for record in progress(list(tx.images()), "measuring"):
        at, scores = places[id(record)], scores_of(record, measure, said)
        if why := unmeasured(record):
            _tell(at, record, f"not measured: {why}")
        lost = write_scores(record, scores, measure) if options.output and not why else ""
        status = max(status, FOUND if lost else status)
        rows += [_row(at, record, score, lost) for score in scores]
        if not options.json:
            _print(at, record, scores, measure, lost)
    if options.json:
        print_json({"measure": measure.name, "scores": rows})
    if options.output:
        tx.write(options.output)
    return max(status, FOUND) if any(row["score"] == FAILED for row in rows) else status


def _print(at: int, record: ImageRecord, scores: list[Score], measure: Measure, lost: str) -> None:
    """A line a finger; `lost` is why its score is not written."""
    unwritten = f"; not written: {lost}" if lost else ""
    for score in scores:
        said = f"no score ({FAILED}), {score.reason}" if score.value == FAILED else f"{measure.name} {score.value}"
        print(f"record {at}, Type-{record.type}, IDC {record.idc}, {position_name(score.position)}: {said}{unwritten}")


def _tell(at: int, record: ImageRecord, what: str) -> None:
    print(f"record {at}, Type-{record.type}, IDC {record.idc}: {what}", file=sys.stderr)


def _row(at: int, record: ImageRecord, score: Score, lost: str) -> dict[str, Any]:
    row = {"record": at, "type": record.type, "idc": record.idc, "position": score.position, "score": score.value}
    return row | ({"reason": score.reason} if score.reason else {}) | ({"unwritten": lost} if lost else {})


COMMAND = Command("how good the fingers are, by NFIQ 2 or another measure; -o fills 14.024", _configure, _run)
