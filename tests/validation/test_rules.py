"""Every rule has a transaction that breaks it and nothing else, and a twin that does not: rule_cases.toml."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import nistitl
from nistitl import Edition, Transaction
from nistitl.base.findings import Severity
from nistitl.validation import Rule, installed
from nistitl.validation.engine import check
from tests.support.rule_cases import Told, change, content, told
from tests.support.samples import ROOT

CASES: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("rule_cases.toml").read_text("utf-8"))
RULES = {rule.name: rule for rule in installed()}
CHECKED = [edition for edition in Edition if edition.checked]
BOUNDED = [name for name, rule in RULES.items() if rule.since > CHECKED[0] or rule.until is not None]


def transactions(name: str) -> tuple[Transaction, Transaction]:
    """The twin of a case, and the transaction that breaks the rule, both as read."""
    case = CASES[name]
    tx = nistitl.read(content(case["base"]))
    for row in case.get("good", ()):
        change(tx, *row)
    twin = bytes(tx)
    for row in case["bad"]:
        change(tx, *row)
    return nistitl.read(twin), nistitl.read(bytes(tx))


def broken(name: str) -> Told:
    """What the transaction of a case is told more than its twin: one thing."""
    level = CASES[name].get("level", 2)
    twin, tx = (told(one.validate(level=level).findings) for one in transactions(name))
    assert twin - tx == Counter()
    more = list((tx - twin).elements())
    assert len(more) == 1, more
    return more[0]


def test_every_rule_has_a_name_and_a_case() -> None:
    assert len(RULES) == len(installed()), "two rules of one name"
    assert [name for name in RULES if name not in CASES] == []
    assert [name for name in CASES if name not in RULES] == []
    assert f"levels 2 and 3 have {len(RULES)} rules" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", CASES)
def test_the_twin_is_sound(name: str) -> None:
    report = transactions(name)[0].validate(level=CASES[name].get("level", 2))
    assert [f.to_text() for f in report.findings if f.severity > Severity.NOTE] == []
    assert RULES[name].code not in {f.code for f in report.findings}


@pytest.mark.parametrize("name", CASES)
def test_the_rule_is_broken_and_nothing_else(name: str) -> None:
    rule, case = RULES[name], CASES[name]
    code, record, path = broken(name)
    assert code == case.get("code", rule.code)
    tx = transactions(name)[1]
    (found,) = (
        f
        for f in tx.validate(level=case.get("level", 2)).findings
        if (f.code, f.location.record, f.location.path) == (code, record, path)
    )
    edition = tx.edition
    assert edition is not None
    assert found.severity == rule.severity_in(edition)
    assert found.clause


@pytest.mark.parametrize("name", CASES)
def test_no_other_rule_says_it(name: str) -> None:
    others = tuple(rule for rule in installed() if rule.name != name)
    level = CASES[name].get("level", 2)
    twin, tx = transactions(name)
    assert told(check(tx, others, level, False).findings) == told(twin.validate(level=level).findings)


def outside(rule: Rule) -> list[Edition]:
    """The editions next to those that have the rule."""
    before = [edition for edition in CHECKED if edition < rule.since][-1:]
    after = [edition for edition in Edition if rule.until is not None and edition > rule.until][:1]
    return before + after


@pytest.mark.parametrize("name", BOUNDED)
def test_the_rule_is_silent_in_the_editions_next_to_its_own(name: str) -> None:
    said = broken(name)
    editions = outside(RULES[name])
    assert editions
    for edition in editions:
        tx = transactions(name)[1]
        tx.records[0]["VER"] = edition.ver.encode()
        assert said not in told(nistitl.read(bytes(tx)).validate(level=CASES[name].get("level", 2)).findings)


@pytest.mark.parametrize(
    ("base", "row", "code", "severity"),
    [
        ("type13-0400", (2, "PPC.1.4", "33"), "coordinate-outside", Severity.WARNING),
        ("type13-0500", (2, "PPC.1.4", "33"), "coordinate-outside", Severity.ERROR),
        ("type14-0300", (2, "TVPS", "501"), "pixels-square", Severity.ERROR),  # firm
    ],
)
def test_below_0500_rules_warn_unless_they_are_firm(base: str, row: Any, code: str, severity: Severity) -> None:
    tx = nistitl.read(content(base))
    change(tx, *row)
    found = nistitl.read(bytes(tx)).validate().findings
    assert [(f.code, f.severity) for f in found if f.severity > Severity.NOTE] == [(code, severity)]
