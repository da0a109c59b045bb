"""`nistitl validate`: files and folders against the standard, findings as text, JSON, HTML or JUnit XML."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from nistitl.base.errors import ITLError
from nistitl.base.findings import Severity
from nistitl.base.text import printable
from nistitl.cli import CLEAN, FOUND, UNREADABLE
from nistitl.cli.command import (
    Command,
    add_reading,
    check_reading,
    complain,
    no_transaction,
    print_json,
    progress,
    read_input,
    walk,
)

if TYPE_CHECKING:
    import argparse

    from nistitl.validation.report import Report
    from nistitl.xml.schemas import Schemas

_FORMATS = ("text", "json", "html", "junit")
_MOST_CODES = 12


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="files or folders; - for standard input")
    parser.add_argument("--level", type=int, choices=(1, 2, 3), default=2, help="1 fields, 2 relations, 3 images too")
    parser.add_argument("--format", choices=_FORMATS, default="text", help="text by default; html for one file")
    parser.add_argument("--json", action="store_const", dest="format", const="json", help="the same as --format json")
    parser.add_argument("--fail-on", choices=("error", "warning", "note"), default="error", help="what makes status 1")
    parser.add_argument("--values", action="store_true", help="put what stands there into findings, people's text too")
    parser.add_argument("--overlay", action="append", default=[], metavar="TOML", help="a layer on top of --profile")
    parser.add_argument("--schemas", metavar="DIR", help="for XML: a folder of the XML schemas, which are checked too")
    parser.add_argument("--quiet", action="store_true", help="of files without such findings say nothing")
    add_reading(parser)


def _run(options: argparse.Namespace) -> int:
    check_reading(options)
    named = list(walk(options.files))
    if options.format == "html" and len(named) != 1:
        raise ITLError("--format html is a page of one file")
    return _Run(options, len(named) == 1).over(named)


class _Run:
    def __init__(self, options: argparse.Namespace, single: bool) -> None:
        self.options = options
        self.single = single
        self.fatal = Severity[options.fail_on.upper()]
        self.status = CLEAN
        self.files = 0
        self.failed = 0
        self.codes: Counter[str] = Counter()
        self.told: list[Any] = []
        self.schemas: Schemas | None = None
        if options.schemas is not None:
            from nistitl.xml.schemas import Schemas

            self.schemas = Schemas(options.schemas)

    def over(self, named: list[tuple[str, bool]]) -> int:
        for name, asked in progress(named, "validating"):
            try:
                report = self._validated(name)
            except ITLError as error:
                if not no_transaction(error) or asked:
                    self._unreadable(name, error)
                continue
            self._take(name, report)
        self._close()
        return self.status

    def _validated(self, name: str) -> Report:
        options = self.options
        tx = read_input(name, options)
        return tx.validate(
            options.profile,
            level=options.level,
            overlays=options.overlay,
            values=options.values,
            schemas=self.schemas,
        )

    def _take(self, name: str, report: Report) -> None:
        failed = any(finding.severity >= self.fatal for finding in report)
        self.files += 1
        self.failed += failed
        self.codes.update(dict.fromkeys((finding.code for finding in report), 1))
        self.status = max(self.status, FOUND if failed else CLEAN)
        if self.options.quiet and not failed:
            return
        _SAY[self.options.format](self, name, report)

    def _unreadable(self, name: str, error: ITLError) -> None:
        self.status = UNREADABLE
        complain(name, error)
        if self.options.format == "json":
            findings = [error.finding.to_dict()] if error.finding else []
            self.told.append({"file": name, "ok": False, "error": str(error), "findings": findings})
        elif self.options.format == "junit":
            from nistitl.pages.junit import unreadable

            self.told.append(unreadable(name, str(error)))

    def text(self, name: str, report: Report) -> None:
        if self.single:
            print(report.to_text())
            return
        print(f"{printable(name)}: {report.summary()}")
        for finding in report:
            if finding.severity >= self.fatal:
                print(f"    {finding.to_text()}")

    def json(self, name: str, report: Report) -> None:
        self.told.append({"file": name, **report.to_dict()})

    def html(self, name: str, report: Report) -> None:
        sys.stdout.write(report.to_html())

    def junit(self, name: str, report: Report) -> None:
        self.told.append(report.to_junit(name))

    def _close(self) -> None:
        if self.options.format == "json":
            print_json(self.told)
        elif self.options.format == "junit":
            from nistitl.pages.junit import suites

            sys.stdout.write(suites(self.told))
        elif self.options.format == "text" and not self.single:
            self._summary()

    def _summary(self) -> None:
        """How many files have such findings, and the most frequent codes by files."""
        print(f"{self.files} files, {self.failed} with {self.options.fail_on}s or worse")
        width = max((len(code) for code in self.codes), default=0)
        for code, count in self.codes.most_common(_MOST_CODES):
            print(f"    {code:<{width}}  {count} file{'s' if count != 1 else ''}")


_SAY = {"text": _Run.text, "json": _Run.json, "html": _Run.html, "junit": _Run.junit}

COMMAND = Command("check files against the standard: every field, every relation, every image", _configure, _run)
