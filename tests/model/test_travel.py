"""A record that leaves its transaction takes policy, names and resolution along, and no places of another input."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import nistitl
from nistitl import StructureError, Type4
from tests.support.samples import small_transaction
from tests.support.spelled import header, tagged

if TYPE_CHECKING:
    from collections.abc import Callable

FINE, COARSE = 999.998, 500.126
NAMES = """
[profile]
name = "mine"
parent = "fbi-ebts-10.0"
[type2]
"2.8001" = { mnemonic = "BKN", name = "N", type = "ANS" }
"""


def plain(ISR: int = 1) -> Type4:
    return Type4(IMP=1, FGP=2, ISR=ISR, HLL=10, VLL=10, CGA=0, DATA=bytes(100))


def transaction(nsr: str = "39.37", ntr: str = "19.69", *records: nistitl.Record) -> nistitl.Transaction:
    made = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T", VER="0201", NSR=nsr, NTR=ntr)
    made.extend(records)
    return made


def fine() -> nistitl.Transaction:
    return nistitl.read(bytes(transaction("39.37", "19.69", plain(1), plain(0))))


def xml() -> nistitl.Transaction:
    return fine().convert("xml").transaction


def piped(thing: Any) -> Any:
    return pickle.loads(pickle.dumps(thing))


WAYS: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy, "deepcopy": copy.deepcopy, "own": lambda thing: thing.copy(), "pickle": piped,
    "pickled copy": lambda thing: piped(thing.copy()), "pickled twice": lambda thing: piped(piped(thing)),
}  # fmt: skip


def ppi(tx: nistitl.Transaction) -> list[float]:
    """Of records, each after its transaction has gone."""
    records = tx[4]
    del tx
    return [round(record.ppi or 0, 3) for record in records]


# -- resolution -------------------------------------------------------------------------------


@pytest.mark.parametrize("made", [fine, xml])
@pytest.mark.parametrize("way", WAYS)
def test_a_resolution_does_not_depend_on_who_lives(made: Callable[[], nistitl.Transaction], way: str) -> None:
    kept = made()
    assert [round(record.ppi or 0, 3) for record in kept[4]] == [FINE, COARSE]
    assert [round(WAYS[way](record).ppi, 3) for record in kept[4]] == [FINE, COARSE]
    assert ppi(WAYS[way](kept)) == ppi(made()) == ppi(WAYS[way](made())) == [FINE, COARSE]


@pytest.mark.parametrize("way", WAYS)
def test_a_resolution_follows_edits_of_type_1(way: str) -> None:
    tx = fine()
    tx.header.NSR = "19.69"
    tx.header["1.012"] = b"39.37"
    assert [round(record.ppi or 0, 3) for record in tx[4]] == [COARSE, FINE]
    assert ppi(WAYS[way](tx)) == [COARSE, FINE]
    first, type1 = tx[4][0], tx.header
    del tx
    assert round(WAYS[way](first).ppi, 3) == COARSE
    type1.NSR = "39.37"
    assert round(first.ppi, 3) == FINE
    del type1.NSR
    assert first.ppi is None


@pytest.mark.parametrize(("isr", "nsr", "ntr"), [(1, "00.00", "19.69"), (1, "19.69", "19.69"), (0, "19.69", "39.37")])
def test_type_1_takes_the_resolution_that_a_record_brings(isr: int, nsr: str, ntr: str) -> None:
    record = fine()[4][1 - isr]
    target = transaction(nsr, ntr)
    target.append(record)
    told = [round(one.ppi or 0, 3) for one in (target[4][0], nistitl.read(bytes(target))[4][0])]
    assert told == [FINE if isr else COARSE] * 2
    assert bytes(target.header.raw(11 if isr else 12)) == (b"39.37" if isr else b"19.69")


def test_a_record_is_refused_where_others_go_by_another_resolution() -> None:
    target = transaction("19.69", "19.69", plain(1))
    before = bytes(target)
    with pytest.raises(StructureError, match=r"1\.011.*39\.37.*resample"):
        target.append(fine()[4][0])
    assert bytes(target) == before
    target.append(fine()[4][1])
    assert [round(record.ppi or 0, 3) for record in target[4]] == [COARSE, COARSE]


def test_a_record_of_no_transaction_goes_by_the_type_1_that_it_comes_to() -> None:
    target = transaction("19.69", "19.69", plain(1))
    assert round(target.append(plain(1)).ppi or 0, 3) == COARSE


def test_resolutions_that_are_spelled_otherwise_are_the_same() -> None:
    target = transaction("39.4", "19.7", plain(1))
    target.append(fine()[4][0])
    assert target.header["1.011"].raw == b"39.40"


# -- policy and names -------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_policy_goes_along(way: str) -> None:
    data = small_transaction().replace(b"14.005:20200228", b"14.005:20201328")
    tx = nistitl.read(data, policy="strict")
    for record in (WAYS[way](tx)[14][0], WAYS[way](tx[14][0])):
        with pytest.raises(nistitl.FieldError):
            _ = record.FCD
    assert WAYS[way](nistitl.read(data)[14][0]).FCD is None


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("profile", ["fbi-ebts-10.0", "auto", None])
def test_names_go_along(way: str, profile: str | None) -> None:
    data = header([(2, b"00")], (13, b"NATO\x1f1")) + tagged(2, [(2, b"00"), (18, b"A"), (30, b"B")])
    tx = nistitl.read(data, profile=profile)
    names = tx[2][0].mnemonics()
    assert len(names) > 10
    assert WAYS[way](tx[2][0]).mnemonics() == WAYS[way](tx)[2][0].mnemonics() == names
    assert WAYS[way](tx).profile == profile
    record = tx[2][0]
    tx.remove(record)
    assert WAYS[way](record).mnemonics() == names


@pytest.mark.parametrize("way", WAYS)
def test_names_of_a_table_go_along_when_the_table_has_gone(way: str, tmp_path: Path) -> None:
    table = tmp_path / "mine.toml"
    table.write_text(NAMES)
    tx = nistitl.read(small_transaction(), profile=str(table))
    tx[2][0].BKN = "77"
    table.unlink()
    assert WAYS[way](tx[2][0]).BKN == WAYS[way](tx)[2][0].BKN == "77"


@pytest.mark.parametrize("way", WAYS)
def test_names_of_a_document_go_along(way: str) -> None:
    card = nistitl.read(small_transaction(), profile="fbi-ebts-10.0").convert("xml").transaction
    back = nistitl.read(bytes(card)).convert("traditional").transaction
    names = back[2][0].mnemonics()
    assert "NAM" in names
    assert WAYS[way](back)[2][0].mnemonics() == WAYS[way](back[2][0]).mnemonics() == names


def test_a_copy_made_among_edits_that_go_together_counts_its_records() -> None:
    tx = nistitl.read(small_transaction())
    with tx.together():
        tx.append(nistitl.Type2())
        twins = tx.copy(), piped(tx)
    for twin in twins:
        assert bytes(twin) == bytes(tx)
        assert not nistitl.read(bytes(twin)).findings


# -- places and order -------------------------------------------------------------------------


def test_an_adopted_record_tells_places_of_no_other_input() -> None:
    wrong = tagged(14, [(2, b"01"), (3, b"0"), (4, b"S"), (5, b"20201328")])
    source = nistitl.read(header([(14, b"01")]) + wrong)
    target = nistitl.read(small_transaction())
    adopted = target.append(source[14][0])
    assert source[14][0]["14.005"].span is not None
    for one in (adopted, target.copy()[14][1], piped(target)[14][1]):
        assert one["14.005"].span is None
        assert [finding.location.offset for finding in one.findings()] == [None]
    own = target[14][0]
    target.remove(own)
    assert target.append(own)["14.005"].span == nistitl.read(small_transaction())[14][0]["14.005"].span


def put_some(record: Any, *keys: int) -> Any:
    for key in keys:
        record[key] = b"X"
    return record


@pytest.mark.parametrize("fields", [[1, 2, 9, 30], [1, 2, 30, 9, 30], [2, 1, 30, 9], [1, 2, 30, 9, 999], [2, 9]])
@pytest.mark.parametrize("added", [(), (20,), (3, 20, 200), (9,), (40, 10), (999,), (200, 999)])
def test_keys_are_in_the_order_written(fields: list[int], added: tuple[int, ...]) -> None:
    spelled = b"\x1d".join(b"14.%03d:%b" % (n, b"%d" % n) for n in fields)
    record = put_some(nistitl.Type14.attached(traditional(spelled + b"\x1c"), 0, len(spelled) + 1), *added)
    keys = record.keys()
    again = nistitl.Type14.attached(traditional(bytes(record)), 0, len(bytes(record)))
    assert keys == again.keys()
    assert sorted(keys) == sorted({*fields, *added} | ({1} if added else set()))
    if 9 in keys:
        del record[9]
        data = bytes(record)
        assert record.keys() == nistitl.Type14.attached(traditional(data), 0, len(data)).keys()


def traditional(data: bytes) -> Any:
    from nistitl.model.context import Context
    from nistitl.model.traditional import Traditional

    return Traditional(data, Context())
