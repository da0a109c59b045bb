"""What a transaction answers by type, by type and IDC, and by the mnemonics of Type-1; what it says of other keys."""

from __future__ import annotations

import re
from datetime import date
from enum import IntEnum
from typing import Any

import pytest

import nistitl
from nistitl import Type2, Type14
from nistitl.base.migration import OTHER_NAMES
from tests.support.spelled import header, tagged


class Kind(IntEnum):
    TEXT = 2


def read() -> nistitl.Transaction:
    data = header([(2, b"00"), (2, b"07"), (2, b"07"), (99, b"3")])
    texts = [tagged(2, [(2, idc), (3, b"A")]) for idc in (b"00", b"07", b"07")]
    return nistitl.read(data + b"".join(texts) + tagged(99, [(2, b"3")]))


def test_a_type_and_an_idc_give_the_one_record() -> None:
    tx = read()
    record = tx[2, 0]
    assert isinstance(record, Type2)
    assert record is tx[2][0] is tx[Kind.TEXT, 0]
    assert tx[99, 3] is tx[99][0]
    assert tx[Kind.TEXT] == tx[2] and len(tx[2]) == 3


@pytest.mark.parametrize("kind", range(1, 100))
def test_every_type_gives_a_tuple(kind: int) -> None:
    tx = read()
    assert tx[kind] == tuple(record for record in tx if record.type == kind)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ((2, 7), "2 Type-2 records have IDC 7: tx[2] gives all, in order"),
        ((2, 5), "no Type-2 record has IDC 5; 2 IDCs there: 0, 7"),
        ((14, 0), "no Type-14 record has IDC 0"),
        ((1, 0), "Type-1 has no IDC: tx[1], or tx.header"),
        ("x", "expected the number of a record type, tx[1] to tx[99], or with an IDC, tx[14, 2]"),
        (-1, "tx[1] to tx[99]"),
        (0, "tx[1] to tx[99]"),
        (100, "tx[1] to tx[99]"),
        (2.0, "tx[1] to tx[99]"),
        (True, "tx[1] to tx[99]"),
        (None, "tx[1] to tx[99]"),
        (slice(0, 2), "tx[1] to tx[99]"),
        ((), "tx[1] to tx[99]"),
        ((2, 0, 0), "tx[1] to tx[99]"),
        ((2, "0"), "tx[1] to tx[99]"),
    ],
)
def test_any_other_key_says_what_is_possible(asked: Any, told: str) -> None:
    with pytest.raises(nistitl.PathError, match=re.escape(told)):
        read()[asked]


def test_type_1_is_set_by_the_mnemonics_of_the_transaction() -> None:
    tx = read()
    tx.TOT, tx.TCR, tx.DAT, tx.DAI = "FAUF", "ANSWERED-1", date(2026, 11, 30), "RECEIVER"
    again = nistitl.read(bytes(tx))
    assert (again.TOT, again.TCR, again.DAT, again.DAI) == ("FAUF", "ANSWERED-1", date(2026, 11, 30), "RECEIVER")
    assert again.findings == ()
    tx.TCR = None
    assert tx.TCR is None and b"ANSWERED" not in bytes(tx)
    with pytest.raises(nistitl.FieldError, match=r"1\.005"):
        tx.DAT = "tomorrow"  # type: ignore[assignment]
    assert nistitl.Transaction.TOT.__doc__ == "1.004, the type of transaction."
    bare = nistitl.Transaction()
    assert bare.TOT is None
    with pytest.raises(nistitl.StructureError, match="no Type-1 record to hold TOT"):
        bare.TOT = "CAR"


def test_writing_may_check_first(tmp_path: Any) -> None:
    tx = read()
    target = tmp_path / "out.eft"
    target.write_bytes(b"what was there")
    first = tx.validate().errors[0]
    with pytest.raises(nistitl.WriteError, match=r"not written: \d+ errors?.*tx\.validate\(\) lists all") as refused:
        tx.write(target, check="error")
    assert (refused.value.finding, target.read_bytes()) == (first, b"what was there")
    with pytest.warns(UserWarning, match=r"\d+ errors?.* by ") as told:
        tx.write(target, check="warn")
    assert (target.read_bytes(), told[0].filename) == (bytes(tx), __file__)
    with pytest.raises(nistitl.ITLError, match="no check named 'eror'; known: error, warn"):
        tx.write(target, check="eror")  # type: ignore[arg-type]


def test_writing_checks_by_the_profile_that_is_set(tmp_path: Any, recwarn: pytest.WarningsRecorder) -> None:
    tx = nistitl.read("fixtures/tenprint-type14.eft")
    tx.write(tmp_path / "a.eft", check="error")
    tx.profile = "fbi-ebts-10.0"
    tx.write(tmp_path / "b.eft", check="warn")
    assert not recwarn.list
    tx.TOT = "NOSUCH"
    with pytest.raises(nistitl.WriteError, match=r"profile fbi-ebts-10\.0"):
        tx.write(tmp_path / "b.eft", check="error")


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_a_name_of_the_other_package_says_what_it_is_here(name: str) -> None:
    with pytest.raises(AttributeError, match=re.escape(OTHER_NAMES[name])) as told:
        getattr(nistitl, name)
    assert name in str(told.value)
    assert not hasattr(nistitl, name)


def test_what_the_other_names_are_here_is_there() -> None:
    """Every name of ours in that table is one."""
    told = " ".join(OTHER_NAMES.values())
    assert all(hasattr(nistitl, name) for name in re.findall(r"nistitl\.(\w+)", told))
    assert all(hasattr(Type14, name) for name in re.findall(r"record\.(\w+)", told))


def test_the_names_of_the_package_are_listed() -> None:
    assert {"Type14", "Type99", "Report", "read", "__version__"} <= set(dir(nistitl))
