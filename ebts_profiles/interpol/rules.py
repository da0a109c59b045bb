"""Rules of INTERPOL's implementation that no table row can say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from nistitl.base.findings import Severity
from nistitl.validation import Problem, RecordView, Rule, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
_TCN = 9
_CASE = {"CNO": 7, "SQN": 8, "MID": 9}
_CRN, _ORN, _RFP, _DOB, _DBR, _OTY = 10, 11, 21, 35, 36, 54
_CIVIL = {"CRF": 95, "COT": 96}
_OFFENCE = {"RFP": _RFP, "OTY": _OTY}


def check_letter(digits: str) -> str:
    """The last character of a transaction control number, by the digits before it."""
    return LETTERS[int(digits) % len(LETTERS)]


@rule("interpol-control-letter", types=(1,), reads="TCN", firm=True, clause="INT-I; 1.009")
def control_letter(view: RecordView) -> Iterator[Problem]:
    """The last character of TCN follows from its digits."""
    number = view.value("TCN") or ""
    digits, letter = number[:-1], number[-1:]
    if digits.isascii() and digits.isdigit() and letter.isalpha() and letter != check_letter(digits):
        yield Problem("TCN: the last character does not follow from the digits", _TCN, expected=check_letter(digits))


def _both(view: RecordView, names: tuple[str, str], numbers: tuple[int, int]) -> Iterator[Problem]:
    if all(view.present(number) for number in numbers):
        yield Problem(f"{names[0]} and {names[1]} stand together", numbers[1], expected=f"{names[0]} or {names[1]}")


@rule("interpol-one-reference", code="fields-exclude", types=(2,), firm=True, clause="INT-I; 2.010, 2.011")
def one_reference(view: RecordView) -> Iterator[Problem]:
    """A criminal reference and another exclude each other."""
    return _both(view, ("CRN", "ORN"), (_CRN, _ORN))


@rule("interpol-one-birth", code="fields-exclude", types=(2,), firm=True, clause="INT-I; 2.035, 2.036")
def one_birth(view: RecordView) -> Iterator[Problem]:
    """A date of birth and a range of dates exclude each other."""
    return _both(view, ("DOB", "DBR"), (_DOB, _DBR))


@rule(
    "interpol-reference-needed", code="field-required", types=(2,), severity=Severity.WARNING, firm=True,
    clause="INT-I 6.0; 2.010, 2.011",
)  # fmt: skip
def reference_needed(view: RecordView) -> Iterator[Problem]:
    """Searches by prints and additions have one of the references."""
    tot = view.context.tot
    if tot in ("CPS", "NPS", "ATP") and not view.present(_CRN) and not view.present(_ORN):
        yield Problem(f"neither CRN nor ORN is there, {tot} needs one", _CRN, expected="CRN or ORN")


@rule(
    "interpol-case", code="field-required", types=(2,), severity=Severity.WARNING, firm=True,
    clause="INT-I 5.03; 2.007 to 2.009",
)  # fmt: skip
def case(view: RecordView) -> Iterator[Problem]:
    """A search by a latent names case, evidence and latent."""
    if view.context.tot == "MPS":
        for name, number in _CASE.items():
            if not view.present(number):
                yield Problem(f"{name} is missing", number, expected=name)


@rule(
    "interpol-reason", code="field-not-allowed", types=(2,), severity=Severity.WARNING, firm=True,
    clause="INT-I 6.0; 2.021, 2.054, 2.095, 2.096",
)  # fmt: skip
def reason(view: RecordView) -> Iterator[Problem]:
    """Offences stand in criminal searches and additions, civil reasons in civil searches."""
    tot = view.context.tot
    for fields, tots in ((_OFFENCE, ("CPS", "MPS", "ATP")), (_CIVIL, ("NPS",))):
        for name, number in fields.items():
            if tot not in tots and view.present(number):
                yield Problem(
                    f"{name} does not belong into a transaction of this type",
                    number,
                    expected=f"only in {', '.join(tots)}",
                )


def _warning(one: Rule) -> Rule:
    """The rule where the source of a version is silent."""
    return attrs.evolve(one, severity=Severity.WARNING)


V5_03 = (control_letter, _warning(one_reference), _warning(one_birth), case)
V6_0 = (control_letter, one_reference, one_birth, reference_needed, reason)
