"""Levels 2 and 3: runs the rules that a record or the transaction calls for, and reports their problems."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nistitl.base.findings import Finding
from nistitl.validation.level1 import MOST_FAULTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nistitl.base.findings import Severity
    from nistitl.validation.collecting import Reporter
    from nistitl.validation.context import RecordView, ValidationContext
    from nistitl.validation.criteria import Criteria
    from nistitl.validation.rules import Problem, Rule

    ProblemRows = Iterator[tuple[RecordView, Problem]]

_CODESTREAMS = 3  # the level that looks into image data


class RuleRunner:
    """Runs rules; what level 1 has reported of a field is not reported again."""

    def __init__(self, criteria: Criteria, reporter: Reporter) -> None:
        self.criteria = criteria
        self.reporter = reporter

    def check_record(self, view: RecordView, present: Iterable[object]) -> list[str]:
        """Run the rules that a record with these fields calls for; the names of those that had nothing sure to see."""
        criteria, silent = self.criteria, []
        for rule, severity, reads in criteria.rules.due(type(view.record), criteria.edition, criteria.level, present):
            if view.warned:
                view.look_as(severity)
            doubtful = view.doubts and view.any_doubtful(reads)
            if doubtful or (rule.level >= _CODESTREAMS and view.incomplete):
                silent.append(rule.name)
            elif problems := list(rule.check(view)):
                self._report(rule, severity, self._about_record(view, rule, problems))
        return silent

    def check_transaction(self, context: ValidationContext) -> None:
        """Run the rules of the whole transaction."""
        criteria = self.criteria
        warned = [view for view in context.records if view.warned]
        for rule in criteria.rules.of_transaction(criteria.edition, criteria.level):
            severity = rule.severity_in(criteria.edition)
            for view in warned:
                view.look_as(severity)
            if problems := list(rule.check(context)):
                self._report(rule, severity, _about_transaction(context, problems))

    def _about_record(self, view: RecordView, rule: Rule, problems: list[Problem | Finding]) -> ProblemRows:
        """The problems that are to be reported; a finding, which says all by itself, is passed on at once."""
        for problem in problems:
            if isinstance(problem, Finding):
                if problem.location.field not in view.doubts:
                    self.reporter.passed_on(view, rule, problem)
            elif problem.field is None or not view.wholly_doubtful(problem.field):
                yield view, problem

    def _report(self, rule: Rule, severity: Severity, problems: ProblemRows) -> None:
        """Report the problems a rule has with each field, up to a number; of the others only how many."""
        counts: Counter[tuple[RecordView, int | None]] = Counter()
        for view, problem in problems:
            place = view, problem.field
            counts[place] += 1
            if counts[place] <= MOST_FAULTS:
                self.reporter.problem(view, rule, severity, problem)
        for (view, field), count in counts.items():
            if count > MOST_FAULTS:
                self.reporter.more_problems(view, rule, severity, field, count - MOST_FAULTS)


def _about_transaction(context: ValidationContext, problems: list[Problem | Finding]) -> ProblemRows:
    """The problems that are to be reported, each with the record it is about: Type-1 unless it says another."""
    for problem in problems:
        if isinstance(problem, Finding):
            continue
        if problem.record is None and context.header is None:
            continue  # about a Type-1 that is not there: framing reports that
        view = context.records[problem.record or 0]
        if problem.field is None or not view.doubtful(problem.field):
            yield view, problem
