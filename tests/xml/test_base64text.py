"""Base-64 text that is damaged, or spelled as the schema does not have it: nothing lost, nothing shifted in silence."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from typing import TYPE_CHECKING

import numpy as np
import pytest

import nistitl
from nistitl.cli import main
from nistitl.xml.base64text import Base64Error, decoded
from tests.support.growing import check_ratio

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROWS, COLUMNS = 20, 16
PIXELS = ((np.arange(ROWS * COLUMNS, dtype=np.uint32) * 2654435761) >> 13).astype("u1").tobytes()  # 320: padded by "="
TEXT = b64encode(PIXELS)
AT = 200


def document() -> bytes:
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T")
    tx.append(nistitl.Type14(IDC=1, HLL=COLUMNS, VLL=ROWS, CGA="NONE", BPX=8, DATA=PIXELS))
    return bytes(tx.convert("xml").transaction)


def between(more: bytes, at: int = AT) -> bytes:
    return TEXT[:at] + more + TEXT[at:]


WHOLE = {
    "no padding": (TEXT.rstrip(b"="), "no padding"),
    "padding too long": (TEXT + b"=", "another padding"),
    "padding in the middle": (between(b"="), "between all of its digits"),
    "padding within a group": (between(b"=", AT + 3), "between all of its digits"),
    "four in the middle": (between(b"===="), "between all of its digits"),
    "alphabet of URLs": (urlsafe_b64encode(PIXELS), "alphabet of URLs"),
    "alphabet of URLs, no padding": (urlsafe_b64encode(PIXELS).rstrip(b"="), "alphabet of URLs"),
    "both alphabets": (TEXT.replace(b"+", b"-"), "alphabet of URLs"),
    "foreign character": (between(b"*"), "between all of its digits"),
    "minus sign": (between(b"-"), "between all of its digits"),
    "two letters of two bytes": (between("éé".encode()), "between all of its digits"),
    "no-break space": (between("\u00a0".encode()), "blanks and marks"),
    "no width": (between("\u200b".encode()), "blanks and marks"),
    "no width, no padding": (between("\u200b".encode()).rstrip(b"="), "blanks and marks"),
    "data URL": (b"data:image/png;base64," + TEXT, "data URL"),
    "escaped data URL": (b"DATA:;base64," + TEXT.replace(b"+", b"%2B").replace(b"=", b"%3D"), "data URL"),
    "two texts": (b64encode(PIXELS[:100]) + b64encode(PIXELS[100:]), "one behind another"),
    "four texts": (b"".join(b64encode(PIXELS[at : at + 80]) for at in range(0, 320, 80)), "one behind another"),
}
PARTLY = {
    "digit gone, a character in its place": (TEXT[:AT] + b"*" + TEXT[AT + 1 :], PIXELS[:150]),
    "four of these": (TEXT[:AT] + b"????" + TEXT[AT + 4 :], PIXELS[:150]),
    "four of three bytes": (TEXT[:AT] + "\ufffd".encode() * 4 + TEXT[AT + 4 :], PIXELS[:150]),
    "both alphabets, and a character": (urlsafe_b64encode(PIXELS[:150]) + b"+*" + TEXT[AT + 2 :], None),
    "cut": (TEXT[:-5], PIXELS[:-3]),
    "cut to one digit of a group": (TEXT[:-7], PIXELS[:-5]),
}


@pytest.mark.parametrize("name", WHOLE)
def test_all_is_had_where_all_digits_are_there(name: str, tmp_path: Path) -> None:
    text, met = WHOLE[name]
    data = document().replace(TEXT, text)
    tx = nistitl.read(data)
    assert bytes(tx[14][0].DATA or b"") == PIXELS
    (finding,) = tx.findings
    assert finding.code == "base64-malformed" and met in finding.message
    with pytest.raises(nistitl.FieldError, match="no base-64 text"):
        nistitl.read(data, policy="strict")
    (tmp_path / "a.xml").write_bytes(data)
    assert main(["convert", str(tmp_path / "a.xml"), str(tmp_path / "a.eft")]) == 1, "an error was printed"
    assert bytes(nistitl.read(tmp_path / "a.eft")[14][0].DATA or b"") == PIXELS


@pytest.mark.parametrize("name", PARTLY)
def test_nothing_is_shifted_where_digits_are_gone(name: str) -> None:
    text, read = PARTLY[name]
    tx = nistitl.read(document().replace(TEXT, text))
    data = bytes(tx[14][0].DATA or b"")
    assert PIXELS.startswith(data) and (read is None or data == read)
    assert [finding.code for finding in tx.findings] == ["base64-malformed"]


def test_digits_gone_without_a_trace_are_told() -> None:
    tx = nistitl.read(document().replace(TEXT, TEXT[:AT] + TEXT[AT + 1 :]))
    (finding,) = tx.findings
    assert "digits are gone" in finding.message and len(tx[14][0].DATA or b"") == len(PIXELS) - 1


@pytest.mark.parametrize("name", [*WHOLE, *PARTLY])
def test_the_text_stays_where_something_else_is_edited(name: str) -> None:
    text = (WHOLE | PARTLY)[name][0]
    tx = nistitl.read(document().replace(TEXT, text))
    before = bytes(tx[14][0].DATA or b"")
    tx[14][0].IDC = 7
    assert text in bytes(tx) and bytes(nistitl.read(bytes(tx))[14][0].DATA or b"") == before


@pytest.mark.parametrize("size", [320, 321, 322, 323])
@pytest.mark.parametrize("spelled", [bytes.hex, lambda data: data.hex().upper()], ids=["small", "capital"])
def test_hexadecimal_digits_are_told_as_such_only(size: int, spelled: Callable[[bytes], str]) -> None:
    png = nistitl.Type14.from_image(np.frombuffer(PIXELS, "u1").reshape(ROWS, COLUMNS), codec="PNG", ppi=500).DATA
    assert png is not None
    content = bytes(png) + bytes(size - len(png) % 4)  # of every length, by groups of base-64
    data = document().replace(b">NONE<", b">PNG<").replace(TEXT, spelled(content).encode())
    tx = nistitl.read(data)
    assert not tx.findings and tx[14][0].array.tobytes() == PIXELS
    found = {finding.code for finding in tx[14][0].image_findings()}
    assert "image-wrapped" in found and not found & {"image-end-missing", "image-truncated"}
    assert nistitl.read(data, policy="strict")[14][0].DATA == tx[14][0].DATA


def test_black_pixels_are_no_hexadecimal_digits() -> None:
    with pytest.raises(Base64Error) as raised:
        decoded(b"A" * 66)
    assert raised.value.data == bytes(49) and "no padding" in raised.value.met


def test_hexadecimal_digits_in_what_need_be_no_image_are_told() -> None:
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T")
    tx.append(nistitl.record_class(21)(IDC=1, DATA=PIXELS))
    data = bytes(tx.convert("xml").transaction)
    assert TEXT in data
    read = nistitl.read(data.replace(TEXT, PIXELS[:-1].hex().encode()))
    (finding,) = read.findings
    assert "hexadecimal digits" in finding.message and bytes(read[21][0].DATA or b"") == PIXELS[:-1].hex().encode()


@pytest.mark.parametrize("unit", [b"QQ==", b"QUI=*", b"=", b"A-", "A\u200b".encode(), b"A*", b"a0"])
def test_reading_is_linear(unit: bytes) -> None:
    def read(size: int) -> Callable[[], None]:
        text = unit * size + b"A"

        def run() -> None:
            with pytest.raises(Base64Error):
                decoded(text)

        return run

    check_ratio(read(20_000), read(160_000), 25, 0.002)


@pytest.mark.parametrize("width", [0, 60, 64, 76, 77])
@pytest.mark.parametrize("layout", ["{}", "\n{}\n", "\n\t{}", " {} "])
@pytest.mark.parametrize("seed", range(8))
def test_blanks_in_the_place_of_plus_signs_are_told(width: int, layout: str, seed: int) -> None:
    """However many have gone: four of them leave a text that is whole again, and shifted."""
    pixels = np.random.default_rng(seed).bytes(300 + 100 * seed)
    text = b64encode(pixels).decode()
    lines = [text[at : at + (width or len(text))] for at in range(0, len(text), width or len(text))]
    whole = layout.format("\n".join(lines)).encode()
    assert decoded(whole) == pixels
    with pytest.raises(Base64Error) as caught:
        decoded(whole.replace(b"+", b" "))
    if not any(line.startswith("+") or line.endswith("+") for line in lines):
        assert caught.value.met == "blanks in the place of plus signs, as which they are read"
        assert caught.value.data == pixels


@pytest.mark.parametrize("between_lines", [" ", "\n", "\r\n", "  \n", "\n    ", " \r\n\t"])
def test_blanks_between_lines_are_no_damage(between_lines: str) -> None:
    for size in range(1, 400, 7):
        pixels = np.random.default_rng(size).bytes(size)
        text = b64encode(pixels).decode()
        lines = [text[at : at + 20] for at in range(0, len(text), 20)]
        assert decoded(between_lines.join(lines).encode()) == pixels


def test_a_sign_at_the_edge_leaves_blanks_that_are_told() -> None:
    """Those at the ends of a text cannot be told from its margins."""
    text = b64encode(PIXELS[:240]).replace(b"+", b"A")
    text = b"+" + text[1:50] + b"+" + text[51:90] + b"+" + text[91:200] + b"+" + text[201:]
    with pytest.raises(Base64Error, match="no base-64") as caught:
        decoded(text.replace(b"+", b" "))
    assert caught.value.met.startswith("blanks within its lines, perhaps")
