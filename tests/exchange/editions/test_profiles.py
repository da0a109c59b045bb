"""For another receiver: DOM, edition, transaction type, and what its Type-2 lacks or has under other numbers."""

from __future__ import annotations

import pytest

import nistitl
from nistitl.base.editions import E2007, E2011, E2015
from nistitl.base.errors import ConversionRefused
from nistitl.exchange.editions.tables import element_columns
from nistitl.model.dictionaries import profile, profile_names
from tests.support.samples import ROOT

TENPRINT = ROOT / "fixtures" / "tenprint-type14.eft"
PROFILES = [profile(name) for name in profile_names()]


def transaction(dom: str, ver: str = "0502", tot: str = "CAR", **elements: str) -> nistitl.Transaction:
    tx = nistitl.Transaction.new(TOT=tot, DAI="DAI", ORI="ORI", TCN="TCN1", VER=ver, DAT="20150102", DOM=dom.split(","))
    text = nistitl.Type2()
    for number, value in elements.items():
        text[f"2.{number[1:]}"] = value
    tx.append(text)
    return tx


def test_a_submission_is_for_the_newer_version() -> None:
    tx = nistitl.read(TENPRINT)
    made = tx.to_profile("fbi-ebts-11.2")
    assert [(one.code, one.location.path) for one in made.losses] == [("edition-changed", "1.013")]
    assert made.transaction[1][0]["1.013"].text == "NORAM\x1fEBTS 11.2" and made.transaction.edition is E2015
    assert made.transaction.profile == "fbi-ebts-11.2" and not made.transaction.validate("fbi-ebts-11.2").errors
    again = made.transaction.to_profile("fbi-ebts-11.2")
    assert again.losses == () and bytes(again.transaction) == bytes(made.transaction)


def test_the_edition_is_one_that_the_profile_takes() -> None:
    older = transaction("NORAM,EBTS 9.1", "0300", _018="DOE,JANE")
    assert older.to_profile("fbi-ebts-11.2").transaction.edition is E2011  # the next
    newer = transaction("NORAM,EBTS 11.2", _018="DOE,JANE")
    assert newer.to_profile("fbi-ebts-9.1", lossy=True).transaction.edition is E2007  # the last
    assert older.to_profile("fbi-ebts-11.2", "0502").transaction.edition is E2015
    with pytest.raises(nistitl.ITLError, match="takes VER 0500, 0501, 0502, not 0400"):
        older.to_profile("fbi-ebts-11.2", "0400")


def test_a_transaction_type_that_is_not_there_refuses_even_then() -> None:
    with pytest.raises(ConversionRefused, match=r"1\.004") as refused:
        transaction("NORAM,EBTS 10.0").to_profile("int-i-6.0", lossy=True)
    assert [one.code for one in refused.value.findings] == ["edition-unsettled"]


def test_elements_without_a_place_are_lost_and_no_value_is_told() -> None:
    tx = transaction("NORAM,EBTS 11.2", _018="PLANTED,NAME", _024="F")
    with pytest.raises(ConversionRefused, match="NAM is no element of DoD EBTS") as refused:
        tx.to_profile("dod-ebts-4.1")
    assert "PLANTED" not in str(refused.value)
    made = tx.to_profile("dod-ebts-4.1", lossy=True)
    assert [one.location.path for one in made.lost] == ["2.018"]
    assert 18 not in made.transaction[2][0].keys() and made.transaction[2][0]["2.024"].text == "F"


def test_elements_that_are_the_first_item_of_others_go_there_and_back() -> None:
    tx = transaction("NORAM,EBTS 11.2", _022="19700101", _025="W")
    there = tx.to_profile("dod-ebts-4.1")
    record = there.transaction[2][0]
    assert (record["2.8003"].text, record["2.8008"].text, there.lost) == ("19700101", "W", ())
    assert not [one for one in there.transaction.validate("dod-ebts-4.1").errors if one.location.field in (8003, 8008)]
    back = there.transaction.to_profile("fbi-ebts-11.2")
    assert bytes(back.transaction[2][0]) == bytes(tx[2][0]) and not back.lost
    record["2.8003"] = [["19700101", "DOC", "G"]]
    with pytest.raises(ConversionRefused) as refused:
        there.transaction.to_profile("fbi-ebts-11.2")
    assert {one.location.field for one in refused.value.findings} == {22}


def test_elements_of_a_file_of_nobody_are_not_guessed() -> None:
    tx = transaction("SOMEBODY", tot="ABC", _018="DOE,JANE")
    with pytest.raises(nistitl.ITLError, match="--profile"):
        tx.to_profile("fbi-ebts-11.2", lossy=True)
    with pytest.raises(nistitl.ITLError, match="no profile named"):
        tx.to_profile("nobody")


COLUMNS, ROWS = element_columns()
PAIRS = [
    (row, here, there)
    for row in ROWS
    for here in range(len(COLUMNS))
    for there in range(len(COLUMNS))
    if here != there and row[here] is not None and row[there] is not None and row[here] != row[there]
]


def named(column: int) -> list[nistitl.profiles.TableProfile]:  # type: ignore[name-defined]
    return [one for one in PROFILES if COLUMNS[column] in (one.name, *one.domains)]


@pytest.mark.parametrize(("row", "here", "there"), PAIRS, ids=lambda one: str(one) if isinstance(one, int) else None)
def test_an_element_gets_the_number_that_it_has_there(row: tuple[int | None, ...], here: int, there: int) -> None:
    """For every pair of profiles whose dictionaries have the two: under the same mnemonic they mean the same."""
    from nistitl.exchange.editions.ledger import CHANGED, Ledger
    from nistitl.exchange.editions.profiles import ProfileChange

    old, new = row[here], row[there]
    tried = 0
    for source in named(here):
        for target in named(there):
            if source.dictionary.by_number(old) is None or target.dictionary.by_number(new) is None:
                continue
            tx = transaction("NORAM", **{f"_{old:03d}": "A"})
            ledger = Ledger(tx)
            ProfileChange(tx, source.dictionary, target, ledger).make_elements(tx[2][0])
            assert [key for key in tx[2][0].keys() if key not in (1, 2)] == [new]
            assert {one.code for one in ledger.findings} == {CHANGED}
            tried += 1
    assert tried
