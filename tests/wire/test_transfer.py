"""What a transfer did to all bytes is named once, at the beginning, with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

import nistitl
from tests.support.samples import ROOT, small_transaction
from tests.support.spelled import header, tagged

TENPRINT = (ROOT / "fixtures" / "tenprint-type4.eft").read_bytes()
DAMAGED = sorted(p for p in (ROOT / "fixtures" / "damaged").glob("*.an2") if not p.stem.startswith("transfer-"))
CAUSES = {"transfer-text-mode", "transfer-utf8", "separators-lost"}


def codes(data: bytes) -> list[str]:
    return [finding.code for finding in nistitl.read(data).framing_findings]


@pytest.mark.parametrize("data", [TENPRINT, small_transaction()])
def test_line_feeds_that_became_two_bytes(data: bytes) -> None:
    assert codes(data.replace(b"\n", b"\r\n"))[0] == "transfer-text-mode"


@pytest.mark.parametrize("gone", [b"\r", b"\n"], ids=["CR", "LF"])
def test_line_ends_that_are_gone(gone: bytes) -> None:
    assert codes(TENPRINT.replace(gone, b""))[0] == "transfer-text-mode"


ROADS = {
    "latin-1": lambda data: data.decode("latin-1").encode(),
    "twice": lambda data: data.decode("latin-1").encode().decode("latin-1").encode(),
    "cp1252": lambda data: data.decode("cp1252", "replace").encode(),
    "ibm437": lambda data: data.decode("cp437").encode(),
    "replaced": lambda data: data.decode("utf-8", "replace").encode(),
    "cut": lambda data: data.decode("cp1252", "replace").encode()[:-40],
    "cr": lambda data: data.replace(b"\r", b""),
    "lf": lambda data: data.replace(b"\n", b""),
    "crlf": lambda data: data.replace(b"\n", b"\r\n"),
}


ONE_BY_ONE = {
    "cr-is-lf": (lambda data: data.replace(b"\r", b"\n"), "every CR"),
    "lf-is-cr": (lambda data: data.replace(b"\n", b"\r"), "every LF"),
    "nul-is-blank": (lambda data: data.replace(b"\0", b" "), "every NUL"),
    "tab-is-blank": (lambda data: data.replace(b"\t", b" "), "every TAB"),
    "upper": (bytes.upper, "in upper case"),
    "lower": (bytes.lower, "in lower case"),
    "seven-bits": (lambda data: bytes(code & 127 for code in data), "eighth bit"),
    "question-marks": (lambda data: data.decode("latin-1").encode("ascii", "replace"), "eighth bit"),
}


@pytest.mark.parametrize("road", ONE_BY_ONE)
def test_bytes_changed_one_by_one_are_named_and_nothing_is_mended(road: str) -> None:
    change, said = ONE_BY_ONE[road]
    damaged = change(TENPRINT)
    assert len(damaged) == len(TENPRINT)
    tx = nistitl.read(damaged, policy="repair")
    assert bytes(tx) == damaged and tx.repairs == ()
    assert tx.unmended[0].code == "transfer-text-mode" and said in tx.unmended[0].message
    assert codes(damaged) == [finding.code for finding in next(nistitl.read_many(damaged)).framing_findings]


def test_a_byte_that_an_image_lacks_is_missed_only_where_its_neighbours_are_many() -> None:
    """Smooth pixels have no control characters at all, and text alone has one case."""
    pixels = bytes(range(130, 250)) * 20
    image = tagged(14, [(2, b"2"), (999, pixels)])
    data = header([(14, b"3")]) + image
    assert codes(data) == ["cnt-idc"]
    repaired = nistitl.read(data, policy="repair")
    assert [finding.code for finding in repaired.repairs] == ["cnt-idc"]


def test_ebcdic_is_named() -> None:
    with pytest.raises(nistitl.ReadError, match=r"EBCDIC.*binary mode"):
        nistitl.read(small_transaction().decode("latin-1").encode("cp500"))


@pytest.mark.parametrize("road", ROADS)
def test_what_a_transfer_did_is_named_and_nothing_is_mended(road: str) -> None:
    """LEN is the last that tells how long the records were."""
    pixels = bytes(range(256)) * 4
    images = tagged(14, [(2, b"2"), (6, b"32"), (7, b"32"), (11, b"NONE"), (999, pixels)])
    type_4 = (18 + len(pixels)).to_bytes(4, "big") + bytes([1, 1, 2, *[255] * 5, 0, 0, 32, 0, 32, 0]) + pixels
    for data in (header([(4, b"1"), (14, b"2")]) + type_4 + images, TENPRINT):
        damaged = ROADS[road](data)
        tx = nistitl.read(damaged, policy="repair")
        assert bytes(tx) == damaged and tx.repairs == ()
        assert tx.unmended[0].code in ("transfer-text-mode", "transfer-utf8")
        with pytest.raises(nistitl.ReadError, match="transfer-"):
            nistitl.read(damaged, policy="repair", unmended="refuse")


def test_text_in_utf8_beside_another_fault_is_no_transfer() -> None:
    """The set that 1.015 announces; LEN of the record counts characters."""
    fields = [(2, b"0"), (18, "ÄÖÜÉÈÊÑÇÅØÆ,ÞÐ".encode() * 9)]
    text = tagged(2, fields)
    wrong = text.replace(b"2.001:%d" % len(text), b"2.001:%d" % len(text.decode()), 1)
    image = tagged(14, [(2, b"2"), (999, bytes(range(128)))])
    data = header([(2, b"0"), (14, b"2")], (15, b"3\x1fUTF-8")) + wrong + image
    assert "len-wrong" in codes(data) and CAUSES.isdisjoint(codes(data))
    assert bytes(nistitl.read(data, policy="repair")[2][0]) == text


@pytest.mark.parametrize("data", [TENPRINT, small_transaction()])
def test_bytes_written_anew_as_utf8(data: bytes) -> None:
    assert codes(data.decode("latin-1").encode("utf-8"))[0] == "transfer-utf8"


@pytest.mark.parametrize(
    ("instead", "said"), [(b"", "are gone"), (b" ", "blanks or line ends"), (b"\r\n", "blanks"), (b"^]", "replaced")]
)
def test_separators_that_are_lost(instead: bytes, said: str) -> None:
    text = small_transaction()[:200]
    for separator in (b"\x1c", b"\x1d", b"\x1e", b"\x1f"):
        text = text.replace(separator, instead)
    finding = nistitl.read(text).framing_findings[0]
    assert finding.code == "separators-lost" and said in finding.message
    with pytest.raises(nistitl.ReadError, match="separators-lost"):
        nistitl.read(text, policy="strict")


@pytest.mark.parametrize("path", DAMAGED, ids=lambda path: path.stem)
def test_no_other_damage_is_given_that_cause(path: Path) -> None:
    try:
        assert CAUSES.isdisjoint(codes(path.read_bytes()))
    except nistitl.ReadError as error:  # nothing that can be read is left
        assert error.finding is not None and error.finding.code not in CAUSES


@pytest.mark.parametrize("at", range(0, len(TENPRINT) - 1, 5003))
def test_a_byte_that_is_gone_is_no_transfer_in_text_mode(at: int) -> None:
    assert CAUSES.isdisjoint(codes(TENPRINT[:at] + TENPRINT[at + 1 :])) or at == 0


def test_cnt_that_names_type_1_itself() -> None:
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T")
    tx.append(nistitl.Type2())
    data = bytes(tx).replace(b"1.003:1\x1f1\x1e2\x1f0", b"1.003:1\x1f2\x1e1\x1f0\x1e2\x1f0")
    data = data.replace(b"1.001:%d" % len(bytes(tx.header)), b"1.001:%d" % (len(bytes(tx.header)) + 4))
    (finding,) = nistitl.read(data).framing_findings
    assert finding.code == "cnt-type1" and finding.location.path == "1.003.2"
    assert nistitl.read(data, policy="repair").header["1.003"].raw == b"1\x1f1\x1e2\x1f0"
