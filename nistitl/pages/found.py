"""Findings and assertions as rows of a table, whatever it is drawn on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nistitl.base.findings import Finding
    from nistitl.validation.assertions import Assertion

FINDINGS = ("severity", "where", "finding", "expected", "found", "clause", "what to do")
ASSERTIONS = ("clause", "asked", "records")


def finding_row(finding: Finding) -> tuple[str, ...]:
    """A finding, a cell each of `FINDINGS`."""
    return (
        finding.severity.name.lower(),
        str(finding.location),
        f"{finding.message}\n{finding.code}",
        finding.expected or "",
        finding.actual or "",
        finding.clause,
        finding.hint,
    )


def assertion_rows(assertions: Iterable[Assertion]) -> Iterator[tuple[str, str, str]]:
    """Assertions, a row a clause: what was asked, and of which records; a cell each of `ASSERTIONS`."""
    by_clause: dict[str, list[Assertion]] = {}
    for assertion in assertions:
        by_clause.setdefault(assertion.clause, []).append(assertion)
    for clause, asked in by_clause.items():
        names = dict.fromkeys(assertion.name for assertion in asked)
        records = dict.fromkeys(assertion.record for assertion in asked)
        yield clause, ", ".join(names), ", ".join("all" if one is None else str(one) for one in records)
