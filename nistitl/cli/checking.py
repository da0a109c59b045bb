"""What `validate` does with one entry, in this process or another; and a line of JSON for each."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from nistitl.base.errors import ReadError
from nistitl.cli.bulk import bytes_of
from nistitl.cli.command import read_input

if TYPE_CHECKING:
    import argparse

    from nistitl.archive.entry import Entry
    from nistitl.model.transaction import Transaction
    from nistitl.validation.report import Report
    from nistitl.xml.schemas import Schemas

_SAID = (
    "level", "passed", "values", "overlay", "today", "limit", "schemas", "policy", "unmended", "profile", "charset",
    "unwrap",
)  # fmt: skip
_GRAVEST = ("error", "warning", "note")


class Check:
    """The report of an entry, by the options of the command; its schemas are read once in each process.

    SchemaError where these cannot be read.
    """

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self._schemas = _schemas(options.schemas)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.options,)

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
            schemas=self._schemas,
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


def fails(value: dict[str, Any], fail_on: str) -> bool:
    """True where a report of plain values has findings of that severity or a graver one."""
    return any(value["counts"][severity] for severity in _GRAVEST[: _GRAVEST.index(fail_on) + 1])


def task_of(options: argparse.Namespace) -> str:
    """What the findings depend on: options, and what stands in the files that they name."""
    said = {name: str(getattr(options, name)) for name in _SAID}
    files = [name for name in (options.profile, *options.overlay) if name is not None and os.path.isfile(name)]  # noqa: PTH113
    return json.dumps(["validate", said, {name: sha256(Path(name).read_bytes()).hexdigest() for name in files}])


def _schemas(folder: str | None) -> Schemas | None:
    if folder is None:
        return None
    from nistitl.xml.schemas import Schemas

    return Schemas(folder)
