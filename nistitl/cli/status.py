"""The exit status of commands that read a transaction: one rule for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.findings import Severity
from nistitl.cli import CLEAN, FOUND

if TYPE_CHECKING:
    from nistitl.api import Transaction
    from nistitl.base.findings import Finding


def status_of(tx: Transaction, findings: tuple[Finding, ...] | None = None, *, damaged: bool = False) -> int:
    """The exit status of a command that has read a transaction: notes alone leave it clean."""
    told = tx.findings if findings is None else findings
    return FOUND if damaged or tx.repairs or any(one.severity > Severity.NOTE for one in told) else CLEAN
