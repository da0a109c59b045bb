"""A report: the findings of a validation as one value. Its renderings come from packages, by entry point."""

from __future__ import annotations

import warnings
from collections import Counter
from typing import TYPE_CHECKING, Any

import attrs

from nistitl.base.errors import ITLError, MissingDependency, WriteError
from nistitl.base.findings import Finding, Severity
from nistitl.base.plugins import RENDERERS, find, offered
from nistitl.base.text import many
from nistitl.validation.assertions import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nistitl.base.editions import Edition
    from nistitl.model.transaction import Transaction
    from nistitl.validation.assertions import Assertion


FORMAT = "nistitl-report-1"  # of `Report.to_dict`; another number when a key goes or changes its meaning


@attrs.frozen(slots=True, repr=False)
class Report:
    """Findings in the order of the bytes; true where there is no error."""

    findings: tuple[Finding, ...]
    transaction: Transaction = attrs.field(eq=False)
    edition: Edition
    level: int
    profile: str | None = None
    values: bool = False  # what stands in the input may be told, people's text too
    assertions: Iterable[Assertion] = attrs.field(default=(), eq=False)  # all that was asked; made anew at each walk
    list_passed: bool = False  # renderings list what passed, too

    @property
    def ok(self) -> bool:
        """True where no finding is an error."""
        return not self.errors

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings for which a receiver may refuse the transaction."""
        return self.filter(severity=Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that no sourced requirement backs, or that are advice."""
        return self.filter(severity=Severity.WARNING)

    @property
    def notes(self) -> tuple[Finding, ...]:
        """The findings that only tell."""
        return self.filter(severity=Severity.NOTE)

    def filter(
        self,
        *,
        code: str | None = None,
        severity: Severity | None = None,
        type: int | None = None,
        record: int | None = None,
        path: str | None = None,
    ) -> tuple[Finding, ...]:
        """The findings of a code, severity, record type, record (by index) or path and below (`14.021`, `14.021.2`)."""
        return tuple(
            finding
            for finding in self.findings
            if code in (None, finding.code)
            and severity in (None, finding.severity)
            and type in (None, finding.location.type)
            and record in (None, finding.location.record)
            and (path is None or f"{finding.location.path}.".startswith(f"{path}."))
        )

    def counts(self) -> dict[str, int]:
        """How many findings there are of each code, the most frequent first."""
        return dict(Counter(finding.code for finding in self.findings).most_common())

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __bool__(self) -> bool:
        return self.ok

    def __repr__(self) -> str:
        return f"<Report {self.edition.ver}, level {self.level}: {self.summary()}>"

    def _repr_html_(self) -> str:
        from nistitl.base.screen import table_of  # for notebooks

        return table_of(self)

    def passed(self) -> Iterator[Assertion]:
        """The assertions that hold, in the order of the records."""
        return (assertion for assertion in self.assertions if assertion.verdict is Verdict.PASSED)

    def tally(self) -> dict[str, int]:
        """How many assertions passed, warned, failed, were not applicable and were not checked."""
        counts = Counter(assertion.verdict for assertion in self.assertions)
        return {verdict.value: counts[verdict] for verdict in Verdict}

    def tallied(self, left_open: int = 0) -> str:
        """The tally as people read it: `252 assertions passed, 0 failed, 26 not applicable, 14 not checked`.

        So many of those that passed are told as not checked.
        """
        tally = self.tally()
        tally[Verdict.PASSED] -= left_open
        tally[Verdict.NOT_CHECKED] += left_open
        if not any(tally[verdict] for verdict in (Verdict.PASSED, Verdict.WARNED, Verdict.FAILED)):
            return "nothing was checked"
        passed = f"{tally.pop(Verdict.PASSED)} assertions passed"
        if not tally[Verdict.WARNED]:
            del tally[Verdict.WARNED]
        return ", ".join([passed, *(f"{count} {verdict}" for verdict, count in tally.items())])

    def summary(self) -> str:
        """`2 errors, 1 warning`; `no findings`."""
        counts = (("error", len(self.errors)), ("warning", len(self.warnings)), ("note", len(self.notes)))
        words = [many(count, name) for name, count in counts if count]
        return ", ".join(words) or "no findings"

    @property
    def checked_as(self) -> str:
        """What it was checked by, as people read it."""
        return self.edition.title + (f", profile {self.profile}" if self.profile else "") + f", level {self.level}"

    # -- renderings ---------------------------------------------------------------------------

    def to_text(self) -> str:
        """A line a finding, its hint below; then the tally and the summary."""
        return self.rendered("text")

    def to_dict(self) -> dict[str, Any]:
        """Plain values: `ok`, `edition`, `level`, `profile`, `counts` by severity, `findings` (see Finding.to_dict).

        `format` names this form and its version; `assertions` is the tally. `passed`, where the report lists it: of
        each assertion that holds its `clause`, `name`, `type`, and `record`, null for the whole transaction.
        """
        return self.overview() | {name: list(rows) for name, rows in self.lists().items()}

    def lists(self) -> dict[str, Iterator[dict[str, Any]]]:
        """The lists of `to_dict`, whose entries are made one by one."""
        lists: dict[str, Iterator[dict[str, Any]]] = {"findings": (one.to_dict() for one in self.findings)}
        if self.list_passed:
            lists["passed"] = (_passed(assertion) for assertion in self.passed())
        return lists

    def overview(self) -> dict[str, Any]:
        """What `to_dict` tells before its lists."""
        return {
            "format": FORMAT,
            "ok": self.ok,
            "edition": self.edition.ver,
            "profile": self.profile,
            "level": self.level,
            "counts": {
                "error": len(self.errors),
                "warning": len(self.warnings),
                "note": len(self.notes),
            },
            "assertions": self.tally(),
        }

    def to_json(self, *, passed: bool = False) -> str:
        """`to_dict` as JSON text; `passed` lists what passed, too."""
        return self._listing(passed).rendered("json")

    def to_junit(self, name: str = "transaction") -> str:
        """A JUnit test suite: one case a record, failing where the record has errors; for CI systems."""
        return self.rendered("junit", name)

    def to_html(self, name: str = "transaction", *, passed: bool = False) -> str:
        """A self-contained page: what was checked, and the findings, each linked to its field in a readable dump.

        The dump shows of each field what a finding may tell; all that it holds where the report has `values`. `name`
        is that of the file, `passed` lists what passed, too.
        """
        return self._listing(passed).rendered("html", name)

    def _listing(self, passed: bool) -> Report:
        return attrs.evolve(self, list_passed=self.list_passed or passed)

    def rendered(self, form: str, name: str = "transaction") -> str:
        """The report in any form that a package offers by entry point (see nistitl.pages.renderer).

        MissingDependency where none does, with the forms that there are.
        """
        point = find(RENDERERS, form)
        if point is None:
            known = ", ".join(offered(RENDERERS))
            raise MissingDependency(f"no installed package renders reports as {form!r}; known: {known}")
        text: str = point.load().render(self, name)
        return text


def _passed(assertion: Assertion) -> dict[str, Any]:
    return {"clause": assertion.clause, "name": assertion.name, "record": assertion.record, "type": assertion.type}


class InvalidAdvice(UserWarning):
    """What is written has errors that a receiver may refuse it for."""


def heed(report: Report, check: str) -> None:
    """WriteError for errors where `check` is "error", a warning where it is "warn"; ITLError for other words."""
    if check not in ("error", "warn"):
        raise ITLError(f"no check named {check!r}; known: error, warn")
    if report.ok:
        return
    first = report.errors[0]
    message = f"{report.summary()} by {report.checked_as}; the first: {first.to_text()}"
    if check == "error":
        raise WriteError(f"not written: {message}; tx.validate() lists all", first)
    warnings.warn(f"{message}; tx.validate() lists all", InvalidAdvice, stacklevel=3)
