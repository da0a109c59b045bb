"""What a change of edition refuses, tells and keeps: losses, text, IDCs, Type-1, XML, and other people's data."""

from __future__ import annotations

import pickle
from struct import pack
from typing import Any

import pytest

import nistitl
from nistitl.base.editions import E1997, E2000, E2007, E2011, E2013, E2015
from nistitl.base.errors import ConversionRefused
from nistitl.base.findings import Finding, Location
from nistitl.exchange.editions.change import EditionChange, _Unsettled
from tests.support.editions import errors
from tests.support.growing import check_ratio
from tests.support.samples import IMAGE, ROOT, small_transaction
from tests.support.spelled import header, tagged


def transaction(edition: nistitl.Edition, **fields: object) -> nistitl.Transaction:
    tx = nistitl.Transaction.new(TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN1", VER=edition.ver, DAT="20150102", **fields)
    tx.append(nistitl.Type2())
    return tx


def codes(conversion: object) -> list[str]:
    return [one.code for one in conversion.losses]  # type: ignore[attr-defined]


# -- refusing -----------------------------------------------------------------------------------


def test_a_loss_refuses_and_changes_nothing() -> None:
    tx = nistitl.read(small_transaction())
    tx[14][0].FCT = 3
    before = bytes(tx)
    with pytest.raises(ConversionRefused, match="lossy") as refused:
        tx.to_edition("0400")
    assert [(one.code, one.location.path) for one in refused.value.findings] == [("edition-lost", "14.901")]
    assert refused.value.by_choice and refused.value.findings[0].location.record == 3
    assert bytes(tx) == before and tx.VER == "0502"
    made = tx.to_edition(E2007, lossy=True)
    assert made.lost == refused.value.findings and "14.901" not in made.transaction[14][0]
    twin = pickle.loads(pickle.dumps(refused.value))
    assert (twin.findings, twin.by_choice, str(twin)) == (refused.value.findings, True, str(refused.value))


def test_what_nobody_can_settle_refuses_even_then() -> None:
    tx = transaction(E2015)
    tx[1][0].TOT = "REGISTERED"
    with pytest.raises(ConversionRefused, match="mend this first") as refused:
        tx.to_edition("0300", lossy=True)
    [finding] = [one for one in refused.value.findings if one.code == "edition-unsettled"]
    assert not refused.value.by_choice and finding.location.type == 1
    assert "REGISTERED" not in str(refused.value)


@pytest.mark.parametrize("edition", ["0503", "", "x", "2015"])
def test_no_edition_is_told_with_those_that_are(edition: str) -> None:
    with pytest.raises(nistitl.ITLError, match="0200, 0201, 0300, 0400, 0500, 0501, 0502, 0600"):
        nistitl.read(small_transaction()).to_edition(edition)


def test_a_transaction_of_no_edition_is_refused() -> None:
    with pytest.raises(nistitl.ITLError, match="VER names no edition"):
        nistitl.read(small_transaction().replace(b"1.002:0502", b"1.002:0999")).to_edition("0502")


def test_the_same_edition_changes_no_byte() -> None:
    made = nistitl.read(small_transaction()).to_edition("0502")
    assert bytes(made.transaction) == small_transaction() and made.losses == ()


# -- values -------------------------------------------------------------------------------------


def test_several_positions_become_the_most_probable_one() -> None:
    tx = transaction(E2000)
    tx.append(ridge(FGP=(2, 3)))
    made = tx.to_edition(E2011, lossy=True)
    assert made.transaction[14][0].FGP == (2,)
    assert [(one.code, one.location.path) for one in made.lost] == [("edition-lost", "14.013.2")]


def ridge(**fields: object) -> nistitl.Type14:
    given = {
        "IMP": 0, "SRC": "ORI", "FCD": "20150101", "HLL": 32, "VLL": 32, "SLC": 1, "THPS": 500, "TVPS": 500,
        "CGA": "NONE", "BPX": 8, "FGP": 2, "DATA": IMAGE,
    } | fields  # fmt: skip
    return nistitl.Type14(**given)


def test_what_the_source_had_wrong_stays() -> None:
    tx = transaction(E2015)
    tx.append(ridge())
    tx[14][0].put(14, b"99\x1fXXX")
    made = tx.to_edition(E2013)
    assert bytes(made.transaction[14][0].raw(14) or b"") == b"99\x1fXXX"


@pytest.mark.filterwarnings("ignore:VER 0600")
def test_an_item_that_is_newer_goes_alone() -> None:
    tx = nistitl.Transaction.new(TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN1", VER="0600", DAT="20150102")
    tx.append(ridge(FGP=13, AMP=[[3, "XX", "PA"], [4, "UP"]]))
    made = tx.to_edition(E2015, lossy=True)
    assert bytes(made.transaction[14][0].raw(18) or b"") == b"3\x1fXX\x1e4\x1fUP"
    assert [one.location.path for one in made.lost] == ["14.018.1.3"]


def test_each_loss_names_its_place_in_the_input() -> None:
    """Several that go, one by one, between some that stay, and two faults of one subfield."""
    tx = transaction(E2015)
    tx.append(ridge())
    rows = [b"16\x1f50\x1f0000\x1f1", b"2\x1f50\x1f0000\x1f1", b"81\x1f50\x1f0000\x1f1", b"3\x1f50\x1f0000\x1f1"]
    tx[14][0].put(24, b"\x1e".join([*rows, rows[0]]))
    made = tx.to_edition("0400", lossy=True)
    assert bytes(made.transaction[14][0].raw(24) or b"") == b"\x1e".join([rows[1], rows[3]])
    assert [one.location.path for one in made.lost] == ["14.024.1", "14.024.3", "14.024.5"]
    del tx[14][0]["14.024"]
    tx.header.DCS = ((3, "UTF-8"),)  # type: ignore[union-attr]
    tx[2][0]["2.018"] = [["Ä"], ["B"], ["Ö"], ["C"], ["Ü"]]
    made = tx.to_edition("0201", lossy=True)
    assert bytes(made.transaction[2][0].raw(18) or b"") == b"B\x1eC"
    lost = [one.location.path for one in made.lost if one.location.field == 18]
    assert sorted(lost) == ["2.018.1", "2.018.3", "2.018.5"]


def test_an_image_that_does_not_decode_goes_as_a_loss() -> None:
    tx = nistitl.read(ROOT / "fixtures" / "records" / "type06-0300.an2")
    record = tx[6][0]
    record.DATA = bytes(record.DATA or b"")[:100]
    with pytest.raises(ConversionRefused, match="cut off") as refused:
        tx.to_edition("0502")
    assert refused.value.by_choice
    assert not [one for one in tx.to_edition("0502", lossy=True).transaction if one.type == 4 and one.idc == record.idc]


def test_a_file_that_lacks_the_records_it_counts_is_changed_or_refused() -> None:
    paths = sorted((ROOT / "fixtures" / "records").glob("*.an2"))
    refused = 0
    for data in (path.read_bytes() for path in paths if path.stem.startswith(("type10", "type14"))):
        for size in range(len(data) // 3, len(data), max(len(data) // 9, 1)):
            tx = nistitl.read(data[:size])
            try:
                made = tx.to_edition("0400", lossy=True)
            except ConversionRefused as error:
                refused += 1
                assert {one.code for one in error.findings} == {"edition-unsettled"}
            else:
                assert made.transaction.VER == "0400" and len(made.transaction) <= len(tx)
    assert refused


def test_a_finding_of_a_record_that_is_not_there_is_of_type_1() -> None:
    """What is read of damaged bytes may be more records than the transaction holds: found by mutated files."""
    change = EditionChange(transaction(E2015), E2015, E2007)
    finding = Finding("cnt-extra-record", "a record is not in CNT", Location(record=3, type=2))
    assert change._place(finding, change.tx.records) == ("cnt-extra-record", 3, None)
    with pytest.raises(_Unsettled):
        change._mend(finding, change.tx.records)
    assert [(one.code, one.location.record) for one in change.ledger.findings] == [("edition-unsettled", 0)]


def test_of_a_record_that_goes_nothing_else_is_told() -> None:
    tx = transaction(E2015)
    tx.append(ridge(IMP=None, FCT=3))  # FCT goes, then the record for want of IMP
    tx.append(ridge(FCT=3))
    made = tx.to_edition("0300", lossy=True)
    lost = [(one.location.record, one.location.path) for one in made.lost]
    assert lost == [(2, ""), (3, "14.901")] and len(made.transaction[14]) == 1


def test_ten_times_the_losses_take_ten_times_the_time() -> None:
    def changed(count: int) -> Any:
        tx = transaction(E2015, charset="utf-8")
        tx[2][0]["2.018"] = [["Ä"], ["B"]] * count
        return lambda: tx.to_edition("0201", lossy=True)

    check_ratio(changed(1000), changed(10000), 25, 0.05)


def test_that_paper_was_inked_is_a_warning() -> None:
    """IMP 2 says that it was no live scan; FCT 2, that ink was scanned: the newer edition has no code without that."""
    tx = transaction(E2013)
    tx.append(ridge(IMP=2))
    made = tx.to_edition(E2015)
    assert (made.transaction[14][0].IMP, made.transaction[14][0].FCT) == (0, 2)
    assert [(one.code, one.location.path) for one in made.lost] == [("edition-given", "14.901")]
    assert "inked" in made.lost[0].message
    tx[14][0].IMP = 0
    assert not tx.to_edition(E2015).lost


def test_an_old_code_stays_where_no_other_says_the_same() -> None:
    tx = transaction(E2000, NSR="19.69", NTR="19.69")
    tx.append(nistitl.Type4(IMP=3, FGP=2, ISR=0, HLL=32, VLL=32, CGA=0, DATA=IMAGE))
    made = tx.to_edition(E2015)
    assert made.transaction[4][0].IMP == 3 and "edition-kept" in codes(made) and made.lost == ()


def test_idcs_of_three_digits_follow_with_what_names_them() -> None:
    tx = transaction(E2007, NSR="19.69", NTR="19.69")
    tx.append(nistitl.Type4(IDC=200, IMP=1, FGP=2, ISR=0, HLL=32, VLL=32, CGA=0, DATA=IMAGE))
    made = tx.to_edition(E2011)
    assert made.transaction[4][0].idc == 1
    assert [one.IDC for one in made.transaction[1][0].CNT[1:]] == [0, 1]


def test_resolution_of_type_1_speaks_only_for_records_that_go_by_it() -> None:
    tx = transaction(E2000, NSR="19.69", NTR="19.69")
    tx.append(ridge())
    header = tx.to_edition(E2011).transaction[1][0]
    assert (header.NSR, header.NTR) == (0, 0)


def test_what_breaks_rules_of_the_target_goes_and_nothing_else_with_it() -> None:
    """Segments of an edition that has no Type-14: only rules of the target look at them, three of five are wrong."""
    tx = transaction(E2000)
    tx[1][0].VER = "0201"
    tx.append(ridge(FGP=13))
    segments = [b"2\x1f0\x1f10\x1f0\x1f20", b"3\x1f11\x1f20\x1f0", b"4\x1f0\x1f99\x1f0\x1f20"]
    tx[14][0].put(21, b"\x1e".join([*segments, b"5\x1f3\x1f4\x1f5\x1f6", b"3\x1f9\x1f8\x1f0\x1f9"]))
    made = tx.to_edition(E2011, lossy=True)
    assert bytes(made.transaction[14][0].raw(21) or b"") == b"\x1e".join([segments[0], b"5\x1f3\x1f4\x1f5\x1f6"])
    assert errors(made.transaction) <= errors(tx)


def test_what_is_still_broken_in_the_end_is_told() -> None:
    tx = transaction(E2000)
    tx[1][0].VER = "0201"
    tx.append(ridge(FGP=13))
    tx[14][0].put(21, b"4\x1f9\x1f8\x1f0\x1f9")
    change = EditionChange(tx, E1997, E2011)
    change.most_rounds = 0
    change.make()
    unsettled = [one for one in change.ledger.findings if one.code == "edition-unsettled"]
    assert {one.location.path for one in unsettled} == {"14.021"}


def test_no_pixel_is_invented_for_another_resolution() -> None:
    low = transaction(E2000, NSR="19.69", NTR="09.84")
    low.append(nistitl.Type3(IMP=1, FGP=2, ISR=0, HLL=32, VLL=32, CGA=0, DATA=IMAGE))
    fine = transaction(E2015)
    fine.append(ridge(THPS=1000, TVPS=1000))
    for tx, target in ((low, "0500"), (fine, "0200")):
        with pytest.raises(ConversionRefused, match="500 pixels per inch only"):
            tx.to_edition(target)
        made = tx.to_edition(target, lossy=True)
        assert not made.transaction.images()
        assert [one.location.record for one in made.lost if one.location.field is None] == [2]
    kept = fine.to_edition("0502", prints=4)
    assert kept.transaction[14][0].THPS == 1000 and codes(kept) == ["edition-kept"]


@pytest.mark.filterwarnings("ignore:VER 0600")
def test_an_algorithm_that_is_newer_is_another_one_of_the_same_pixels() -> None:
    np = pytest.importorskip("numpy")
    pytest.importorskip("imagecodecs")
    pixels = np.arange(1600, dtype=np.uint8).reshape(40, 40)
    tx = nistitl.Transaction.new(TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN1", VER="0600", DAT="20150102")
    tx.append(nistitl.Type14.from_image(pixels, FGP=2, IMP=0, SRC="ORI", FCD="20150101", codec="PNM", ppi=500))
    made = tx.to_edition(E2015)
    assert made.transaction[14][0].CGA == "PNG" and (made.transaction[14][0].array == pixels).all()
    assert {one.location.path for one in made.losses} == {"1.002", "14.011", "14.999"}


def test_minutiae_of_blocks_that_are_newer_stand_in_the_standard_block() -> None:
    pytest.importorskip("numpy")
    tx = nistitl.read(ROOT / "fixtures" / "latent.eft")
    made = tx.to_edition(E2000, lossy=True)
    there, here = tx[9][0].minutiae("efs"), made.transaction[9][0].minutiae()
    assert (here.block, made.transaction[9][0].FMT) == ("standard", "S") and len(here) == len(there) > 0
    assert abs(here["x"] - there["x"]).max() < 1 and abs(here["y"] - there["y"]).max() < 1


def test_a_record_without_a_feature_that_is_left_goes() -> None:
    tx = nistitl.read(ROOT / "fixtures" / "records" / "type09-0502.an2")
    made = tx.to_edition(E2000, lossy=True)
    assert all(len(record.keys()) > 4 for record in made.transaction[9])
    assert any("has no features of a kind that 2000 has" in one.message for one in made.lost)


# -- text ---------------------------------------------------------------------------------------


def test_text_is_the_same_in_the_set_of_the_other_edition() -> None:
    tx = transaction(E2015, charset="utf-8")
    tx[2][0]["2.018"] = "MÜLLER,ŻOFIA"
    there = tx.to_edition(E2007)
    assert there.transaction[2][0]["2.018"].text == "MÜLLER,ŻOFIA" and there.lost == ()
    assert bytes(there.transaction[2][0].raw(18) or b"").startswith(b"\x02)3=")
    back = nistitl.read(bytes(there.transaction)).to_edition(E2015).transaction
    assert bytes(back) == bytes(tx)


def test_text_that_ascii_cannot_say_is_lost_item_by_item() -> None:
    tx = transaction(E2015, charset="utf-8")
    tx[2][0]["2.018"] = [["DOE,JANE"], ["MÜLLER"], ["ROE,JOHN"]]
    tx[2][0]["2.019"] = "PLAIN"
    made = tx.to_edition("0201", lossy=True)
    assert bytes(made.transaction[2][0].raw(18) or b"") == b"DOE,JANE\x1eROE,JOHN"
    assert made.transaction[2][0]["2.019"].text == "PLAIN" and 15 not in made.transaction[1][0].keys()
    assert "2.018.2" in [one.location.path for one in made.lost]
    assert not any("LLER" in one.to_text() for one in made.losses)


def test_a_set_that_2011_does_not_have_becomes_utf8() -> None:
    tx = transaction(E2007)
    tx[1][0].put(15, b"1\x1fLATIN-1\x1f")
    tx[2][0]["2.018"] = "MÜLLER"
    made = nistitl.read(bytes(tx.to_edition(E2011).transaction))
    assert made.charset == "utf-8" and made[2][0]["2.018"].text == "MÜLLER"


# -- XML ----------------------------------------------------------------------------------------


def test_xml_stays_xml() -> None:
    tx = nistitl.read(small_transaction()).convert("xml", "niem2").transaction
    made = tx.to_edition("0500")
    assert (made.transaction.encoding, made.transaction.vocabulary, made.transaction.VER) == ("xml", "niem2", "0500")
    assert nistitl.read(bytes(made.transaction))[14][0].SEG == tx[14][0].SEG


def test_there_is_no_xml_of_older_editions() -> None:
    tx = nistitl.read(small_transaction()).convert("xml", "niem2").transaction
    with pytest.raises(nistitl.ITLError, match="no XML"):
        tx.to_edition("0400", lossy=True)


def test_bytes_that_are_no_text_refuse_with_their_reason() -> None:
    tx = nistitl.read(ROOT / "fixtures" / "quirks" / "latin1-plain.an2", charset="latin-1")
    with pytest.raises(ConversionRefused, match="bytes that are no text") as refused:
        tx.to_edition("0300", lossy=True)
    assert not refused.value.by_choice


# -- damaged records ----------------------------------------------------------------------------


def print_of_type_14(**changes: bytes | None) -> nistitl.Transaction:
    """A Type-14 of 16 by 16 pixels, fields as they are given: f2=None leaves out 14.002."""
    fields = [(2, b"01"), (3, b"0"), (4, b"X"), (5, b"20200101"), (6, b"16"), (7, b"16"), (8, b"1"), (9, b"500")]
    fields += [(10, b"500"), (11, b"NONE"), (12, b"8"), (13, b"2"), (999, bytes(256))]
    kept = [(number, raw) for number, old in fields if (raw := changes.get(f"f{number}", old)) is not None]
    return nistitl.read(header([(14, b"01")]) + tagged(14, kept))


def print_of_type_4(ver: bytes, impression: int, width: int = 16, size: int = 274) -> nistitl.Transaction:
    """A Type-4 of 16 rows, of which so many bytes are there."""
    head = pack(">IBB6sBHHB", 18 + 16 * width, 1, impression, bytes([2] + [255] * 5), 0, width, 16, 0)
    return nistitl.read(
        header([(4, b"01")], (11, b"19.69"), (12, b"19.69"), ver=ver) + (head + bytes(16 * width))[:size]
    )


def told(tx: nistitl.Transaction, target: str, **options: Any) -> set[tuple[str, str]]:
    """What becomes of records, refused without `lossy` and done with it; the result reads as what it is."""
    with pytest.raises(ConversionRefused) as refused:
        tx.to_edition(target, **options)
    made = tx.to_edition(target, lossy=True, **options)
    assert refused.value.findings == made.lost
    assert len(nistitl.read(bytes(made.transaction))) == len(made.transaction) < len(tx)
    return {(one.code, one.message) for one in made.lost}


def test_a_print_without_idc_is_no_type_4() -> None:
    assert told(print_of_type_14(f2=None), "0201") == {("edition-lost", "Type-14: has no IDC; the record goes")}


def test_a_print_that_the_other_type_cannot_hold_stays_or_goes() -> None:
    """14.006 has two digits and begins with 10; a Type-4 says 9."""
    narrow = print_of_type_4(b"0502", 0, width=9, size=18 + 9 * 16)
    made = narrow.to_edition("0500", prints=14)
    assert [record.type for record in made.transaction] == [1, 4] and not made.lost
    [kept] = [one for one in made.losses if one.code == "edition-kept"]
    assert "what a Type-14 does not hold" in kept.message and kept.location.record == 1
    lost = told(print_of_type_14(f2=b"300", f13=b"2"), "0201")
    assert {code for code, _ in lost} == {"edition-lost"}


@pytest.mark.parametrize("size", [6, 12, 17])
def test_a_cut_header_in_which_a_code_would_change_goes(size: int) -> None:
    """A swipe is no impression of 2000; of a header that is whole its code changes."""
    assert told(print_of_type_4(b"0400", 20, size=size), "0300") == {
        ("edition-lost", "Type-4: its header is cut, so that nothing in it can change; the record goes")
    }
    whole = print_of_type_4(b"0400", 20).to_edition("0300", lossy=True).transaction
    assert whole[4][0].IMP == 0
