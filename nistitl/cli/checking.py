"""What `validate` does with one entry, in this process or another; and a line of JSON for each."""

from __future__ import annotations

import json
import os
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from nistitl.archive.mapping import Run
from nistitl.archive.pool import Pool
from nistitl.archive.results import ResultsFile
from nistitl.base.errors import ITLError, ReadError
from nistitl.cli.bulk import bytes_of
from nistitl.cli.command import STDIN, read_input

if TYPE_CHECKING:
    import argparse

    from nistitl.archive.entry import Entry
    from nistitl.cli.bulk import Entries
    from nistitl.model.transaction import Transaction
    from nistitl.validation.report import Report
    from nistitl.xml.schemas import Schemas

LINES = "jsonl"
_SAID = (
    "level", "passed", "values", "overlay", "today", "limit", "schemas", "policy", "unmended", "profile", "charset",
    "unwrap",
)  # fmt: skip
_GRAVEST = ("error", "warning", "note")


@attrs.frozen(slots=True)
class Check:
    """The report of an entry, by the options of the command."""

    options: argparse.Namespace

    def __call__(self, entry: Entry) -> Report:
        return self.report(entry)

    def report(self, entry: Entry, *, only: bool = False, request: Transaction | None = None) -> Report:
        """`only`: there is no other, so that it may be mapped. ITLError where it cannot be read."""
        if not entry.readable:
            raise ReadError(entry.reason or "there is nothing to read")
        options = self.options
        data = None if only and entry.member is None else bytes_of(entry)
        return read_input(entry.path, options, only=only, data=data).validate(
            options.profile,
            level=options.level,
            overlays=options.overlay,
            values=options.values,
            schemas=_schemas(options.schemas),
            today=options.today,
            request=request,
            limit=options.limit,
        )


@attrs.frozen(slots=True)
class CheckPlainly:
    """The same as plain values, which are much smaller than a report with its transaction."""

    check: Check

    def __call__(self, entry: Entry) -> dict[str, Any]:
        report = self.check(entry)
        return attrs.evolve(report, list_passed=self.check.options.passed).to_dict()


def lines_of(options: argparse.Namespace, entries: Entries) -> Run:
    """The results of all entries, in processes of their own; with -o each is a line there when it is given."""
    if STDIN in options.files:
        raise ITLError("standard input has no name and time that a line could tell; use another --format")
    if options.resume and options.output is None:
        raise ITLError("--resume goes on with a file of results; name it with -o")
    pool = Pool(CheckPlainly(Check(options)), jobs=options.jobs or 1, timeout=options.timeout)
    output = options.output
    file = None if output is None else ResultsFile(output, _task(options), resume=options.resume)
    return Run(iter(entries), pool, file)


def fails(value: dict[str, Any], fail_on: str) -> bool:
    """True where a report of plain values has findings of that severity or a graver one."""
    return any(value["counts"][severity] for severity in _GRAVEST[: _GRAVEST.index(fail_on) + 1])


def _task(options: argparse.Namespace) -> str:
    """What the findings depend on: options, and what stands in the files that they name."""
    said = {name: str(getattr(options, name)) for name in _SAID}
    files = [name for name in (options.profile, *options.overlay) if name is not None and os.path.isfile(name)]  # noqa: PTH113
    return json.dumps(["validate", said, {name: sha256(Path(name).read_bytes()).hexdigest() for name in files}])


@cache
def _schemas(folder: str | None) -> Schemas | None:
    if folder is None:
        return None
    from nistitl.xml.schemas import Schemas

    return Schemas(folder)
