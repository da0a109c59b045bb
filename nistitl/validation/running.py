"""Levels 2 and 3: runs the rules that a record or the transaction calls for, and reports their problems."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError, MissingDependency, PathError
from nistitl.base.findings import Finding
from nistitl.model.decoding import UnknownMnemonic
from nistitl.validation.level1 import MOST_FAULTS
from nistitl.validation.rules import Problem, RuleError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nistitl.base.findings import Severity
    from nistitl.validation.collecting import Reporter
    from nistitl.validation.context import RecordView, ValidationContext
    from nistitl.validation.criteria import Criteria
    from nistitl.validation.rules import Rule

    ProblemRows = Iterator[tuple[RecordView, Problem]]


class _BadProblem(TypeError):
    """What a rule gives is no problem."""


_TOLD = (UnknownMnemonic, PathError, _BadProblem)  # errors whose text holds nothing of the transaction
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
                continue
            try:
                problems = list(rule.check(view))
            except Exception as error:  # a user's rule may do anything
                raise self._failure(rule, view, error) from None
            if problems:
                self._check_problems(rule, view, problems)
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
            try:
                problems = list(rule.check(context))
            except Exception as error:
                raise self._failure(rule, None, error) from None
            if problems:
                self._check_problems(rule, None, problems)
                self._report(rule, severity, _about_transaction(context, rule, problems))

    def _failure(self, rule: Rule, view: RecordView | None, error: Exception) -> ITLError:
        """What a rule that fails is told as, without what stands in the transaction."""
        if isinstance(error, MissingDependency):
            return error
        profile = self.criteria.profile
        place = "the transaction" if view is None else f"record {view.index} (Type-{view.record.type})"
        by = f" of {profile.name}" if profile is not None else ""
        code = rule.check
        where = f"{code.__module__}.{code.__qualname__}" if hasattr(code, "__qualname__") else type(code).__name__
        why = str(error) if isinstance(error, _TOLD) else f"{type(error).__name__} in {where}{_line_of(error)}"
        return RuleError(f"the rule {rule.name!r}{by} fails at {place}: {why}")

    def _check_problems(self, rule: Rule, view: RecordView | None, problems: list[Problem | Finding]) -> None:
        """RuleError where what a rule gives is no problem."""
        for problem in problems:
            if fault := _problem_fault(problem):
                raise self._failure(rule, view, _BadProblem(fault)) from None

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
                self.reporter.problem(view, rule, min(severity, problem.severity or severity), problem)
        for (view, field), count in counts.items():
            if count > MOST_FAULTS:
                self.reporter.more_problems(view, rule, severity, field, count - MOST_FAULTS)


def _problem_fault(problem: object) -> str | None:
    """What is wrong with what a rule gives, without what it holds."""
    if isinstance(problem, Finding):
        return None
    if not isinstance(problem, Problem):
        return f"it gives a {type(problem).__name__}, expected a Problem"
    for name in ("field", "subfield", "item", "record"):
        if not isinstance(value := getattr(problem, name), int | None):
            return f"a problem of it has a {type(value).__name__} as {name}, expected a number"
    return None


def _line_of(error: Exception) -> str:
    """The line of the rule that failed, where a traceback tells it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "" if trace is None else f", line {trace.tb_lineno}"


def _about_transaction(context: ValidationContext, rule: Rule, problems: list[Problem | Finding]) -> ProblemRows:
    """The problems that are to be reported, each with the record it is about: Type-1 unless it says another."""
    for problem in problems:
        if isinstance(problem, Finding):
            continue
        if problem.record is None and context.header is None:
            continue  # about a Type-1 that is not there: framing reports that
        view = context.records[problem.record or 0]
        if problem.field is None or rule.doubts or not view.doubtful(problem.field):
            yield view, problem
