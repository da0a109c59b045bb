"""`--verify` finds what was to go however it is spelled and hidden, tells apart what stays, and never tells a value."""

from __future__ import annotations

import gzip
import json
import zlib
from base64 import b64encode
from datetime import date
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

import nistitl
from nistitl.cli import main
from nistitl.exchange.needles import Needles, dates
from nistitl.exchange.policy import SHIPPED, policy
from nistitl.exchange.redaction import redact
from nistitl.exchange.searching import Search
from nistitl.exchange.verifying import Standing, verify
from tests.support.growing import counted
from tests.support.samples import ROOT, small_transaction

if TYPE_CHECKING:
    from pathlib import Path

    from nistitl.exchange.verifying import Verification

KEY = bytes(range(16))
NAME, BORN = "ZUCKMAYER,ROSWITHA ANNE", "19611224"
FIXTURES = ("tenprint-type14.eft", "tenprint-type4.eft", "latent.eft")
HIDDEN = {
    "whole": NAME.encode(),
    "small letters": b"see roswitha",
    "a word": b"XROSWITHAX",
    "UTF-16, big": NAME.encode("utf-16-be"),
    "UTF-16, little": "roswitha".encode("utf-16-le"),
    "hex": b"ROSWITHA".hex().encode(),
    "HEX": b"1" + b"ROSWITHA".hex().upper().encode(),
    "zlib": b"ab" + zlib.compress(b"some ROSWITHA text"),
    "zlib in base64": b64encode(zlib.compress(b"some ROSWITHA text")),
    "gzip": gzip.compress(b"ROSWITHA"),
    "ZIP": b"PK\3\4" + bytes(22) + b"\1\0\0\0a" + zlib.compress(b"ROSWITHA", wbits=-15),
    **{f"base64 at {at}": b64encode(b"abc"[:at] + b"ROSWITHA") for at in range(3)},
    **{f"base64 behind {at} letters": b"abc"[:at] + b64encode(b"my ROSWITHA") for at in range(1, 4)},
    **{f"date {one}": one.encode() for one in ("24.12.1961", "12/24/1961", "1961-12-24", "24 DEC 1961", "611224")},
}


@pytest.mark.parametrize("how", HIDDEN)
def test_a_value_is_found_however_it_is_written(how: str) -> None:
    needles = Needles(("utf-8", "utf-16-be", "utf-16-le"))
    needles.add(NAME)
    needles.add(BORN)
    search = Search(needles)
    around = b"\0\1 \2 "
    found = [*search.in_text(around + HIDDEN[how] + around)]
    assert found, how
    assert all(len(around) <= one.at < len(around) + len(HIDDEN[how]) for one in found)
    assert not [*search.in_text(around + b"nothing of that kind, 1962" + around)]


@pytest.mark.parametrize(
    ("value", "stands"),
    [("98-76-543", b"no 9876543 here"), ("McDougal", b64encode(b"a McDougal")), ("a1b2c", b"xA1B2Cx"),
     ("Ren\u00e9e", "REN\u00c9E".encode())],
)  # fmt: skip
def test_other_spellings_of_a_value(value: str, stands: bytes) -> None:
    needles = Needles(("utf-8",))
    needles.add(value)
    assert [*Search(needles).in_text(stands)]


def test_a_date_has_its_spellings() -> None:
    assert {"19611224", "24.12.1961", "12/24/1961", "24-Dec-1961", "December 24, 1961"} <= dates(date(1961, 12, 24))


def transaction(encoding: str) -> nistitl.Transaction:
    tx = nistitl.read(small_transaction())
    tx[2][0].put(18, NAME.encode())
    tx[2][0].put(22, BORN.encode())
    tx[1][0].DOM = [["NORAM", "11.2"]]
    return nistitl.read(bytes(tx.convert(encoding).transaction if encoding == "xml" else tx))


def looked_into(tx: nistitl.Transaction, by: str, data: bytes | None = None) -> Verification:
    redaction = redact(tx, policy(by))
    return verify(tx, nistitl.read(bytes(redaction.transaction) if data is None else data), redaction)


@pytest.mark.parametrize("encoding", ["traditional", "xml"])
@pytest.mark.parametrize("by", SHIPPED)
def test_nothing_is_left_of_a_small_transaction(encoding: str, by: str) -> None:
    assert looked_into(transaction(encoding), by).left == ()


@pytest.mark.parametrize("by", SHIPPED)
@pytest.mark.parametrize("fixture", FIXTURES)
def test_nothing_is_left_of_a_fixture(fixture: str, by: str) -> None:
    assert looked_into(nistitl.read(ROOT / "fixtures" / fixture), by).left == ()


