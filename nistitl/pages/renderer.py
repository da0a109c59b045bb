"""What a form of reports is: a renderer, offered by entry point, and what it is told of several files."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from typing import TYPE_CHECKING

import attrs

from nistitl.base.text import many

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nistitl.base.errors import ITLError
    from nistitl.base.findings import Severity
    from nistitl.validation.report import Report


@attrs.frozen(slots=True)
class Outcome:
    """What became of a file: its report, the error for which it could not be read, or why it was passed over."""

    file: str
    report: Report | None = None
    error: ITLError | None = None
    skipped: str | None = None  # such as "no transaction", "broken link"


class Batch:
    """The outcomes of several entries, given once, one by one as the files are validated, and counted on the way.

    With `quiet` only those are given that fail: unreadable files, and those with findings of `fail_on` or worse.
    """

    def __init__(
        self, outcomes: Iterable[Outcome], fail_on: Severity, *, quiet: bool = False, single: bool = False
    ) -> None:
        self.fail_on = fail_on
        self.single = single  # one file was asked for
        self.files = 0  # that were validated
        self.failed = 0
        self.unreadable = 0
        self.interrupted = False  # by Ctrl-C; what was known before is given, and ends as a whole report does
        self.skipped: Counter[str] = Counter()  # entries by why they were passed over
        self.codes: Counter[str] = Counter()  # files by code of a finding
        self._outcomes = outcomes
        self._waiting = False  # for the next outcome
        self._quiet = quiet

    def __iter__(self) -> Iterator[Outcome]:
        outcomes = iter(self._outcomes)
        while (outcome := self._next(outcomes)) is not None:
            failed = self._count(outcome)
            if failed or not self._quiet:
                yield outcome

    def interrupt(self) -> None:
        """End after what is known: at once where an outcome is waited for, else when the last is written."""
        again, self.interrupted = self.interrupted, True
        if self._waiting or again:
            raise KeyboardInterrupt

    def _next(self, outcomes: Iterator[Outcome]) -> Outcome | None:
        if self.interrupted:
            return None
        self._waiting = True
        try:
            return next(outcomes, None)
        except KeyboardInterrupt:
            self.interrupted = True
            return None
        finally:
            self._waiting = False

    def _count(self, outcome: Outcome) -> bool:
        if outcome.skipped is not None:
            self.skipped[outcome.skipped] += 1
            return False
        if outcome.report is None:
            self.unreadable += 1
            return True
        failed = any(finding.severity >= self.fail_on for finding in outcome.report)
        self.files += 1
        self.failed += failed
        self.codes.update(dict.fromkeys((finding.code for finding in outcome.report), 1))
        return failed

    def accounted(self) -> str:
        """What became of all entries, once they were given: `3 files, 1 with errors or worse; 1 unreadable`."""
        told = [f"{many(self.files, 'file')}, {self.failed} with {self.fail_on.name.lower()}s or worse"]
        if self.unreadable:
            told.append(f"{self.unreadable} unreadable")
        if self.skipped:
            told.append("passed over: " + ", ".join(f"{count} {why}" for why, count in sorted(self.skipped.items())))
        return "; ".join(told) + ("" if self.files else "; nothing was checked")


class Renderer(ABC):
    """A form of reports. Packages offer one through the entry-point group `nistitl.renderers`, under its `name`."""

    name: str  # as `nistitl validate --format` spells it
    media_type: str  # such as text/html
    suffix: str  # of a file, such as .html

    @abstractmethod
    def render(self, report: Report, name: str) -> str:
        """The document of one report; `name` says of which file."""

    def render_files(self, batch: Batch) -> Iterator[str]:
        """The pieces of what is written of several files: without more ado one document after another."""
        for outcome in batch:
            if outcome.report is not None:
                yield self.render(outcome.report, outcome.file)

    def ascii(self, text: str) -> str:
        """The same document for an output that takes no other characters."""
        return text.encode("ascii", "backslashreplace").decode("ascii")
