"""Official samples at hand, by the profile that is chosen for them: no error but those that are listed with a reason.

What NIST's files give by the standard alone is tried in tests/validation/test_corpus.py, single samples of the FBI's
traditional encoding in test_fbi.py.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import nistitl

ROWS: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("errors_corpus.toml").read_text("utf-8"))["row"]
# how many files of each source, and the profiles that speak for them
SAMPLES = {
    "INTERPOL-Innovation-Centre__ANSI-NIST-XML-ITL-Implementation": {"int-i-6.0": 3},
    "ojbc__main": {"fbi-ebts-9.1": 1, "fbi-ebts-10.0": 70, None: 1},
    "PyramidSystemsInc__biomeg": {"fbi-ebts-11.2": 1},
    "nist4j__nist4j": {"fbi-ebts-11.2": 26, None: 18},
}


@pytest.fixture(scope="module")
def reports(corpus: Path, corpus_index: list[dict[str, Any]]) -> dict[str, Any]:
    """The report of every official sample that its source calls valid."""
    names = [
        row["file"] for row in corpus_index
        if row["validity"] == "valid" and row["encoding"] in ("xml", "traditional")
        and row["file"].partition("/")[0] in SAMPLES
    ]  # fmt: skip
    return {name: nistitl.read(corpus / name).validate("auto") for name in names}


def test_every_sample_is_walked(reports: dict[str, Any]) -> None:
    found: dict[str, Counter[str | None]] = {}
    for name, report in reports.items():
        found.setdefault(name.partition("/")[0], Counter())[report.profile] += 1
    assert found == SAMPLES


def test_official_samples_have_no_errors_but_those_that_are_listed(reports: dict[str, Any]) -> None:
    used, strangers = set(), []
    for name, report in reports.items():
        rows = [at for at, row in enumerate(ROWS) if any(re.fullmatch(one, name) for one in row["files"])]
        for told in {f"{one.code} {one.location.path or '-'}" for one in report.errors}:
            matching = {at for at in rows if any(re.fullmatch(one, told) for one in ROWS[at]["errors"])}
            used |= matching
            if not matching:
                strangers.append(f"{name}: {told}")
    assert not strangers, "\n".join(strangers)
    assert [row["why"] for at, row in enumerate(ROWS) if at not in used] == []
    assert all(row["why"] for row in ROWS)


def test_samples_of_interpol_differ_in_nothing_else(reports: dict[str, Any]) -> None:
    """One is clean; no sample is told of a form that the official table has."""
    mine = {name.rpartition("/")[2]: report for name, report in reports.items() if name.startswith("INTERPOL")}
    assert {name for name, report in mine.items() if report.ok} == {"Sample-ERR-INT-ITransaction.xml"}
    assert not [one for report in mine.values() for one in report.errors if one.code == "item-many"]