LEAKS: dict[str, Any] = {
    "an unknown field": lambda tx: tx[2][0].put(9000, b"of ROSWITHA"),
    "a field that the policy drops": lambda tx: tx[2][0].put(18, NAME.encode()),
    "a date, otherwise": lambda tx: tx[1][0].put(16, b"24.12.1961"),
    "a field of a record that stays": lambda tx: tx[2][0].put(19, b"Zuckmayer"),
}


@pytest.mark.parametrize("leak", LEAKS)
@pytest.mark.parametrize("encoding", ["traditional", "xml"])
def test_what_leaks_into_a_field_is_found(leak: str, encoding: str) -> None:
    tx = transaction(encoding)
    made = nistitl.read(bytes(tx.redacted("identifiers-only")))
    LEAKS[leak](made)
    data = bytes(made)
    left = looked_into(tx, "identifiers-only", data).left
    assert left and {one.record for one in left} <= {0, 1}
    if encoding == "traditional":
        small = data.lower()
        for one in left:
            assert one.byte is not None
            assert small[one.byte :].startswith((b"zuckmayer", b"roswitha", b"anne", b"24.12.1961")), leak
    assert not any(word in repr(left) for word in ("ROSWITHA", "Zuckmayer", "1961"))


def test_what_leaks_between_records_is_found() -> None:
    tx = transaction("traditional")
    data = bytes(tx.redacted("identifiers-only"))
    (only,) = looked_into(tx, "identifiers-only", data + b"\r\n ROSWITHA").left
    assert only.record is None and only.byte == len(data) + 3 and only.path.startswith("behind")


@pytest.mark.parametrize(
    "leak",
    [b"<!-- Roswitha -->", b"<?x Roswitha?>", b'<x:y xmlns:x="urn:Roswitha"/>', b'<y id="R&#x4F;SWITHA"/>',
     b"<Roswitha/>", b"<y>R&#79;switha</y>", b"<y><![CDATA[ROSWITHA]]></y>", b'<y d="12/24/1961"/>'],
)  # fmt: skip
def test_what_leaks_into_markup_is_found(leak: bytes) -> None:
    tx = transaction("xml")
    data = bytes(tx.redacted("identifiers-only"))
    end = data.index(b"</itl:PackageInformationRecord>")
    assert looked_into(tx, "identifiers-only", data[:end] + leak + data[end:]).left


def test_what_an_image_carries_on_the_side_is_found() -> None:
    tx = nistitl.read(ROOT / "fixtures/tenprint-type14.eft")
    tx[2][0].put(18, NAME.encode())
    tx = nistitl.read(bytes(tx))
    made = nistitl.read(bytes(tx.redacted("biometrics-only")))
    record = made[14][0]
    record.put(999, bytes(record.DATA) + b"roswitha")
    (only,) = looked_into(tx, "biometrics-only", bytes(made)).left
    assert (only.record, only.path) == (list(made).index(record), "14.999")
    assert only.byte is not None and bytes(made)[only.byte :].startswith(b"roswitha")


def test_what_a_row_keeps_is_told_apart() -> None:
    tx = transaction("traditional")
    tx[2][0].put(18, b"ORI-4711,JANE")
    tx[1][0].put(8, b"ORI-4711")
    tx = nistitl.read(bytes(tx))
    found = looked_into(tx, "identifiers-only")
    assert found.left == ()
    assert {(one.record, one.path) for one in found.traces if one.standing is Standing.KEPT} == {(0, "1.008.1.1")}
    assert found.short >= 1, "values of fewer than four characters are counted"


def test_images_that_are_kept_are_told() -> None:
    tx = nistitl.read(ROOT / "fixtures/tenprint-type14.eft")
    assert len(looked_into(tx, "biometrics-only").unseen) == len(tx[14])
    assert looked_into(tx, "identifiers-only").unseen == ()
    assert looked_into(tx, "statistics").unseen == (), "blank ones hold nothing"


