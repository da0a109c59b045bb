"""What is missing after redaction is what the policy lists, by every profile; nothing else is found that was not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import nistitl
from nistitl.base.findings import Severity
from nistitl.exchange.kinds import kinds_of
from nistitl.exchange.policy import SHIPPED, Policy, policy
from nistitl.exchange.redaction import redact
from nistitl.model.dictionaries import profile
from nistitl.profiles.merging import EVERY
from tests.support.fullest import full
from tests.support.minimal import least

if TYPE_CHECKING:
    from nistitl.base.findings import Finding
    from nistitl.profiles import TableProfile

pytest.importorskip("imagecodecs", reason="images come with ebtskit[images]")

PROFILES = (
    "atf-eforms", "dod-ebts-1.2", "dod-ebts-4.1", "fbi-ebts-10.0", "fbi-ebts-11.2", "fbi-ebts-8.001", "fbi-ebts-9.1",
    "int-i-5.03", "int-i-6.0", "nato-stanag-4715", "pruem",
)  # fmt: skip
OF_IMAGES = ("records-few", "rpis-images")  # what says that records are not there
OF_FIELDS = ("field-missing", "condition-one-of")  # what says that elements are not there
Told = dict[tuple[str, int | None, int | None], "Finding"]


def found(data: bytes, name: str, least: Severity) -> Told:
    findings = nistitl.read(data).validate(name).findings
    return {(f.code, f.location.type, f.location.field): f for f in findings if f.severity >= least}


def is_listed(by: Policy, known: TableProfile, number: int) -> bool:
    element = known.dictionary.by_number(number)
    assert element is not None
    kind = kinds_of(2, known.layer.kinds).of_field(element)
    return bool({f"2.@{kind}", f"2.{element.mnemonic}"} & {word.text for word in by.absent})


def surprises(tx: nistitl.Transaction, name: str, by: Policy) -> tuple[list[str], int]:
    """New findings that are no consequence which the policy lists, and how many are."""
    known: TableProfile = profile(name)  # type: ignore[assignment]
    made = redact(nistitl.read(bytes(tx), profile=name), by).transaction
    before = found(bytes(tx), name, Severity.NOTE)
    new = {key: one for key, one in found(bytes(made), name, Severity.WARNING).items() if key not in before}
    kept = {record.type for record in made}
    listed = 0
    texts = []
    for (code, kind, number), finding in new.items():
        if (code in OF_FIELDS and kind == 2 and number is not None) and is_listed(by, known, number):
            listed += 1
            continue
        fewer = code in OF_IMAGES and kept != {record.type for record in tx}
        was_said = code == "record-edition" and any(one == "edition-older" for one, *_ in before)
        if fewer or was_said or ("field-empty", kind, number) in before:
            continue
        texts.append(finding.to_text())
    return texts, listed


@pytest.mark.parametrize("name", PROFILES)
def test_nothing_is_missing_but_what_the_policy_lists(name: str) -> None:
    known: TableProfile = profile(name)  # type: ignore[assignment]
    listed = 0
    types = [tot for tot in known.tots if tot != EVERY]
    for at, tot in enumerate(types):
        by = policy(SHIPPED[(at + at // len(SHIPPED)) % len(SHIPPED)])
        made = [least(known, tot)] if at % 2 == 0 else []
        made += [full(known, tot, {})] if at % 10 == 3 else []
        for tx in made:
            texts, expected = surprises(tx, name, by)
            assert not texts, (tot, by.name)
            listed += expected
    assert types and (listed or name in ("dod-ebts-4.1", "pruem", "int-i-6.0")), "some is left out"
