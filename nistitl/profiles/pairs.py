"""Whether a transaction answers another: its type, the number it refers to, the numbers that answers repeat."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

from nistitl.base.findings import Severity
from nistitl.validation.rules import Problem, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction
    from nistitl.profiles.tables import ProfileTables, TransactionType
    from nistitl.validation.context import ValidationContext

    PairCheck = Callable[[ProfileTables | None, ValidationContext], Iterator[Problem]]

_TOT, _TCN, _TCR = 4, 9, 10
_MOST_KEPT = 16
_ASKING = frozenset({"submission", "request"})
_ANSWERING = frozenset({"response", "error response"})


@lru_cache(_MOST_KEPT)  # a rule is known by itself: the lists of rules that it stands in are kept
def pair_rules(profile: ProfileTables | None) -> tuple[Rule, ...]:
    """The rules of an answer beside its request: TCR by itself, type and repeated numbers by a profile."""
    by = profile.title if profile is not None else "the standard"
    return (
        _rule("pair-order", "1.004 TOT, 1.010 TCR", _order, profile),
        _rule("pair-type", f"{by}; 1.004 TOT", _type, profile),
        _rule("pair-control-number", "1.009 TCN, 1.010 TCR", _control_number, profile),
        _rule("pair-number", f"{by}; Type-2", _numbers, profile),
    )


def _rule(code: str, clause: str, check: PairCheck, profile: ProfileTables | None) -> Rule:
    return Rule(code, code, partial(_checked, check, profile), clause, level=1, firm=True, doubts=True)


def _checked(check: PairCheck, profile: ProfileTables | None, context: ValidationContext) -> Iterator[Problem]:
    """The problems of a pair; of one that stands the wrong way round only that."""
    request = context.request
    if request is not None and context.header is not None:
        turned = _turned(profile, request, context.tx)
        if turned is (check is _order):
            yield from check(profile, context)


def _order(profile: ProfileTables | None, context: ValidationContext) -> Iterator[Problem]:
    message = "this is the request and the other one answers it: they stand the wrong way round"
    yield Problem(message, expected="the request first, then its answer", record=0)


def _turned(profile: ProfileTables | None, first: Transaction, second: Transaction) -> bool:
    """True where the first answers the second, by their types or else by their control numbers."""
    asked, answer = _known(profile, first), _known(profile, second)
    if profile is not None and asked is not None and answer is not None:
        if _answers(profile, answer, asked) is not _answers(profile, asked, answer):
            return _answers(profile, asked, answer)
        if asked.direction != answer.direction and {asked.direction, answer.direction} & _ASKING:
            return asked.direction in _ANSWERING and answer.direction in _ASKING
    back = _header(second, _TCN)
    return back != "" and back == _header(first, _TCR) and _header(second, _TCR) != _header(first, _TCN)


def _known(profile: ProfileTables | None, tx: Transaction) -> TransactionType | None:
    return None if profile is None else profile.tots.get(tx.TOT or "")


def _answers(profile: ProfileTables, answer: TransactionType, asked: TransactionType) -> bool:
    """True where the one type, or what it is like, answers the other at once, later or with errors."""
    known = {*_answers_of(asked), *(code for code in profile.tots if asked.code in profile.tots[code].answers_to)}
    return not known.isdisjoint(answer.likeness)


def _answers_of(asked: TransactionType) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*asked.answers, *asked.delayed, *asked.errors)))


def _type(profile: ProfileTables | None, context: ValidationContext) -> Iterator[Problem]:
    """The type must be one that the request's type is answered by."""
    assert context.request is not None
    asked, answer = _known(profile, context.request), _known(profile, context.tx)
    if profile is None or asked is None or not _answers_of(asked):
        message = "what answers a request of this type is not known" if asked is None else _unanswered(asked)
        yield Problem(message, _TOT, record=0, severity=Severity.NOTE)
    elif answer is None or not _answers(profile, answer, asked):
        told = answer.code if answer is not None else "TOT"
        severity = None if asked.sure else Severity.WARNING
        expected = " or ".join(_answers_of(asked))
        yield Problem(f"{told} does not answer {asked.code}", _TOT, expected=expected, record=0, severity=severity)


def _unanswered(asked: TransactionType) -> str:
    return f"what answers {asked.code} is not known"


def _control_number(_profile: ProfileTables | None, context: ValidationContext) -> Iterator[Problem]:
    """TCR is the TCN of the request."""
    assert context.request is not None
    stated, wanted = _header(context.tx, _TCR), _header(context.request, _TCN)
    if not stated:
        yield Problem("TCR is missing, by which an answer names its request", _TCR, expected="TCN of it", record=0)
    elif not wanted:
        yield Problem("the request has no TCN that TCR could name", _TCR, record=0)
    elif stated != wanted:
        yield Problem("TCR is not the TCN of the request", _TCR, expected="the TCN of the request", record=0)
    elif _text(context.tx.header, _TCR) != _text(context.request.header, _TCN):
        message = "TCR is the TCN of the request but for blanks, by which whoever compares them finds none"
        yield Problem(message, _TCR, expected="the TCN of the request, blank by blank", record=0)


def _numbers(profile: ProfileTables | None, context: ValidationContext) -> Iterator[Problem]:
    """What an answer repeats is as the request has it, where both have it."""
    assert context.request is not None
    if profile is not None and not any(_echoed(profile)):
        message = f"which numbers answers repeat is not known of {profile.name}: none is compared"
        yield Problem(message, record=0, severity=Severity.NOTE)
    for number, label in _echoed(profile):
        asked = {text for record in context.request if record.type == 2 for text in _values(record, number)}
        for view in context.of(2) if asked else ():
            if not asked.issuperset(_values(view.record, number)):
                expected = f"the {label} of the request"
                yield Problem(f"{label} is not that of the request", number, expected=expected, record=view.index)


def _echoed(profile: ProfileTables | None) -> Iterator[tuple[int, str]]:
    """The elements that answers repeat, as the profile says."""
    for path, row in profile.layer.type2.items() if profile is not None else ():
        if row.get("echoed"):
            yield int(path.partition(".")[2]), row.get("mnemonic", path)


def _header(tx: Transaction, number: int) -> str:
    """A field of Type-1 without the blanks around it; empty where it is not there."""
    return "".join(_values(tx.header, number)) if tx.header is not None else ""


def _values(record: Record, number: int) -> list[str]:
    """What stands in the subfields of a field, without blanks around it."""
    return [value for part in _text(record, number).split("\x1e") if (value := part.strip())]


def _text(record: Record | None, number: int) -> str:
    """What stands in a field; empty where it is not there."""
    if record is None or (raw := record.raw(number)) is None:
        return ""
    return record.context.charset.decode(bytes(raw))
