"""The audit log of Type-98 against the records that it tells of."""

from __future__ import annotations

import pytest

import nistitl
from nistitl.base.findings import Severity
from nistitl.exchange.auditing import audit_entries
from tests.support.growing import counted
from tests.support.samples import small_transaction


def logged(*entries: str) -> nistitl.Transaction:
    """The small transaction with an audit log: EVENT IID, the agent is added."""
    tx = nistitl.read(small_transaction())
    log = b"\x1e".join(
        f"{event}\x1f\x1f{iid}\x1fAGENT\x1f".encode() for event, iid in (entry.split(" ") for entry in entries)
    )
    tx.append(nistitl.Type98(DFO="CB20", SRC="ORI", DFT="0001", DCD="20240315123045Z"))
    tx[98][0]["98.900"] = log
    return nistitl.read(bytes(tx))


def states(*entries: str) -> list[str]:
    return [entry.state for entry in audit_entries(logged(*entries))]


@pytest.mark.parametrize(
    "iid",
    [
        "2,14.021,NA,NA", "2,14.021,2,NA", "2,14.021,1,FRSP", "2,14.021,NA,LHC", "2,14.020,NA,NA", "2,14.001,NA,LEN",
        "2,14.20,NA,NA", "2,14.999,NA,NA", "1,4.009,NA,NA", "0,2.018,NA,NA", "0,2.019,2,NA", "7,1.009,NA,NA",
        "2,14.020,1,COM",
    ],
)  # fmt: skip
def test_what_an_entry_names_is_there(iid: str) -> None:
    assert states(f"Modified {iid}") == ["there"]
    assert states(f"Deleted {iid}") == ["position" if iid in ("2,14.021,2,NA", "0,2.019,2,NA") else "kept"]


@pytest.mark.parametrize(
    "iid",
    ["2,14.022,NA,NA", "2,14.021,3,NA", "2,14.021,1,HLL", "3,14.021,NA,NA", "1,14.020,NA,NA", "2,4.009,NA,NA"],
)
def test_what_an_entry_names_is_missing(iid: str) -> None:
    assert states(f"Added {iid}") == states(f"Corrupted {iid}") == ["missing"]
    assert states(f"Deleted {iid}") == ["removed"]


@pytest.mark.parametrize(
    ("iid", "state"),
    [
        ("2,-14.022,NA,NA", "removed"), ("2,-14.020,NA,NA", "kept"), ("2,14.021,-3,NA", "removed"),
        ("2,14.021,-2,NA", "position"), ("2,14.021,NA,-LHC", "kept"), ("2,14.020,NA,-LHC", "removed"),
        ("-9,14.001,NA,NA", "removed"), ("-2,14.001,NA,NA", "kept"), ("2,-14.021,1,NA", "kept"),
    ],
)  # fmt: skip
def test_what_a_minus_marks_as_removed_is_not_there(iid: str, state: str) -> None:
    assert states(f"Modified {iid}") == [state]


def test_an_item_that_was_emptied_is_not_there() -> None:
    tx = logged("Modified 2,14.021,1,LHC", "Deleted 2,14.021,1,-LHC")
    tx[14][0]["14.021.1.2"] = b""
    assert [entry.state for entry in audit_entries(tx)] == ["later", "removed"]


def test_a_subfield_that_is_empty_is_not_there() -> None:
    tx = logged("Added 2,14.021,1,NA", "Added 2,14.021,2,NA")
    tx[14][0]["14.021"] = b"\x1e3\x1f1\x1f2\x1f3\x1f4"
    assert [entry.state for entry in audit_entries(tx)] == ["missing", "there"]


def test_of_what_a_later_entry_removes_or_adds_nothing_is_asked() -> None:
    assert states("Added 2,14.022,NA,NA", "Deleted 2,-14.022,NA,NA") == ["later", "removed"]
    assert states("Deleted 2,-14.020,NA,NA", "Added 2,14.020,NA,NA") == ["later", "there"]
    assert states("Added 5,14.020,NA,NA", "Deleted -5,14.001,NA,NA") == ["later", "removed"]
    assert states("Deleted 2,-14.022,NA,NA", "Added 2,14.022,NA,NA") == ["removed", "missing"]
    assert states("Added 2,14.022,NA,NA", "Deleted 2,-14.023,NA,NA") == ["missing", "removed"]


@pytest.mark.parametrize("iid", ["", "nonsense", "2,14.020,NA", "2,020,NA,NA", "2,14.020,x,NA", "²,14.020,NA,NA"])
def test_what_names_nothing_is_told(iid: str) -> None:
    (entry,) = audit_entries(logged(f"Modified {iid}"))
    assert entry.state == "malformed" and entry.finding is not None
    assert entry.finding.code == "information-identifier"


def test_each_state_has_its_finding_at_its_place() -> None:
    entries = audit_entries(
        logged("Added 2,14.020,NA,NA", "Added 2,14.022,NA,NA", "Deleted 2,14.020,NA,NA", "Deleted 2,14.021,-1,NA")
    )
    told = [
        entry.finding and (entry.finding.code, entry.finding.severity, str(entry.location.path)) for entry in entries
    ]
    assert told[1:] == [
        ("audit-missing", Severity.ERROR, "98.900.2.3"),
        ("audit-kept", Severity.ERROR, "98.900.3.3"),
        ("audit-position", Severity.NOTE, "98.900.4.3"),
    ]
    assert told[0] is None and {entry.location.record for entry in entries} == {4}


def test_the_log_is_read_in_XML_as_well() -> None:
    xml = logged("Added 2,14.020,NA,NA", "Deleted 2,-14.020,NA,NA").convert("xml").transaction
    assert [entry.state for entry in audit_entries(nistitl.read(bytes(xml)))] == ["there", "kept"]


@pytest.mark.parametrize("encoding", ["traditional", "xml"])
def test_the_work_grows_with_the_log_and_not_with_its_square(encoding: str) -> None:
    def lines(n: int) -> int:
        tx = nistitl.read(bytes(logged(*["Modified 0,2.019,NA,AKA"] * n).convert(encoding).transaction))
        tx[2][0]["2.019"] = [["ALIAS,ONE"]] * n
        with counted(10**7) as work:
            audit_entries(tx)
        return work.lines

    assert lines(400) < 4.4 * lines(100)
