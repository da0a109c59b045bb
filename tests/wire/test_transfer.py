"""What a transfer did to all bytes is named once, at the beginning, with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

import nistitl
from tests.support.samples import ROOT, small_transaction
from tests.support.spelled import GS, header, tagged

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


CONTROLS = {"NUL": 0, "TAB": 9, "LF": 10, "CR": 13, "Ctrl-Z": 26}
FAULTS = {
    "between": lambda text, one, two: text + one + b" " + two,
    "behind": lambda text, one, two: text + one + two + b" ",
    "LEN of one": lambda text, one, two: text + one + two.replace(b"14.001:", b"14.001:9", 1),
    "LEN of the other": lambda text, one, two: text + one.replace(b"14.001:%d" % len(one), b"14.001:4199") + two,
}


def image(idc: int, lacking: bytes, size: int = 4096) -> bytes:
    """A Type-14 of processed pixels, whose histogram has gaps."""
    pixels = bytes(range(256)).translate(bytes(code + (code in lacking) for code in range(255)) + b"\xff")
    return tagged(14, [(2, b"%d" % idc), (999, pixels * (size // 256))])


def type_4(content: bytes, size: int | None = None) -> bytes:
    return (size or 18 + len(content)).to_bytes(4, "big") + b"\1\1\2\xff\xff\xff\xff\xff\0\0\x20\0\x20\0" + content


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("lacking", CONTROLS)
def test_a_histogram_with_a_gap_is_no_transfer(lacking: str, fault: str) -> None:
    """A swap of bytes moves nothing, so it explains neither padding nor the digits of a LEN."""
    gap = bytes([CONTROLS[lacking]])
    parts = header([(14, b"1"), (14, b"2")]), image(1, gap), image(2, gap)
    data = FAULTS[fault](*parts)
    assert gap not in data
    tx = nistitl.read(data, policy="repair")
    assert CAUSES.isdisjoint(codes(data)) and tx.unmended == () and len(tx.repairs) == 1
    assert bytes(tx) == b"".join(parts)


@pytest.mark.parametrize("letters", [b"abcdefghijklmnopqrstuvwxyz", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"], ids=["a-z", "A-Z"])
def test_an_image_without_letters_is_no_transfer(letters: bytes) -> None:
    pixels = bytes(code for code in range(256) if code not in letters) * 20
    text = header([(14, b"1"), (14, b"2")]).translate(None, letters)
    text = text.replace(text[6 : text.index(GS)], b"%d" % len(text), 1)
    one, two = (tagged(14, [(2, idc), (999, pixels)]) for idc in (b"1", b"2"))
    assert CAUSES.isdisjoint(codes(text + one + b"\n" + two))
    assert bytes(nistitl.read(text + one + b"\n" + two, policy="repair")) == text + one + two


def test_ascii_beside_a_row_of_question_marks_is_no_transfer() -> None:
    signature = (12 + 9).to_bytes(4, "big") + b"\1\0\0\0\0\x0a\0\x18" + b"\1\0\2" * 3
    text = header([(2, b"0"), (8, b"1")]) + tagged(2, [(2, b"0"), (18, b"????")])
    assert (text + signature).isascii() and codes(text + b"\n" + signature) == ["bytes-between"]
    assert bytes(nistitl.read(text + b"\n" + signature, policy="repair")) == text + signature


@pytest.mark.parametrize(("idc", "cause"), [(b"1", None), (b"2", "transfer-text-mode")])
def test_one_len_of_a_binary_record_is_explained_by_what_it_should_be(idc: bytes, cause: str | None) -> None:
    """LEN 0x0913 that became 0x2013 with every TAB; 0x0813 that became 0x2013 alone."""
    size = 0x0913 if cause else 0x0813
    pixels = bytes(code for code in range(256) if code != 9) * 10
    data = header([(4, b"1"), (14, idc)]) + type_4(pixels[: size - 18], 0x2013) + image(int(idc), b"\t")
    assert CAUSES.intersection(codes(data)) == ({cause} if cause else set())


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
