"""What a report takes of memory for each byte of its input, in every form, at the worst that was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import nistitl
from nistitl.wire.grammar import BINARY_TYPES
from tests.fuzz.hostile import GS, RS, first, tagged
from tests.support.growing import peak
from tests.xml.test_hostile import siblings, strangers

if TYPE_CHECKING:
    from collections.abc import Callable


FORMS = {
    "findings": (1_000, len),
    "text": (1_000, nistitl.Report.to_text),
    "junit": (1_000, nistitl.Report.to_junit),
    "json": (1_500, nistitl.Report.to_json),
    "html": (1_500, nistitl.Report.to_html),
}  # bytes of memory for each byte of input, as README says, and what makes the form
FLOOR = 1_000_000  # whatever the input
TYPES = sorted({*range(2, 23), 98, 99} - set(BINARY_TYPES))


def lacking(n: int) -> bytes:
    """Records of one type of which there is nothing but LEN: n in all."""
    return first([(2, 0)]) + tagged(2, {}) * n


def lacking_of_all_types(n: int) -> bytes:
    """The same of every type, as many as are told one by one."""
    return first([(2, 0)]) + b"".join(tagged(kind, {}) * (n // len(TYPES)) for kind in TYPES)


def one_record(content: bytes) -> bytes:
    return first([(2, 0)]) + tagged(2, {2: b"00" + GS + content})


def faulty_fields(n: int) -> bytes:
    return one_record(GS.join(b"2.%d:\xff" % number for number in range(3, 3 + n)))


def repeated_fields(n: int) -> bytes:
    return one_record(GS.join([b"2.3:"] * n))


def separators(n: int) -> bytes:
    return one_record(GS * n)


def subfields(n: int) -> bytes:
    return first([(9, 0)]) + tagged(9, {2: b"00", 12: RS.join([b"x"] * n)})


def claims(n: int) -> bytes:
    return first([(2, 0)] * n)


MAKERS = [lacking, lacking_of_all_types, faulty_fields, repeated_fields, separators, subfields, claims]
MAKERS += [strangers, siblings]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_reports_hold_to_the_stated_memory(make: Callable[[int], bytes], form: str) -> None:
    a_byte, render = FORMS[form]
    data = make(1_600)

    def reported() -> object:
        return render(nistitl.read(data).validate("dod-ebts-4.1"))

    render(nistitl.read(make(17)).validate("dod-ebts-4.1"))  # what stays for the next one is made now
    most = peak(reported)
    assert most <= a_byte * len(data) + FLOOR, f"{(most - FLOOR) / len(data):.0f} bytes for each byte of input"
