"""A report: the findings of a validation as one value. Its renderings come from packages, by entry point."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import attrs

from nistitl.base.errors import MissingDependency
from nistitl.base.findings import Finding, Severity
from nistitl.base.plugins import RENDERERS, find, offered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.base.editions import Edition
    from nistitl.model.transaction import Transaction


@attrs.frozen(slots=True, repr=False)
class Report:
    """Findings in the order of the bytes; true where there is no error."""

    findings: tuple[Finding, ...]
    transaction: Transaction = attrs.field(eq=False)
    edition: Edition
    level: int
    profile: str | None = None
    values: bool = False  # what stands in the input may be told, people's text too

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

    def summary(self) -> str:
        """`2 errors, 1 warning`; `no findings`."""
        counts = (("error", len(self.errors)), ("warning", len(self.warnings)), ("note", len(self.notes)))
        words = [f"{count} {name}{'s' if count != 1 else ''}" for name, count in counts if count]
        return ", ".join(words) or "no findings"

    @property
    def checked_as(self) -> str:
        """What it was checked by, as people read it."""
        return self.edition.title + (f", profile {self.profile}" if self.profile else "") + f", level {self.level}"

    # -- renderings ---------------------------------------------------------------------------

    def to_text(self) -> str:
        """A line a finding, its hint below; then the summary."""
        return self.rendered("text")

    def to_dict(self) -> dict[str, Any]:
        """Plain values: `ok`, `edition`, `level`, `profile`, `counts` by severity, `findings` (see Finding.to_dict)."""
        return {**self.overview(), "findings": [finding.to_dict() for finding in self.findings]}

    def overview(self) -> dict[str, Any]:
        """What `to_dict` tells before the findings."""
        return {
            "ok": self.ok,
            "edition": self.edition.ver,
            "profile": self.profile,
            "level": self.level,
            "counts": {
                "error": len(self.errors),
                "warning": len(self.warnings),
                "note": len(self.notes),
            },
        }

    def to_json(self) -> str:
        """`to_dict` as JSON text."""
        return self.rendered("json")

    def to_junit(self, name: str = "transaction") -> str:
        """A JUnit test suite: one case a record, failing where the record has errors; for CI systems."""
        return self.rendered("junit", name)

    def to_html(self) -> str:
        """A self-contained page: the findings, each linked to its field in a readable dump of the records.

        The dump shows of each field what a finding may tell; all that it holds where the report has `values`.
        """
        return self.rendered("html")

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
