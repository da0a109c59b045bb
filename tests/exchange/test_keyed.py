"""Pseudonyms and shifted dates: the same for a key, unrelated for another, and never what may be somebody's SSN."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nistitl
from nistitl.base.errors import ITLError
from nistitl.cli import main
from nistitl.exchange.policy import Policy, policy
from nistitl.exchange.pseudonyms import KeyFault, Person, checked_key
from nistitl.exchange.redaction import redact
from tests.support.samples import ROOT

if TYPE_CHECKING:
    from pathlib import Path

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
TEXT = """
[policy]
title = "Under a pseudonym"
identity = "FBI SID NAM+DOB"
absent = "2.SEX"
[records]
"1 2" = "keep"
[fields]
"@technical @charset @domain 1.@code 1.@agency" = "keep"
"2.SEX" = "pseudonym"
"2.@number @control 2.@ssn 2.@name" = "pseudonym"
"@date @birth" = "shift"
"""


@pytest.fixture(scope="module")
def pseudonymous(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    path = tmp_path_factory.mktemp("policy") / "mine.toml"
    path.write_text(TEXT)
    return policy(path)


def person(**fields: str) -> nistitl.Transaction:
    tx = nistitl.read(ROOT / "fixtures/tenprint-type14.eft")
    tx.profile = "fbi-ebts-10.0"
    said = {
        "NAM": "ROE,RICHARD",
        "DOB": "19700131",
        "SID": "NY1234567",
        "MNU": "AF-123456",
        "SOC": "123456789",
    } | fields
    for mnemonic, text in said.items():
        setattr(tx[2][0], mnemonic, (text,) if mnemonic in ("DOB", "SID", "MNU", "SOC") else text)
    return tx


def said(tx: nistitl.Transaction, mnemonic: str) -> str:
    return tx[2][0][mnemonic].text


def made(by: Policy, key: bytes = KEY, **fields: str) -> Any:
    return redact(person(**fields), by, key).transaction


def test_pseudonyms_are_the_same_for_a_person_and_a_key(pseudonymous: Policy) -> None:
    first = made(pseudonymous)
    second = made(pseudonymous, NAM="ROE,DICK", DOB="19700201", MNU="AF-999999")  # the SID says who it is
    other = made(pseudonymous, SID="NY7654321")
    foreign = made(pseudonymous, OTHER)
    for mnemonic in ("NAM", "SID", "MNU", "SOC"):
        assert said(first, mnemonic) == said(second, mnemonic)
        assert said(first, mnemonic) not in (said(other, mnemonic), said(foreign, mnemonic), said(person(), mnemonic))
    assert "2.024" not in first[2][0], "too few values"
    assert first.TCN not in (person().TCN, foreign.TCN) and first.TCN == second.TCN
    report = nistitl.read(bytes(first)).validate("fbi-ebts-10.0")
    assert not [f for f in report.errors if f.location.type == 2 and f.code != "field-missing"]


def test_social_security_numbers_are_never_issued(pseudonymous: Policy) -> None:
    numbers = {said(made(pseudonymous, SID=f"NY{at:07d}"), "SOC") for at in range(20)}
    assert len(numbers) == 20
    assert all(number[:3] in ("000", "666") and len(number) == 9 for number in numbers)


def test_dates_keep_their_distance(pseudonymous: Policy) -> None:
    tx, shifted = person(), made(pseudonymous)
    days = tx.DAT - shifted.DAT
    assert timedelta(0) < days <= timedelta(1825)
    for mnemonic in ("DOB", "DOA"):
        before, after = (date.fromisoformat(said(one, mnemonic)[:8]) for one in (tx, shifted))
        assert before - after == days
    assert made(pseudonymous).DAT == shifted.DAT
    assert made(pseudonymous, OTHER).DAT != shifted.DAT


@settings(max_examples=200, deadline=None)
@given(
    st.binary(min_size=16, max_size=64), st.binary(min_size=16, max_size=64), st.text(min_size=1), st.text(min_size=1)
)
def test_a_person_is_one_for_a_key_a_policy_and_an_identity(key: bytes, other: bytes, who: str, else_: str) -> None:
    def digits(key: bytes, name: str, who: str, kind: str = "number") -> list[int]:
        picker = Person(key, name, who).picker(kind)
        return [picker.below(256) for _ in range(16)]

    mine = digits(key, "a", who)
    assert mine == digits(key, "a", who)
    assert mine != digits(key, "b", who) and mine != digits(key, "a", who, "name")
    assert (mine == digits(other, "a", who)) == (key == other)
    assert (mine == digits(key, "a", else_)) == (who == else_)
    assert 1 <= Person(key, "a", who).days <= 1825


@pytest.mark.parametrize("key", [b"", b"fifteen bytes..", bytes(32), "text"])
def test_keys_that_are_none(key: Any) -> None:
    with pytest.raises(KeyFault) as error:
        checked_key(key)
    assert "fifteen" not in str(error.value)


def test_key_of_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    by, out, key = tmp_path / "mine.toml", tmp_path / "out.eft", tmp_path / "key"
    by.write_text(TEXT)
    person().write(tmp_path / "in.eft")
    command = ["redact", str(tmp_path / "in.eft"), "-o", str(out), "--by", str(by), "--profile", "fbi-ebts-10.0"]
    monkeypatch.delenv("NISTITL_KEY", raising=False)
    assert main(command) == 2 and not out.exists()
    monkeypatch.setenv("NISTITL_KEY", "no digits")
    assert main(command) == 2 and not out.exists()
    assert "no digits" not in "".join(capsys.readouterr())
    monkeypatch.setenv("NISTITL_KEY", KEY.hex())
    assert main(command) == 0
    of_variable = out.read_bytes()
    key.write_bytes(KEY)
    assert main([*command, "--key-file", str(key), "--log", str(tmp_path / "log")]) == 0
    assert out.read_bytes() == of_variable
    told = "".join(capsys.readouterr()) + (tmp_path / "log").read_text()
    assert KEY.hex() not in told and "NY1234567" not in told and b"NY1234567" not in of_variable


def test_no_key_no_pseudonym(pseudonymous: Policy) -> None:
    with pytest.raises(ITLError, match="there is no key"):
        redact(person(), pseudonymous)