def test_command_tells_and_ends_with_one_where_something_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.eft"
    source = tmp_path / "in.eft"
    tx = transaction("traditional")
    source.write_bytes(bytes(tx))
    words = ["redact", str(source), "-o", str(out), "--by", "identifiers-only", "--verify"]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "0 places still hold one" in said and "entropy-coded" in said and "fewer than 4" in said
    assert main([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["verification"]
    assert told["left"] == [] and told["values"] > 0
    assert not any(word in said + json.dumps(told) for word in ("ZUCKMAYER", "ROSWITHA", BORN))


@pytest.mark.parametrize("values", [100, 10_000])
def test_work_grows_with_the_bytes_and_not_with_the_values(values: int) -> None:
    random = Random(21)
    needles = Needles(("utf-8",))
    for _ in range(values):
        needles.add("".join(random.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=12)))
    search = Search(needles)
    data = b"the quick brown fox, " * 2000
    with counted(at_most=2_000_000) as work:
        assert not [*search.in_text(data)]
    few = work.lines
    with counted(at_most=8_000_000) as work:
        assert not [*search.in_text(data * 4)]
    assert work.lines < 4.3 * few
    assert few < 6 * len(data)


def test_numbers_of_bytes_that_xml_spells_in_digits_are_no_leak() -> None:
    tx = nistitl.read(small_transaction())
    tx[2][0].put(67, b"MAKE\x1f1024\x1fSERIAL")
    tx[4][0].HLL, tx[4][0].VLL, tx[4][0].DATA = 1024, 10, bytes(10240)
    tx = nistitl.read(bytes(nistitl.read(bytes(tx)).convert("xml").transaction))
    data = bytes(tx.redacted("biometrics-only"))
    found = looked_into(tx, "biometrics-only", data)
    assert found.left == () and (2, "4.006") in {(one.record, one.path) for one in found.traces}
    for old, new in (
        (b"</itl:PackageInformationRecord>", b"<y>1024</y></itl:PackageInformationRecord>"),
        (b">1024</biom:ImageHorizontal", b">1024<!-- 1024 --></biom:ImageHorizontal"),
    ):
        assert old in data
        assert looked_into(tx, "biometrics-only", data.replace(old, new, 1)).left, new


def test_items_of_type_2_are_known_where_the_output_names_no_profile() -> None:
    tx = nistitl.read(small_transaction())
    tx[1][0].TOT = "SRL"  # which has a 2.2033
    tx.profile = "fbi-ebts-10.0"
    tx[2][0].put(6, b"JONES")
    tx[2][0].put(2033, b"62760NY12\x1fJONES,JANE")
    redaction = redact(tx, policy("no-biometrics"))
    data = bytes(redaction.transaction)
    assert b"JONES" in data
    found = verify(tx, nistitl.read(data), redaction)
    assert found.left == ()
    assert "2.2033.1.2" in {one.path for one in found.traces if one.standing is Standing.KEPT}


def test_the_character_set_that_is_announced_anew_is_no_leak() -> None:
    tx = transaction("traditional")
    tx[1][0].put(15, b"000\x1fASCII 7-bit English\x1f000")
    assert looked_into(nistitl.read(bytes(tx)), "identifiers-only").left == ()


def test_a_copy_of_a_kept_image_beside_the_records_is_no_leak_and_a_name_in_it_is() -> None:
    """The image stays as it is: what stood beside the records stands in it, too, and what stood in a field is left."""
    pixels = b"".join(b"\x1eQUITE LONG %03d" % at for at in range(80))
    for name, left in (("NOBODY AT ALL", False), ("QUITE LONG 007", True)):
        tx = nistitl.read(small_transaction())
        tx[2][0]["2.018"] = name
        tx.remove(tx[14][0])
        tx[4][0].DATA = pixels[:1024]
        tx = nistitl.read(bytes(tx) + b"\x00\x00" + pixels)
        redaction = redact(tx, "biometrics-only", KEY)
        after = nistitl.read(bytes(redaction.transaction))
        verification = verify(tx, after, redaction)
        assert pixels not in bytes(after) and bytes(after[4][0].DATA or b"") == pixels[:1024]
        assert bool(verification.left) == left
        assert "4.009" in {trace.path for trace in verification.traces if trace.standing is Standing.KEPT}
        after[4][0].DATA = b"\x1d" + pixels[1:1024]
        assert verify(tx, nistitl.read(bytes(after)), redaction).left  # of another image nobody knows why it says so


def test_a_copy_of_an_image_that_was_cleaned_is_no_leak() -> None:
    """What redaction leaves of an image by a row that keeps it is that image, its comment gone."""
    tx = nistitl.read(ROOT / "fixtures/tenprint-type14.eft")
    record = tx[14][0]
    record.transcode("JPEGB")
    data = bytes(record.DATA)
    record.put(999, data[:2] + b"\xff\xfe\x00\x0bROSWITHA." + data[2:])
    tx = nistitl.read(bytes(tx) + b"\x00" + data)
    redaction = redact(tx, "biometrics-only", KEY)
    after = nistitl.read(bytes(redaction.transaction))
    assert bytes(after[14][0].DATA) == data
    verification = verify(tx, after, redaction)
    assert not verification.left
    assert "14.999" in {trace.path for trace in verification.traces if trace.standing is Standing.KEPT}


def test_a_resolution_that_is_written_as_none_is_no_leak() -> None:
    """1.011 says 00.00 where no record stays that goes by it, whatever else of the input reads so."""
    tx = nistitl.read(small_transaction())
    tx[2][0]["2.018"] = "00.00 ZUCKMAYER"
    tx = nistitl.read(bytes(tx))
    redaction = redact(tx, "no-biometrics", KEY)
    after = nistitl.read(bytes(redaction.transaction))
    assert bytes(after[1][0].raw(11) or b"") == b"00.00"
    assert not verify(tx, after, redaction).left
    assert ("computed", "1.011") in {(step.action, step.path) for step in redaction.steps}
