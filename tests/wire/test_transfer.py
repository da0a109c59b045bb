"""What a transfer did to all bytes is named once, at the beginning, with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

import nistitl
from tests.support.samples import ROOT, small_transaction

TENPRINT = (ROOT / "fixtures" / "tenprint-type4.eft").read_bytes()
DAMAGED = sorted((ROOT / "fixtures" / "damaged").glob("*.an2"))
CAUSES = {"transfer-text-mode", "transfer-utf8", "separators-lost"}


def codes(data: bytes) -> list[str]:
    return [finding.code for finding in nistitl.read(data).framing_findings]


@pytest.mark.parametrize("data", [TENPRINT, small_transaction()])
def test_line_feeds_that_became_two_bytes(data: bytes) -> None:
    assert codes(data.replace(b"\n", b"\r\n"))[0] == "transfer-text-mode"


def test_carriage_returns_that_are_gone() -> None:
    assert codes(TENPRINT.replace(b"\r", b""))[0] == "transfer-text-mode"


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
