"""Checks a transaction: every record once, level 1 from the declarations, levels 2 and 3 from the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.validation.assertions import Ledger
from nistitl.validation.collecting import FindingCollector, Reporter
from nistitl.validation.context import ValidationContext
from nistitl.validation.criteria import Criteria
from nistitl.validation.level1 import RecordChecker
from nistitl.validation.report import Report
from nistitl.validation.running import RuleRunner
from nistitl.validation.structure import StructureCheck

if TYPE_CHECKING:
    from datetime import date

    from nistitl.base.findings import Finding
    from nistitl.model.transaction import Transaction
    from nistitl.validation.criteria import CheckingProfile
    from nistitl.validation.rules import Rule


def check(
    tx: Transaction,
    rules: tuple[Rule, ...],
    level: int,
    values: bool,
    profile: CheckingProfile | None = None,
    chosen: tuple[Finding, ...] = (),
    today: date | None = None,
    request: Transaction | None = None,
) -> Report:
    """Run level 1 and these rules up to `level`; `values` puts people's text into findings.

    `profile` says what a Type-2 holds and what its findings cite, `chosen` says how it was chosen.
    `today` is the day by which DAT may be one to come, that of the clock where none is given. `request` is the
    transaction that this one answers, for rules that look at both.
    """
    criteria = Criteria.of(tx, rules, level, profile)
    context = ValidationContext(tx, criteria.edition, criteria.rule_type, criteria.dictionary, today, request)
    ledger = Ledger(criteria)
    collector = FindingCollector(ledger)
    reporter = Reporter(collector, criteria, values)
    structure = StructureCheck(context, collector)
    record_checker = RecordChecker(criteria, structure, reporter)
    rule_runner = RuleRunner(criteria, reporter)
    for finding in chosen:
        collector.add_choice(finding)
    structure.check_framing()
    try:
        for view in context.records:
            fields = record_checker.check(view)
            ledger.checked(view, fields, rule_runner.check_record(view, fields))
        record_checker.report_strangers(context)
        rule_runner.check_transaction(context)
    finally:
        context.end()
    name = profile.name if profile else None
    return Report(collector.in_byte_order(tx), tx, criteria.edition, level, name, values, assertions=ledger)
