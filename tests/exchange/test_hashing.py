"""Hashes of binary fields, and what HAS says of them."""

from __future__ import annotations

from hashlib import sha256

import pytest

import nistitl
from nistitl.exchange.hashing import hash_findings, hashes, write_hashes
from nistitl.records import record_class
from tests.support.samples import IMAGE, ROOT, small_transaction

RIGHT = sha256(IMAGE).hexdigest().upper()


def states(tx: nistitl.Transaction) -> list[tuple[str, str]]:
    return [(one.location.path, one.state) for one in hashes(tx)]


def test_every_binary_field_is_hashed_as_it_stands() -> None:
    found = hashes(nistitl.read(small_transaction()))
    assert [(one.location.record, one.location.path, one.location.idc) for one in found] == [
        (2, "4.009", 1),
        (3, "14.999", 2),
    ]
    assert {(one.size, one.sha256) for one in found} == {(len(IMAGE), RIGHT)}
    assert found[0].why_none == "Type-4 has no field for it" and found[1].why_none == ""


@pytest.mark.parametrize(
    ("said", "state"),
    [(RIGHT, "verified"), (RIGHT.lower(), "verified"), ("0" * 64, "wrong"), (b"no hash", "wrong"), (None, "none")],
)
def test_HAS_is_verified_wrong_or_none(said: str | bytes | None, state: str) -> None:
    tx = nistitl.read(small_transaction())
    if said is not None:
        tx[14][0]["14.996"] = said
    for one in (tx, nistitl.read(bytes(tx)), tx.convert("xml").transaction if said != b"no hash" else tx):
        assert dict(states(one))["14.999"] == state
        told = [finding.code for finding in hash_findings(one, hashes(one))]
        assert told == ["hash-wrong"] * (state == "wrong")


@pytest.mark.parametrize("encoding", ["traditional", "xml"])
@pytest.mark.parametrize("said", [None, "0" * 64, RIGHT])
def test_writing_gives_each_record_its_hash_and_changes_nothing_else(said: str | None, encoding: str) -> None:
    tx = nistitl.read(small_transaction())
    if said:
        tx[14][0].HAS = said
    tx = nistitl.read(bytes(tx.convert(encoding).transaction))
    before = [(record.type, record.texts()) for record in tx]
    write_hashes(tx, hashes(tx))
    after = nistitl.read(bytes(tx))
    assert states(after) == [("4.009", "none"), ("14.999", "verified")] and after[14][0].HAS == RIGHT
    for (kind, texts), record in zip(before, after, strict=True):
        now = record.texts()
        assert {key for key in now.keys() | texts if now.get(key) != texts.get(key)} <= (
            {1, 996} if kind == 14 else set()
        )


def test_nothing_is_written_where_all_is_verified() -> None:
    tx = nistitl.read(ROOT / "fixtures" / "records" / "type13-0502.an2")
    write_hashes(tx, hashes(tx))
    data = bytes(tx)
    tx = nistitl.read(data)
    assert {state for _, state in states(tx)} == {"verified"}
    write_hashes(tx, hashes(tx))
    assert bytes(tx) == data


def test_an_edition_without_HAS_gets_none() -> None:
    tx = nistitl.read(small_transaction())
    tx[1][0].VER = "0400"
    data = bytes(tx)
    tx = nistitl.read(data)
    write_hashes(tx, hashes(tx))
    assert bytes(tx) == data
    assert [one.why_none for one in hashes(tx)][1] == "the edition that VER names has no field for it"
    tx[14][0]["14.996"] = RIGHT.encode()  # and is checked where it is there all the same
    assert states(tx)[1] == ("14.999", "verified")


def test_HAS_of_data_that_are_elsewhere_is_a_note() -> None:
    tx = nistitl.read(small_transaction())
    tx[14][0].HAS = RIGHT
    del tx[14][0]["14.999"]
    assert states(tx) == [("4.009", "none")]
    (told,) = hash_findings(tx, hashes(tx))
    assert (told.code, told.severity.name, told.location.path) == ("hash-elsewhere", "NOTE", "14.996")


def test_the_states_are_those_of_validation() -> None:
    codes = {"hash-verified": "verified", "hash-wrong": "wrong", "hash-none": "none"}
    for path in sorted((ROOT / "fixtures" / "records").glob("*-0502.an2")):
        tx = nistitl.read(path)
        told = [codes[f.code] for f in tx.validate(level=3).findings if f.code in codes]
        assert sorted(told) == sorted(one.state for one in hashes(tx) if not one.why_none), path.name


WITH_HAS = [kind for kind in range(1, 100) if "HAS" in {row.mnemonic for row in record_class(kind).elements.values()}]


def test_every_type_that_has_a_field_for_it() -> None:
    assert WITH_HAS == [10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 22, 99]


@pytest.mark.parametrize("encoding", ["traditional", "xml"])
@pytest.mark.parametrize("kind", WITH_HAS)
def test_a_record_of_nothing_but_data_has_its_hash(kind: int, encoding: str) -> None:
    first, second = list(nistitl.read(small_transaction()))[:2]
    record = record_class(kind)(IDC=1)
    tx = nistitl.Transaction([first, second, record])
    record[f"{kind}.999"] = IMAGE
    tx = nistitl.read(bytes(tx.convert(encoding).transaction))
    (found,) = hashes(tx)
    assert (found.location.path, found.location.idc, found.size) == (f"{kind}.999", 1, len(IMAGE))
    assert (found.sha256, found.state, found.why_none) == (RIGHT, "none", "")
    write_hashes(tx, hashes(tx))
    tx = nistitl.read(bytes(tx))
    assert tx[kind][0].HAS == RIGHT and [one.state for one in hashes(tx)] == ["verified"]
    tx[kind][0][f"{kind}.999"] = IMAGE + b"\0"
    (told,) = hash_findings(tx, hashes(tx))
    assert (told.code, told.location.record, told.location.path) == ("hash-wrong", 2, f"{kind}.996")


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (f" {RIGHT} ", "verified"),  # a blank says nothing else
        (RIGHT.lower()[:32] + RIGHT[32:], "verified"),
        (RIGHT[:-1], "wrong"),
        (RIGHT + "00", "wrong"),
        (f"{RIGHT[:32]} {RIGHT[32:]}", "wrong"),
        (f"{RIGHT}\x1e{RIGHT}", "wrong"),
        ("", "wrong"),
        (sha256(b"").hexdigest().upper(), "wrong"),
    ],
)
def test_what_HAS_may_look_like(said: str, state: str) -> None:
    tx = nistitl.read(small_transaction())
    tx[14][0]["14.996"] = said.encode()
    tx = nistitl.read(bytes(tx))
    assert dict(states(tx))["14.999"] == state
    write_hashes(tx, hashes(tx))
    assert dict(states(nistitl.read(bytes(tx))))["14.999"] == "verified"


def test_the_hash_of_the_whole_of_a_field_whatever_is_in_it() -> None:
    data = b"\x1c\x1d\x1e\x1f" + IMAGE + b"14.001:\x1c"
    tx = nistitl.read(small_transaction())
    tx[14][0]["14.999"] = data
    write_hashes(tx, hashes(tx))
    again = nistitl.read(bytes(tx))
    assert again[14][0].HAS == sha256(data).hexdigest().upper() and dict(states(again))["14.999"] == "verified"
