"""Validation by the edition and by every profile, images decoded; its reports as text, JSON, HTML and JUnit."""

from __future__ import annotations

from nistitl.dictionaries import profile_names
from nistitl.html.junit import suites
from tests.fuzz import pictures
from tests.fuzz.commands import check_html, check_json, check_junit, check_plain
from tests.fuzz.targets.read import opened


def check(data: bytes) -> None:
    """Every report on these bytes ends, and can be printed in every form."""
    tx = opened(data)
    if tx is None:
        return
    deepest = 2 if pictures.large(tx) else 3
    told = tx.validate(level=deepest, values=True)
    check_plain(told.to_text())
    check_json(told.to_json())
    check_junit(suites([told.to_junit()]))
    check_html(told.to_html())
    for name in (*profile_names(), "auto"):
        report = tx.validate(name, level=2)
        assert report.counts() == tx.validate(name, level=2).counts(), "another report of the same transaction"
        check_plain(report.to_text())
    assert bytes(tx) == data, "validating changed what is written"
